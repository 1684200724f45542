"""Other people's words as comments of a script: whatever they say, no interpreter acts upon them."""

import re
import textwrap
import unicodedata

PREFIX = {"powershell": "# ", "bash": "# ", "python": "# ", "batch": "REM - "}
MOST_CHARACTERS = 5000
# The characters that turn the direction of a line around would show the engineer another text than the file holds.
DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Characters that cmd.exe acts upon before it knows that the line is a remark.
BATCH_ACTIVE = re.compile('[%^&|<>!"]')
COMMENT = re.compile(r"\s*(?:#.*)?")
BATCH_COMMENT = re.compile(r"\s*(?:@?rem(?:\s.*)?|::.*)?", re.IGNORECASE)


def lines(text: str, language: str) -> list[str]:
    """The text as line comments, wrapped; none where it says nothing."""
    words = [_harmless(line, language) for line in text[:MOST_CHARACTERS].splitlines()]
    if not any(words):
        return []
    wrapped = [part for line in words for part in (textwrap.wrap(line, 100) or [""])]
    return [(PREFIX[language] + line).rstrip() for line in wrapped]


def only(script: str, language: str) -> bool:
    """Whether a script holds nothing but comments and blank lines."""
    pattern = BATCH_COMMENT if language == "batch" else COMMENT
    return all(pattern.fullmatch(line) for line in script.splitlines())


def _harmless(line: str, language: str) -> str:
    """One line without what would end a comment or mean something inside it."""
    line = "".join(
        " " if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") else character for character in line
    )
    line = DIRECTION.sub(" ", line).replace("\ufeff", "")
    if language == "batch":
        line = BATCH_ACTIVE.sub(" ", line)
    if language == "python":
        # "coding: utf-7" in one of the first two lines would make Python read the rest in that encoding.
        line = re.sub(r"coding(?=[:=])", "coding ", line)
    return " ".join(line.split())
