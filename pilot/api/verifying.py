"""What stands between a run and its outcome: the verification's output, and the assistant's proposal."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.utils.dateparse import parse_datetime
from ninja import Router
from pydantic import AfterValidator, ConfigDict, Field

from flowpilot.web.http import WrongState
from flowpilot.web.problems import invalid
from flowpilot.web.schemas import In, Out, Text, example
from pilot import verifying
from pilot.actions import proposals
from pilot.actions.record import Via
from pilot.api.fixes import FIX, Version, present, said
from pilot.api.guard import SessionGuard, SessionRequest, works
from pilot.api.schemas import AT, FixOut
from pilot.lifecycle import Move

router = Router(tags=["Suggested fixes"])
VERIFYING = SessionGuard(Move.WORKED)


def _moment(text: str) -> datetime:
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError("A moment is written as it was answered, such as " + AT)
    return moment


Moment = Annotated[str, AfterValidator(_moment), Field(json_schema_extra={"format": "date-time"})]


class OutputIn(In):
    """What the verification command printed."""

    model_config = ConfigDict(json_schema_extra=example(output="Status   Name\nRunning  Spooler\n"))

    output: Text = Field(min_length=1)


class ReadingOut(Out):
    """What it looks like. Only a person's word writes an outcome."""

    model_config = ConfigDict(
        json_schema_extra=example(outcome="applied_success", says="This is what is expected after the fix.")
    )

    outcome: Literal["applied_success", "applied_failed"] | None = Field(description="Null where it cannot be read.")
    says: str


@router.post(f"{FIX}/output", response=ReadingOut, auth=VERIFYING)
def read_output(request: SessionRequest, session_id: UUID, fix_id: UUID, sent: OutputIn):
    """Compares the verification command's output with what is expected. Writes nothing."""
    if not request.fix.verify_expected:
        raise WrongState("nothing_expected", "Nothing is known of what this command should say.")
    if not sent.output.strip():
        raise invalid({"output": "Paste what the command printed."})
    reading = verifying.read(request.fix, sent.output)
    return ReadingOut(outcome=verifying.STATUS.get(reading.outcome), says=reading.says)


class ConfirmIn(In):
    """Which proposal is confirmed."""

    model_config = ConfigDict(json_schema_extra=example(proposed_at=AT))

    proposed_at: Moment = Field(description="Of the proposal that you saw; refused where another one came meanwhile.")
    version: Version = None


@router.post(f"{FIX}/ai-outcome-proposal/confirm", response=FixOut, auth=VERIFYING)
def confirm_proposal(request: SessionRequest, session_id: UUID, fix_id: UUID, sent: ConfirmIn):
    """Writes the outcome that the assistant proposed, with its evidence as the notes."""
    proposals.confirm(**said(request, sent.version), seen=sent.proposed_at)
    return present(request)


@router.delete(f"{FIX}/ai-outcome-proposal", response=FixOut, auth=works)
def decline_proposal(request: SessionRequest, session_id: UUID, fix_id: UUID):
    """Not yet: the assistant's outcome proposal goes, the run still waits for its outcome."""
    fix = request.fix
    proposals.decline(fix=fix, by=request.caller, seen=fix.ai_outcome_proposed_at, via=Via.API)
    return present(request)
