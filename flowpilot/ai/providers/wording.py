"""What the built-in assistant says, in Markdown. Words from tickets are quoted as plain text, never as markup."""

import re

from flowpilot.ai.port import FixFact
from flowpilot.ai.schema import Runbook, RunbookFix
from flowpilot.ai.situation import Situation

COURTESIES = ("greeting", "thanks", "wait")
OUTCOMES = {
    "applied_failed": "didn't work",
    "applied_success": "worked",
    "applied_partial": "worked in part",
    "dismissed": "dismissed, not run",
    "proposed": "still open",
}

HELLO = (
    "Hello. I am the built-in assistant and work from a library of runbooks. "
    "Describe the problem as the user put it; an exact error message helps most."
)
NOTHING_FITS = (
    "I am the built-in assistant and work from a library of runbooks; **no runbook fits what you describe**, and I "
    "would rather say so than guess. A few questions that narrow down any problem are in the task lane. Answer what "
    "you can and skip the rest; then I look again."
)
STILL_NOTHING = (
    "With this too, **no runbook of mine fits**, so I propose no fix.\n\n"
    "What I can do: a new symptom or an exact error message in this chat makes me look again. "
    "What you find out and do by hand belongs in this chat too, so that it is kept with the session. "
    "If you **escalate** the ticket, task lane and Timeline hold every answer; **Resolve** closes it if you solved it."
)
WAITING_FOR_ANSWERS = (
    "That does not tell me enough yet. The open questions in the task lane would; "
    "answer or skip them there, or say “go on”."
)


def plain(text: str, most: int = 200) -> str:
    """Somebody's words on one line, with what Markdown would take for markup escaped."""
    text = " ".join(text.split())
    text = text if len(text) <= most else text[:most].rstrip() + "…"
    return re.sub(r"([\\`*_{}\[\]<>#|~!&])", r"\\\1", text)


def courtesy(here: Situation) -> str:
    """A short answer to a greeting, a thank-you or a request to wait, with where things stand."""
    first = {"greeting": "Hello.", "thanks": "You're welcome.", "wait": "Take your time."}[here.intent]
    if here.open_fix:
        return f"{first} “{plain(here.open_fix.title)}” is on the banner."
    if here.open_tasks:
        return f"{first} The open questions are in the task lane."
    return f"{first} Tell me when there is something new."


def taken_for(here: Situation, because: tuple[str, ...], asks: bool) -> str:
    """What the problem is taken for and why, and what comes next."""
    words = ", ".join(f"“{plain(word)}”" for word in because)
    reason = f"because the description says {words}" if words else "by what you told me"
    text = f"I take this for **{here.runbook.title}**, {reason}. "
    if asks:
        text += (
            "Before I propose a fix, please look at the questions and checks in the task lane; "
            "skip what cannot be found out."
        )
    if here.open_fix:
        text += (
            f"\n\n“{plain(here.open_fix.title)}” is still open on the banner. "
            "Record its outcome or **Dismiss** it, before I propose another fix."
        )
    return text.rstrip()


def why_asked(here: Situation) -> str:
    """Why the open questions are asked."""
    book = here.runbook
    reasons = {f"{book.number}/question/{task.id}": task for task in book.questions}
    reasons |= {f"{book.number}/check/{task.id}": task for task in book.checks}
    asked = [reasons[task.source] for task in here.open_tasks if task.source in reasons]
    # The task lane shows these as they are, so they are plain text.
    lines = [f"- {plain(task.text, 2000)} {plain(task.why, 2000)}" for task in asked]
    return "The answers decide which fix comes first:\n\n" + "\n".join(lines)


def _how(fix: RunbookFix) -> str:
    """How a fix is run, in the words of the page."""
    return {
        "template": "Press **Apply**: its template opens in the task lane. Fill in the values, press **Generate**, run "
        "the script, and then press **✓ I ran this**.",
        "script": "Press **Apply**: the drafted script is shown with three ways to go on. Read it before you run it.",
        "to draft": "Press **Apply**: the **Script Builder** tab opens. Ask me there for a draft, or write the script "
        "yourself, and press **Submit**; **Apply** then shows it with three ways to run it.",
        "by hand": "Press **Apply**: the **Script Builder** tab opens. When the steps are done, press **No script "
        "needed: I did this by hand** there.",
    }[fix.way]


def _risk(fix: RunbookFix) -> str:
    who = {"user": " as the signed-in user", "": ""}.get(fix.run_as, f" as {fix.run_as}")
    parts = [f"**Risk: {fix.risk}.**", *fix.warnings]
    if fix.needs_admin:
        parts.append(f"Run it{who} with administrator rights.")
    elif who:
        parts.append(f"Run it{who}.")
    parts += ["The computer may have to restart."] if fix.reboots else []
    return " ".join(parts)


