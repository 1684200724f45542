"""Where in a script a literal may stand: not inside quotes, a here-document or a block comment: there it is text.

These are scanners, not parsers: they know quotes, comments and nesting. What they do not understand they refuse.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable

from script_builder.models import Language

CODE, DOUBLE, CASE = "code", "double quotes", "case"
BESIDE = "a word, a string or a sign that it touches"
PS_SINGLE, PS_DOUBLE = "'\u2018\u2019\u201a\u201b", '"\u201c\u201d\u201e'
PS_HERE_STRING = re.compile(rf"@([{PS_SINGLE}{PS_DOUBLE}])[ \t]*\n")
ANSI_QUOTES = re.compile(r"\$'(?:\\.|[^'\\])*(?:'|\\?\Z)", re.DOTALL)
BACKTICKS = re.compile(r"`(?:\\.|[^`\\])*(?:`|\\?\Z)", re.DOTALL)
HEREDOC = re.compile(r"""<<-?[ \t]*(?:'([^'\n]+)'|"([^"\n]+)"|\\?([^\s'"\\<>|&;()]+))""")
CASE_WORD = re.compile(r"""case[ \t]+(?:"[^"\n]*"|'[^'\n]*'|[^\s"']+)[ \t]+in\b|esac\b""")
STOP_PARSING = re.compile(r"(?<=[ \t])--%(?=[ \t])[^\n]*")
# What a # stands behind where it begins a comment.
BEFORE_COMMENT = {Language.BASH: " \t\n;&|(", Language.POWERSHELL: " \t\n(){}[];,|&=+<>!"}
PYTHON_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?(?:"""|\\?\Z)'
    r"|'''(?:\\.|[^\\])*?(?:'''|\\?\Z)"
    r'|"(?:\\.|[^"\\\n])*(?:"|\n|\\?\Z)'
    r"|'(?:\\.|[^'\\\n])*(?:'|\n|\\?\Z)",
    re.DOTALL,
)
Span = tuple[int, int, str]


def misplaced(text: str, starts: Iterable[int], language: str) -> list[tuple[int, str]]:
    """Those of the placeholders' starts that are no place for a literal, each with what it stands in."""
    spans = deque(sorted(SCANNERS[language](text)))
    found, reach, around = [], 0, ""
    for start in sorted(starts):
        while spans and spans[0][0] <= start:
            _, end, place = spans.popleft()
            if end > reach:
                reach, around = end, place
        place = around if start < reach else None
        end = text.find("}}", start) + 2
        if place is None and _touches(text[start - 1 : start], text[end : end + 1], language):
            place = BESIDE
        if place:
            found.append((start, place))
    return found


def _touches(before: str, after: str, language: str) -> bool:
    """Whether a neighbouring character would change what the literal means."""
    if language == Language.PYTHON:
        return any(character and (character in "'\"_" or character.isalnum()) for character in (before, after))
    return (
        before in {Language.BASH: ("$", "\\"), Language.POWERSHELL: ("$", "@", "`"), Language.BATCH: ("^",)}[language]
    )


def _python(text: str) -> list[Span]:
    spans, at = [], 0
    while at < len(text):
        if text[at] == "#":
            at = _line_end(text, at)
        elif text[at] in "'\"":
            end = PYTHON_STRING.match(text, at).end()
            spans.append((at, end, "quotes"))
            at = end
        else:
            at += 1
    return spans


def _batch(text: str) -> list[Span]:
    spans, start, continued = [], 0, False
    for line in text.split("\n"):
        opening, at = -1, int(continued)
        if continued:
            spans.append((start, start + 1, "a line that ^ continues"))
        continued = False
        while at < len(line):
            if line[at] == "^" and opening < 0:
                continued = at + 1 == len(line)
                at += 1  # outside quotes it takes the meaning of what follows, also of a quote
            elif line[at] == '"' and opening < 0:
                opening = at
            elif line[at] == '"':
                spans.append((start + opening, start + at, DOUBLE))
                opening = -1
            at += 1
        if opening >= 0:
            spans.append((start + opening, start + len(line), DOUBLE))
        start += len(line) + 1
    return spans


class Nesting:
    """Double quotes and the code that stands inside them as `$( … )`, as deep as they go."""

    def __init__(self, text: str):
        self.text, self.spans, self.stack = text, [], [(CODE, 0)]

    @property
    def quoted(self) -> bool:
        """Whether the present place is inside double quotes."""
        return self.stack[-1][0] == DOUBLE

    def quote(self, at: int) -> int:
        """Opens double quotes, or closes those that are open."""
        if self.quoted:
            self.spans.append((self.stack.pop()[1], at + 1, DOUBLE))
        else:
            self.stack.append((DOUBLE, at))
        return at + 1

    def step(self, at: int) -> int:
        """Goes one character on; `$(` or `(` opens code, its `)` goes back to what was around it."""
        if self.text.startswith("$(", at):
            if self.quoted:
                self.spans.append((self.stack[-1][1], at, DOUBLE))
            self.stack.append((CODE, at))
            return at + 2
        if not self.quoted and self.text[at] == "(":
            self.stack.append((CODE, at))
        elif not self.quoted and self.text[at] == ")" and len(self.stack) > 1 and self.stack[-1][0] != CASE:
            self.stack.pop()
            if self.quoted:
                self.stack[-1] = (DOUBLE, at + 1)
        return at + 1

    def case(self, at: int) -> int:
        """Opens a `case`, whose patterns end in a bracket that closes nothing, or closes the one that is open."""
        if self.text.startswith("case", at):
            self.stack.append((CASE, at))
        elif self.stack[-1][0] == CASE:
            self.stack.pop()
        return at + 4

    def skip(self, end: int, place: str, at: int) -> int:
        """Steps over something in which no literal may stand."""
        self.spans.append((at, end, place))
        return end

    def done(self) -> list[Span]:
        """All places in which no literal may stand; what was never closed reaches to the end."""
        left = [(at, len(self.text) + 1, DOUBLE) for state, at in self.stack if state == DOUBLE]
        return self.spans + left


def _powershell(text: str) -> list[Span]:
    seen, at = Nesting(text), 0
    while at < len(text):
        character = text[at]
        if character == "`":
            at += 2
        elif character in PS_DOUBLE:
            at = seen.quote(at)
        elif seen.quoted:
            at = seen.step(at)
        elif text.startswith("<#", at):
            at = seen.skip(_after(text, "#>", at), "a block comment", at)
        elif _is_comment(text, at, Language.POWERSHELL):
            at = _line_end(text, at)
        elif stopped := STOP_PARSING.match(text, at):
            at = seen.skip(stopped.end(), "what follows --%, where nothing is quoted", at)
        elif opening := PS_HERE_STRING.match(text, at):
            quotes = PS_SINGLE if opening.group(1) in PS_SINGLE else PS_DOUBLE
            at = seen.skip(_after(text, f"\n[{quotes}]@", at), "a here-string", at)
        elif character in PS_SINGLE:
            at = seen.skip(_after(text, f"[{PS_SINGLE}]", at + 1), "single quotes", at)
        else:
            at = seen.step(at)
    return seen.done()


def _bash(text: str) -> list[Span]:
    seen, at, awaited = Nesting(text), 0, []
    while at < len(text):
        character = text[at]
        if character == "\\":
            at += 2
        elif character == "`":
            at = seen.skip(BACKTICKS.match(text, at).end(), "backticks", at)
        elif character == '"':
            at = seen.quote(at)
        elif text.startswith("${", at):
            at = seen.skip(_expansion_end(text, at), "a parameter expansion", at)
        elif text.startswith(("((", "$(("), at):
            at = seen.skip(_after(text, r"\)\)", at), "an arithmetic expression", at)
        elif seen.quoted:
            at = seen.step(at)
        elif escaped := ANSI_QUOTES.match(text, at):
            at = seen.skip(escaped.end(), "single quotes", at)
        elif character == "'":
            at = seen.skip(_after(text, "'", at + 1), "single quotes", at)
        elif _is_comment(text, at, Language.BASH):
            at = _line_end(text, at)
        elif CASE_WORD.match(text, at) and (at == 0 or text[at - 1] in " \t\n;&|(){}"):
            at = seen.case(at)
        elif text.startswith("<<<", at):
            at += 3
        elif heredoc := HEREDOC.match(text, at):
            awaited.append(heredoc)
            at = heredoc.end()
        elif character == "\n" and awaited:
            at, awaited = seen.skip(_heredocs_end(text, at, awaited), "a here-document", at), []
        else:
            at = seen.step(at)
    return seen.done()


def _heredocs_end(text: str, at: int, awaited: list[re.Match]) -> int:
    for heredoc in awaited:
        word = re.escape(next(word for word in heredoc.groups() if word))
        at = _after(text, rf"\n\t*{word}(?=\n|\Z)", at) if at <= len(text) else at
    return at


def _expansion_end(text: str, at: int) -> int:
    """Where the `${ … }` ends that begins here, with those in it; past the end of the text where it never does.

    Bash pairs the single quotes in it, also where it stands in double ones.
    """
    stack: list[str] = []
    while at < len(text):
        character, step = text[at], 1
        if character == "\\":
            step = 2
        elif text.startswith(("${", "$("), at):
            stack.append("}" if text[at + 1] == "{" else ")")
            step = 2
        elif character == stack[-1]:
            stack.pop()
            if not stack:
                return at + 1
        elif character == '"':
            stack.append('"')
        elif character == "'" and stack[-1] != '"':
            step = _after(text, "'", at + 1) - at
        at += step
    return len(text) + 1


def _is_comment(text: str, at: int, language: str) -> bool:
    return text[at] == "#" and (at == 0 or text[at - 1] in BEFORE_COMMENT[language])


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return end if end >= 0 else len(text)


def _after(text: str, closing: str, at: int) -> int:
    """Where the pattern ends that closes something; past the end of the text where nothing does."""
    found = re.compile(closing).search(text, at)
    return found.end() if found else len(text) + 1


SCANNERS: dict[str, Callable[[str], list[Span]]] = {
    Language.POWERSHELL: _powershell,
    Language.BASH: _bash,
    Language.PYTHON: _python,
    Language.BATCH: _batch,
}
