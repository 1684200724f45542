"""A session as the assistant sees it, carried on from reply to reply, with every tool call checked and done."""

import asyncio
from dataclasses import replace

from flowpilot.ai import tools
from flowpilot.ai.port import Brief, Call, Conversation, FixFact, Message, TaskFact
from flowpilot.ai.providers.builtin import BuiltInAssistant


class Session:
    def __init__(self, **brief):
        self.messages: list[Message] = []
        self.brief = Brief(**brief)
        self.calls: list[tools.Arguments] = []

    def reply(self) -> str:
        """The assistant's next reply; what it asks for is on the record afterwards."""

        async def collect():
            conversation = Conversation("session", tuple(self.messages), self.brief)
            return [part async for part in BuiltInAssistant().reply(conversation)]

        parts = asyncio.run(collect())
        assert all(part for part in parts)
        self.calls = [tools.parse(part) for part in parts if isinstance(part, Call)]
        for call in self.calls:
            if isinstance(call, tools.AskTasks):
                asked = tuple(TaskFact(task.kind, task.text, "open", source=task.source) for task in call.tasks)
                self.brief = replace(self.brief, tasks=self.brief.tasks + asked)
            elif isinstance(call, tools.ProposeFix):
                fix = FixFact(call.title, "proposed", source=call.source)
                self.brief = replace(self.brief, fixes=(*self.brief.fixes, fix))
        text = "".join(part for part in parts if isinstance(part, str))
        self.messages.append(Message("assistant", text))
        return text

    def say(self, text: str) -> str:
        self.messages.append(Message("user", text))
        return self.reply()

    def answer(self, **answers: str) -> str:
        """Closes every open task, and whatever is asked after it, until nothing more is asked."""
        text = self.answer_group(**answers)
        while self.asked:
            text = self.answer_group(**answers)
        return text

    def answer_group(self, **answers: str) -> str:
        """Closes every open task: with the answer given for its id, else as skipped."""

        def closed(task: TaskFact) -> TaskFact:
            said = answers.get(task.source.rpartition("/")[2].replace("-", "_"))
            return replace(task, state="answered", answer=said) if said else replace(task, state="skipped")

        tasks = tuple(closed(task) if task.state == "open" else task for task in self.brief.tasks)
        self.brief = replace(self.brief, tasks=tasks)
        return self.reply()

    def run(self):
        """The engineer declares the newest fix as run; nobody asks for a reply."""
        self.change(was_run=True)

    def close(self, status: str, **changes) -> str:
        """The engineer records what came of the newest fix, and a reply is asked for."""
        self.change(status=status, **changes)
        self.messages.append(Message("note", f"“{self.brief.fixes[-1].title}”: {status}"))
        return self.reply()

    def change(self, **changes):
        self.brief = replace(self.brief, fixes=(*self.brief.fixes[:-1], replace(self.brief.fixes[-1], **changes)))

    @property
    def asked(self) -> list[str]:
        """The sources of the tasks that the last reply asked."""
        return [task.source for call in self.calls if isinstance(call, tools.AskTasks) for task in call.tasks]

    @property
    def proposed(self) -> tools.ProposeFix | None:
        """The fix that the last reply proposed."""
        return next((call for call in self.calls if isinstance(call, tools.ProposeFix)), None)
