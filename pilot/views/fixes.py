from flowpilot.web.http import Request
from pilot import lifecycle
from pilot.actions import fixes, runs
from pilot.actions.fixes import NotesRequired
from pilot.actions.record import expect
from pilot.lifecycle import Move
from pilot.regions import session_regions
from pilot.views import drafting
from pilot.views.guard import fix_write, invalid, words

OUTCOMES = {"worked": Move.WORKED, "failed": Move.FAILED, "partial": Move.PARTIAL}


@fix_write
def apply(request: Request, fix, version):
    """The Apply button: opens the surface on which this fix can be run. Stamps nothing."""
    fixes.engage(fix=fix, by=request.user)
    surface = lifecycle.surface_for(fix)
    if surface == "builder":
        return drafting.opened(request, fix)
    return session_regions(request, fix.session_id, opened=surface)


@fix_write
def dismiss(request: Request, fix, version):
    """Puts an unrun fix aside."""
    fixes.dismiss(fix=fix, version=version, by=request.user)
    return session_regions(request, fix.session_id)


@fix_write
def outcome(request: Request, fix, version):
    """Worked, Didn't work or Partial, with its notes; anything else is refused in place."""
    chosen = request.POST.get("outcome", "")
    if chosen not in OUTCOMES:
        expect(fix, Move.WORKED)
        raise invalid("outcome", request, ValueError("Choose Worked, Didn't work or Partial."))
    expect(fix, OUTCOMES[chosen])
    notes = words(request, "notes")
    try:
        fixes.write_outcome(fix=fix, version=version, by=request.user, move=OUTCOMES[chosen], notes=notes)
    except NotesRequired as error:
        raise invalid("partial", request, error, field="notes") from error
    return session_regions(request, fix.session_id)


@fix_write
def never_applied(request: Request, fix, version):
    """I didn't run it after all."""
    fixes.never_applied(fix=fix, version=version, by=request.user)
    return session_regions(request, fix.session_id)


@fix_write
def correct(request: Request, fix, version):
    """Turns Worked into Didn't work or back, with a reason."""
    expect(fix, Move.CORRECT)
    reason = words(request, "reason")
    try:
        fixes.correct(fix=fix, version=version, by=request.user, reason=reason)
    except NotesRequired as error:
        raise invalid("correct", request, error, field="reason") from error
    return session_regions(request, fix.session_id)


@fix_write
def by_hand(request: Request, fix, version):
    """No script needed: I did this by hand."""
    expect(fix, Move.RUN)
    runs.declare_by_hand(fix=fix, version=version, by=request.user, what=words(request, "what"))
    return session_regions(request, fix.session_id, done=True)
