"""What a message in the chat tells about a runbook's tasks: pasted output, or a short answer to what is open."""

import re
from collections.abc import Iterator

from flowpilot.ai import patterns
from flowpilot.ai.schema import Hints, Runbook

MOST_WORDS = 14
# Answers that leave it open.
OPEN = {"not known", "not sure", "unknown", "not tried", "none of these", "something else", "other"}
OUTPUT = re.compile(
    r"^\s*(?:PS )?[A-Z]:\\[^>\n]*>|^\s*[$#] \S|^[ \t]*[\w .()/-]{1,40}[ \t]*[:=][ \t]*\S+[ \t]*$|^[ \t]*-{3,}|"
    r"\S[ \t]{3,}\S|\b\d{1,3}(?:[.,]\d+)?[ \t]?%|\b0x[0-9a-f]{4,8}\b|"
    r"\b(?:event|id|error|code|exit)\W{0,3}(?:id|code|number)?\W{0,3}\d{1,5}\b",
    re.IGNORECASE | re.MULTILINE,
)


def looks_like_output(text: str) -> bool:
    """Whether a message holds what a command or a log printed, rather than somebody's words."""
    return bool(OUTPUT.search(text))


def is_short(text: str) -> bool:
    """Whether a message may be the answer to a question, rather than a description."""
    return 0 < len(text.split()) <= MOST_WORDS


def hints(book: Runbook) -> dict[str, list[str]]:
    """The patterns that a runbook has for the answers to each of its tasks."""
    found: dict[str, list[str]] = {}
    for group in _groups(book):
        for task, pattern in group.items():
            found.setdefault(task, []).append(pattern)
    return found


def _groups(book: Runbook) -> Iterator[Hints]:
    for fix in book.fixes:
        yield from (fix.first_if, fix.last_if, fix.not_if)
    yield from (trigger.when for trigger in book.escalate)
    yield from (task.only_if for task in book.tasks)


def told(book: Runbook, text: str, asked: set[str]) -> set[str]:
    """The ids of the tasks that a message answers; `asked` are those that were asked and not answered in the lane."""
    short, output = is_short(text), looks_like_output(text)
    chosen = {task.id for task in book.tasks if _chooses(task.choices, text, short and task.id in asked)}
    chosen = chosen & asked or chosen
    hinted = {
        task
        for task, known in hints(book).items()
        if (output or (short and task in asked)) and any(patterns.search(pattern, text) for pattern in known)
    }
    # "Yes" to which of them?
    return hinted | (chosen if len(chosen) == 1 else set())


def trimmed(text: str) -> str:
    """A message without what is not worth comparing."""
    return " ".join(text.lower().split()).strip(" .!\"'")


def _chooses(choices: list[str], text: str, among_words: bool) -> bool:
    """Whether a message is one of the choices, or in few words names just one."""
    words = trimmed(text)
    offered = [choice.lower() for choice in choices if choice.lower() not in OPEN]
    if words in offered:
        return True
    named = [choice for choice in offered if len(choice) > 3 and re.search(rf"\b{re.escape(choice)}(?!\w)", words)]
    return among_words and len(named) == 1
