"""Suggested fixes: read them, give them a script, say what came of them."""

from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Query, Router
from pydantic import ConfigDict, Field

from flowpilot.web.problems import invalid
from flowpilot.web.schemas import In, Paging, Text, example, page
from pilot import access
from pilot.actions import fixes
from pilot.actions.record import Via, fix_changed
from pilot.api.guard import SessionGuard, SessionRequest, reads
from pilot.api.schemas import FixOut, FixPage
from pilot.lifecycle import OUTCOME_OF, Move
from pilot.models import SuggestedFix
from script_builder.parameters import InvalidParameters
from script_builder.scripts import MAX_LENGTH, InvalidScript

router = Router(tags=["Suggested fixes"])
FIX = "/{session_id}/suggested-fixes/{fix_id}"
Version = Annotated[
    int | None, Field(ge=1, le=2**31 - 1, description="The fix's version that you saw; refused where it moved on.")
]
Notes = Annotated[Text, Field(max_length=5000)]


def present(request: SessionRequest) -> FixOut:
    """The fix from fresh rows."""
    return FixOut.of(access.get_fix(request.ai_session, request.fix.pk))


def said(request: SessionRequest, version: int | None) -> dict:
    """What every move of a fix is told: which, from which version, by whom, by which way."""
    return {"fix": request.fix, "version": version or request.fix.version, "by": request.caller, "via": Via.API}


def is_older(request: SessionRequest, version: int | None) -> bool:
    """Whether the version that was sent, if one was, is not the one that the fix has."""
    return version not in (None, request.fix.version)


def wrong(request: SessionRequest, version: int | None, errors: dict[str, str]) -> Exception:
    """The refusal of what was sent with a move of the fix: of its older version first, then of the fields."""
    return fix_changed() if is_older(request, version) else invalid(errors)


@router.get("/{session_id}/suggested-fixes", response=FixPage, auth=reads)
def list_fixes(request: SessionRequest, session_id: UUID, paging: Query[Paging]):
    """The session's fixes, oldest first."""
    return page(request, request.ai_session.fixes.all(), paging, ("created_at", "id"), FixOut.of)


@router.get(FIX, response=FixOut, auth=reads)
def read_fix(request: SessionRequest, session_id: UUID, fix_id: UUID):
    """One fix."""
    return FixOut.of(request.fix)


class ScriptIn(In):
    """A drafted script, with the form that its placeholders need."""

    model_config = ConfigDict(
        json_schema_extra=example(
            ai_drafted_script="Restart-Service {{ service }}\n",
            ai_drafted_parameters={"service": {"type": "text", "label": "Service", "required": True}},
        )
    )

    # Its length is counted after its line ends are made one, as on the pages.
    ai_drafted_script: str = Field(min_length=1, description=f"At most {MAX_LENGTH:,} characters.")
    ai_drafted_parameters: dict[str, Any] | None = Field(None, description="Left out or null, there are none.")
    version: Version = None


@router.patch(f"{FIX}/script", response=FixOut, auth=SessionGuard(Move.DRAFT))
def set_script(request: SessionRequest, session_id: UUID, fix_id: UUID, sent: ScriptIn):
    """Attaches a drafted script, or replaces the one there is. A draft is no run: stamps nothing."""
    script, parameters = sent.ai_drafted_script, sent.ai_drafted_parameters
    try:
        fixes.attach_draft(**said(request, sent.version), script=script, parameters=parameters)
    except InvalidScript as error:
        raise wrong(request, sent.version, {"ai_drafted_script": str(error)}) from error
    except InvalidParameters as error:
        errors = {f"ai_drafted_parameters.{name}": words for name, words in error.errors.items()}
        raise wrong(request, sent.version, errors) from error
    return present(request)


class OutcomeIn(In):
    """What came of a fix."""

    model_config = ConfigDict(json_schema_extra=example(outcome="applied_partial", notes="One of two printers."))

    outcome: Literal["applied_success", "applied_failed", "applied_partial", "dismissed", "never_applied"]
    notes: Notes = Field("", description="Required for `applied_partial`.")
    asks_next: bool = Field(
        True, description="False on the way to a hand-over: after `applied_failed` no next step is asked for."
    )
    version: Version = None


SETTLING = SessionGuard(Move.WORKED, Move.DISMISS, Move.NEVER_APPLIED)


@router.patch(f"{FIX}/outcome", response=FixOut, auth=SETTLING)
def set_outcome(request: SessionRequest, session_id: UUID, fix_id: UUID, sent: OutcomeIn):
    """Says what came of the run, puts an unrun fix aside, or takes back a run that never was."""
    move = said(request, sent.version)
    try:
        if sent.outcome == "dismissed":
            fixes.dismiss(**move)
        elif sent.outcome == "never_applied":
            fixes.never_applied(**move)
        else:
            moved = OUTCOME_OF[SuggestedFix.Status(sent.outcome)]
            fixes.write_outcome(**move, move=moved, notes=sent.notes, asks_next=sent.asks_next)
    except fixes.NotesRequired as error:
        raise wrong(request, sent.version, {"notes": str(error)}) from error
    return present(request)


class CorrectIn(In):
    """The other outcome, and why."""

    model_config = ConfigDict(json_schema_extra=example(outcome="applied_failed", reason="It came back after lunch."))

    outcome: Literal["applied_success", "applied_failed"] = Field(description="Said, so that a repeat changes nothing.")
    reason: Notes = Field(min_length=1)
    version: Version = None


@router.post(f"{FIX}/correct", response=FixOut, auth=SessionGuard(Move.CORRECT))
def correct_outcome(request: SessionRequest, session_id: UUID, fix_id: UUID, sent: CorrectIn):
    """Turns worked into didn't work, or back. What was run stays as it was."""
    if request.fix.status == sent.outcome:
        raise fix_changed()
    try:
        fixes.correct(**said(request, sent.version), reason=sent.reason)
    except fixes.NotesRequired as error:
        raise wrong(request, sent.version, {"reason": str(error)}) from error
    return present(request)
