"""What waits for somebody: runs past their nudge, replies that were cut off, sessions handed over."""

from datetime import timedelta

from django.db.models import Case, CharField, Exists, OuterRef, Q, Subquery, Value, When
from django.utils import timezone

from flowpilot.people.models import User
from flowpilot.replies.models import Reply
from pilot.models import AISession, ChatMessage, SuggestedFix

# The kinds in the order of their urgency, each with the words on the list.
WAITS = {
    "handed": "Handed to you",
    "outcome": "Waits for an outcome",
    "reply": "Reply interrupted",
}


def with_waits(sessions, user: User):
    """The sessions, each with `waits`: the most urgent kind of WAITS, or an empty text."""
    overdue = timezone.now() - timedelta(minutes=user.account.nudge_minutes)
    runs = SuggestedFix.objects.filter(
        session=OuterRef("pk"), status=SuggestedFix.Status.PROPOSED, applied_at__lte=overdue
    )
    turns = ChatMessage.objects.filter(session=OuterRef("pk"), role=ChatMessage.Role.ASSISTANT)
    cut_off = (Reply.State.INTERRUPTED, Reply.State.FAILED)
    last = Subquery(turns.order_by("-created_at", "-id").values("reply__state")[:1])
    is_open = Q(status=AISession.Status.OPEN)
    return sessions.annotate(
        last_reply=last,
        waits=Case(
            When(status=AISession.Status.ESCALATED, handed_to=user, then=Value("handed")),
            When(is_open & Exists(runs), then=Value("outcome")),
            When(is_open & Q(last_reply__in=cut_off), then=Value("reply")),
            default=Value(""),
            output_field=CharField(),
        ),
    )


def mine(sessions, user: User):
    """Of these sessions those that this user works, or may take over."""
    return sessions.filter(Q(owner=user) | Q(taken_over_by=user) | Q(handed_to=user))


def waiting(sessions, user: User):
    """Of these sessions those that wait for this user."""
    return with_waits(mine(sessions, user), user).exclude(waits="")
