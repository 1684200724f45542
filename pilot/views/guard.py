"""What stands before every write to a session: person, method, session through the user, and the refusals after."""

from functools import wraps

from django.views.decorators.http import require_POST

from flowpilot.people.access import member_required
from flowpilot.web.http import Request, WrongState
from pilot import access
from pilot.actions.record import expect_session, fix_changed
from pilot.lifecycle import SessionMove
from pilot.regions import session_regions
from pilot.surfaces import Trouble
from script_builder.parameters import InvalidParameters
from script_builder.scripts import InvalidScript

# What people write into forms: a refusal gives it back, because the form may be gone with the state that it was for.
TYPED = ("notes", "summary", "reason", "what", "answer", "outcome_notes", "text", "script", "output")
MOST_WORDS = 5000
NUL = "That holds a NUL character, which cannot be kept. Remove it and send it again."


class Invalid(Exception):
    """What was sent cannot be taken; carries the Trouble that the form shows, or a sentence where none does."""

    def __init__(self, trouble: Trouble | None = None, sentence: str = ""):
        super().__init__(trouble.form if trouble else sentence)
        self.trouble, self.sentence = trouble, sentence


def session_write(view, *, may=access.check_may_work, move: SessionMove = SessionMove.WORK):
    """A POST on a session or on what is in it: 404, 403, then the view, which gets the rows that the URL names.

    `may` raises PermissionDenied for who may not; `move` must be possible from where the session is. WrongState becomes
    409 and Invalid 422, with the present state.
    """

    @member_required
    @require_POST
    @wraps(view)
    def guarded(request: Request, session_id, **ids):
        session = access.get_session(request.user, session_id)
        children = [access.CHILDREN[name](session, pk) for name, pk in ids.items()]
        may(request.user, session)
        typed = next((request.POST[name] for name in TYPED if request.POST.get(name, "").strip()), "")
        try:
            expect_session(session, move)
            return view(request, session, *children)
        except WrongState as refused:
            return session_regions(request, session_id, status=refused.status, notice=refused.message, typed=typed)
        except Invalid as invalid:
            typed = typed if invalid.sentence else ""
            shown = {"trouble": invalid.trouble, "notice": invalid.sentence, "typed": typed}
            return session_regions(request, session_id, status=422, **shown)

    return guarded


def fix_write(view):
    """A POST on a fix of a session; the view gets the fix and the version that the form showed."""

    @session_write
    @wraps(view)
    def guarded(request: Request, session, fix):
        try:
            version = int(request.POST["version"])
        except (KeyError, ValueError):
            raise WrongState("no_version", "The form was not complete. Here is how the fix stands now.") from None
        try:
            return view(request, fix, version)
        except Invalid:
            if fix.version != version:
                raise fix_changed() from None
            raise

    return guarded


def words(request: Request, name: str) -> str:
    """What was typed into a field of free text, with line ends as the record keeps them."""
    text = request.POST.get(name, "").replace("\r\n", "\n")
    if "\0" in text:
        raise Invalid(sentence=NUL)
    if len(text) > MOST_WORDS:
        raise Invalid(sentence=f"That is too long: {len(text)} of {MOST_WORDS} characters.")
    return text


def invalid(
    form: str, request: Request, error: Exception, field: str = "text", values: dict | None = None, number: int = 0
) -> Invalid:
    """The refusal of what was typed into a form, with all of it."""
    errors = error.errors if isinstance(error, InvalidParameters) else {field: str(error)}
    return Invalid(Trouble(form, errors, request.POST.dict() if values is None else values, number))


__all__ = [
    "NUL",
    "Invalid",
    "InvalidParameters",
    "InvalidScript",
    "Trouble",
    "fix_write",
    "invalid",
    "session_write",
    "words",
]
