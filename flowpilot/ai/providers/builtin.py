"""The assistant that needs no key and no network: it works from the runbooks and says so."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator

from flowpilot.ai import evidence, matching, patterns
from flowpilot.ai.drafting import drafter
from flowpilot.ai.port import Call, Conversation, FixFact
from flowpilot.ai.providers import fix_wording, wording
from flowpilot.ai.schema import Check, Question, Runbook, RunbookFix
from flowpilot.ai.situation import GROUP, Situation

Parts = Iterator[str | Call]

GENERIC = (
    ("error", "What does it say exactly, word for word, and when?", "The exact words tell more than a name.", []),
    ("started", "When did it start, and did it ever work before?", "What changed then is often the cause.", []),
    ("changed", "What changed shortly before: update, password, device, place?", "Most faults follow a change.", []),
    ("who", "Whom does it hit?", "It tells a person's settings from a device and from a service.",
     ["One user", "One device, any user", "Several users", "Not known"]),
    ("how-often", "Is it constant, or does it come and go?", "What comes and goes depends on load, time or place.",
     ["Constant", "Now and then", "Once so far"]),
    ("elsewhere", "Is it the same on another device or another network?", "It shows which part can be left out.",
     ["The same elsewhere", "Only here", "Not tried"]),
)  # fmt: skip
NONE_OF_THESE = "None of these"
CORRECTION = re.compile(
    r"\b(?:sorry|actually|wrong|mistake|instead|turns out|my bad|correction|misunderst\w+|not (?:the|her|his|a|about)|"
    r"(?:is|was)n['’]?t (?:the|her|his|a|about)|(?:another|different|second|other|new) (?:thing|problem|issue|one))\b",
    re.IGNORECASE,
)


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
    if here.picked:
        yield from _start(here.turn_to(here.picked), wording.picked(here.picked))
    elif here.intent in wording.COURTESIES and (here.runbook or here.intent in ("thanks", "wait")):
        yield wording.courtesy(here)
    elif other := _other_problem(here):
        there = here.turn_to(here.books[other.number])
        yield from _start(there, wording.taken_for(there, other.because))
    elif here.open_fix and not _leaves_partial(here):
        if _asks_beside(here):
            yield wording.asks(here)
            yield _ask(here, here.next_tasks)
        else:
            yield _about_open_fix(here, here.open_fix)
            yield from _outcome(here, here.open_fix)
    elif here.runbook:
        yield from _go_on(here)
    else:
        yield from _find(here)


def _other_problem(here: Situation) -> matching.Candidate | None:
    """The runbook of a message that is clearly about something else than what is being worked."""
    if not here.runbook or not here.said or here.heard_now or here.intent in ("why", "what", "safe"):
        return None
    own = here.conversation.brief.runbooks
    match = matching.match(here.said, own)
    # "Sorry, not the printer, ..." names what it is not about, too: the better of the two is meant.
    corrected = match.candidates[0] if match.candidates and CORRECTION.search(here.said) else None
    found = match.sure or corrected
    if found is None or found.number == here.runbook.number:
        return None
    # "Still locked" is about what is being worked, unless that has nothing to do with these words.
    related = here.intent and any(c.number == here.runbook.number for c in matching.rank(here.said, own))
    return None if related else found


def _asks_beside(here: Situation) -> bool:
    """Whether the questions go on although the fix of another runbook is still open."""
    foreign = here.runbook is not None and here.open_fix not in here.own_fixes
    return foreign and not (here.said or here.stopping or here.waits_for) and bool(here.next_tasks)


def _outcome(here: Situation, fact: FixFact) -> Parts:
    """What the message makes of a run that waits for its outcome, as a proposal: the engineer records it."""
    if not (fact.was_run and fact.status == "proposed" and here.said) or here.stopping:
        return
    fix = here.entry(fact)
    outcome = {"works": "worked", "failed": "failed"}.get(here.intent, "")
    if not here.intent and fix and patterns.search(fix.verify.expected, here.said):
        outcome = "worked"
    if outcome:
        yield Call("propose_outcome", {"outcome": outcome, "evidence": f"You wrote: {here.said.strip()[:900]}"})


def _leaves_partial(here: Situation) -> bool:
    """Whether the engineer wants the next fix although the last one worked in part."""
    return here.open_fix.status == "applied_partial" and here.runbook is not None and here.intent in ("else", "go on")


def _start(here: Situation, taken: str) -> Parts:
    """Names the runbook and asks the first that it needs to know; goes on where that is known or was asked before."""
    yield wording.start(here, taken)
    if not here.open_fix:
        yield "\n\n"
        yield from _step(here)
    elif here.next_tasks and not here.stopping:
        # What it is about is asked all the same; a fix waits until the open one is settled.
        yield _ask(here, here.next_tasks)


def _about_open_fix(here: Situation, fact: FixFact) -> str:
    """Words about the fix that is open, with what a pasted output says of it."""
    fix = here.entry(fact)
    if here.stopping:
        return wording.hand_over(here, fact)
    if fact.was_run and fix and here.said and not here.intent:
        if patterns.search(fix.verify.expected, here.said):
            return fix_wording.shows_it(fact)
        if evidence.looks_like_output(here.said) or here.heard_now:
            return fix_wording.does_not_show_it(fact, fix)
    return fix_wording.about_open_fix(here, fact)


def _go_on(here: Situation) -> Parts:
    """What the message asks of the runbook, where no fix is open; else its next step."""
    last = here.own_fixes[-1] if here.own_fixes else None
    if here.waits_for and here.intent == "why":
        yield wording.why_asked(here)
    elif here.intent == "works":
        yield wording.solved(here)
    elif here.intent in ("why", "what", "safe") and last:
        yield fix_wording.about_fix(here, last)
    elif last and last.status == "applied_success" and here.intent != "failed":
        yield wording.already_solved(here, last)
    else:
        yield from _step(here)


def _step(here: Situation) -> Parts:
    """Hands over, asks, proposes, or owns up that there is nothing left."""
    if here.stopping:
        yield wording.hand_over(here)
    elif here.waits_for:
        yield wording.waits(here)
    elif here.next_tasks:
        yield wording.asks(here)
        yield _ask(here, here.next_tasks)
    elif here.next_fix:
        yield from _propose(here, here.next_fix, here.own_fixes[-1] if here.own_fixes else None)
    else:
        yield wording.exhausted(here)


def _ask(here: Situation, tasks: list[Question | Check]) -> Call:
    return Call("ask_tasks", {"tasks": [_task(here.runbook, task) for task in tasks]})


def _task(book: Runbook, task: Question | Check) -> dict:
    kind, command = ("check", task.command) if isinstance(task, Check) else ("question", "")
    return {
        "kind": kind,
        "text": task.text,
        "why": task.why,
        "command": command,
        "choices": task.choices,
        "source": f"{book.number}/{kind}/{task.id}",
    }


def _propose(here: Situation, fix: RunbookFix, last: FixFact | None) -> Parts:
    yield fix_wording.proposal(here, fix, last)
    values = here.filled(fix)
    parameters = {
        name: parameter.model_dump() | ({"default": values[name]} if name in values else {})
        for name, parameter in fix.parameters.items()
    }
    fields = fix.model_dump(
        include={"title", "why", "description", "confidence", "risk", "language", "template", "script", "run_as",
                 "needs_admin", "reboots"}
    )  # fmt: skip
    yield Call(
        "propose_fix",
        fields
        | {
            "warnings": [*filter(None, [fix.data_loss]), *fix.warnings][:8],
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
    choice, generic, own = here.tasks("choice"), here.tasks("generic"), here.conversation.brief.runbooks
    answers = "\n".join(task.answer for task in generic)
    found = matching.match(here.said, own)
    if not found.sure:
        wider = matching.match(f"{here.story}\n{answers}", own)
        found = wider if wider.sure or wider.candidates else found
    chosen = _chosen(here, choice[-1].answer or here.said) if choice and not generic else None
    left = [question for question in GENERIC if f"generic/question/{question[0]}" not in {t.source for t in generic}]
    if chosen:
        yield from _start(here.turn_to(chosen), wording.taken_for(here.turn_to(chosen), ()))
    elif found.sure:
        there = here.turn_to(here.books[found.sure.number])
        yield from _start(there, wording.taken_for(there, found.sure.because))
    elif here.intent == "greeting":
        yield wording.HELLO
    elif here.intent == "works":
        yield wording.solved(here)
    elif here.open_tasks and (choice or generic) and here.said and here.intent != "go on":
        yield wording.WAITING_FOR_ANSWERS
    elif found.candidates and not choice:
        yield from _offer(here, found.candidates)
    elif left and here.intent != "go on":
        yield wording.MORE_GENERIC if generic else wording.NOTHING_FITS
        yield Call("ask_tasks", {"tasks": [_generic(*task) for task in left[:GROUP]]})
    else:
        yield wording.STILL_NOTHING if not here.was_told(wording.STILL_NOTHING) else wording.NOTHING_NEW


def _chosen(here: Situation, answer: str) -> Runbook | None:
    return next((book for book in here.books.values() if book.title == answer.strip()), None)


def _generic(slug: str, text: str, why: str, choices: list[str]) -> dict:
    return {"kind": "question", "text": text, "why": why, "choices": choices, "source": f"generic/question/{slug}"}


def _offer(here: Situation, candidates: tuple[matching.Candidate, ...]) -> Parts:
    """Several may fit, or one only just: the engineer says which."""
    books = [here.books[candidate.number] for candidate in candidates]
    yield wording.which(books)
    ask = {
        "kind": "question",
        "text": "Which of these is it?" if len(books) > 1 else "Is it this?",
        "why": " ".join(f"{book.title}: {book.apart}." for book in books)[:500],
        "choices": [*(book.title for book in books), NONE_OF_THESE],
        "source": "choice/question/which",
    }
    yield Call("ask_tasks", {"tasks": [ask]})
