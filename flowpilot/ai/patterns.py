"""A runbook's patterns, tried with a time limit: an account writes its own, and a bad one must not hold a worker."""

import regex

# On the processor's clock, which all threads of a busy server advance together.
SECONDS = 0.2
FLAGS = regex.IGNORECASE | regex.MULTILINE


def search(pattern: str, text: str, flags: int = FLAGS) -> regex.Match | None:
    """Where the pattern stands in the text, in upper or lower case, line by line; what takes too long finds nothing."""
    try:
        return regex.search(pattern, text, flags, timeout=SECONDS)
    except TimeoutError:
        return None


def full(pattern: str, text: str) -> bool:
    """Whether the pattern takes the whole text, as it stands."""
    try:
        return bool(regex.fullmatch(pattern, text, timeout=SECONDS))
    except TimeoutError:
        return False
