"""What the built-in assistant says, in Markdown. Words from tickets are quoted as plain text, never as markup."""

from flowpilot.ai.port import FixFact
from flowpilot.ai.providers.fix_wording import left_out
from flowpilot.ai.providers.phrases import evidence, noted, plain, quoted
from flowpilot.ai.schema import Hints, Runbook
from flowpilot.ai.situation import Situation

COURTESIES = ("greeting", "thanks", "wait", "ok")
OUTCOMES = {
    "applied_failed": "didn't work",
    "applied_success": "worked",
    "applied_partial": "worked in part",
    "dismissed": "dismissed, not run",
    "proposed": "still open",
}
NUMBERS = {1: "one", 2: "two", 3: "three"}

HELLO = (
    "Hello. I am the built-in assistant and work from a library of runbooks. "
    "Describe the problem as the user put it; an exact error message helps most."
)
NOTHING_FITS = (
    "I am the built-in assistant and work from a library of runbooks; **no runbook fits what you describe**, and I "
    "would rather say so than guess. A few questions that narrow down any problem are in the task lane. Answer what "
    "you can and skip the rest; then I look again. If you know a runbook that fits, pick it under **Runbooks**."
)
MORE_GENERIC = "Still no runbook fits. Three more questions are in the task lane; after them I look once more."
STILL_NOTHING = (
    "With this too, **no runbook of mine fits**, so I propose no fix.\n\n"
    "- A new symptom or an exact error message in this chat makes me look again.\n"
    "- If you know a runbook that fits, pick it under **Runbooks**.\n"
    "- What you find out and do by hand belongs in this chat too, so that it is kept with the session.\n"
    "- If you **escalate** the ticket, task lane and Timeline hold every answer; if you solved it, press **Resolve**."
)
NOTHING_NEW = (
    "I looked again, and no runbook of mine fits that either. It is kept in the chat for whoever works on this next; "
    "**Escalate** hands it over with all of it."
)
WAITING_FOR_ANSWERS = (
    "That does not tell me enough yet. The open questions in the task lane would; "
    "answer or skip them there, or say “go on”."
)


def courtesy(here: Situation) -> str:
    """A short answer to a greeting, a thank-you, a nod or a request to wait, with where things stand."""
    first = {"greeting": "Hello.", "thanks": "You're welcome.", "wait": "Take your time.", "ok": "Good."}[here.intent]
    if here.open_fix and here.open_fix.was_run:
        return f"{first} {quoted(here.open_fix.title)} was run; record its outcome on the banner when you know it."
    if here.open_fix:
        return f"{first} {quoted(here.open_fix.title)} is on the banner; nothing happens until you press **Apply**."
    if here.stopping:
        return f"{first} **Escalate** hands the ticket over with all answers; “go on” gets you my fix all the same."
    if here.own_fixes and here.own_fixes[-1].status == "applied_success":
        return f"{first} If that is all, press **Resolve**; if there is something else, describe it."
    if here.open_tasks:
        return f"{first} The open questions are in the task lane; I go on when they are answered or skipped."
    return f"{first} Tell me when there is something new."


# ---- Taking up a problem -----------------------------------------------------------------------------


def taken_for(here: Situation, because: tuple[str, ...]) -> str:
    """What the problem is taken for, and why. `flowpilot.ai.course` reads the beginning of it again."""
    words = ", ".join(quoted(word) for word in because)
    reason = f"because of {words} in what you wrote" if words else "by what you told me"
    return f"I take this for **{here.runbook.title}** ({here.runbook.number}), {reason}."


def picked(book: Runbook) -> str:
    """That the engineer's choice is what is worked from now on."""
    return f"I work with **{book.title}** ({book.number}) from here on, as you chose."


def start(here: Situation, taken: str) -> str:
    """What is worked from here on, what is known already, and what an open fix waits for."""
    parts = [taken]
    known = {task: words for task, words in here.answers.known.items() if task not in here.asked}
    if known:
        lines = [f"- {task.text} {quoted(known[task.id])}" for task in here.runbook.tasks if task.id in known]
        parts.append("What you wrote answers this already, so I do not ask it:\n\n" + "\n".join(lines))
    leftover = [book for book in here.worked if book != here.runbook and _has_open(here, book)]
    if leftover:
        names = ", ".join(f"“{book.title}”" for book in leftover)
        parts.append(f"What the task lane still asks about {names} can be skipped if it does not matter any more.")
    if here.open_fix:
        settle = "record its outcome" if here.open_fix.was_run else "run it or **Dismiss** it"
        parts.append(
            f"{quoted(here.open_fix.title)} is still open on the banner: {settle} before I propose another fix."
        )
    return "\n\n".join(parts)


def _has_open(here: Situation, book: Runbook) -> bool:
    return any(task.state == "open" for task in here.tasks(book.number))


def _please(here: Situation) -> str:
    if len(here.next_tasks) == 1:
        return f"Before I propose a fix I need one answer; {_in_the_lane(here)} Skip it if it cannot be found out."
    return (
        f"Before I propose a fix I need {NUMBERS[len(here.next_tasks)]} answers; they are asked in the task lane and "
        "decide what comes first. Skip what cannot be found out, or say “go on” to skip them all."
    )


def _in_the_lane(here: Situation) -> str:
    """The one task that is asked next, and why."""
    task = here.next_tasks[0]
    return f"it is asked in the task lane: {task.text} {task.why}"


