"""Where a session stands, read from its conversation and brief alone; the assistant itself remembers nothing."""

import re
from dataclasses import dataclass, replace
from functools import cached_property

from flowpilot.ai import intents, library
from flowpilot.ai.port import Conversation, FixFact, TaskFact
from flowpilot.ai.schema import Fill, Hints, Runbook, RunbookFix, Trigger
from flowpilot.ai.tools import Parameter

# A pasted log is a long answer; a hint is found at its beginning or not at all.
MOST_OF_AN_ANSWER = 2000


@dataclass(frozen=True)
class Situation:
    """What the built-in assistant knows when it is asked for a reply."""

    conversation: Conversation
    # Set where the assistant turns to another runbook than the one that was worked so far.
    turned_to: Runbook | None = None

    def turn_to(self, runbook: Runbook) -> "Situation":
        """The same session, seen with this runbook."""
        return replace(self, turned_to=runbook)

    @cached_property
    def said(self) -> str:
        """The message to answer; nothing where a task or an outcome asked for the reply."""
        messages = self.conversation.messages
        return messages[-1].text if messages and messages[-1].role == "user" else ""

    @cached_property
    def intent(self) -> str:
        """What the message is for, where it is short and plain."""
        return intents.intent(self.said)

    @cached_property
    def story(self) -> str:
        """Everything that people said of the problem, the newest first."""
        brief = self.conversation.brief
        said = [message.text for message in reversed(self.conversation.messages) if message.role == "user"]
        return "\n".join([*said[:5], brief.title, brief.problem])

    @cached_property
    def runbook(self) -> Runbook | None:
        """The runbook that is being worked: that of the newest task, else of the newest fix."""
        if self.turned_to:
            return self.turned_to
        brief = self.conversation.brief
        for fact in (*reversed(brief.tasks), *reversed(brief.fixes)):
            number, _, rest = fact.source.partition("/")
            if rest and number in library.runbooks():
                return library.runbooks()[number]
        return None

    def tasks(self, owner: str) -> list[TaskFact]:
        """The tasks that were asked under this name: a runbook's number, or a kind of our own."""
        return [task for task in self.conversation.brief.tasks if task.source.startswith(f"{owner}/")]

    @cached_property
    def open_tasks(self) -> list[TaskFact]:
        """The tasks that wait for an answer."""
        return [task for task in self.conversation.brief.tasks if task.state == "open"]

    @cached_property
    def answers(self) -> dict[str, str]:
        """The answers to the runbook's tasks by the task's id."""
        asked = self.tasks(self.runbook.number) if self.runbook else []
        return {task.source.rpartition("/")[2]: task.answer[:MOST_OF_AN_ANSWER] for task in asked if task.answer}

    @cached_property
    def open_fix(self) -> FixFact | None:
        """The active fix: the newest proposed one, else the newest partial one."""
        fixes = self.conversation.brief.fixes[::-1]
        proposed = [fix for fix in fixes if fix.status == "proposed"]
        return next(iter(proposed + [fix for fix in fixes if fix.status == "applied_partial"]), None)

    @cached_property
    def own_fixes(self) -> list[FixFact]:
        """The fixes of the runbook that were proposed, oldest first."""
        number = self.runbook.number if self.runbook else ""
        return [fix for fix in self.conversation.brief.fixes if number and fix.source.startswith(f"{number}/fix/")]

    def entry(self, fact: FixFact) -> RunbookFix | None:
        """What the library says of a fix that was proposed, if it is the library's."""
        number, _, slug = fact.source.partition("/fix/")
        book = library.runbooks().get(number)
        return next((fix for fix in book.fixes if fix.id == slug), None) if book else None

    def holds(self, hints: Hints) -> bool:
        """Whether an answer says one of these things."""
        return any(re.search(pattern, self.answers.get(task, ""), re.IGNORECASE) for task, pattern in hints.items())

    @cached_property
    def next_fix(self) -> RunbookFix | None:
        """The runbook's first fix that was not proposed yet; the answers may put one first or last."""
        used = {fix.source.rpartition("/")[2] for fix in self.own_fixes}
        left = [fix for fix in self.runbook.fixes if fix.id not in used] if self.runbook else []
        return min(left, key=lambda fix: self.holds(fix.last_if) - self.holds(fix.first_if), default=None)

    @cached_property
    def triggers(self) -> list[Trigger]:
        """The runbook's reasons to hand over that the answers give."""
        return [trigger for trigger in self.runbook.escalate if self.holds(trigger.when)] if self.runbook else []

    def filled(self, fix: RunbookFix) -> dict[str, str]:
        """The values that the answers give for a fix's parameters; one that does not fit is left to the engineer."""
        parameters = library.templates()[fix.template].parameters if fix.template else fix.parameters
        return self.values(fix.fill, parameters)

    def values(self, fills: dict[str, Fill], parameters: dict[str, Parameter]) -> dict[str, str]:
        """What the answers give for these parameters, where it fits them."""
        values = {name: self._part(fill, parameters[name]) for name, fill in fills.items()}
        return {name: value for name, value in values.items() if value}

    def _part(self, fill: Fill, parameter: Parameter) -> str:
        found = re.search(fill.pattern, self.answers.get(fill.task, ""))
        value = (found[1] if found.re.groups else found[0]) or "" if found else ""
        return value if not parameter.pattern or re.fullmatch(parameter.pattern, value) else ""
