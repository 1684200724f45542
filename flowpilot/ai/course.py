"""Which runbook a conversation has come to, and which of its words were said about which."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from flowpilot.ai.port import Message
from flowpilot.ai.schema import Runbook

PICK = re.compile(r"Work with the runbook “.*” \(([A-Z]\d\d)\)\.")
TURN = re.compile(r"^I (?:take this for|work with) \*\*.*\*\* \(([A-Z]\d\d)\)", re.MULTILINE)


def pick(book: Runbook) -> str:
    """The engineer's message that picks a runbook; recognised to the letter."""
    return f"Work with the runbook “{book.title}” ({book.number})."


def picked(text: str) -> str:
    """The number of the runbook that a message picks, or nothing."""
    found = PICK.fullmatch(text.strip())
    return found[1] if found else ""


@dataclass
class Course:
    """`number` is the runbook that was turned to last; `said` what people said about each, oldest first.

    Under "" stands what was said before any; `waiting` is what the assistant has not answered yet.
    """

    number: str = ""
    said: dict[str, list[str]] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)

    def about(self, number: str) -> list[str]:
        """What people said about a runbook, with what waits for an answer; before any was found, all of it."""
        before = self.said.get(number, []) if self.number else self.said.get("", [])
        return [*before, *self.waiting]

    def picks(self, number: str) -> None:
        """The engineer picks another runbook for the same trouble: what was said of it counts on."""
        if number != self.number:
            said = [*self.said.get(number, []), *self.said.get(self.number, []), *self.waiting]
            self.said[number], self.number, self.waiting = list(dict.fromkeys(said)), number, []

    def answered(self, turned_to: str) -> None:
        """The assistant answered, and perhaps turned to a runbook: because of what had just been said."""
        if turned_to and not self.number:
            self.waiting = [*self.said.pop("", []), *self.waiting]
        self.number = turned_to or self.number
        self.said.setdefault(self.number, []).extend(self.waiting)
        self.waiting = []


def follow(messages: Iterable[Message], ticket: list[str]) -> Course:
    """The course of a conversation; `ticket` is what the ticket itself says."""
    course = Course(said={"": ticket})
    for message in messages:
        if message.role == "user" and (number := picked(message.text)):
            course.picks(number)
        elif message.role == "user":
            course.waiting.append(message.text)
        elif message.role == "assistant":
            found = TURN.search(message.text)
            course.answered(found[1] if found else "")
    return course
