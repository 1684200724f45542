"""What Insights asks of the record: one query a question, however much there is."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Substr, TruncWeek

from flowpilot.people.models import User
from flowpilot.runbooks.models import AccountRunbook
from pilot.insights.asked import Asked, Choices, monday_of
from pilot.models import AISession, RunStamp, SessionEvent, SuggestedFix, TaskItem

Fix = SuggestedFix.Status
RUNBOOK = r"^[A-Z][0-9][0-9]/fix/"  # how a fix's source names the runbook that it came from
# What an open session waits for, the most pressing first, and how long ago it was opened.
STANDINGS = {
    "handed": "Handed over, not taken",
    "outcome": "Run, waits for its outcome",
    "partly": "Worked in part",
    "fix": "Fix proposed, not run",
    "tasks": "Questions or checks open",
    "chat": "Nothing proposed, nothing asked",
}
AGES = {
    "Under 1 day": timedelta(days=1),
    "1 to 3 days": timedelta(days=3),
    "3 to 7 days": timedelta(days=7),
    "1 to 4 weeks": timedelta(weeks=4),
    "Longer": timedelta.max,
}


class Outcome(NamedTuple):
    """So many fixes of one week that came out alike, came from the same runbook and were run in the same ways."""

    week: date
    status: str
    runbook: str
    own_title: str | None
    template: bool
    draft: bool
    by_hand: bool
    fixes: int


class TemplateOutcome(NamedTuple):
    """So many fixes for which this template was run and that came out alike."""

    template: UUID
    name: str
    status: str
    fixes: int


class Closed(NamedTuple):
    """One session that was closed in this week, and how long after it was opened."""

    week: date
    status: str
    took: timedelta


class Waiting(NamedTuple):
    """So many sessions that wait for the same and are as old."""

    standing: str
    age: str
    sessions: int


def choices(sessions: QuerySet[AISession]) -> Choices:
    """The clients and engineers of these sessions."""
    clients = sessions.exclude(client="").order_by().values_list(Value("", CharField()), "client")
    engineers = User.objects.filter(
        Q(pk__in=sessions.order_by().values("owner")) | Q(pk__in=sessions.order_by().values("taken_over_by"))
    )
    named = engineers.order_by().values_list(
        Cast("pk", CharField()), Case(When(name="", then=F("username")), default=F("name"))
    )
    rows = sorted(clients.union(named), key=lambda row: row[1].casefold())
    return Choices(
        [words for person, words in rows if not person], {UUID(person): words for person, words in rows if person}
    )


def narrowed(sessions: QuerySet[AISession], asked: Asked) -> QuerySet[AISession]:
    """Of these sessions those of the client and of the engineer that are asked for."""
    if asked.client:
        sessions = sessions.filter(client=asked.client)
    if asked.engineer:
        sessions = sessions.filter(Q(owner=asked.engineer) | Q(taken_over_by=asked.engineer))
    return sessions.order_by()


def _ended(sessions: QuerySet[AISession], asked: Asked) -> QuerySet[SuggestedFix]:
    """The fixes that got the outcome that they have in the period; a correction is no later one."""
    partly = SessionEvent.objects.filter(fix=OuterRef("pk"), kind=SessionEvent.Kind.FIX_PARTIAL)
    fixes = SuggestedFix.objects.filter(session__in=sessions).exclude(status=Fix.PROPOSED)
    # A partial outcome is not the end of a fix, so it has no moment of its own but on the Timeline.
    said_at = Subquery(partly.order_by("-created_at").values("created_at")[:1])
    ended = fixes.annotate(ended_at=Coalesce("closed_at", said_at, "applied_at"))
    return ended.filter(ended_at__gte=asked.begins, ended_at__lt=asked.ends).order_by()


def outcomes(sessions: QuerySet[AISession], asked: Asked, account_id) -> list[Outcome]:
    """What came of the fixes, by week, runbook and ways of running."""
    own = AccountRunbook.objects.filter(account=account_id, number=OuterRef("runbook"), is_active=True)
    fixes = _ended(sessions, asked).annotate(
        week=TruncWeek("ended_at", tzinfo=asked.zone),
        runbook=Case(
            When(source__regex=RUNBOOK, then=Substr("source", 1, 3)), default=Value(""), output_field=CharField()
        ),
        own_title=Subquery(own.values("title")[:1]),
        **{
            f"by_{kind}": Exists(RunStamp.objects.standing().filter(fix=OuterRef("pk"), kind=kind))
            for kind in RunStamp.Kind.values
        },
    )
    ways = [f"by_{kind}" for kind in RunStamp.Kind.values]
    rows = fixes.values_list("week", "status", "runbook", "own_title", *ways).annotate(Count("pk"))
    return [Outcome(week.date(), *rest) for week, *rest in rows]


def templates(sessions: QuerySet[AISession], asked: Asked) -> list[TemplateOutcome]:
    """What came of the fixes for which each template was run; a withdrawn run is none."""
    stamps = RunStamp.objects.standing().filter(fix__in=_ended(sessions, asked).values("pk"), template__isnull=False)
    rows = stamps.order_by().values_list("template", "template__name", "fix__status")
    return [TemplateOutcome(*row) for row in rows.annotate(Count("fix", distinct=True))]


def closed(sessions: QuerySet[AISession], asked: Asked) -> list[Closed]:
    """The sessions that were closed in the period and are; how long each took from its opening to its end."""
    ended = sessions.filter(closed_at__gte=asked.begins, closed_at__lt=asked.ends)
    return [
        Closed(monday_of(closed_at.astimezone(asked.zone).date()), status, closed_at - created_at)
        for status, created_at, closed_at in ended.values_list("status", "created_at", "closed_at")
    ]


def waiting(sessions: QuerySet[AISession], now: datetime) -> list[Waiting]:
    """The sessions that are open, or handed over to a colleague who has not taken them over."""
    fixes = SuggestedFix.objects.filter(session=OuterRef("pk"))
    proposed = fixes.filter(status=Fix.PROPOSED)
    asked = TaskItem.objects.filter(session=OuterRef("pk"), state=TaskItem.State.OPEN)
    waits = sessions.filter(Q(status=AISession.Status.OPEN) | Q(handed_to__isnull=False)).annotate(
        standing=Case(
            When(handed_to__isnull=False, then=Value("handed")),
            When(Exists(proposed.filter(applied_at__isnull=False)), then=Value("outcome")),
            When(Exists(proposed), then=Value("fix")),
            When(Exists(fixes.filter(status=Fix.PARTIAL)), then=Value("partly")),
            When(Exists(asked), then=Value("tasks")),
            default=Value("chat"),
            output_field=CharField(),
        ),
        age=Case(*_ages(now), default=Value(list(AGES)[-1]), output_field=CharField()),
    )
    return [Waiting(*row) for row in waits.values_list("standing", "age").annotate(Count("pk"))]


def _ages(now: datetime) -> Iterable[When]:
    for words, most in AGES.items():
        if most < timedelta.max:
            yield When(created_at__gt=now - most, then=Value(words))
