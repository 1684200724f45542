"""The figures of fixes and sessions over time, and of what waits, made of what the record answered."""

from collections import Counter, defaultdict
from datetime import date, timedelta

from pilot.insights.asked import Asked
from pilot.insights.numbers import FEW, counted, duration, median, minutes, percent, percent_of, percentile
from pilot.insights.record import AGES, STANDINGS, Closed, Outcome, Waiting
from pilot.insights.shapes import NONE, RUN, SERIES, Cell, Column, Figure, Status, number
from pilot.models import AISession

SPANS = {
    "Under 15 min": timedelta(minutes=15),
    "15 to 30 min": timedelta(minutes=30),
    "30 to 60 min": timedelta(hours=1),
    "1 to 2 h": timedelta(hours=2),
    "2 to 4 h": timedelta(hours=4),
    "4 to 8 h": timedelta(hours=8),
    "8 to 24 h": timedelta(hours=24),
    "1 to 3 days": timedelta(days=3),
    "Longer": timedelta.max,
}


def _week(week: date, asked: Asked) -> Cell:
    note = "" if asked.holds_whole(week) else "in part"
    return Cell(f"{week.day} {week:%b %Y}", note=note)


def by_week(rows: list[Outcome], asked: Asked) -> Figure:
    """Fixes by outcome, week by week."""
    counts: dict[date, Counter] = defaultdict(Counter)
    for row in rows:
        counts[row.week][row.status] += row.fixes
    all_of_them = sum(counts.values(), Counter())
    run, worked = sum(all_of_them[status] for status in RUN), all_of_them[Status.SUCCESS]
    dismissed = all_of_them[Status.DISMISSED]
    table = []
    for week in asked.weeks:
        of = counts.get(week, Counter())
        ran = sum(of[status] for status in RUN)
        cells = [number(of[status]) if of.total() else NONE for status in SERIES]
        share = Cell(f"{of[Status.SUCCESS]} of {ran}", percent_of(of[Status.SUCCESS], ran)) if ran else NONE
        table.append([_week(week, asked), *cells, share])
    says = (
        "Every fix once, in the week in which its outcome was written and with the outcome that stands now, "
        "corrections included; dismissed ones were not run."
    )
    sums_up = f"{worked} of {counted(run, 'fix', 'fixes')} that {'was' if run == 1 else 'were'} run worked"
    sums_up += f" ({percent(worked / run)})" if run >= FEW else ""
    columns = [Column(f"Week from ({asked.zone})")]
    columns += [Column(RUN.get(status, "Dismissed"), series) for status, series in SERIES.items()]
    return Figure(
        "outcomes",
        "stacked",
        "What came of the fixes",
        says,
        f"{sums_up}; {dismissed} dismissed.",
        [*columns, Column("Worked, of those run", unit="%")],
        table if all_of_them else [],
        "No fix got an outcome in this period.",
    )


def time_to_resolve(rows: list[Closed], asked: Asked) -> Figure:
    """Median and 90th percentile, week by week."""
    took = defaultdict(list)
    for row in rows:
        if row.status == AISession.Status.RESOLVED:
            took[row.week].append(row.took)
    table = []
    for week in asked.weeks:
        times = took.get(week, [])
        middle = Cell(duration(median(times)), minutes(median(times))) if times else NONE
        most = Cell("too few to tell") if times else NONE
        if len(times) >= FEW:
            most = Cell(duration(percentile(times, 90)), minutes(percentile(times, 90)))
        table.append([_week(week, asked), middle, most, number(len(times)) if times else NONE])
    return Figure(
        "time-to-resolve",
        "lines",
        "Time to resolve",
        "From opening a session to its resolution, nights and weekends included, in the week of the resolution; a week "
        f"of fewer than {FEW} sessions has a hollow point and no 90th percentile (what nine of ten did not exceed).",
        _resolved(took),
        [
            Column(f"Week from ({asked.zone})"),
            Column("Median", "median", "minutes"),
            Column("90th percentile", "most", "minutes"),
            Column("Sessions", "sessions"),
        ],
        table if took else [],
        "No session was resolved in this period.",
    )


def _resolved(took: dict[date, list[timedelta]]) -> str:
    times = [time for week in took.values() for time in week]
    if not times:
        return ""
    said = f"Median {duration(median(times))} of {counted(len(times), 'resolved session')}"
    return said + (f", 90th percentile {duration(percentile(times, 90))}." if len(times) >= FEW else ".")


def how_long(rows: list[Closed]) -> Figure:
    """How the times to resolve are distributed."""
    times = [row.took for row in rows if row.status == AISession.Status.RESOLVED]
    spans = Counter(next(words for words, most in SPANS.items() if took < most) for took in times)
    within = sum(took < timedelta(hours=1) for took in times)
    return Figure(
        "how-long",
        "bars",
        "How long sessions took",
        "The resolved sessions of the period, each once, by the time from opening to resolution.",
        f"{within} of {counted(len(times), 'resolved session')} took less than an hour.",
        [Column("Time"), Column("Sessions", "sessions")],
        [[Cell(words), number(spans[words])] for words in SPANS] if times else [],
        "No session was resolved in this period.",
    )


def what_waits(rows: list[Waiting]) -> Figure:
    """What is open now, by what it waits for and by its age."""
    counts: dict[str, Counter] = defaultdict(Counter)
    for row in rows:
        counts[row.standing][row.age] += row.sessions
    total = sum(of.total() for of in counts.values())
    old = sum(of[age] for of in counts.values() for age in list(AGES)[-2:])
    table = [
        [Cell(words), *(number(counts[standing][age]) for age in AGES), number(counts[standing].total())]
        for standing, words in STANDINGS.items()
        if standing in counts
    ]
    return Figure(
        "waiting",
        "ages",
        "What waits now",
        "The sessions that are open at this moment, whatever the period, each once under the first line that fits it, "
        "by the time since they were opened.",
        f"{counted(total, 'session')} {'waits' if total == 1 else 'wait'}, {old} for a week or longer.",
        [Column("Waits for"), *(Column(age, f"age-{place}") for place, age in enumerate(AGES)), Column("Sessions")],
        table,
        "Nothing is open.",
    )
