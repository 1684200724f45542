"""From Apply to a script that can be run: engaging a fix, submitting what was drafted for it, filling it in."""

from uuid import UUID

from django.views.decorators.debug import sensitive_variables
from ninja import Router
from pydantic import ConfigDict, Field

from flowpilot.web.problems import invalid
from flowpilot.web.schemas import In, example
from pilot.actions import drafts, fixes, runs
from pilot.api.fixes import FIX, Version, present, said
from pilot.api.guard import SessionGuard, SessionRequest
from pilot.api.running import RUNNING, Values, invalid_values
from pilot.api.schemas import FixOut
from pilot.lifecycle import Move
from script_builder.api.schemas import LanguageName, RenderedOut
from script_builder.parameters import InvalidParameters
from script_builder.scripts import MAX_LENGTH, InvalidScript

router = Router(tags=["Suggested fixes"])


@router.post(f"{FIX}/engage", response=FixOut, auth=RUNNING)
def engage(request: SessionRequest, session_id: UUID, fix_id: UUID):
    """Says that somebody works with this fix, so that the assistant does not replace it. Stamps nothing."""
    fixes.engage(fix=request.fix, by=request.caller)
    return present(request)


class SubmitIn(In):
    """The drafted script."""

    model_config = ConfigDict(json_schema_extra=example(script="Restart-Service Spooler\n", language="powershell"))

    script: str = Field(min_length=1, description=f"At most {MAX_LENGTH:,} characters.")
    language: LanguageName | None = Field(None, description="Left out or null, the fix's own.")
    version: Version = None


@router.post(f"{FIX}/submit", response=FixOut, auth=SessionGuard(Move.DRAFT))
def submit_draft(request: SessionRequest, session_id: UUID, fix_id: UUID, sent: SubmitIn):
    """Attaches a script from my inline drafting session to the fix, and empties that session's buffer.

    What the script declares becomes its parameters; the scaffold alone is refused. Stamps nothing.
    """
    try:
        drafts.submit(**said(request, sent.version), script=sent.script, language=sent.language or "")
    except InvalidScript as error:
        raise invalid({"script": str(error)}) from error
    except InvalidParameters as error:
        raise invalid({f"script.{name}": words for name, words in error.errors.items()}) from error
    return present(request)


class FillIn(In):
    """What is filled in."""

    model_config = ConfigDict(json_schema_extra=example(parameters={"service": "Spooler"}))

    parameters: Values


@router.post(f"{FIX}/render", response=RenderedOut, auth=RUNNING)
@sensitive_variables()
def render_draft(request: SessionRequest, session_id: UUID, fix_id: UUID, sent: FillIn):
    """The drafted script with these values in it, to be run. Stamps nothing and stores nothing."""
    try:
        rendered = runs.rendered_draft(request.fix, sent.parameters)
    except InvalidParameters as error:
        raise invalid_values(request, None, error) from None
    return RenderedOut(text=rendered.text, stamp_text=rendered.stamp_text, sha256=rendered.sha256)
