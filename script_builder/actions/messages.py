"""The builder's chat: what an engineer asks the drafting assistant for."""

from django.db import transaction

from flowpilot.people.models import User
from flowpilot.replies.engine import request_stop
from flowpilot.replies.models import KeyReused
from flowpilot.web.http import WrongState
from script_builder.access import check_may_draft
from script_builder.models import ScriptBuilderMessage, ScriptBuilderSession


def post(*, drafting: ScriptBuilderSession, by: User, text: str, key: str) -> ScriptBuilderMessage:
    """Asks the drafting assistant; the same key with the same text asks once.

    Raises WrongState where nothing can be drafted any more or the key came with another text.
    """
    check_may_draft(by, drafting)
    try:
        return ScriptBuilderMessage.objects.ask(drafting, by, text, key)
    except KeyReused as reused:
        raise WrongState("key_reused", str(reused)) from reused


def stop(*, turn: ScriptBuilderMessage) -> None:
    """Stops a reply; what it said so far stays."""
    request_stop(turn.reply)


@transaction.atomic
def retry(*, turn: ScriptBuilderMessage, by: User) -> ScriptBuilderMessage:
    """Asks again for a reply that did not come to its end; asked twice, it is the same new one."""
    check_may_draft(by, turn.session)
    turn.reply.expect_over()
    return ScriptBuilderMessage.objects.ask_next(turn.session, by, retry_of=turn)
