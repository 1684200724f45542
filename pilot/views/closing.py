from django.views.decorators.http import require_http_methods

from flowpilot.people.access import member_required
from flowpilot.web.http import Request, WrongState
from pilot import regions
from pilot.actions import closing
from pilot.actions.fixes import NotesRequired
from pilot.regions import session_regions
from pilot.surfaces import Trouble
from pilot.views.fixes import OUTCOMES
from pilot.views.guard import NUL, Invalid, invalid, session_write, words


@session_write
def _confirm(request: Request, session):
    chosen = OUTCOMES.get(request.POST.get("outcome", "worked"))
    notes, seen = request.POST.get("notes", "").replace("\r\n", "\n"), request.POST.get("v", "")
    try:
        if seen.isdecimal() and int(seen) != session.state_version:
            raise closing.outdated()
        if not notes.strip():
            raise invalid("resolve", request, ValueError("Write the resolution notes first."), field="notes")
        if "\0" in notes:
            raise invalid("resolve", request, ValueError(NUL), field="notes")
        if chosen is None or not seen.isdecimal():
            kept = Trouble("resolve", {}, request.POST.dict())
            raise Invalid(kept, "The form was not complete. Choose what came of the fix.")
        closing.resolve(
            session=session,
            by=request.user,
            notes=notes,
            seen=int(seen),
            outcome=chosen,
            outcome_notes=words(request, "outcome_notes"),
        )
    except NotesRequired as error:
        raise invalid("resolve", request, error, field="outcome_notes") from error
    except WrongState as refused:
        if refused.code == "session_closed":
            raise
        # The dialog stays, with the notes as typed, and from now on confirms the present state. The outcome may be
        # written by now, and the field for its notes gone.
        kept = Trouble("resolve", {}, request.POST.dict())
        typed = request.POST.get("outcome_notes", "")
        return session_regions(request, session.pk, status=409, trouble=kept, notice=refused.message, typed=typed)
    return session_regions(request, session.pk)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def resolve(request: Request, session_id):
    """Shows the resolution notes written from the record; Confirm resolves the session with them."""
    if request.method == "POST":
        return _confirm(request, session_id=session_id)
    show = session_regions if request.htmx else regions.full_page
    return show(request, session_id, opened="resolve")
