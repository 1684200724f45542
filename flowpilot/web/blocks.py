"""Where Markdown that is still being written can be cut: a block that is closed never changes again."""

import re
from dataclasses import dataclass

from flowpilot.web.markdown import begins_block, render_block

_FENCE = re.compile(r" {0,3}(?:(`{3,})[^`]*|(~{3,}).*)$")
_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]|$)")
# Lists, quotes and indented code: what follows a blank line may still be inside, and only the parser can say.
_MARKER = re.compile(r" {0,3}(?:(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)|>)")
_INDENTED = re.compile(r" {4}| {0,3}\t")


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed block: its HTML, where it ends, and after how many characters one knows that it does."""

    html: str
    end: int
    known_at: int


class Blocks:
    """Text that grows, with its closed blocks.

    What it says of a text depends on the characters alone, never on the portions in which they came; each
    character is looked at once and rendered once.
    """

    def __init__(self, text: str = ""):
        self.text = ""
        self.closed: list[Closed] = []
        self._start = 0  # of the open block
        self._line = 0  # start of the first line that is not complete
        self._kind = ""  # of the open block: text, box (list, quote, indented), fence, or none yet
        self._fence = ""
        self._after_blank = False
        self._ask_at = 0  # how long a box must be before the parser is asked again
        self._rest = (0, "")  # length of the whole text and HTML of its open rest, once it was asked for
        self.feed(text)

    def feed(self, text: str) -> None:
        """Takes the next characters."""
        self.text += text
        while (newline := self.text.find("\n", self._line)) >= 0:
            start, self._line = self._line, newline + 1
            self._take(self.text[start:newline], start)

    def html(self) -> str:
        """The whole text as HTML, taking it for complete."""
        return "".join(block.html for block in self.closed) + self.rest_html()

    def rest_html(self) -> str:
        """The open rest as HTML, taking it for complete."""
        if self._rest[0] != len(self.text):
            self._rest = (len(self.text), render_block(self.text[self._start :]))
        return self._rest[1]

    def _close(self, end: int) -> None:
        self.closed.append(Closed(render_block(self.text[self._start : end]), end, self._line))
        self._start, self._kind, self._fence, self._after_blank, self._ask_at = end, "", "", False, 0

    def _take(self, line: str, start: int) -> None:
        """Moves on by one complete line. Where it is not certain that a block is closed, it stays open."""
        if self._kind == "fence":
            if re.fullmatch(rf" {{0,3}}{self._fence[0]}{{{len(self._fence)},}}[ \t]*", line):
                self._close(self._line)
            return
        if not line.strip(" \t"):
            if self._kind in ("", "text"):
                self._close(self._line)  # a blank line between blocks too, so that no open rest begins with it
            self._after_blank = self._kind == "box"
            return
        opens = _FENCE.match(line) or _HEADING.match(line)
        if self._kind == "box":
            if line[0] in " \t" or _MARKER.match(line) or not (self._after_blank or opens):
                self._after_blank = False
                return
            if not self._leaves_box(start):
                return
            self._close(start)
        if opens:
            if self._kind:
                self._close(start)
            if fence := _FENCE.match(line):
                self._kind, self._fence = "fence", fence[1] or fence[2]
            else:
                self._close(self._line)
        elif _MARKER.match(line) or _INDENTED.match(line):
            self._kind = "box"
        else:
            self._kind = self._kind or "text"

    def _leaves_box(self, start: int) -> bool:
        """Whether the line that begins there is outside; asked ever more rarely where it was not, to stay linear."""
        length = self._line - self._start
        if length < self._ask_at:
            return False
        box = self.text[self._start : self._line]
        if begins_block(box, box.count("\n", 0, start - self._start)):
            return True
        self._ask_at = 2 * length
        return False


def render(text: str) -> str:
    """A complete Markdown text as safe HTML."""
    return Blocks(text).html()
