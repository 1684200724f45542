"""An assistant and a kind of conversation that do what a test tells them."""

import asyncio
import os
from pathlib import Path

from flowpilot.ai.port import Conversation, Message
from flowpilot.ai.tools import MalformedCall

TEXT = """Is the **spooler** running?

```powershell
Get-Service Spooler
```

- If not, start it.
- If so, go on.

Then *tell* me."""


class Speeches:
    """What is to be said in which conversation, and what came of the calls; cleared for every test."""

    def __init__(self):
        self.clear()

    def clear(self):
        self.said = {}
        self.applied = []
        self.apply = lambda reply, calls: None
        self.seen_by = lambda user, reply: True
        self.alive = 0
        self.most_alive = 0


speeches = Speeches()


class Kind:
    """A kind of conversation without a table: a reply answers its own conversation's id."""

    def conversation(self, reply):
        """Names the conversation, so that the assistant finds its speech."""
        return Conversation("session", (Message("user", str(reply.conversation)),))

    def check(self, reply, call):
        """Takes every call but those named `malformed`."""
        if call.name == "malformed":
            raise MalformedCall("That is no call, and it quotes the user.")
        return call

    def apply(self, reply, calls):
        """Notes the calls, and does what the test wants besides."""
        speeches.apply(reply, calls)
        speeches.applied.append((reply.pk, [call.name for call in calls]))

    def may_watch(self, user, reply):
        """Whatever the test wants."""
        return speeches.seen_by(user, reply)


class Scripted:
    """Says what the test has put down for the conversation; TEXT in small portions where it has put down nothing."""

    name = "Scripted"

    async def reply(self, conversation):
        """Passes the speech on."""
        speeches.alive += 1
        speeches.most_alive = max(speeches.most_alive, speeches.alive)
        try:
            async for item in speeches.said.get(conversation.messages[0].text, portions)():
                yield item
        finally:
            speeches.alive -= 1


async def portions():
    """TEXT, three characters at a time."""
    for start in range(0, len(TEXT), 3):
        yield TEXT[start : start + 3]


class UntilReleased:
    """Counts aloud until the file named in the environment is there: for servers that run in another process."""

    name = "Counting"

    async def reply(self, conversation):
        """One numbered line after the other."""
        number, release = 0, Path(os.environ["REPLY_TEST_RELEASE"])
        while not release.exists():
            number += 1
            yield f"Line {number}.\n\n"
            await asyncio.sleep(0.01)
        yield "The end."
