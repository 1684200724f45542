"""Characters that cannot be seen, or that make a text look like another one."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator

from script_builder.checks.finding import Finding, Kind

SUSPECT = re.compile(
    # Anything but printable ASCII, line ends and tabs is looked at more closely.
    r"[^\x20-\x7e\n\t]"
)
DIRECTION = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Invisible too, though their category does not say so.
BLANKS = set("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\u034f") | {chr(code) for code in range(0xFE00, 0xFE0F)}
BLANKS |= {chr(code) for code in range(0xE0100, 0xE01F0)}
JOINER = "\u200d"


def hidden(text: str) -> Iterator[Finding]:
    """A sentence for each such character of each line."""
    ends = [found.end() for found in re.finditer("\n", text)]
    for found in SUSPECT.finditer(text):
        if what := _what(text, found.start()):
            yield Finding(bisect_right(ends, found.start()) + 1, Kind.HIDDEN, f"{what}: {_named(found.group())}.")


def _what(text: str, at: int) -> str:
    character = text[at]
    category = unicodedata.category(character)
    if character in DIRECTION:
        return "A character that turns the text's direction around, so that it reads otherwise than it runs"
    if category == "Zs":
        return "A space that the language does not take for one"
    if category in ("Zl", "Zp"):
        return "A line break that the language may not take for one"
    if category in ("Cc", "Cs"):
        return "A control character"
    if (category == "Cf" or character in BLANKS) and not _joins_pictures(text, at):
        return "An invisible character"
    return ""


def _joins_pictures(text: str, at: int) -> bool:
    """Whether it makes one picture of two, such as a family."""
    around = text[max(0, at - 1) : at] + text[at + 1 : at + 2]
    return (
        text[at] == JOINER and len(around) == 2 and all(unicodedata.category(c) in ("So", "Sk", "Mn") for c in around)
    )


def _named(character: str) -> str:
    return f"{unicodedata.name(character, 'without a name')} (U+{ord(character):04X})"
