"""The figures of what works: templates, runbooks, and ways of running, each with its sample and how sure it is."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

from django.urls import reverse

from flowpilot.ai import library
from pilot.insights.numbers import FEW, counted, interval, percent, percent_of
from pilot.insights.record import Outcome, TemplateOutcome
from pilot.insights.shapes import NONE, RUN, SERIES, Cell, Column, Figure, Status, number

SURE = f"the bar spans where the true share lies with 95 % confidence; fewer than {FEW} outcomes say nothing."
WAYS = {"template": "Template", "draft": "Drafted script", "by_hand": "By hand"}


def _records(key: str, title: str, says: str, first: str, nothing: str, found: dict[Cell, Counter]) -> Figure:
    """How often each of several things worked, the surest first, and how sure that is."""

    def rank(item) -> tuple:
        cell, of = item
        sure = of.total() >= FEW
        return not sure, -interval(of[Status.SUCCESS], of.total())[0] if sure else -of.total(), cell.text.casefold()

    table = []
    for cell, of in sorted(found.items(), key=rank):
        worked, total = of[Status.SUCCESS], of.total()
        low, high = interval(worked, total)
        shares = [Cell("too few to tell"), NONE, NONE]
        if total >= FEW:
            shares = [Cell(percent(share), percent_of(share, 1)) for share in (worked / total, low, high)]
        table.append([cell, number(total), *(number(of[status]) for status in RUN), *shares])
    told = [row for row in table if row[5].value is not None]
    sums_up = f"{len(told) or 'None'} of {counted(len(table), first.lower())} with {FEW} outcomes or more."
    if told:
        name, of, worked = told[0][:3]
        sums_up += f" The surest: {name.text}, {worked.text} of {of.text} worked."
    columns = [Column(first), Column("Outcomes", "of")]
    columns += [Column(words, SERIES[status] if status == Status.SUCCESS else "") for status, words in RUN.items()]
    columns += [Column("Share", "share", "%"), Column("At least", "low", "%"), Column("At most", "high", "%")]
    return Figure(key, "intervals", title, says, sums_up, columns, table, nothing)


def by_template(rows: list[TemplateOutcome]) -> Figure:
    """Which templates work."""
    found: dict[Cell, Counter] = defaultdict(Counter)
    for row in rows:
        url = reverse("script_builder:template", args=[row.template])
        found[Cell(row.name, url=url)][row.status] += row.fixes
    return _records(
        "templates",
        "Templates",
        f"How many of the fixes worked that a template was run for: {SURE}",
        "Template",
        "No template was run for a fix that got its outcome in this period.",
        found,
    )


def by_runbook(rows: list[Outcome]) -> Figure:
    """From which runbooks the fixes come that work."""

    def runbook(row: Outcome) -> Cell:
        ours = library.runbooks().get(row.runbook)
        title = row.own_title or (ours.title if ours else "")
        return Cell(f"{row.runbook} {title}".strip())

    return _records(
        "runbooks",
        "Runbooks",
        f"How many of the fixes worked that came from a runbook and were run: {SURE}",
        "Runbook",
        "No fix of a runbook got its outcome in this period.",
        _counters(rows, lambda row: [runbook(row)] if row.runbook else []),
    )


def by_way(rows: list[Outcome]) -> Figure:
    """Whether templates, drafts or hands work better."""
    return _records(
        "ways",
        "Template, draft or by hand",
        f"How many fixes worked that were run in each way, one run in two ways for both: {SURE}",
        "Way",
        "No fix that was run got its outcome in this period.",
        _counters(rows, lambda row: [Cell(words) for way, words in WAYS.items() if getattr(row, way)]),
    )


def _counters(rows: list[Outcome], cells: Callable[[Outcome], Iterable[Cell]]) -> dict[Cell, Counter]:
    found: dict[Cell, Counter] = defaultdict(Counter)
    for row in rows:
        if row.status in RUN:
            for cell in cells(row):
                found[cell][row.status] += row.fixes
    return found
