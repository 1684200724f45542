"""The chat of a drafting session."""

import uuid
from uuid import UUID

from ninja import Query, Router
from ninja.responses import Status

from flowpilot.replies.api import Key, MessageIn, PostedOut, TurnOut, TurnPage
from flowpilot.web.problems import invalid
from flowpilot.web.schemas import Paging, page
from script_builder.actions import messages
from script_builder.api.guard import DraftingRequest, reads, works

router = Router(tags=["Script Builder"])
MESSAGES = "/sessions/{drafting_id}/messages"


@router.get(MESSAGES, response=TurnPage, auth=reads)
def list_drafting_messages(request: DraftingRequest, drafting_id: UUID, paging: Query[Paging]):
    """The turns of the builder's chat, oldest first."""
    turns = request.drafting.messages.select_related("author", "reply")
    return page(request, turns, paging, ("created_at", "id"), TurnOut.of)


@router.post(MESSAGES, response={201: PostedOut}, auth=works)
def post_drafting_message(request: DraftingRequest, drafting_id: UUID, sent: MessageIn, key: Key = ""):
    """Asks the drafting assistant; `Idempotency-Key` works as in a session's chat."""
    if not sent.text.strip():
        raise invalid({"text": "Write a message first."})
    turn = messages.post(drafting=request.drafting, by=request.caller, text=sent.text, key=key or uuid.uuid4().hex)
    return Status(201, PostedOut.of(request.drafting.messages.all(), turn))


@router.post(MESSAGES + "/{message_id}/stop", response=TurnOut, auth=works)
def stop_drafting_reply(request: DraftingRequest, drafting_id: UUID, message_id: UUID):
    """Stops a reply; what it said so far stays."""
    messages.stop(turn=request.turn)
    return _turn(request, message_id)


@router.post(MESSAGES + "/{message_id}/retry", response={201: TurnOut}, auth=works)
def retry_drafting_reply(request: DraftingRequest, drafting_id: UUID, message_id: UUID):
    """Asks again for a reply that did not come to its end; asked twice, it is the same new one."""
    return Status(201, _turn(request, messages.retry(turn=request.turn, by=request.caller).pk))


def _turn(request: DraftingRequest, pk) -> TurnOut:
    return TurnOut.of(request.drafting.messages.select_related("author", "reply").get(pk=pk))
