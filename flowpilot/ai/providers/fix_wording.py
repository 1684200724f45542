"""What the built-in assistant says of a fix: the proposal, its reasons and risks, and what its output shows."""

from flowpilot.ai.port import FixFact
from flowpilot.ai.providers.phrases import evidence, first_sentence, noted, quoted
from flowpilot.ai.schema import RunbookFix
from flowpilot.ai.situation import Situation


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
    loss = f"**What may be lost:** {fix.data_loss}\n\n" if fix.data_loss else ""
    return loss + " ".join(parts)


def _reason(fix: RunbookFix) -> str:
    """Why this fix, in two sentences: the cause, and what the fix does about it."""
    return f"{first_sentence(fix.cause)} {first_sentence(fix.why)}"


def left_out(here: Situation) -> str:
    """Which fixes are passed over because of an answer; said once, when the first comes without them."""
    told = [
        f"I leave out “{fix.title}” because you answered {evidence(here, fix.not_if)}."
        for fix in here.ruled_out
        if not here.was_told(f"I leave out “{fix.title}”")
    ]
    return "\n\n" + " ".join(told) if told else ""


def proposal(here: Situation, fix: RunbookFix, last: FixFact | None) -> str:
    """Why this fix, what it risks, and how to run it."""
    before = noted(here)
    if last and last.status == "applied_failed":
        before += f"{quoted(last.title)} did not help; it will not come again. "
    elif last and last.status == "dismissed":
        before += f"{quoted(last.title)} is put aside. "
    elif last and last.status == "applied_success":
        before += f"If it came back, **Correct** the outcome of {quoted(last.title)} on its line. "
    elif last and last.status == "applied_partial":
        before += f"{quoted(last.title)} stays on the record as worked in part. "
    elif any(task.state == "open" and name not in here.answers.all for name, task in here.asked.items()):
        before += "I go on without the answers that are still open. "
    deciding = here.answers.because(fix.first_if)
    since = (
        "because of that"
        if set(deciding) <= set(here.heard_now)
        else f"because you answered {evidence(here, fix.first_if)}"
    )
    order = f" next, {since}" if last else f" first, {since}"
    steps = f"\n\n{fix.description}" if fix.way in ("by hand", "to draft") else ""
    return (
        f"{before}I propose **{fix.title}**{order if deciding else ''}.\n\n"
        f"{_reason(fix)}{left_out(here)}{steps}\n\n{_risk(fix)}\n\n{_how(fix)}"
    )


def about_fix(here: Situation, fact: FixFact) -> str:
    """Why a fix was proposed, or what it risks, whichever was asked."""
    fix = here.entry(fact)
    if fix is None:
        return f"{quoted(fact.title)} is not from my library; what was said of it stands on the banner."
    if here.intent == "what":
        return f"{quoted(fact.title)}:\n\n{fix.description}\n\n{_risk(fix)}"
    if here.intent == "safe":
        dry = "dry_run" in fix.parameters or fix.template
        trial = " It has a dry run that shows what it would do and changes nothing; begin with that." if dry else ""
        return f"{quoted(fact.title)}: {_risk(fix)}{trial}"
    speaks = evidence(here, fix.first_if) if here.runbook and fix in here.runbook.fixes else ""
    return f"{_reason(fix)}" + (f"\n\nWhat speaks for it: {speaks}." if speaks else "")


def shows_it(fact: FixFact) -> str:
    """The pasted output is what the verification looks for."""
    return (
        f"That is the output I look for after {quoted(fact.title)}. I put **Worked** on the banner: **Confirm** it "
        "there if the user sees it too, or say **Not yet**."
    )


def does_not_show_it(fact: FixFact, fix: RunbookFix) -> str:
    """The pasted output is something else."""
    wait = f" It may take {fix.verify.wait_minutes} minutes to show." if fix.verify.wait_minutes else ""
    return (
        f"That is not yet what I look for after {quoted(fact.title)}.{wait} This should show it:\n\n"
        f"```{fix.language}\n{fix.verify.command}\n```\n\n"
        "If it stays like this, press **Didn't work** on the banner and I go on."
    )


def about_open_fix(here: Situation, fact: FixFact) -> str:
    """Words about the fix that is open; outcomes are the engineer's to record."""
    title, fix, wish = quoted(fact.title, 200), here.entry(fact), here.intent
    if wish in ("why", "what", "safe"):
        return about_fix(here, fact)
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
                f"yourself with a reason; I go on from there.{_after(here)}"
            )
        if wish == "else":
            ask = "press **Worked**, **Didn't work** or **Partial** on the banner."
            return f"First what came of {title}: {ask}{_after(here)}"
        verify = f" This shows it:\n\n```{fix.language}\n{fix.verify.command}\n```\n\n" if fix else " "
        ask = "Paste what it prints if you like. Record **Worked**, **Didn't work** or **Partial** on the banner."
        return f"{noted(here)}{title} was run, and its outcome is still open.{verify}{ask}"
    declare = _how(fix) if fix else "Press **Apply** to get there."
    if wish == "works":
        return (
            f"Good to hear. I record no outcome: if {title} did it, put the run on the record first, then press "
            f"**Worked** on the banner. {declare} If it went away by itself, **Dismiss** the fix and **Resolve**."
        )
    if wish == "failed":
        return (
            f"{title} is not on the record as run. If you ran it, record that first, then press **Didn't work** on the "
            f"banner. {declare} If you did not, **Dismiss** it.{_after(here)}"
        )
    if wish == "done":
        return f"Then put the run on the record. {declare} The banner asks for the outcome afterwards."
    if wish == "else":
        return f"One fix at a time: **Dismiss** {title} on the banner and I go on.{_after(here)}"
    against = evidence(here, fix.not_if) if fix and here.runbook and fix in here.runbook.fixes else ""
    if against:
        return (
            f"{noted(here)}You answered {against}, and that speaks against {title}: I would **Dismiss** it on the "
            f"banner.{_after(here)}"
        )
    return (
        f"{noted(here)}{title} waits on the banner: **Apply** opens it, **Dismiss** puts it aside and I go on. "
        "Ask “why”, “what does it do” or “is that safe” if you want to know more."
    )


def _after(here: Situation) -> str:
    if here.next_fix:
        return f" The next one would be “{here.next_fix.title}”."
    return " I have no other fix for this after it."
