"""The assistant that needs no key and no network: it works from the runbooks and says so."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator

from flowpilot.ai import library, matching
from flowpilot.ai.drafting import drafter
from flowpilot.ai.port import Call, Conversation, FixFact
from flowpilot.ai.providers import wording
from flowpilot.ai.schema import Runbook, RunbookFix
from flowpilot.ai.situation import Situation

Parts = Iterator[str | Call]

GENERIC = (
    ("started", "When did it start, and did it ever work before?", "What changed then is often the cause.", []),
    ("error", "What does it say exactly, word for word, and when?", "The exact words tell more than a name.", []),
    ("changed", "What changed shortly before: update, password, device, place?", "Most faults follow a change.", []),
    ("who", "Whom does it hit?", "It tells a person's settings from a device and from a service.",
     ["One user", "One device, any user", "Several users", "Not known"]),
    ("how-often", "Is it constant, or does it come and go?", "What comes and goes depends on load, time or place.",
     ["Constant", "Now and then", "Once so far"]),
    ("elsewhere", "Is it the same on another device or another network?", "It shows which part can be left out.",
     ["The same elsewhere", "Only here", "Not tried"]),
)  # fmt: skip
NONE_OF_THESE = "None of these"


class BuiltInAssistant:
    """Answers from the built-in library alone; it asks and proposes, and never records an outcome."""

    name = "Built-in assistant"

    async def reply(self, conversation: Conversation) -> AsyncIterator[str | Call]:
        """Yields the reply sentence by sentence, and its tool calls."""
        work = answer_builder if conversation.kind == "builder" else answer
        # The first answer reads the library's files, and matching is work: neither belongs on the event loop.
        for part in await asyncio.to_thread(lambda: list(work(conversation))):
            if isinstance(part, Call):
                yield part
            else:
                for sentence in re.findall(r".+?(?:[.!?:](?=\s)\s*|\n+|\Z)", part, re.DOTALL):
                    yield sentence


def answer_builder(conversation: Conversation) -> Parts:
    """What the assistant says where it drafts a script."""
    yield drafter.reply(conversation)


def answer(conversation: Conversation) -> Parts:
    """What the assistant says to where the session stands."""
    here = Situation(conversation)
    if here.intent in wording.COURTESIES and (here.runbook or here.intent != "greeting"):
        yield wording.courtesy(here)
    elif (other := _other_problem(here)) is not None:
        yield from _start(here.turn_to(library.runbooks()[other.number]), other.because)
    elif here.open_fix and not _leaves_partial(here):
        yield wording.about_open_fix(here, here.open_fix)
        yield from _outcome(here)
    elif here.runbook:
        yield from _go_on(here)
    else:
        yield from _find(here)


def _other_problem(here: Situation) -> matching.Candidate | None:
    """The runbook of a message that is clearly about something else than what is being worked."""
    if not here.runbook or not here.said or here.intent:
        return None
    found = matching.match(here.said).sure
    return found if found and found.number != here.runbook.number else None


def _outcome(here: Situation) -> Parts:
    """What the message makes of a run that waits for its outcome, as a proposal: the engineer records it."""
    if here.open_fix.was_run and here.open_fix.status == "proposed" and here.intent in ("works", "failed"):
        outcome = "worked" if here.intent == "works" else "failed"
        yield Call("propose_outcome", {"outcome": outcome, "evidence": f"You wrote: {here.said.strip()[:900]}"})


def _leaves_partial(here: Situation) -> bool:
    """Whether the engineer wants the next fix although the last one worked in part."""
    return here.open_fix.status == "applied_partial" and here.runbook is not None and here.intent in ("else", "go on")


def _start(here: Situation, because: tuple[str, ...]) -> Parts:
    """Names the runbook and asks what it needs to know; goes on where all that was asked before."""
    asked = {task.source for task in here.tasks(here.runbook.number)}
    tasks = [task for task in _tasks(here.runbook) if task["source"] not in asked]
    yield wording.taken_for(here, because, asks=bool(tasks))
    if tasks:
        yield Call("ask_tasks", {"tasks": tasks})
    elif not here.open_fix:
        yield from _go_on(here)


def _tasks(runbook: Runbook) -> list[dict]:
    asks = [("question", task, "") for task in runbook.questions]
    asks += [("check", task, task.command) for task in runbook.checks]
    return [
        {"kind": kind, "text": task.text, "why": task.why, "command": command, "choices": task.choices,
         "source": f"{runbook.number}/{kind}/{task.id}"}
        for kind, task, command in asks
    ]  # fmt: skip


def _go_on(here: Situation) -> Parts:
    """The next step of the runbook, where no fix is open."""
    last = here.own_fixes[-1] if here.own_fixes else None
    if here.open_tasks and here.intent == "why":
        yield wording.why_asked(here)
    elif here.intent == "works":
        yield wording.solved(here)
    elif here.intent in ("why", "safe") and last:
        yield wording.why_and_risk(here, last)
    elif last and last.status == "applied_success" and here.intent != "failed":
        yield wording.already_solved(last)
    elif here.triggers and not last and here.intent != "go on":
        yield wording.hand_over(here)
    elif here.next_fix:
        yield from _propose(here, here.next_fix, last)
    else:
        yield wording.exhausted(here)


def _propose(here: Situation, fix: RunbookFix, last: FixFact | None) -> Parts:
    yield wording.proposal(here, fix, last)
    values = here.filled(fix)
    parameters = {
        name: parameter.model_dump() | ({"default": values[name]} if name in values else {})
        for name, parameter in fix.parameters.items()
    }
    fields = fix.model_dump(
        include={"title", "why", "description", "confidence", "risk", "language", "template", "script", "run_as",
                 "needs_admin", "reboots", "warnings"}
    )  # fmt: skip
    yield Call(
        "propose_fix",
        fields
        | {
            "template_values": values if fix.template else {},
            "parameters": parameters,
            "verify_command": fix.verify.command,
            "verify_expected": fix.verify.expected,
            "verify_wait_minutes": fix.verify.wait_minutes,
            "source": f"{here.runbook.number}/fix/{fix.id}",
        },
    )


def _find(here: Situation) -> Parts:
    """Looks for the runbook, asks where it is not clear, and says so where there is none."""
    choice, generic = here.tasks("choice"), here.tasks("generic")
    answers = "\n".join(task.answer for task in generic)
    found = matching.match(here.said)
    if not found.sure:
        wider = matching.match(f"{here.story}\n{answers}")
        found = wider if wider.sure or wider.candidates else found
    chosen = _chosen(choice[-1].answer if choice else "")
    if chosen and not generic:
        yield from _start(here.turn_to(chosen), ())
    elif found.sure:
        yield from _start(here.turn_to(library.runbooks()[found.sure.number]), found.sure.because)
    elif here.intent == "greeting":
        yield wording.HELLO
    elif here.intent == "works":
        yield wording.solved(here)
    elif here.open_tasks and (choice or generic) and here.said and here.intent != "go on":
        yield wording.WAITING_FOR_ANSWERS
    elif found.candidates and not choice:
        yield from _offer(found.candidates)
    elif not generic:
        yield wording.NOTHING_FITS
        yield Call("ask_tasks", {"tasks": [_generic(*task) for task in GENERIC]})
    else:
        yield wording.STILL_NOTHING


def _chosen(answer: str) -> Runbook | None:
    return next((book for book in library.runbooks().values() if book.title == answer.strip()), None)


def _generic(slug: str, text: str, why: str, choices: list[str]) -> dict:
    return {"kind": "question", "text": text, "why": why, "choices": choices, "source": f"generic/question/{slug}"}


def _offer(candidates: tuple[matching.Candidate, ...]) -> Parts:
    """Several may fit, or one only just: the engineer says which."""
    books = [library.runbooks()[candidate.number] for candidate in candidates]
    yield wording.which(books)
    ask = {
        "kind": "question",
        "text": "Which of these is it?" if len(books) > 1 else "Is it this?",
        "why": " ".join(f"{book.title}: {book.apart}." for book in books)[:500],
        "choices": [*(book.title for book in books), NONE_OF_THESE],
        "source": "choice/question/which",
    }
    yield Call("ask_tasks", {"tasks": [ask]})
