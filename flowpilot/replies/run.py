"""One reply while it is being made, whoever drives it: the engine, or a test that drains the queue."""

import logging

from django.conf import settings

from flowpilot.ai.port import AssistantFailed, Call
from flowpilot.ai.tools import MalformedCall
from flowpilot.replies.kinds import kind
from flowpilot.replies.models import Reply
from flowpilot.replies.store import Ending, State, log_failure
from flowpilot.web.blocks import Blocks
from flowpilot.web.unseen import visible

logger = logging.getLogger(__name__)

MOST_CALLS = 8
LEFT_OUT = "\n\n*(The assistant also tried to put something on the record that could not be read. It was left out.)*"
# Controls do nothing in a chat but harm in a terminal; a lone surrogate cannot be stored.
_UNWANTED = dict.fromkeys([*range(9), *range(11, 32), *range(127, 160)])
_UNWANTED |= dict.fromkeys(range(0xD800, 0xE000), "\ufffd")


class Run:
    """What has come of a reply so far."""

    def __init__(self, reply: Reply):
        self.reply = reply
        self.text = ""
        self.calls = []
        self.malformed = 0
        self.taken = 0  # characters that were handed on to be stored
        self.blocks = Blocks()  # of the characters that are stored; touched by the writer alone

    def conversation(self):
        """What this reply answers."""
        return kind(self.reply.kind).conversation(self.reply)

    def add(self, text: str) -> None:
        """Takes the next words of the assistant."""
        self.text += visible(text.translate(_UNWANTED))
        if len(self.text) > settings.REPLY_MAX_CHARACTERS:
            self.text = self.text[: settings.REPLY_MAX_CHARACTERS]
            raise AssistantFailed("The answer grew too long and was cut off.")

    def call(self, call: Call) -> None:
        """Checks a tool call; one that does not fit never reaches the record."""
        try:
            if len(self.calls) == MOST_CALLS:
                raise MalformedCall("Too many calls.")
            self.calls.append(kind(self.reply.kind).check(self.reply, call))
        except MalformedCall:
            self.malformed += 1
            logger.warning("Reply %s: a malformed call of %.40r was left out.", self.reply.pk, call.name)

    def pending(self) -> tuple | None:
        """The words that came since the last time, as a piece (reply, start, text)."""
        start, self.taken = self.taken, len(self.text)
        return (self.reply.pk, start, self.text[start:]) if start < self.taken else None

    def ending(self, error: Exception | None) -> Ending:
        """How the reply ends when the assistant has fallen silent, or failed."""
        if isinstance(error, AssistantFailed):
            return Ending(State.FAILED, str(error))
        if error is not None:
            log_failure("Reply %s: the assistant failed", self.reply.pk, error)
            return Ending(State.FAILED, "The assistant could not go on.")
        if not self.text.strip() and not self.calls and not self.malformed:
            return Ending(State.FAILED, "The assistant gave no answer.")
        if self.malformed:
            self.text += LEFT_OUT
        return Ending(State.DONE)

    def complete(self, count: int | None = None) -> Blocks:
        """The blocks of all that came, or at least of the first `count` characters."""
        self.blocks.feed(self.text[len(self.blocks.text) : count])
        return self.blocks