def asks(here: Situation) -> str:
    """What is asked next, and why."""
    if not here.asked:
        return noted(here) + _please(here)
    count = len(here.next_tasks)
    before = "the next fix" if here.own_fixes else "I propose a fix"
    if count == 1:
        return f"{noted(here)}One more before {before}; {_in_the_lane(here)}"
    return f"{noted(here)}{NUMBERS[count].capitalize()} more before {before}; they are in the task lane."


def waits(here: Situation) -> str:
    """That open questions still matter."""
    count = len(here.waits_for)
    if here.picked or not here.said:
        open_ones = "one question is" if count == 1 else f"{count} questions are"
        them = "it is" if count == 1 else "they are"
        return (
            f"About “{here.runbook.title}” {open_ones} still open in the task lane; I go on when {them} answered or "
            "skipped."
        )
    which = "question" if count == 1 else "questions"
    lines = "\n".join(f"- {plain(task.text, 2000)}" for task in here.waits_for)
    first = noted(here) or "That alone does not tell me which fix comes first. "
    still = f"Still open in the task lane, and worth knowing first:\n\n{lines}"
    return f"{first}{still}\n\nAnswer or skip the {which}, or say “go on”."


def why_asked(here: Situation) -> str:
    """Why the open questions are asked."""
    reasons = {task.id: task for task in here.runbook.tasks}
    slugs = [task.source.rpartition("/")[2] for task in here.waits_for]
    asked = [reasons[slug] for slug in slugs if slug in reasons]
    # The task lane shows these as they are, so they are plain text.
    lines = [f"- {plain(task.text, 2000)} {plain(task.why, 2000)}" for task in asked]
    return "The answers decide which fix comes first:\n\n" + "\n".join(lines)


# ---- Coming to an end --------------------------------------------------------------------------------


def _unsettled(here: Situation) -> str:
    """The other problems of the session that came to no end."""
    names = ", ".join(f"“{book.title}”" for book in here.unsettled)
    return f" Not settled yet in this session: {names}; pick it under **Runbooks** to go back to it." if names else ""


def solved(here: Situation) -> str:
    """It works, and no fix waits for an outcome."""
    return (
        "Good to hear. Press **Resolve**: the notes are written from the record, and you can edit them."
        + _unsettled(here)
    )


def already_solved(here: Situation, fact: FixFact) -> str:
    """The record says that a fix worked."""
    return (
        f"By the record {quoted(fact.title)} worked. Press **Resolve** if that is all. "
        "If the problem is still there or came back, say so and I go on; if it is another one, describe it."
        + _unsettled(here)
    )


def hand_over(here: Situation, open_fix: FixFact | None = None) -> str:
    """An answer says that this should go to somebody else: before a fix, between two, or while one is open."""
    reasons = "\n".join(f"- {trigger.text}{_given(here, trigger.when)}" for trigger in here.stopping)
    again = all(here.was_told(trigger.text) for trigger in here.stopping)
    first = "The reason to stop still stands" if again else "**Stop here**: there is a reason to hand this over"
    held = ""
    if open_fix and open_fix.was_run:
        held = f"\n\nRecord first on the banner what came of {quoted(open_fix.title)}."
    elif open_fix:
        held = f"\n\n{quoted(open_fix.title)} is still on the banner; I would not run it now."
    go_on = "" if open_fix else " Say “go on” if you want my next fix all the same."
    return (
        f"{noted(here)}{first}:\n\n{reasons}{held}\n\nI suggest to **escalate** the ticket; the answers and what was "
        f"tried go along.{go_on}"
    )


def exhausted(here: Situation) -> str:
    """The honest end: what was tried, and whom to turn to."""
    opening = f"I have **no further fix** for “{here.runbook.title}” and will not guess."
    if here.was_told(opening):
        return (
            f"I still have no further fix for “{here.runbook.title}”. **Escalate** hands over all that was tried; "
            "another symptom or an exact error message makes me look again."
        )
    tried = "\n".join(
        f"- {plain(fix.title)}: {OUTCOMES.get(fix.status, fix.status)}"
        + (f" ({plain(fix.notes)})" if fix.notes else "")
        for fix in here.own_fixes
    )
    so_far = f" So far:\n\n{tried}" if tried else ""
    if any(fix.status == "dismissed" for fix in here.own_fixes):
        so_far += "\n\nWhat was dismissed was not tried; its steps stand further up in this chat."
    reasons = "\n".join(
        f"- {trigger.text}" for trigger in here.runbook.escalate if not trigger.when or trigger in here.triggers
    )
    worth = f" Worth telling whoever takes over, if it is so:\n\n{reasons}" if reasons else ""
    return (
        f"{opening}{so_far}{left_out(here)}\n\nI suggest to **escalate** the ticket.{worth}\n\n"
        "If there is a new symptom or an error message, describe it and I look again."
    )


def which(books: list[Runbook]) -> str:
    """The runbooks that may fit, with what tells them apart."""
    lines = "\n".join(f"- **{book.title}**: {book.apart}." for book in books)
    first = "This may be one of these; I am not sure" if len(books) > 1 else "This may be the following; I am not sure"
    return f"{first}:\n\n{lines}\n\nPlease choose in the task lane, and I go on from there."


def _given(here: Situation, when: Hints) -> str:
    given = evidence(here, when, anywhere=True)
    return f" (You answered {given}.)" if given else ""
