"""Run declarations: the only thing that stamps a fix as applied."""

from typing import Annotated, Any, Literal
from uuid import UUID

from django.views.decorators.debug import sensitive_variables
from ninja import Router
from pydantic import ConfigDict, Field

from flowpilot.web.schemas import In, example
from pilot import access
from pilot.actions import runs
from pilot.actions.record import fix_changed
from pilot.api.fixes import FIX, Notes, Version, is_older, said, wrong
from pilot.api.guard import SessionGuard, SessionRequest
from pilot.api.schemas import FIX as FIX_EXAMPLE
from pilot.api.schemas import STAMP, FixOut, StampOut
from pilot.lifecycle import Move
from pilot.models import RunStamp
from script_builder.parameters import InvalidParameters

router = Router(tags=["Runs"])
RUNNING = SessionGuard(Move.RUN)
Values = Annotated[
    dict[str, Any], Field(default_factory=dict, description="What was filled in; a secret is stored nowhere.")
]


class RunOut(FixOut):
    """The fix, and what was declared."""

    model_config = ConfigDict(
        json_schema_extra=example(
            **FIX_EXAMPLE, run_stamp=STAMP, draft_template_id=None, script_builder_session_id=None
        )
    )

    run_stamp: StampOut | None = Field(description="What was stamped; null where no run was declared.")
    draft_template_id: UUID | None = Field(None, description="The template that was made of the draft.")
    script_builder_session_id: UUID | None = Field(None, description="The drafting session that was opened.")


def _answer(request: SessionRequest, stamp: RunStamp | None, **more) -> RunOut:
    fix = access.get_fix(request.ai_session, request.fix.pk)
    return RunOut(**FixOut.fields(fix), run_stamp=stamp and StampOut.of(stamp), **more)


class ApplyIn(In):
    """What was run. For a template its version and the values, for a draft the values, by hand what was done."""

    model_config = ConfigDict(json_schema_extra=example(kind="draft", parameters={"service": "Spooler"}))

    kind: Literal["template", "draft", "by_hand"]
    template_version: int | None = Field(None, ge=1, le=2**31 - 1, description="Required for `template`.")
    parameters: Values
    note: Notes = Field("", description="What was done by hand.")
    version: Version = None


@router.post(f"{FIX}/apply", response=RunOut, auth=RUNNING)
@sensitive_variables()
def declare_run(request: SessionRequest, session_id: UUID, fix_id: UUID, sent: ApplyIn):
    """Declares the fix as run, which starts its verification. The same run declared again adds nothing."""
    move = said(request, sent.version)
    try:
        if sent.kind == "by_hand":
            stamp = runs.declare_by_hand(**move, what=sent.note)
        elif sent.kind == "draft":
            stamp = runs.declare_draft(**move, values=sent.parameters)
        elif sent.template_version is None:
            raise wrong(request, sent.version, {"template_version": "Say which version was run."})
        else:
            stamp = runs.declare_template(**move, number=sent.template_version, values=sent.parameters)
    except InvalidParameters as error:
        raise invalid_values(request, sent.version, error) from None
    return _answer(request, stamp)


class DecisionIn(In):
    """What becomes of a drafted script."""

    model_config = ConfigDict(json_schema_extra=example(decision="one_off", parameters={"service": "Spooler"}))

    decision: Literal["one_off", "draft_template", "build_template"] = Field(
        description="Run it now; run it and keep it as a draft template; or only open the builder with it."
    )
    parameters: Values
    version: Version = None


@router.post(f"{FIX}/decision", response=RunOut, auth=RUNNING)
@sensitive_variables()
def decide(request: SessionRequest, session_id: UUID, fix_id: UUID, sent: DecisionIn):
    """Decides on a drafted script. `one_off` and `draft_template` declare the run, `build_template` does not."""
    if sent.decision == "build_template":
        if is_older(request, sent.version):
            raise fix_changed()
        drafting = runs.build_template(fix=request.fix, by=request.caller)
        return _answer(request, None, script_builder_session_id=drafting.pk)
    try:
        if sent.decision == "one_off":
            return _answer(request, runs.declare_draft(**said(request, sent.version), values=sent.parameters))
        stamp = runs.declare_draft_and_keep(**said(request, sent.version), values=sent.parameters)
    except InvalidParameters as error:
        raise invalid_values(request, sent.version, error) from None
    return _answer(request, stamp, draft_template_id=request.fix.draft_template.pk)


def invalid_values(request: SessionRequest, version: int | None, error: InvalidParameters) -> Exception:
    """The refusal of what was filled in, with a sentence for each value."""
    return wrong(request, version, {f"parameters.{name}": words for name, words in error.errors.items()})
