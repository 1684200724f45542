from django.utils.dateparse import parse_datetime

from flowpilot.web.http import Request
from pilot import lifecycle, verifying
from pilot.actions import fixes, proposals, runs
from pilot.actions.fixes import NotesRequired
from pilot.actions.record import expect
from pilot.lifecycle import Move
from pilot.regions import session_regions
from pilot.views import drafting
from pilot.views.guard import Invalid, fix_write, invalid, words

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


@fix_write
def output(request: Request, fix, version):
    """Reads the output of the verification command: says which outcome it looks like, and writes none."""
    expect(fix, Move.WORKED)
    if not fix.verify_expected:
        raise Invalid(sentence="Nothing is known of what this command should say. Judge its output yourself.")
    pasted = request.POST.get("output", "").replace("\r\n", "\n")
    if not pasted.strip():
        raise invalid("output", request, ValueError("Paste what the command printed."), field="output")
    return session_regions(request, fix.session_id, reading=verifying.read(fix, pasted))


def _shown_proposal(request: Request):
    """When the proposal was made that the form shows."""
    try:
        made = parse_datetime(request.POST.get("proposal", ""))
    except ValueError:
        return None
    return made if made and made.tzinfo else None


@fix_write
def confirm_proposal(request: Request, fix, version):
    """Writes the outcome that the assistant proposed."""
    proposals.confirm(fix=fix, version=version, by=request.user, seen=_shown_proposal(request))
    return session_regions(request, fix.session_id)


@fix_write
def decline_proposal(request: Request, fix, version):
    """Not yet: the proposal goes, the run still waits for its outcome."""
    proposals.decline(fix=fix, by=request.user, seen=_shown_proposal(request))
    return session_regions(request, fix.session_id)
