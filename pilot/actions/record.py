"""What every action does around its change: hold the session open, compare and set, write the trail."""

from functools import reduce
from operator import or_

from django.db.models import F
from django.utils import timezone

from flowpilot.web.http import WrongState
from pilot.lifecycle import IN_PHASE, MOVES, SESSION_MOVES, Move, Phase, SessionMove, allowing, may, phase, stage
from pilot.models import AISession, ChatMessage, SessionEvent, SuggestedFix

Via = SessionEvent.Via


def session_closed() -> WrongState:
    """The refusal of every write to a session that is not open."""
    return WrongState("session_closed", "This session is closed. Nothing was changed.")


def not_escalated() -> WrongState:
    """The refusal of taking over or withdrawing what is not handed over (any more)."""
    return WrongState("not_escalated", "This hand-over does not stand any more. Here is how the session is now.")


def not_closed() -> WrongState:
    """The refusal of reopening what is open."""
    return WrongState("not_closed", "This session is open already.")


_IMPOSSIBLE = {
    SessionMove.TAKE_OVER: not_escalated,
    SessionMove.WITHDRAW: not_escalated,
    SessionMove.REOPEN: not_closed,
}


def impossible(move: SessionMove) -> WrongState:
    """The refusal of a move that is not possible from where the session is."""
    return _IMPOSSIBLE.get(move, session_closed)()


def expect_session(session: AISession, move: SessionMove) -> None:
    """Refuses a move that is impossible from where the session was read, before anything is said of the input."""
    if stage(session) not in SESSION_MOVES[move]:
        raise impossible(move)


def hold_open(session: AISession, *, changes: bool = True) -> None:
    """Makes sure the session is open and stays so until the transaction ends; first in each transaction.

    The UPDATE takes the row's lock, so writes to one session come one after another. `changes` counts
    `state_version` up: for everything that the previews read. Raises WrongState (`session_closed`).
    """
    step = {"state_version": F("state_version") + 1} if changes else {}
    held = AISession.objects.filter(allowing(SessionMove.WORK), pk=session.pk)
    if held.update(updated_at=timezone.now(), **step) != 1:
        raise session_closed()


def hold(fix: SuggestedFix, move: Move) -> None:
    """Holds the session open for what writes beside a fix, which is read again and stays so until then.

    Raises WrongState also where the move is impossible from where the fix is by now.
    """
    hold_open(fix.session, changes=False)
    drafted = ("ai_drafted_script", "ai_drafted_parameters", "language")
    fix.refresh_from_db(fields=["status", "applied_at", "script_template", *drafted])
    expect(fix, move)


def fix_changed() -> WrongState:
    """The refusal of a form that shows an older state of its fix."""
    return WrongState("fix_changed", "This fix has changed meanwhile. Here is how it stands now.")


def another_fix_open() -> WrongState:
    """The refusal of what would make a second proposed fix."""
    return WrongState("another_fix_open", "Another fix is open; close that one first.")


def expect(fix: SuggestedFix, move: Move) -> None:
    """Refuses a move that is impossible from where the fix was read, before anything is said of the input."""
    if not may(fix, move):
        raise fix_changed()
    others = SuggestedFix.objects.filter(session=fix.session_id, status=SuggestedFix.Status.PROPOSED).exclude(pk=fix.pk)
    if move == Move.RUN and phase(fix) == Phase.PARTIAL and others.exists():
        raise another_fix_open()


# What the assistant made of an earlier state of the fix says nothing about the next one.
NO_PROPOSAL = {
    "ai_outcome_proposal": "",
    "ai_outcome_evidence": "",
    "ai_outcome_proposed_at": None,
    "ai_outcome_proposed_by": None,
}


def compare_and_set(fix: SuggestedFix, version: int, move: Move, *, phases=None, **changes) -> None:
    """Moves the fix if it still is what the form showed, by one conditional UPDATE.

    Every move but a draft clears the assistant's outcome proposal. Raises WrongState (`fix_changed`) where version or
    phase differ: then nothing was changed.
    """
    allowed = reduce(or_, (IN_PHASE[phase] for phase in phases or MOVES[move]))
    rows = SuggestedFix.objects.filter(pk=fix.pk, session=fix.session_id, version=version).filter(allowed)
    cleared = {} if move == Move.DRAFT else NO_PROPOSAL
    if rows.update(version=F("version") + 1, **cleared | changes) != 1:
        raise fix_changed()


def write(session: AISession, kind: SessionEvent.Kind, *, by, via=Via.PERSON, fix=None, **data) -> SessionEvent:
    """Adds one line to the Timeline."""
    return SessionEvent.objects.create(session=session, fix=fix, kind=kind, by=by, via=via, data=data)


def note(session: AISession, text: str) -> ChatMessage:
    """Adds one system line to the transcript."""
    return ChatMessage.objects.note(session, text)
