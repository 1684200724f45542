"""Resolving, handing over, taking over and reopening. What is typed into a dialog comes back with every refusal."""

from functools import partial

from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from flowpilot.people.access import member_required
from flowpilot.web.http import Request, WrongState, uuid_of
from flowpilot.web.lines import one_line
from pilot import access, regions
from pilot.actions import closing, fixes
from pilot.actions.fixes import NotesRequired
from pilot.actions.record import expect
from pilot.lifecycle import Move, SessionMove
from pilot.regions import session_regions
from pilot.surfaces import Trouble
from pilot.views.fixes import OUTCOMES
from pilot.views.guard import NUL, Invalid, fix_write, invalid, session_write, words

MOST_TEXT = 100_000


def _shows(kind: str, confirm):
    """The view of a dialog: GET opens it, POST confirms it or asks for a fresh text."""

    @member_required
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: Request, session_id):
        if request.method == "POST":
            return confirm(request, session_id=session_id)
        show = session_regions if request.htmx else regions.full_page
        return show(request, session_id, opened=kind)

    return view


def _text(request: Request, form: str, field: str, missing: str) -> str:
    """The text that closes the session; refused in place where it is empty or cannot be kept."""
    text = request.POST.get(field, "").replace("\r\n", "\n")
    wrong = ""
    if not text.strip():
        wrong = missing
    elif "\0" in text:
        wrong = NUL
    elif len(text) > MOST_TEXT:
        wrong = f"That is too long: {len(text)} of {MOST_TEXT} characters."
    if wrong:
        raise invalid(form, request, ValueError(wrong), field=field)
    return text


def _seen(request: Request, session, form: str) -> int:
    """The state that the dialog was written from; raises WrongState where the session has moved on."""
    seen = request.POST.get("v", "")
    if not seen.isdecimal() or len(seen) > 9:
        raise Invalid(Trouble(form, {}, request.POST.dict()), "The form was not complete. Here it is once more.")
    if int(seen) != session.state_version:
        raise closing.outdated()
    return int(seen)


def _kept(request: Request, session, form: str, refused: WrongState):
    """The dialog once more on the present state, with all that was typed."""
    if refused.code == "session_closed":
        raise refused
    # The outcome may be written by now, and the field for its notes gone.
    typed = request.POST.get("outcome_notes", "")
    kept = Trouble(form, {}, request.POST.dict())
    opened = "escalate" if refused.code == "outcome_required" else ""
    shown = {"trouble": kept, "notice": refused.message, "typed": typed, "opened": opened}
    return session_regions(request, session.pk, status=409, **shown)


def _fresh(request: Request, session, form: str):
    """The dialog with the text as the record gives it now, beside what was edited."""
    return session_regions(request, session.pk, trouble=Trouble(form, {}, request.POST.dict()))


@session_write
def _confirm_resolve(request: Request, session):
    if "fresh" in request.POST:
        return _fresh(request, session, "resolve")
    try:
        seen = _seen(request, session, "resolve")
        notes = _text(request, "resolve", "notes", "Write the resolution notes first.")
        outcome = OUTCOMES.get(request.POST.get("outcome", "worked"))
        if outcome is None:
            kept = Trouble("resolve", {}, request.POST.dict())
            raise Invalid(kept, "The form was not complete. Choose what came of the fix.")
        said = words(request, "outcome_notes")
        closing.resolve(session=session, by=request.user, notes=notes, seen=seen, outcome=outcome, outcome_notes=said)
    except NotesRequired as error:
        raise invalid("resolve", request, error, field="outcome_notes") from error
    except WrongState as refused:
        return _kept(request, session, "resolve", refused)
    return session_regions(request, session.pk, done=True)


@session_write
def _confirm_handoff(request: Request, session):
    if "fresh" in request.POST:
        return _fresh(request, session, "handoff")
    try:
        seen = _seen(request, session, "handoff")
        closing.expect_outcome(session)
        summary = _text(request, "handoff", "summary", "Write the handoff summary first.")
        to = request.POST.get("to", "")
        closing.escalate(
            session=session,
            by=request.user,
            reason=words(request, "reason"),
            summary=summary,
            seen=seen,
            to=closing.may_receive(request.user).filter(pk=uuid_of(to)).first() if to else None,
            party=one_line(words(request, "party")),
        )
    except closing.ReasonRequired as error:
        raise invalid("handoff", request, error, field="reason") from error
    except closing.NoReceiver as error:
        raise invalid("handoff", request, error, field="to") from error
    except WrongState as refused:
        return _kept(request, session, "handoff", refused)
    return session_regions(request, session.pk, done=True)


resolve = _shows("resolve", _confirm_resolve)
escalate = _shows("escalate", _confirm_handoff)

CHOICES = OUTCOMES | {"never_applied": Move.NEVER_APPLIED}


@fix_write
def intercept(request: Request, fix, version):
    """What came of the run, said on the way to the handoff: written at once, whatever becomes of the handoff."""
    move = CHOICES.get(request.POST.get("choice", ""))
    typed = Trouble("handoff", {}, {name: value for name, value in request.POST.items() if name != "notes"})
    said = {"fix": fix, "version": version, "by": request.user}
    try:
        if move is None:
            expect(fix, Move.WORKED)
            raise invalid("escalate", request, ValueError("Choose what came of the fix."), field="choice")
        expect(fix, move)
        notes = words(request, "notes") if move == Move.PARTIAL else ""
        if move == Move.NEVER_APPLIED:
            fixes.never_applied(**said)
        else:
            fixes.write_outcome(**said, move=move, notes=notes, asks_next=False)
    except NotesRequired as error:
        raise invalid("escalate", request, error, field="notes") from error
    except WrongState as refused:
        if refused.code == "session_closed":
            raise
        kept = Trouble("escalate", {}, request.POST.dict())
        shown = {"trouble": kept, "notice": refused.message, "typed": request.POST.get("notes", "")}
        return session_regions(request, fix.session_id, status=409, opened="escalate", **shown)
    return session_regions(request, fix.session_id, opened="handoff", trouble=typed)


@partial(session_write, may=access.check_may_take_over, move=SessionMove.TAKE_OVER)
def take_over(request: Request, session):
    """The teammate to whom the session was handed works it from now on."""
    closing.take_over(session=session, by=request.user)
    # The whole page: whoever could only read it has no composer yet.
    return redirect("pilot:session", session.pk)


@partial(session_write, move=SessionMove.WITHDRAW)
def withdraw(request: Request, session):
    """Takes the hand-over back."""
    closing.withdraw(session=session, by=request.user)
    return redirect("pilot:session", session.pk)


HELD = {"yes": True, "no": False, "skip": None}


@partial(session_write, move=SessionMove.REOPEN)
def _confirm_reopen(request: Request, session):
    answer = request.POST.get("held", "skip")
    if answer not in HELD:
        raise Invalid(sentence="Say whether the last fix held: Yes, No or Skip.")
    closing.reopen(session=session, by=request.user, held=HELD[answer])
    return redirect("pilot:session", session.pk)


reopen = _shows("reopen", _confirm_reopen)
