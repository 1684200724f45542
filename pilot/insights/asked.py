"""What Insights is asked for, as it travels in the URL: a period, a client, an engineer."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flowpilot.web.http import uuid_of

PERIODS = {"4-weeks": "4 weeks", "12-weeks": "12 weeks", "12-months": "12 months"}
USUAL = "12-weeks"
EARLIEST = date(2000, 1, 1)
LONGEST = timedelta(days=2 * 366)
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Choices:
    """The clients and the engineers of the sessions that somebody may see."""

    clients: list[str]
    engineers: dict[uuid.UUID, str]


@dataclass(frozen=True)
class Asked:
    """A period of whole days in the account's zone, and whose sessions; `problems` says what was left out and why."""

    zone: ZoneInfo
    first: date
    last: date
    period: str = ""
    client: str = ""
    engineer: uuid.UUID | None = None
    problems: tuple[str, ...] = ()

    @classmethod
    def of(cls, sent, choices: Choices, zone: ZoneInfo, now: datetime) -> "Asked":
        """What a query string says; what is impossible is said, and the usual takes its place."""
        said = {name: sent.get(name, "").replace("\0", "").strip()[:200] for name in (*_NAMES, "client", "engineer")}
        problems: list[str] = []
        first, last, period = _period(said, now.astimezone(zone).date(), problems)
        client, engineer = said["client"], uuid_of(said["engineer"])
        if client and client not in choices.clients:
            problems.append(f"There is no client “{client}” here. These are the figures of all clients.")
            client = ""
        if said["engineer"] and engineer not in choices.engineers:
            problems.append("There is no such engineer here. These are the figures of all engineers.")
            engineer = None
        return cls(zone, first, last, period, client, engineer, tuple(problems))

    @property
    def narrows(self) -> bool:
        """Whether it is anything but the usual."""
        return bool(self.client or self.engineer or self.period != USUAL)

    @property
    def begins(self) -> datetime:
        """The first moment of the period."""
        return datetime.combine(self.first, time.min, self.zone)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return datetime.combine(self.last + timedelta(days=1), time.min, self.zone)

    @property
    def weeks(self) -> list[date]:
        """The Mondays of the weeks that it touches."""
        monday = monday_of(self.first)
        return [monday + number * WEEK for number in range((self.last - monday) // WEEK + 1)]

    def holds_whole(self, week: date) -> bool:
        """Whether all seven days of that week are in it."""
        return self.first <= week and week + timedelta(days=6) <= self.last


_NAMES = ("period", "from", "to")


def monday_of(day: date) -> date:
    """The Monday of this day's week."""
    return day - timedelta(days=day.weekday())


def _period(said: dict, today: date, problems: list[str]) -> tuple[date, date, str]:
    """The first and the last day, and the period's name; dates of one's own win over a name."""
    if said["from"] or said["to"]:
        try:
            return *_own(said["from"], said["to"], today), ""
        except ValueError as wrong:
            problems.append(f"{wrong} These are the last {PERIODS[USUAL]}.")
            return _begin(USUAL, today), today, USUAL
    period = said["period"] or USUAL
    if period not in PERIODS:
        problems.append(f"There is no period “{period}”. These are the last {PERIODS[USUAL]}.")
        period = USUAL
    return _begin(period, today), today, period


def _begin(period: str, today: date) -> date:
    if period == "12-months":
        return monday_of(today - timedelta(days=365))
    return monday_of(today) - (int(period.split("-")[0]) - 1) * WEEK


def _own(sent_from: str, sent_to: str, today: date) -> tuple[date, date]:
    first, last = _day(sent_from), min(_day(sent_to), today) if sent_to else today
    if not EARLIEST <= first <= last:
        raise ValueError("A period begins before it ends, and in the past.")
    if last - first > LONGEST:
        raise ValueError("A period of more than two years is too long for this page.")
    return first, last


def _day(sent: str) -> date:
    try:
        return datetime.strptime(sent, "%Y-%m-%d").date()
    except ValueError:
        said = f"“{sent}” is no date." if sent else "Say from which day on."
        raise ValueError(said) from None
