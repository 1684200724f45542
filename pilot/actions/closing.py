"""How a session is closed, handed over and opened again."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from flowpilot.people.models import Role, User
from flowpilot.replies.engine import request_stop
from flowpilot.replies.models import Reply
from flowpilot.web.http import WrongState
from pilot.actions import fixes
from pilot.actions.record import Via, hold_open, impossible, note, write
from pilot.lifecycle import Move, Phase, SessionMove, active_fix, allowing, held_fix, phase
from pilot.models import AISession, Closing, SessionEvent
from pilot.notes import verdict
from script_builder.models import Origin

Kind = SessionEvent.Kind
Status = AISession.Status


def _close(session: AISession, status: AISession.Status, by: User, closing: Closing) -> None:
    now = timezone.now()
    AISession.objects.filter(pk=session.pk).update(status=status, closed_at=now, closed_by=by, handed_to=closing.to)
    closing.session, closing.written_at, closing.written_by = session, now, by
    closing.save(force_insert=True)
    inline = session.script_builder_sessions.filter(origin=Origin.PILOT_INLINE)
    chats = [session.pk, *inline.values_list("pk", flat=True)]
    for reply in Reply.objects.filter(conversation__in=chats, state__in=Reply.LIVE):
        transaction.on_commit(lambda reply=reply: request_stop(reply))


def outdated() -> WrongState:
    """The refusal of text that was written from an older state of the session."""
    return WrongState("outdated", "Something changed since this was written. Have a look before you confirm.")


def _hold_as_seen(session: AISession, move: SessionMove, seen: int) -> None:
    """Holds the session if it still is what the preview was written from; raises WrongState."""
    current = AISession.objects.filter(allowing(move), pk=session.pk, state_version=seen)
    if current.update(state_version=F("state_version") + 1, updated_at=timezone.now()) != 1:
        hold_open(session)
        raise outdated()


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

    A fix that is being verified gets `outcome` (WORKED unless the engineer chose another) with `outcome_notes`, a
    partial one stays partial, an unrun one is dismissed; the line that the notes have on it says so. `seen` is the
    `state_version` that the dialog was written from; raises WrongState (`outdated`) where the session moved on since.
    """
    _hold_as_seen(session, SessionMove.RESOLVE, seen)
    fix = active_fix(session.fixes.all())
    said = verdict(fix) if fix is not None else ""
    waited = fix is not None and phase(fix) == Phase.VERIFYING
    if waited:
        fixes.write_outcome(
            fix=fix, version=fix.version, by=by, move=outcome, notes=outcome_notes, via=via, asks_next=False
        )
    elif fix is not None and phase(fix) == Phase.UNRUN:
        fixes.dismiss_at_closing(fix=fix, by=by, via=via)
    if fix is not None:
        fix.refresh_from_db(fields=["status", "dismissed_reason"])
        now = f"{verdict(fix)}\n\n{outcome_notes if waited else ''}"
        notes = notes.replace(said, now.strip())
    _close(session, Status.RESOLVED, by, Closing(kind=Closing.Kind.RESOLUTION, text=notes))
    write(session, Kind.SESSION_RESOLVED, by=by, via=via)
    note(session, f"{by} resolved the session.")


def may_receive(by: User):
    """The people to whom this user may hand a session over: those of the account who work, but themselves."""
    people = User.objects.filter(account=by.account_id, is_active=True).exclude(role=Role.VIEWER)
    return people.exclude(pk=by.pk).order_by("name", "username")


class NoReceiver(ValueError):
    """A handoff goes to one colleague or to one outside party; the message says what is wrong."""


class ReasonRequired(ValueError):
    """A handoff says why."""


def expect_outcome(session: AISession) -> None:
    """Refuses to hand over (`outcome_required`) while a run waits for its outcome."""
    fix = active_fix(session.fixes.all())
    if fix is not None and phase(fix) == Phase.VERIFYING:
        raise WrongState("outcome_required", f"Say first what came of “{fix.title}”.")


@transaction.atomic
def escalate(
    *,
    session: AISession,
    by: User,
    reason: str,
    summary: str,
    seen: int,
    to: User | None = None,
    party: str = "",
    via: Via = Via.PERSON,
) -> None:
    """Hands the session over, to a colleague or to somebody outside.

    Raises WrongState (`outcome_required`) while a run waits for its outcome, `outdated` as resolving does, and
    NoReceiver or ReasonRequired. An unrun proposal stays, and so does a partial one.
    """
    _hold_as_seen(session, SessionMove.ESCALATE, seen)
    expect_outcome(session)
    party = party.strip()
    if bool(to) == bool(party):
        raise NoReceiver("Choose a teammate or name an outside party, one of the two.")
    if to and not may_receive(by).filter(pk=to.pk).exists():
        raise NoReceiver("That person cannot take a session over. Choose another teammate.")
    if not reason.strip():
        raise ReasonRequired("Say why the session is handed over.")
    handoff = Closing(kind=Closing.Kind.HANDOFF, text=summary, reason=reason, to=to, party=party)
    _close(session, Status.ESCALATED, by, handoff)
    write(session, Kind.SESSION_ESCALATED, by=by, via=via, to=handoff.receiver, notes=reason)
    note(session, f"{by} escalated the session to {handoff.receiver}.")


def _open_again(session: AISession, move: SessionMove, *, to: User | None = None, **changes) -> None:
    """Opens a closed session from where this move may, else refuses. What it was closed with stays.

    `to` is the one person to whom it must be handed over.
    """
    closed = AISession.objects.filter(allowing(move), pk=session.pk, **({"handed_to": to} if to else {}))
    now = timezone.now()
    opened = {"status": Status.OPEN, "closed_at": None, "closed_by": None, "handed_to": None, "updated_at": now}
    if closed.update(state_version=F("state_version") + 1, **opened | changes) != 1:
        raise impossible(move)


@transaction.atomic
def take_over(*, session: AISession, by: User, via: Via = Via.PERSON) -> None:
    """The teammate to whom it was handed works the session from now on; the owner stays with it."""
    changes = {} if by.pk == session.owner_id else {"taken_over_at": timezone.now(), "taken_over_by": by}
    _open_again(session, SessionMove.TAKE_OVER, to=by, **changes)
    write(session, Kind.SESSION_TAKEN_OVER, by=by, via=via)
    note(session, f"{by} took the session over.")


@transaction.atomic
def withdraw(*, session: AISession, by: User, via: Via = Via.PERSON) -> None:
    """Takes a hand-over back before anybody took the session over."""
    _open_again(session, SessionMove.WITHDRAW)
    write(session, Kind.HANDOVER_WITHDRAWN, by=by, via=via)
    note(session, f"{by} withdrew the hand-over.")


@transaction.atomic
def reopen(*, session: AISession, by: User, held: bool | None = None, via: Via = Via.PERSON) -> None:
    """Opens a closed session again. `held` answers “Did the last fix hold?”: False corrects it to failed.

    Raises WrongState (`not_closed`, or `nothing_held` where False is said and no fix had worked).
    """
    _open_again(session, SessionMove.REOPEN)
    write(session, Kind.SESSION_REOPENED, by=by, via=via)
    note(session, f"{by} reopened the session.")
    if held is False:
        fix = held_fix(session.fixes.all())
        if fix is None:
            raise WrongState("nothing_held", "No fix of this session counts as worked. Reopen it without an answer.")
        fix.session = session
        reason = "It did not hold: the session was reopened."
        fixes.correct(fix=fix, version=fix.version, by=by, reason=reason, via=via)
