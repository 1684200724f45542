"""A figure as a file for a spreadsheet."""

import csv
import io

from pilot.insights.asked import Asked
from pilot.insights.shapes import Cell, Figure

# A spreadsheet takes a cell that begins so for a formula, and a name that somebody chose may begin in any way.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def plain(text: str) -> str:
    """Text that a spreadsheet shows as it is written."""
    return f"'{text}" if text.startswith(FORMULA) else text


def as_csv(figure: Figure) -> str:
    """The table's rows, numbers as plain numbers; an empty cell where there is none."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(f"{column.label} ({column.unit})" if column.unit else column.label for column in figure.columns)
    for first, *rest in figure.rows:
        writer.writerow([plain(first.text), *map(_value, rest)])
    return file.getvalue()


def file_name(figure: Figure, asked: Asked) -> str:
    """Says what it holds and of which days."""
    return f"insights-{figure.key}-{asked.first}-to-{asked.last}.csv"


def _value(cell: Cell) -> str | float:
    return "" if cell.value is None else cell.value
