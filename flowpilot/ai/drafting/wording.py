"""What the built-in assistant says about a draft, in Markdown around the one block that holds the script."""

from flowpilot.ai.drafting.model import FENCES, NAMES, Wishes, dry_run, option, told
from flowpilot.ai.drafting.plan import Note, Subject, script
from flowpilot.ai.providers.wording import OUTCOMES, plain

OWN_TEXT = (
    "The editor holds a text of your own. I cannot change that: below is my next draft, a block of its own, "
    "and **Use this draft** shows the difference before it replaces anything."
)
EDITOR = "For anything else press **✎ Write it myself**: the editor is yours."


def fenced(text: str, language: str) -> str:
    """The script as the one block of a reply."""
    return f"```{FENCES[language]}\n{text}```"


def offer(subject: Subject, wishes: Wishes) -> str:
    """What can be asked of a draft, as far as it makes sense for this one."""
    asks = ["“add logging”"]
    asks += ["“make it a function”"] if wishes.language in ("powershell", "bash") else []
    recipe = subject.recipe
    asks += ["“only for one user”"] if not recipe or not recipe.one_user.why else []
    reaches = not recipe or recipe.computers.can
    asks += ["“run it on several computers”"] if reaches and wishes.language == "powershell" else []
    asks += [f"“translate to {NAMES[other]}”" for other in subject.languages if other != wishes.language]
    asks += ["“ask for the server name as a parameter”"] if not recipe or "server" in recipe.parameters else []
    return ", ".join([*asks, "“shorter”", "“explain”", "“take that back”"])


def introduction(subject: Subject, wishes: Wishes) -> str:
    """What the first draft does and what to check; a scaffold is called one."""
    ask = f"`{dry_run(wishes.language)}`"
    if subject.recipe is None:
        by_hand = ""
        if subject.fix and subject.fix.way == "by hand":
            by_hand = (
                f"My library has this fix done by hand:\n\n{subject.fix.description}\n\nIf you do it so, press "
                "**No script needed: I did this by hand**.\n\n"
            )
        return (
            f"{by_hand}**This is a scaffold, not a solution.** My library has no commands to draft this from, and I "
            f"would rather say so than guess: it has a frame for a dry run ({ask}) and for errors, changes nothing, "
            "and fails until you have put your steps in."
        )
    check = " ".join(subject.fix.warnings) or "Read it before you run it."
    return f"{subject.recipe.summary} Check first: {check} Begin with {ask}, which changes nothing."


def tried(subject: Subject) -> str:
    """What was run in this session before, and what came of it."""
    facts = [f"“{plain(fact.title)}” ({OUTCOMES.get(fact.status, fact.status)})" for fact in subject.tried]
    return f"Tried in this session before: {', '.join(facts)}." if facts else ""


def assumed(subject: Subject, wishes: Wishes) -> str:
    """What the draft takes for granted."""
    drafted, lines = script(subject, wishes), []
    for name, parameter in drafted.parameters.items():
        given = f"`{option(name, wishes.language)}`"
        if name in dict(wishes.values):
            lines.append(f"{given} starts as {plain(parameter.default)}, as you said.")
        elif parameter.default and name in (subject.known or {}):
            lines.append(f"{given} starts as {plain(parameter.default)}, from an answer in the task lane.")
        elif parameter.default:
            lines.append(f"{given} starts as {parameter.default}.")
    lines += drafted.notes
    if subject.recipe is None:
        lines.append("Nothing: the fix's description stands in it as comments, and no command was guessed.")
    else:
        lines.append(f"It is drafted from the runbook “{subject.book.title}”. I cannot run scripts, so it is untested.")
    if subject.draft.language in NAMES and subject.draft.language != wishes.language:
        lines.append(f"The editor is set to {NAMES[subject.draft.language]}; this is {NAMES[wishes.language]}.")
    return "Assumed:\n\n" + "\n".join(f"- {line}" for line in lines)


def not_offered(subject: Subject) -> str:
    """Why the draft is in another language than the editor."""
    wanted = subject.draft.language
    if wanted not in NAMES or wanted in subject.languages:
        return ""
    return f"I cannot draft this in {NAMES[wanted]}: {subject.recipe.cannot[wanted]}"


def notes(found: list[Note], unused: tuple[str, ...] = ()) -> str:
    """What came of the changes that were asked for, each said once, and what was not understood beside them."""
    words = ", ".join(f"“{plain(clause, 80)}”" for clause in unused[:3])
    left = [f"I could not make use of {words}."] if found and words else []
    return " ".join([*dict.fromkeys(note.text for note in found), *left])


def not_understood(subject: Subject, wishes: Wishes) -> str:
    """The honest answer to what is no request that the built-in assistant knows."""
    source = "the runbook's commands" if subject.recipe else "a scaffold"
    return (
        f"I am the built-in assistant and cannot do that: I work from {source} and know a few ways to change a draft: "
        f"{offer(subject, wishes)}. {EDITOR}"
    )


def courtesy(subject: Subject, about: str, drafted: bool) -> str:
    """A short answer to a greeting, a thank-you or a request to wait."""
    first = {"greeting": "Hello.", "thanks": "You're welcome.", "wait": "Take your time."}[about]
    if drafted:
        return f"{first} Say what to change, or press **Use this draft** on the one you want."
    title = plain(subject.draft.fix_title)
    return f"{first} Say “draft it” and I draft the script" + (f" for “{title}”." if title else ".")


def explained(subject: Subject, wishes: Wishes) -> str:
    """What the script does, step by step."""
    drafted = script(subject, wishes)
    ask = f"With `{dry_run(wishes.language)}` it says what it would change, and changes nothing."
    if subject.recipe is None:
        return (
            "It does nothing yet: it is a scaffold. It reads its parameters and then fails, saying that no step is "
            f"written. Put your steps where the comment says so. {ask}"
        )
    steps = [f"{number}. {told(step.does, drafted)}." for number, step in enumerate(drafted.steps, 1)]
    return (
        f"{drafted.summary}\n\n" + "\n".join(steps) + f"\n\n{ask} It prints a line for each change, and the first "
        "error ends it with a reason and exit code 1."
    )


FAILED = (
    "I cannot run a script or see what it printed, so I do not debug it. If its line that begins with “Failed” names "
    f"the reason, change the draft by it. {EDITOR} What the run showed belongs in the session's chat."
)


def why(subject: Subject) -> str:
    """Why this fix, from the library or from the record."""
    if subject.fix:
        return f"{subject.fix.cause} {subject.fix.why}"
    if subject.draft.fix_why.strip():
        return f"By the record, because: {plain(subject.draft.fix_why, 1000)}"
    return "The record gives no reason for this fix, and my library does not know it."


def risk(subject: Subject, wishes: Wishes) -> str:
    """What the script risks."""
    if subject.recipe is None:
        return "The scaffold itself changes nothing. What you put into it I cannot judge; begin with a dry run."
    warnings = " ".join(subject.fix.warnings)
    return f"**Risk: {subject.fix.risk}.** {warnings} Begin with `{dry_run(wishes.language)}`, which changes nothing."
