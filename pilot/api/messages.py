"""A session's chat."""

import uuid
from uuid import UUID

from ninja import Query, Router
from ninja.responses import Status

from flowpilot.replies.api import Key, MessageIn, PostedOut, TurnOut, TurnPage
from flowpilot.web.problems import invalid
from flowpilot.web.schemas import Paging, page
from pilot.actions import messages
from pilot.api.guard import SessionRequest, reads, works

router = Router(tags=["Messages"])


@router.get("/{session_id}/messages", response=TurnPage, auth=reads)
def list_messages(request: SessionRequest, session_id: UUID, paging: Query[Paging]):
    """The turns of the chat, oldest first."""
    turns = request.ai_session.messages.select_related("author", "reply")
    return page(request, turns, paging, ("created_at", "id"), TurnOut.of)


@router.post("/{session_id}/messages", response={201: PostedOut}, auth=works)
def post_message(request: SessionRequest, session_id: UUID, sent: MessageIn, key: Key = ""):
    """Posts a message. The assistant replies in a turn of its own, which is there at once and fills by and by.

    The same `Idempotency-Key` with the same text gives the turn that is there; with another text it is refused.
    """
    if not sent.text.strip():
        raise invalid({"text": "Write a message first."})
    turn = messages.post(session=request.ai_session, by=request.caller, text=sent.text, key=key or uuid.uuid4().hex)
    return Status(201, PostedOut.of(request.ai_session.messages.all(), turn))


@router.post("/{session_id}/messages/{turn_id}/stop", response=TurnOut, auth=works)
def stop_reply(request: SessionRequest, session_id: UUID, turn_id: UUID):
    """Stops a reply; what it said so far stays. A running one may still be `running` in the answer."""
    messages.stop(turn=request.turn, by=request.caller)
    return _turn(request, turn_id)


@router.post("/{session_id}/messages/{turn_id}/retry", response={201: TurnOut}, auth=works)
def retry_reply(request: SessionRequest, session_id: UUID, turn_id: UUID):
    """Asks again for a reply that did not come to its end; asked twice, it is the same new one."""
    return Status(201, _turn(request, messages.retry(turn=request.turn, by=request.caller).pk))


def _turn(request: SessionRequest, turn_id: UUID) -> TurnOut:
    return TurnOut.of(request.ai_session.messages.select_related("author", "reply").get(pk=turn_id))
