"""Parts of sentences that the built-in assistant's replies share."""

import re
from collections.abc import Iterable

from flowpilot.ai import evidence as reading
from flowpilot.ai import patterns
from flowpilot.ai.schema import Hints
from flowpilot.ai.situation import Situation


def plain(text: str, most: int = 200) -> str:
    """Somebody's words on one line, with what Markdown would take for markup escaped; no recovery key among them."""
    text = re.sub(r"\b\d{6}(?:-\d{6}){5,}\b", "(recovery key left out)", " ".join(text.split()))
    text = text if len(text) <= most else text[:most].rstrip() + "…"
    return re.sub(r"([\\`*_{}\[\]<>#|~!&])", r"\\\1", text)


def quoted(text: str, most: int = 80) -> str:
    """Somebody's words in quotation marks."""
    return f"“{plain(text, most)}”"


def line_of(text: str, found: Iterable[str]) -> str:
    """The line of an answer in which one of the patterns stands; of a short one all of it."""
    matches = (patterns.search(pattern, text) for pattern in found)
    at = next((match.start() for match in matches if match), 0)
    whole = text[text.rfind("\n", 0, at) + 1 :].partition("\n")[0]
    return whole if "\n" in text.strip() else text


def first_sentence(text: str) -> str:
    """The first sentence of a text."""
    found = re.match(r".+?[.!?](?=\s|$)", text, re.DOTALL)
    return found[0] if found else text


def noted(here: Situation) -> str:
    """What the message answers, so that the engineer sees what was made of it."""
    lines, known = [], reading.hints(here.runbook) if here.runbook else {}
    for task in here.runbook.tasks if here.runbook else ():
        fact = here.asked.get(task.id)
        if task.id in here.heard_now and not (fact and fact.answer):
            still = "; it stays open in the task lane, answer or skip it there" if fact and fact.state == "open" else ""
            line = line_of(here.answers.heard[task.id], known.get(task.id, ()))
            lines.append(f"I take {quoted(line)} as the answer to “{task.text.rstrip('.')}”{still}.")
    return "\n\n".join(lines) + "\n\n" if lines else ""


def evidence(here: Situation, hints: Hints, *, anywhere: bool = False) -> str:
    """The answers that say one of these things."""
    texts = {task.id: task.text for task in here.runbook.tasks}
    found = here.answers.because(hints, anywhere=anywhere).items()
    return "; ".join(
        f"{quoted(line_of(answer, [hints[task]]))} to “{texts[task].rstrip('.')}”" for task, answer in found
    )
