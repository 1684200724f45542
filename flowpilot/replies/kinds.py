"""The port through which the engine reaches the conversations it does not know (settings.REPLY_KINDS)."""

from functools import cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from flowpilot.ai.port import Call, Conversation
from flowpilot.ai.tools import Arguments


class ReplyKind(Protocol):
    """What the owner of a kind of conversation does for the engine."""

    def conversation(self, reply) -> Conversation:
        """What this reply answers: turns up to its own, and the brief, from fresh rows."""
        ...

    def check(self, reply, call: Call) -> Arguments:
        """The call's checked arguments; raises flowpilot.ai.tools.MalformedCall."""
        ...

    def apply(self, reply, calls: list[Arguments]) -> None:
        """Does what the calls ask, inside the transaction that finishes the reply.

        Checks the asker's rights again; a call that stopped being possible becomes a note in the conversation.
        """
        ...

    def may_watch(self, user, reply) -> bool:
        """Whether this user may see this reply."""
        ...


@cache
def kind(name: str) -> ReplyKind:
    """The kind of that name."""
    return import_string(settings.REPLY_KINDS[name])()