def proposal(here: Situation, fix: RunbookFix, last: FixFact | None) -> str:
    """Why this fix, what it risks, and how to run it."""
    before = ""
    if last and last.status == "applied_failed":
        before = f"“{plain(last.title)}” did not help, so its cause is unlikely. "
    elif last and last.status == "dismissed":
        before = f"“{plain(last.title)}” is put aside. "
    elif last and last.status == "applied_success":
        before = f"If it came back, **Correct** the outcome of “{plain(last.title)}” on its line. "
    elif here.open_tasks:
        before = "I go on without the answers that are still open. "
    steps = f"\n\n{fix.description}" if fix.way in ("by hand", "to draft") else ""
    return f"{before}I propose: **{fix.title}**.\n\n{fix.cause} {fix.why}{steps}\n\n{_risk(fix)}\n\n{_how(fix)}"


def why_and_risk(here: Situation, fact: FixFact) -> str:
    """Why a fix was proposed and what it risks."""
    fix = here.entry(fact)
    if fix is None:
        return f"“{plain(fact.title)}” is not from my library; what was said of it stands on the banner."
    return f"“{plain(fact.title)}”: {fix.cause} {fix.why}\n\n{_risk(fix)}"


def about_open_fix(here: Situation, fact: FixFact) -> str:
    """Words about the fix that is open; outcomes are the engineer's to record."""
    title, fix, wish = f"“{plain(fact.title)}”", here.entry(fact), here.intent
    if wish in ("why", "safe"):
        return why_and_risk(here, fact)
    if fact.status == "applied_partial":
        return (
            f"{title} worked in part. On the banner record **Worked** or **Didn't work** when it is settled, or "
            "**Apply again**. Say “what else” and I propose the next fix."
        )
    if fact.was_run:
        if wish == "works":
            return f"Good to hear. I put **Worked** for {title} on the banner: **Confirm** it there, then **Resolve**."
        if wish == "failed":
            return (
                f"I put **Didn't work** for {title} on the banner. **Confirm** it there, or press **Didn't work** "
                "yourself with a reason; I go on with the next fix from there."
            )
        verify = f" This shows it:\n\n```{fix.language}\n{fix.verify.command}\n```\n\n" if fix else " "
        ask = "Record **Worked**, **Didn't work** or **Partial** on the banner."
        return f"{title} was run, and its outcome is still open.{verify}{ask}"
    declare = _how(fix) if fix else "Press **Apply** to get there."
    after = (
        f" The next one would be “{here.next_fix.title}”."
        if here.next_fix
        else " I have no other fix for this after it."
    )
    if wish == "works":
        return (
            f"Good to hear. I record no outcome: if {title} did it, put the run on the record first, then press "
            f"**Worked** on the banner. {declare} If it went away by itself, **Dismiss** the fix and **Resolve**."
        )
    if wish == "failed":
        return (
            f"{title} is not on the record as run. If you ran it, record that first, then press **Didn't work** on the "
            f"banner. {declare} If you did not, **Dismiss** it.{after}"
        )
    if wish == "done":
        return f"Then put the run on the record. {declare} The banner asks for the outcome afterwards."
    if wish == "else":
        return f"One fix at a time: **Dismiss** {title} on the banner and I go on.{after}"
    return f"{title} is proposed and waits on the banner. {declare} If you do not want it, **Dismiss** it and I go on."


def solved(here: Situation) -> str:
    """It works, and no fix waits for an outcome."""
    return "Good to hear. Press **Resolve**: the notes are written from the record, and you can edit them."


def already_solved(fact: FixFact) -> str:
    """The record says that a fix worked."""
    return (
        f"By the record “{plain(fact.title)}” worked. Press **Resolve** if that is all. "
        "If the problem is still there or came back, say so and I go on; if it is another one, describe it."
    )


def hand_over(here: Situation) -> str:
    """An answer says that this should go to somebody else."""
    reasons = "\n".join(f"- {trigger.text}" for trigger in here.triggers)
    return (
        f"Your answers give a reason to stop here:\n\n{reasons}\n\nI suggest to **escalate** the ticket; "
        "the answers are on the Timeline. Say “go on” if you want my first fix all the same."
    )


def exhausted(here: Situation) -> str:
    """The honest end: what was tried, and whom to turn to."""
    tried = "\n".join(
        f"- {plain(fix.title)}: {OUTCOMES.get(fix.status, fix.status)}"
        + (f" ({plain(fix.notes)})" if fix.notes else "")
        for fix in here.own_fixes
        if fix.reason != "superseded"
    )
    reasons = " ".join(
        trigger.text for trigger in here.runbook.escalate if not trigger.when or trigger in here.triggers
    )
    return (
        f"I have **no further fix** for “{here.runbook.title}” and will not guess. So far:\n\n{tried}\n\n"
        f"I suggest to **escalate** the ticket. For whoever takes over: {reasons}\n\n"
        "If there is a new symptom or an error message, describe it and I look again."
    )


def which(books: list[Runbook]) -> str:
    """The runbooks that may fit, with what tells them apart."""
    lines = "\n".join(f"- **{book.title}**: {book.apart}." for book in books)
    first = "This may be one of these; I am not sure" if len(books) > 1 else "This may be the following; I am not sure"
    return f"{first}:\n\n{lines}\n\nPlease choose in the task lane, and I go on from there."
