"""What is known of a runbook's tasks: from the task lane, from the chat, and from the problem's own words."""

import re
from dataclasses import dataclass
from functools import cached_property

from flowpilot.ai import evidence, intents, patterns
from flowpilot.ai.port import TaskFact
from flowpilot.ai.schema import Fill, Hints, Runbook
from flowpilot.ai.tools import Parameter

# A pasted log is a long answer; a hint is found at its beginning or not at all.
MOST_OF_AN_ANSWER = 2000


@dataclass(frozen=True)
class Answers:
    """The answers to one runbook's tasks, each by the task's id.

    `texts` are what people said about it, the oldest first; `asked` are its tasks in the lane.
    """

    book: Runbook | None
    texts: tuple[str, ...]
    asked: dict[str, TaskFact]

    @cached_property
    def lane(self) -> dict[str, str]:
        """What was answered in the task lane."""
        return {name: task.answer[:MOST_OF_AN_ANSWER] for name, task in self.asked.items() if task.answer}

    @cached_property
    def heard(self) -> dict[str, str]:
        """What was said in the chat that answers a task, the newest of each."""
        found: dict[str, str] = {}
        asked = self.asked.keys() - self.lane.keys()
        for text in self.texts if self.book else ():
            if not intents.intent(text) or self.is_choice(text):
                text = text[:MOST_OF_AN_ANSWER]
                found |= dict.fromkeys(evidence.told(self.book, text, asked), text)
        return found

    def is_choice(self, text: str) -> bool:
        """Whether a message is to the letter what just one of the open questions offers, as "No" may be."""
        words = evidence.trimmed(text)
        offering = [task for task in self.book.tasks if words in map(str.lower, task.choices)] if self.book else []
        waiting = [task for task in offering if task.id in self.asked and task.id not in self.lane]
        return len(waiting) == 1

    def heard_in(self, text: str) -> list[str]:
        """The tasks that this message answers."""
        return [name for name, said in self.heard.items() if text and said == text[:MOST_OF_AN_ANSWER]]

    @cached_property
    def known(self) -> dict[str, str]:
        """What the problem's own words answer already."""
        found = {}
        for task in self.book.tasks if self.book else ():
            parts = (_part(task.known, text[:MOST_OF_AN_ANSWER]) for text in reversed(self.texts) if task.known)
            if part := next(filter(None, parts), ""):
                found[task.id] = part
        return found

    @cached_property
    def all(self) -> dict[str, str]:
        """The one answer to each task that counts: the lane's, else the chat's, else the problem's."""
        return self.known | self.heard | self.lane

    def because(self, hints: Hints, *, anywhere: bool = False) -> dict[str, str]:
        """The answers that say one of these things; `anywhere` tries the chat too where the lane has another answer."""
        return {
            task: texts[task]
            for texts in ((self.heard, self.all) if anywhere else (self.all,))
            for task, pattern in hints.items()
            if task in texts and patterns.search(pattern, texts[task])
        }

    def value(self, fill: Fill, parameter: Parameter) -> str:
        """The part of an answer that a parameter starts with, where it fits."""
        found = patterns.search(fill.pattern, self.all.get(fill.task, ""), flags=0)
        value = (found[1] if found.re.groups else found[0]) or "" if found else ""
        return value if not parameter.pattern or patterns.full(parameter.pattern, value) else ""


def _part(pattern: str, text: str) -> str:
    """The sentence in which a pattern is found."""
    found = patterns.search(pattern, text)
    if not found:
        return ""
    marks = (". ", "; ", "\n")
    start = max(text.rfind(mark, 0, found.start()) for mark in marks) + 1
    end = min((at for mark in marks if (at := text.find(mark, found.end())) >= 0), default=len(text))
    return re.sub(r"\s+", " ", text[start:end]).strip()
