"""Closing a session, handing it over, taking it over and opening it again; and the texts that go with that."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from ninja import Query, Router
from pydantic import ConfigDict, Field

from flowpilot.web.problems import invalid
from flowpilot.web.schemas import Id, In, Line, Out, Page, Paging, PersonOut, Text, example, page
from pilot import access, exports, notes
from pilot.actions import closing
from pilot.actions.fixes import NotesRequired
from pilot.actions.record import Via
from pilot.api.fixes import Notes
from pilot.api.guard import SessionGuard, SessionRequest, reads, works
from pilot.api.schemas import ALICE, AT, ID, OTHER, MarkdownOut, SessionOut
from pilot.api.sessions import SeenVersion
from pilot.lifecycle import OUTCOME_OF, SessionMove
from pilot.models import Closing, SuggestedFix

router = Router(tags=["Closing"])
MOST_TEXT = 100_000


class PreviewOut(Out):
    """A text written from the record, and the state that it was written from."""

    model_config = ConfigDict(
        json_schema_extra=example(text="**Problem.** Nobody in Sales can print.\n", state_version=4)
    )

    text: str
    state_version: int = Field(description="Send it along: the text is refused where the session moved on since.")


@router.get("/{session_id}/previews/resolution-notes", response=PreviewOut, auth=reads)
def preview_resolution(request: SessionRequest, session_id: UUID):
    """The resolution notes as the record gives them now."""
    return _preview(request, notes.resolution_notes)


@router.get("/{session_id}/previews/handoff-summary", response=PreviewOut, auth=reads)
def preview_handoff(request: SessionRequest, session_id: UUID):
    """The handoff summary as the record gives it now."""
    return _preview(request, notes.handoff_summary)


def _preview(request: SessionRequest, write) -> PreviewOut:
    # The version was read before what the text is written from, so it is never newer than the text.
    return PreviewOut(text=write(request.ai_session), state_version=request.ai_session.state_version)


def _now(request: SessionRequest) -> SessionOut:
    return SessionOut.of(access.get_session(request.caller, request.ai_session.pk))


CLOSING = {
    "id": ID, "kind": "resolution", "text": "Restarted the spooler.", "reason": "", "to": None, "party": "",
    "written_at": AT, "written_by": ALICE,
}  # fmt: skip


class ClosingOut(Out):
    """What a session was closed with. It stays when the session is opened again."""

    model_config = ConfigDict(json_schema_extra=example(**CLOSING))

    id: UUID
    kind: Literal["resolution", "handoff"]
    text: str
    reason: str
    to: PersonOut | None
    party: str
    written_at: datetime
    written_by: PersonOut

    @classmethod
    def of(cls, closed: Closing) -> "ClosingOut":
        """This closing."""
        people = {name: PersonOut.of(getattr(closed, name)) for name in ("to", "written_by")}
        return cls(**{name: getattr(closed, name) for name in cls.model_fields if name not in people}, **people)


class ClosingPage(Page):
    """Some of a session's closings, oldest first."""

    model_config = ConfigDict(json_schema_extra=example(items=[CLOSING], next=None))

    items: list[ClosingOut]


@router.get("/{session_id}/closings", response=ClosingPage, auth=reads)
def list_closings(request: SessionRequest, session_id: UUID, paging: Query[Paging]):
    """The notes and handoffs with which the session was closed, oldest first."""
    closings = request.ai_session.closings.select_related("to", "written_by")
    return page(request, closings, paging, ("written_at", "id"), ClosingOut.of)


@router.get("/{session_id}/closings/{closing_id}/markdown", response=MarkdownOut, auth=reads)
def closing_markdown(request: SessionRequest, session_id: UUID, closing_id: UUID):
    """The notes or the handoff as the file that the page offers."""
    return MarkdownOut(text=exports.closing_markdown(request.ai_session, request.closing))


def _expect_seen(request: SessionRequest, seen: int) -> None:
    """Refuses a text that was written from an older state, whatever else is wrong with it."""
    if seen != request.ai_session.state_version:
        raise closing.outdated()


