from django.db import transaction

from flowpilot.people.models import User
from flowpilot.replies.engine import request_stop
from flowpilot.replies.models import KeyReused
from flowpilot.web.http import WrongState
from pilot.actions.record import hold_open
from pilot.models import AISession, ChatMessage


@transaction.atomic
def post(*, session: AISession, by: User, text: str, key: str) -> ChatMessage:
    """Posts a message and asks for its reply. The same key with the same text posts once.

    Raises WrongState where the session is closed or the key came with another text.
    """
    hold_open(session, changes=False)
    try:
        return ChatMessage.objects.ask(session, by, text, key)
    except KeyReused as reused:
        raise WrongState("key_reused", str(reused)) from reused


def stop(*, turn: ChatMessage, by: User) -> None:
    """Stops a reply; what it said so far stays."""
    request_stop(turn.reply)


@transaction.atomic
def retry(*, turn: ChatMessage, by: User) -> ChatMessage:
    """Asks again for a reply that did not come to its end; asked twice, it is the same new one.

    Raises WrongState where that reply is under way or done, or where the session is closed.
    """
    turn.reply.expect_over()
    hold_open(turn.session, changes=False)
    return ChatMessage.objects.ask_next(turn.session, by, retry_of=turn)
