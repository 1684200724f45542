"""What a figure is: a table, and how it is said. Its chart is drawn from the table; its file holds the same rows."""

from dataclasses import dataclass

from pilot.models import SuggestedFix

Status = SuggestedFix.Status
RUN = {Status.SUCCESS: "Worked", Status.PARTIAL: "Partly", Status.FAILED: "Didn't work"}
# The columns that a chart draws, by the names that its script knows.
SERIES = {Status.SUCCESS: "worked", Status.PARTIAL: "partly", Status.FAILED: "failed", Status.DISMISSED: "dismissed"}


@dataclass(frozen=True)
class Column:
    """One column: its head, the series that a chart draws of it, and the unit of its plain values."""

    label: str
    series: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Cell:
    """One cell: what is read, and its plain value where it is a number; none where there is nothing to say."""

    text: str
    value: float | None = None
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Figure:
    """A title, the one sentence that says what is counted, what it comes to, and the rows."""

    key: str
    chart: str
    title: str
    says: str
    sums_up: str
    columns: list[Column]
    rows: list[list[Cell]]
    nothing: str = ""

    @property
    def cells(self) -> list[list[tuple[Column, Cell]]]:
        """The rows, each cell with its column: on a phone its head stands beside it."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]


def number(value: int) -> Cell:
    """A count."""
    return Cell(str(value), value)


NONE = Cell("none")
