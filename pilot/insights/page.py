"""What Insights shows to somebody: the figures of the sessions that they may see."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flowpilot.people.models import Role, User
from pilot import access
from pilot.insights import figures, record, what_works
from pilot.insights.asked import Asked, Choices
from pilot.insights.numbers import FEW, counted, duration, median, percent
from pilot.insights.shapes import RUN, Figure, Status
from pilot.models import AISession


@dataclass(frozen=True)
class Page:
    """What was asked for, what there is to choose from, and the figures."""

    asked: Asked
    choices: Choices
    keys: list[tuple[str, str, str]]
    figures: list[Figure]

    def figure(self, key: str) -> Figure | None:
        """The figure of that name."""
        return next((figure for figure in self.figures if figure.key == key), None)


def whose(user: User) -> str:
    """Whose figures this user sees, as the rule of `pilot.access.visible` has it."""
    if user.role in (Role.ADMIN, Role.VIEWER) or user.account.share_sessions:
        return f"All sessions of {user.account}"
    return "Your own sessions: those that you opened, took over, or that are handed to you"


def look(user: User, sent, now: datetime) -> Page:
    """The page's figures; `sent` is the query string."""
    seen = access.visible(user)
    choices = record.choices(seen)
    asked = Asked.of(sent, choices, ZoneInfo(user.account.time_zone), now)
    sessions = record.narrowed(seen, asked)
    outcomes, closed = record.outcomes(sessions, asked, user.account_id), record.closed(sessions, asked)
    waiting = record.waiting(sessions, now)
    drawn = [
        figures.by_week(outcomes, asked),
        figures.time_to_resolve(closed, asked),
        figures.how_long(closed),
        what_works.by_template(record.templates(sessions, asked)),
        what_works.by_runbook(outcomes),
        what_works.by_way(outcomes),
        figures.what_waits(waiting),
    ]
    return Page(asked, choices, _keys(outcomes, closed, waiting), drawn)


def _keys(outcomes, closed, waiting) -> list[tuple[str, str, str]]:
    """The four figures at the top: what it is, the figure, and of how many."""
    run = sum(row.fixes for row in outcomes if row.status in RUN)
    worked = sum(row.fixes for row in outcomes if row.status == Status.SUCCESS)
    times = [row.took for row in closed if row.status == AISession.Status.RESOLVED]
    middle, of_resolved = duration(median(times)) if times else "none", counted(len(times), "resolved session")
    return [
        ("Fixes that worked", *_share(worked, run)),
        ("Median time to resolve", middle, of_resolved),
        ("Sessions resolved", *_of_closed(len(times), len(closed))),
        ("Waiting now", str(sum(row.sessions for row in waiting)), "open or handed over"),
    ]


def _share(worked: int, run: int) -> tuple[str, str]:
    if not run:
        return "none", "none run"
    return (
        (percent(worked / run), f"{worked} of {run} run") if run >= FEW else (f"{worked} of {run}", "too few to tell")
    )


def _of_closed(resolved: int, closed: int) -> tuple[str, str]:
    return (str(resolved), f"of {closed} closed, {closed - resolved} escalated") if closed else ("none", "none closed")
