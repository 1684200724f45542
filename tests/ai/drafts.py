"""A builder's chat with the built-in assistant, and the drafts that can come of it."""

import asyncio
from dataclasses import replace

from markdown_it import MarkdownIt

from flowpilot.ai import library
from flowpilot.ai.drafting import drafter, plan
from flowpilot.ai.drafting.model import Wishes
from flowpilot.ai.port import Brief, Conversation, Draft, Message, TaskFact
from flowpilot.ai.providers.builtin import BuiltInAssistant

TAGS = {"powershell": "powershell", "bash": "bash", "python": "python", "bat": "batch"}
TO_DRAFT = {
    f"{book.number}/fix/{fix.id}": fix for book in library.runbooks().values() for fix in book.fixes if fix.draft
}
OFFERED = [(source, language) for source, fix in TO_DRAFT.items() for language in fix.draft.languages]
SCAFFOLDS = [("", language) for language in TAGS.values()]


class Chat:
    """One builder's chat about a fix; every reply is checked for what holds of all of them."""

    def __init__(self, source="", language="powershell", *, answers=(), **draft):
        draft = {"fix_title": "Map the drive again", "fix_description": "Do it."} | draft
        tasks = tuple(TaskFact("question", "?", "answered", answer, task) for task, answer in dict(answers).items())
        self.brief = Brief(tasks=tasks, draft=Draft(fix_source=source, language=language, **draft))
        self.messages: list[Message] = []
        self.script, self.language = "", ""

    def say(self, text: str) -> str:
        """The reply; `script` and `language` are its block's, or empty."""
        self.messages.append(Message("user", text))

        conversation = Conversation("builder", tuple(self.messages), self.brief)

        async def collect():
            return [part async for part in BuiltInAssistant().reply(conversation)]

        reply = "".join(asyncio.run(collect()))
        self.messages.append(Message("assistant", reply))
        blocks = [token for token in MarkdownIt().parse(reply) if token.type in ("fence", "code_block")]
        assert len(blocks) <= 1
        self.script, self.language = (blocks[0].content, TAGS[blocks[0].info]) if blocks else ("", "")
        assert reply == drafter.reply(conversation)
        assert reply.strip()
        assert self.script == "" or self.script.endswith("\n")
        return reply

    def edit(self, buffer: str):
        """The editor holds this now."""
        self.brief = replace(self.brief, draft=replace(self.brief.draft, buffer=buffer))


def subject(source: str) -> plan.Subject:
    """What the library knows of a fix to draft, or of none."""
    draft = Draft("Map the drive again", "", "Remove it; then map it.", source)
    return plan.Subject.of(Conversation("builder", (), Brief(draft=draft)))


def drafted(source: str, language: str, **wishes) -> str:
    """The draft for a fix, or a scaffold with two parameters, with these wishes."""
    about = subject(source)
    extra = ("server_name", "path_value") if about.recipe is None else ()
    return drafter.render(plan.script(about, Wishes(language, extra=extra, **wishes)))
