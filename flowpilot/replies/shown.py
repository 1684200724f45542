"""What a client shows of a reply. After the event with id k it is a function of the first k characters alone."""

import json
from bisect import bisect_right
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from flowpilot.web.blocks import Blocks

LABELS = {
    "queued": "Waiting…",
    "running": "Writing…",
    "done": "",
    "stopped": "Stopped",
    "interrupted": "Interrupted",
    "failed": "Failed",
}


def label(state: str, error: str = "") -> str:
    """The words under a reply that say how it stands."""
    return f"{LABELS[state]}: {error}" if error else LABELS[state]


@dataclass(frozen=True, slots=True)
class Part:
    """A reply as far as it is shown: closed blocks, the open rest as text, and how many characters that is."""

    html: SafeString
    tail: str
    count: int


class Shown:
    """A reply as far as it may be seen: the first `count` characters of its blocks, and its end once it has one."""

    def __init__(self, blocks: Blocks, own: bool = False):
        self.blocks = blocks
        self.own = own  # whether this very process makes the reply
        self.count = 0
        self.ended: dict | None = None

    def end(self, state: str, error: str = "") -> None:
        """Marks it as complete; the blocks hold the whole text."""
        self.count = len(self.blocks.text)
        self.ended = {"state": state, "label": label(state, error), "html": self.blocks.rest_html()}

    def part(self, count: int | None = None) -> Part:
        """What the first characters look like, all that may be seen unless told otherwise."""
        count = self.count if count is None else count
        closed = self.blocks.closed[: self._known(count)]
        start = closed[-1].end if closed else 0
        return Part(mark_safe("".join(block.html for block in closed)), self.blocks.text[start:count], count)

    def since(self, position: int | None) -> bytes:
        """The events for a client that shows the first `position` characters, or nobody knows what (None)."""
        events = b""
        if position is None or position > self.count:
            part = self.part()
            events = _event("reset", _json(html=part.html, tail=part.tail), part.count)
        elif position < self.count:
            first, last = self._known(position), self._known(self.count)
            if first == last:
                events = _event("", self.blocks.text[position : self.count], self.count)
            else:
                closed = self.blocks.closed[first:last]
                tail = self.blocks.text[closed[-1].end : self.count]
                events = _event("block", _json(html="".join(block.html for block in closed), tail=tail), self.count)
        return events + _event("close", _json(**self.ended), self.count) if self.ended else events

    def _known(self, count: int) -> int:
        """How many blocks one knows to be closed after so many characters."""
        return bisect_right(self.blocks.closed, count, key=lambda block: block.known_at)


def _json(**data) -> str:
    return json.dumps(data, separators=(",", ":"))


def _event(name: str, data: str, count: int) -> bytes:
    """One event; text that holds line ends takes a line for each, so it cannot forge another field."""
    lines = data.replace("\r", "\n").split("\n")
    head = f"event: {name}\n" if name else ""
    return f"id: {count}\n{head}{''.join(f'data: {line}' + chr(10) for line in lines)}\n".encode()