class ResolveIn(In):
    """The notes, and the state that they were written from."""

    model_config = ConfigDict(json_schema_extra=example(notes="Restarted the spooler.", state_version=4))

    notes: Text = Field(min_length=1, max_length=MOST_TEXT)
    state_version: SeenVersion
    outcome: Literal["applied_success", "applied_failed", "applied_partial"] = Field(
        "applied_success", description="Of a fix that is being verified."
    )
    outcome_notes: Notes = Field("", description="Required for `applied_partial`.")


@router.post("/{session_id}/resolve", response=SessionOut, auth=works)
def resolve(request: SessionRequest, session_id: UUID, sent: ResolveIn):
    """Resolves the session. A fix that is being verified gets the outcome, an unrun one is dismissed."""
    _expect_seen(request, sent.state_version)
    if not sent.notes.strip():
        raise invalid({"notes": "Write the resolution notes first."})
    try:
        closing.resolve(
            session=request.ai_session,
            by=request.caller,
            notes=sent.notes,
            seen=sent.state_version,
            outcome=OUTCOME_OF[SuggestedFix.Status(sent.outcome)],
            outcome_notes=sent.outcome_notes,
            via=Via.API,
        )
    except NotesRequired as error:
        raise invalid({"outcome_notes": str(error)}) from error
    return _now(request)


class EscalateIn(In):
    """Why, to whom, and the summary with the state that it was written from."""

    model_config = ConfigDict(
        json_schema_extra=example(reason="Beyond me.", summary="So far: …", state_version=4, to_user_id=OTHER)
    )

    reason: Notes = Field(min_length=1)
    summary: Text = Field(min_length=1, max_length=MOST_TEXT)
    state_version: SeenVersion
    to_user_id: Id | None = Field(None, description="A teammate; or name an outside party.")
    party: Line = Field("", max_length=120)


@router.post("/{session_id}/escalate", response=SessionOut, auth=SessionGuard(expect=closing.expect_outcome))
def escalate(request: SessionRequest, session_id: UUID, sent: EscalateIn):
    """Hands the session over; refused (`outcome_required`) while a run waits for its outcome."""
    _expect_seen(request, sent.state_version)
    if not sent.summary.strip():
        raise invalid({"summary": "Write the handoff summary first."})
    to = sent.to_user_id and closing.may_receive(request.caller).filter(pk=sent.to_user_id).first()
    if sent.to_user_id and not to:
        raise invalid({"to_user_id": "That person cannot take a session over. Choose another teammate."})
    said = {"reason": sent.reason, "summary": sent.summary, "seen": sent.state_version, "to": to, "party": sent.party}
    try:
        closing.escalate(session=request.ai_session, by=request.caller, **said, via=Via.API)
    except closing.ReasonRequired as error:
        raise invalid({"reason": str(error)}) from error
    except closing.NoReceiver as error:
        raise invalid({"to_user_id": str(error)}) from error
    return _now(request)


@router.post(
    "/{session_id}/take-over",
    response=SessionOut,
    auth=SessionGuard(allowed=access.check_may_take_over, move=SessionMove.TAKE_OVER),
)
def take_over(request: SessionRequest, session_id: UUID):
    """Takes over a session that was handed to me."""
    closing.take_over(session=request.ai_session, by=request.caller, via=Via.API)
    return _now(request)


@router.post("/{session_id}/withdraw", response=SessionOut, auth=SessionGuard(move=SessionMove.WITHDRAW))
def withdraw(request: SessionRequest, session_id: UUID):
    """Takes a hand-over back before anybody took the session over."""
    closing.withdraw(session=request.ai_session, by=request.caller, via=Via.API)
    return _now(request)


class ReopenIn(In):
    """Did the last fix hold?"""

    model_config = ConfigDict(json_schema_extra=example(held=False))

    held: bool | None = Field(None, description="False corrects it to failed; null leaves it unsaid.")


@router.post("/{session_id}/reopen", response=SessionOut, auth=SessionGuard(move=SessionMove.REOPEN))
def reopen(request: SessionRequest, session_id: UUID, sent: ReopenIn):
    """Opens a closed session again; what it was closed with is kept."""
    closing.reopen(session=request.ai_session, by=request.caller, held=sent.held, via=Via.API)
    return _now(request)
