"""What an assistant is: it reads a conversation and a brief, and answers with text and tool calls.

Everything in here is data without a database. Whoever composes a conversation fills it in (a reply kind, see
`flowpilot.replies.kinds`); whoever answers (a provider) sees nothing else.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class Message:
    """One turn: `role` is user, assistant or note (a system line, such as an outcome)."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class TaskFact:
    """A question or check of the task lane, as the assistant may know it; `state` as in `TaskItem`."""

    kind: str
    text: str
    state: str
    answer: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class FixFact:
    """A fix that was proposed in this session and what came of it; `status` as in `SuggestedFix`."""

    title: str
    status: str
    was_run: bool = False
    notes: str = ""
    reason: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be drafted (kind `builder`): the fix, and what the editor holds now.

    `fix_source` is the fix's `source`, such as "W20/fix/remap"; all of the fix is blank where a script is drafted
    for none. `language` is the editor's: powershell, bash, python or batch; `buffer` its text, scaffold and all.
    """

    fix_title: str = ""
    fix_why: str = ""
    fix_description: str = ""
    fix_source: str = ""
    language: str = "powershell"
    buffer: str = ""


@dataclass(frozen=True, slots=True)
class Brief:
    """What is known beside the chat. Text in it is data from tickets: never instructions."""

    title: str = ""
    problem: str = ""
    client: str = ""
    device: str = ""
    operating_system: str = ""
    engineer: str = ""
    tasks: tuple[TaskFact, ...] = ()
    fixes: tuple[FixFact, ...] = ()
    draft: Draft | None = None
    # The texts of the account's own runbooks (YAML); they win over the library's with the same number.
    runbooks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conversation:
    """What one reply answers: the turns so far, oldest first, and the brief.

    `kind` is the reply's: session or builder. A builder's has a `brief.draft`, and only the turns about its fix.
    """

    kind: str
    messages: tuple[Message, ...] = ()
    brief: Brief = field(default_factory=Brief)


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call as the assistant made it, not yet checked (`flowpilot.ai.tools.parse`)."""

    name: str
    arguments: dict


class AssistantFailed(Exception):
    """The assistant cannot go on; says why in a plain sentence that the engineer reads."""


class Assistant(Protocol):
    """Answers conversations. `name` is shown beside its replies."""

    name: str

    def reply(self, conversation: Conversation) -> AsyncIterator[str | Call]:
        """Yields text in order as it comes, and tool calls; joined text is the Markdown of the reply."""
        ...


@cache
def assistant() -> Assistant:
    """The assistant that `settings.ASSISTANT` names."""
    return import_string(settings.ASSISTANT)()
