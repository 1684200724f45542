from django.db import transaction
from django.db.models import F
from django.utils import timezone

from flowpilot.people.models import User
from flowpilot.replies.engine import request_stop
from flowpilot.replies.models import Reply
from flowpilot.web.http import WrongState
from pilot.actions import fixes
from pilot.actions.record import Via, hold_open, note, write
from pilot.lifecycle import Move, Phase, active_fix, phase
from pilot.models import AISession, SessionEvent
from script_builder.models import Origin


def _close(session: AISession, status: AISession.Status, by: User, **changes) -> None:
    AISession.objects.filter(pk=session.pk).update(status=status, closed_at=timezone.now(), closed_by=by, **changes)
    inline = session.script_builder_sessions.filter(origin=Origin.PILOT_INLINE)
    chats = [session.pk, *inline.values_list("pk", flat=True)]
    for reply in Reply.objects.filter(conversation__in=chats, state__in=Reply.LIVE):
        transaction.on_commit(lambda reply=reply: request_stop(reply))


def outdated() -> WrongState:
    """The refusal of notes that were written from an older state of the session."""
    return WrongState("outdated", "Something changed since these notes were written. Have a look before you confirm.")


@transaction.atomic
def resolve(
    *,
    session: AISession,
    by: User,
    notes: str,
    seen: int,
    outcome: Move = Move.WORKED,
    outcome_notes: str = "",
    via: Via = Via.PERSON,
) -> None:
    """Resolves the session with these notes.

    A fix that is being verified gets `outcome` (WORKED unless the engineer chose another), a partial one stays
    partial, an unrun one is dismissed. `seen` is the `state_version` that the dialog was written from; raises
    WrongState (`outdated`) where the session moved on since.
    """
    current = AISession.objects.filter(pk=session.pk, status=AISession.Status.OPEN, state_version=seen)
    if current.update(state_version=F("state_version") + 1, updated_at=timezone.now()) != 1:
        hold_open(session)
        raise outdated()
    fix = active_fix(session.fixes.all())
    if fix is not None and phase(fix) == Phase.VERIFYING:
        fixes.write_outcome(
            fix=fix, version=fix.version, by=by, move=outcome, notes=outcome_notes, via=via, asks_next=False
        )
    elif fix is not None and phase(fix) == Phase.UNRUN:
        fixes.dismiss_at_closing(fix=fix, by=by, via=via)
    _close(session, AISession.Status.RESOLVED, by, resolution_notes=notes)
    write(session, SessionEvent.Kind.SESSION_RESOLVED, by=by, via=via)
    note(session, f"{by} resolved the session.")


@transaction.atomic
def escalate(
    *,
    session: AISession,
    by: User,
    reason: str,
    summary: str,
    to: User | None = None,
    party: str = "",
    via: Via = Via.PERSON,
) -> None:
    """Hands the session over, to a colleague or to somebody outside.

    Raises WrongState (`outcome_required`) while a run waits for its outcome. An unrun proposal stays.
    """
    hold_open(session)
    fix = active_fix(session.fixes.all())
    if fix is not None and phase(fix) in (Phase.VERIFYING, Phase.PARTIAL):
        raise WrongState("outcome_required", f"Say first what came of “{fix.title}”.")
    _close(
        session,
        AISession.Status.ESCALATED,
        by,
        handoff_reason=reason,
        handoff_summary=summary,
        handed_to=to,
        handed_to_party=party,
    )
    write(session, SessionEvent.Kind.SESSION_ESCALATED, by=by, via=via, to=str(to or party), reason=reason)
    note(session, f"{by} escalated the session to {to or party}.")
