"""Where each session of a list stands, in a few words: what waits, what is being done, or how it ended."""

from dataclasses import dataclass

from django.db.models import Count, IntegerField, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject

from flowpilot.people.models import User
from flowpilot.replies.models import Reply
from pilot import waiting
from pilot.models import AISession, SuggestedFix, TaskItem

UNDER_WAY = (Reply.State.QUEUED, Reply.State.RUNNING)
Status = SuggestedFix.Status


@dataclass(frozen=True)
class Standing:
    """`kind` names the icon and the colour; `about` is the fix that is meant, where one is."""

    kind: str
    words: str
    about: str = ""


def described(sessions, user: User, **more) -> list[AISession]:
    """These sessions, in one query, each with its `standing`; `more` are further annotations.

    They come as a queryset that may be cut to a page; what is read beside them is read for that page alone.
    """
    order = sessions.query.order_by or AISession._meta.ordering
    page = AISession.objects.filter(pk__in=sessions.values("pk")).select_related("owner", "handed_to").order_by(*order)
    fixes = SuggestedFix.objects.filter(session=OuterRef("pk"), status__in=(Status.PROPOSED, Status.PARTIAL))
    # "proposed" comes before "applied_partial", as the active fix is found (lifecycle.active_fix).
    active = fixes.order_by("-status", "-created_at", "-id")
    facts = JSONObject(title="title", status="status", applied_at="applied_at")
    tasks = TaskItem.objects.filter(session=OuterRef("pk"), state=TaskItem.State.OPEN)
    counted = tasks.order_by().values("session").annotate(n=Count("pk")).values("n")
    page = waiting.with_waits(page, user).annotate(
        active_fix=Subquery(active.values(facts=facts)[:1]),
        open_tasks=Coalesce(Subquery(counted, output_field=IntegerField()), Value(0)),
        **more,
    )
    found = list(page)
    for session in found:
        session.standing = _standing(session)
    return found


def _standing(session) -> Standing:
    fix = session.active_fix or {}
    about = fix.get("title", "")
    if session.waits:
        return Standing(session.waits, waiting.WAITS[session.waits], about if session.waits == "outcome" else "")
    if not session.is_open:
        to = session.handed_to if session.status == AISession.Status.ESCALATED else None
        return Standing(session.status, session.get_status_display(), f"to {to}" if to else "")
    if session.last_reply in UNDER_WAY:
        return Standing("replying", "Assistant is replying")
    if about and fix["status"] == Status.PROPOSED and fix["applied_at"]:
        return Standing("verifying", "Verifying", about)
    if about and fix["status"] == Status.PROPOSED:
        return Standing("fix", "Fix proposed", about)
    if session.open_tasks:
        return Standing("tasks", f"{session.open_tasks} task{'s' if session.open_tasks > 1 else ''} open")
    if about:
        return Standing("partial", "Partly applied", about)
    return Standing("open", session.get_status_display())
