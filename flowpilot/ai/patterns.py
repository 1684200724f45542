"""Regular expressions that people, runbooks and models write: checked before they are kept, bounded when they run."""

import re

import regex

MAX_REPEATS = 100_000
# Measured on the processor's clock, which all threads of a busy server advance together: short enough against a
# pattern that explodes, long enough that an honest one is never taken for it.
SECONDS = 0.5
FLAGS = regex.IGNORECASE | regex.MULTILINE


def compiled(pattern: str, flags: int = 0) -> regex.Pattern:
    """The pattern; raises ValueError with a sentence where it is none, or repeats without measure."""
    repeats = 1
    for low, high in re.findall(r"\{(\d*)(?:,(\d*))?\}", pattern):
        repeats *= max(int(low or 1), int(high or 1), 1)
    if repeats > MAX_REPEATS:
        raise ValueError("The pattern repeats too often.")
    try:
        return regex.compile(pattern, flags)
    except regex.error:
        raise ValueError("The pattern is not a regular expression.") from None


def checked(pattern: str) -> str:
    """The pattern as it is; raises ValueError where it is none."""
    compiled(pattern)
    return pattern


def shows(pattern: str, output: str) -> bool:
    """Whether a command's output holds what is expected, in upper or lower case, line by line.

    Raises TimeoutError where that takes longer than anybody waits.
    """
    return bool(compiled(pattern, FLAGS).search(output, timeout=SECONDS))


def search(pattern: str, text: str, flags: int = FLAGS) -> regex.Match | None:
    """Where the pattern stands in the text, in upper or lower case, line by line; what takes too long finds nothing."""
    try:
        return compiled(pattern, flags).search(text, timeout=SECONDS)
    except TimeoutError:
        return None


def full(pattern: str, text: str) -> bool:
    """Whether the pattern takes the whole text, as it stands; what takes too long does not."""
    try:
        return bool(compiled(pattern).fullmatch(text, timeout=SECONDS))
    except TimeoutError:
        return False
