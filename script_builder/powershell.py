"""PowerShell's tokens, as far as nesting, quotes and comments need them. A scanner, not a parser."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from script_builder.placement import PS_DOUBLE, PS_SINGLE

TOKEN = re.compile(
    rf"""
    (?P<space>\s+)
  | (?P<comment><\#(?s:.*?)(?:\#>|\Z)|\#[^\n]*)
  | (?P<here>@[{PS_SINGLE}][ \t]*(?=\n)(?s:.*?)(?:\n[{PS_SINGLE}]@|\Z)
           |@[{PS_DOUBLE}][ \t]*(?=\n)(?s:.*?)(?:\n[{PS_DOUBLE}]@|\Z))
  | (?P<single>[{PS_SINGLE}](?:[^{PS_SINGLE}]|[{PS_SINGLE}]{{2}})*(?:[{PS_SINGLE}]|\Z))
  | (?P<escape>`(?s:.)?)
  | (?P<variable>\$\{{[^}}\n]{{0,200}}\}}|\$[\w:?^$]+)
  | (?P<open>[$@]?\(|@?\{{|\[)
  | (?P<close>[)\]}}])
  | (?P<sign>[,;|&=])
  | (?P<word>[^\s`$@(){{}}\[\],;|&={PS_SINGLE}{PS_DOUBLE}]+|[$@])
    """,
    re.VERBOSE,
)


class Token(NamedTuple):
    """A piece of a script; strings and block comments that nothing closes reach to its end."""

    kind: str
    start: int
    end: int
    text: str

    @property
    def is_closed(self) -> bool:
        """Whether a string or a block comment has its end."""
        if self.kind == "double":
            return _double_end(self.text, 0)[1]
        if self.kind == "single":
            return len(self.text) > 1 and _single_end(self.text)
        if self.kind == "here":
            return bool(re.search(rf"\n[{PS_SINGLE}{PS_DOUBLE}]@\Z", self.text))
        return not self.text.startswith("<#") or (len(self.text) >= 4 and self.text.endswith("#>"))


def tokens(text: str) -> Iterator[Token]:
    """The script's tokens, all of it, in order; what stands in double quotes is one token with the quotes."""
    at = 0
    while at < len(text):
        if text[at] in PS_DOUBLE:
            kind, end = "double", _double_end(text, at)[0]
        else:
            found = TOKEN.match(text, at)
            kind, end = found.lastgroup, found.end()
        yield Token(kind, at, end, text[at:end])
        at = end


def unquoted(token: Token) -> str | None:
    """What a string says, or None where only PowerShell itself could tell."""
    inner = token.text[1:-1]
    if not token.is_closed or token.kind not in ("single", "double"):
        return None
    if token.kind == "single":
        return re.sub(rf"([{PS_SINGLE}])[{PS_SINGLE}]", r"\1", inner)
    return None if re.search("[$`]", inner) else re.sub(rf"([{PS_DOUBLE}])[{PS_DOUBLE}]", r"\1", inner)


def _single_end(text: str) -> bool:
    """Whether the last quote of a single-quoted string is its end, and not half of a pair."""
    return (len(text) - len(text.rstrip(PS_SINGLE))) % 2 == (0 if set(text) <= set(PS_SINGLE) else 1)


def _double_end(text: str, at: int) -> tuple[int, bool]:
    """Where the double-quoted string ends that begins here, code in `$( … )` and its strings included."""
    stack, at = ['"'], at + 1
    while at < len(text) and stack:
        character = text[at]
        if character == "`":
            at += 1
        elif stack[-1] == '"' and character in PS_DOUBLE:
            if text[at + 1 : at + 2] and text[at + 1] in PS_DOUBLE:
                at += 1
            else:
                stack.pop()
        elif text.startswith("$(", at):
            stack.append(")")
            at += 1
        elif stack[-1] == ")":
            if character in PS_DOUBLE:
                stack.append('"')
            elif character in PS_SINGLE:
                at = TOKEN.match(text, at).end() - 1
            elif character == "(":
                stack.append(")")
            elif character == ")":
                stack.pop()
        at += 1
    return min(at, len(text)), not stack
