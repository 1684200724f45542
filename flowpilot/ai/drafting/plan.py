"""What is to be drafted and what the requests make of it: wishes that add up, and can be taken back."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from flowpilot.ai import library, patterns
from flowpilot.ai.drafting.model import NAMES, ONLY_USER, SCAFFOLD, TAKEN, Script, Wishes, dry_run, option
from flowpilot.ai.drafting.requests import Change
from flowpilot.ai.port import Conversation, Draft, FixFact
from flowpilot.ai.schema import Recipe, Runbook, RunbookFix
from flowpilot.ai.situation import Situation
from flowpilot.ai.tools import Parameter

MOST_EXTRA = 8


@dataclass(frozen=True)
class Subject:
    """The fix that a script is drafted for, as far as the library and the answers in the session know it."""

    draft: Draft
    book: Runbook | None = None
    fix: RunbookFix | None = None
    known: dict[str, str] | None = None
    tried: tuple[FixFact, ...] = ()

    @classmethod
    def of(cls, conversation: Conversation) -> "Subject":
        """What this conversation drafts."""
        draft = conversation.brief.draft or Draft()
        if not f"{draft.fix_title}{draft.fix_description}".strip():
            asked = next((message.text for message in conversation.messages if message.role == "user"), "")
            draft = replace(draft, fix_description=asked)
        number, _, slug = draft.fix_source.partition("/fix/")
        book = library.books(conversation.brief.runbooks).get(number)
        fix = next((fix for fix in book.fixes if fix.id == slug), None) if book else None
        tried = tuple(fact for fact in conversation.brief.fixes if fact.status.startswith("applied_"))
        if fix is None or fix.draft is None:
            return cls(draft, book, fix, tried=tried)
        known = Situation(conversation).turn_to(book).values(fix.draft.fill, fix.draft.parameters)
        return cls(draft, book, fix, known, tried)

    @property
    def recipe(self) -> Recipe | None:
        """What the library drafts it from; where there is nothing, it is a scaffold."""
        return self.fix.draft if self.fix else None

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it can be drafted in."""
        return self.recipe.languages if self.recipe else tuple(NAMES)

    @cached_property
    def words(self) -> dict[str, tuple[str, ...]]:
        """The parameters, and what else people call them."""
        recipe = self.recipe
        return {name: tuple(recipe.words.get(name, ())) for name in recipe.parameters} if recipe else {}

    def starts_as(self, language: str) -> Wishes:
        """What is wished before anything was said."""
        return Wishes(language if language in self.languages else self.languages[0])


@dataclass(frozen=True, slots=True)
class Note:
    """What came of one change, in a sentence; `done` says whether the draft is another one now."""

    text: str
    done: bool = False


def script(subject: Subject, wishes: Wishes) -> Script:
    """The script that the wishes ask for; what its language cannot do is left out."""
    recipe, language = subject.recipe, wishes.language
    parameters = _parameters(subject, wishes)
    if wishes.one_user:
        parameters["only_user"] = ONLY_USER
    options = {
        "logging": wishes.logging,
        "function": wishes.function and language in ("powershell", "bash"),
        "computers": wishes.computers and language == "powershell",
        "short": wishes.short,
    }
    if recipe is None:
        words = f"{subject.draft.fix_title}\n\n{subject.draft.fix_description}".strip()
        summary = "A scaffold for a script that is yet to be written."
        return Script(
            "Invoke-Fix", summary, language, parameters, steps=(SCAFFOLD,), words=words or "New script", **options
        )
    notes = [_run_as(subject.fix), recipe.needs.get(language, "")]
    return Script(
        recipe.name, recipe.summary, language, parameters, {**recipe.examples, "only_user": "j.doe"},
        tuple(recipe.steps), tuple(filter(None, notes)), **options,
    )  # fmt: skip


def lost(wishes: Wishes) -> list[str]:
    """The wishes that this language cannot fulfil."""
    language, sentences = NAMES[wishes.language], []
    if wishes.function and wishes.language == "batch":
        sentences.append(f"{language} has no functions, so it is a plain script here.")
    if wishes.computers and wishes.language != "powershell":
        sentences.append(f"In {language} it runs on one computer; only my PowerShell drafts reach others.")
    return sentences


def _parameters(subject: Subject, wishes: Wishes) -> dict[str, Parameter]:
    if subject.recipe is None:
        return {name: Parameter(label=name.replace("_", " ").capitalize(), required=True) for name in wishes.extra}
    known = {name: value for name, value in (subject.known or {}).items() if name not in wishes.asked}
    values = known | dict(wishes.values)
    declared = subject.recipe.parameters
    return {name: p.model_copy(update={"default": values.get(name, p.default)}) for name, p in declared.items()}


def _run_as(fix: RunbookFix) -> str:
    if fix.run_as == "user":
        return "Run it as the signed-in user, without administrator rights."
    return f"Run it as administrator{' or ' + fix.run_as if fix.run_as else ''}." if fix.needs_admin else ""


def apply(subject: Subject, wishes: Wishes, change: Change) -> tuple[Wishes, Note]:
    """The wishes with one change, and what came of it."""
    return _APPLY[change.name](subject, wishes, change)


def _switch(wishes: Wishes, change: Change, added: str, removed: str, name: str) -> tuple[Wishes, Note]:
    if getattr(wishes, change.name) == change.on:
        return wishes, Note(f"It has {name} already." if change.on else f"There is no {name} in it.")
    return replace(wishes, **{change.name: change.on}), Note(added if change.on else removed, done=True)


def _logging(subject: Subject, wishes: Wishes, change: Change) -> tuple[Wishes, Note]:
    where = {"powershell": "-LogPath", "batch": "/log"}.get(wishes.language, "--log")
    added = f"Logging is added: every line it prints of its own goes to the file in `{where}` as well, with the time."
    return _switch(wishes, change, added, "The logging is out again.", "logging")


def _function(subject: Subject, wishes: Wishes, change: Change) -> tuple[Wishes, Note]:
    if change.on and wishes.language == "batch":
        return wishes, Note("I cannot: Batch has no functions. Another script can `call` the whole file.")
    if wishes.language == "python":
        return wishes, Note("In Python the work is in a function in any case; `main()` only reads the arguments.")
    added = "Its steps are a function now, and the file calls it."
    return _switch(wishes, change, added, "It is a plain script again.", "a function")


def _one_user(subject: Subject, wishes: Wishes, change: Change) -> tuple[Wishes, Note]:
    reach = subject.recipe.one_user if subject.recipe else None
    if change.on and reach and reach.why:
        return wishes, Note(reach.why if reach.can else f"I cannot: {reach.why}")
    if change.on and wishes.computers:
        return wishes, Note("I cannot: on other computers it does not run in the user's own session.")
    given = option("only_user", wishes.language)
    added = f"It is for one user only now, named in `{given}`; for anybody else it says so and changes nothing."
    return _switch(wishes, change, added, "It is for whoever runs it again.", "a limit to one user")


def _computers(subject: Subject, wishes: Wishes, change: Change) -> tuple[Wishes, Note]:
    reach = subject.recipe.computers if subject.recipe else None
    if change.on and reach and not reach.can:
        return wishes, Note(f"I cannot: {reach.why}")
    if change.on and wishes.language != "powershell":
        name = NAMES[wishes.language]
        return wishes, Note(
            f"I cannot in {name}: only my PowerShell drafts reach other computers. Say “in PowerShell”."
        )
    if change.on and wishes.one_user:
        return wishes, Note("I cannot while it is for one user only: elsewhere it does not run in that user's session.")
    added = (
        "It runs on every computer in `-ComputerName` now, one after the other, by PowerShell remoting; "
        "one that fails does not stop the others, and the exit code is 1 then."
    )
    return _switch(wishes, change, added, "It runs on this computer only again.", "a list of computers")


def _dry_run(subject: Subject, wishes: Wishes, change: Change) -> tuple[Wishes, Note]:
    if not change.on:
        return wishes, Note("I leave the dry run in: I draft no change without one. In the editor you can take it out.")
    return wishes, Note(f"It has a dry run already: `{dry_run(wishes.language)}` says what it would change.")


def _short(subject: Subject, wishes: Wishes, change: Change) -> tuple[Wishes, Note]:
    added = "It is shorter now: help and comments are cut to the least. Parameters, dry run and error handling stay."
    return _switch(wishes, change, added, "Help and comments are back.", "the short form")


def _language(subject: Subject, wishes: Wishes, change: Change) -> tuple[Wishes, Note]:
    if change.value not in NAMES:
        return wishes, Note(f"I cannot write that language: I write {', '.join(NAMES.values())}.")
    name = NAMES[change.value]
    if change.value == wishes.language:
        return wishes, Note(f"It is in {name} already.")
    if change.value not in subject.languages:
        return wishes, Note(f"I cannot translate this to {name}: {subject.recipe.cannot[change.value]}")
    wishes = replace(wishes, language=change.value)
    return wishes, Note(" ".join([f"This is the same in {name}.", *lost(wishes)]), done=True)


def _ask(subject: Subject, wishes: Wishes, change: Change) -> tuple[Wishes, Note]:
    if subject.recipe is None:
        return _extra(wishes, change)
    said = change.value
    name = next((n for n, called in subject.words.items() if _is_about(said, (n, *called))), None)
    if name is None:
        declared = ", ".join(f"`{option(n, wishes.language)}`" for n in subject.words) or "nothing"
        return wishes, Note(f"None of its steps uses that, so I add no parameter for it; it asks for {declared}.")
    given, held = option(name, wishes.language), {**(subject.known or {}), **dict(wishes.values)}
    values = tuple(pair for pair in wishes.values if pair[0] != name)
    asked = wishes.asked | {name} if change.on else wishes.asked - {name}
    if (asked, values) == (wishes.asked, wishes.values) or name not in held:
        return wishes, Note(f"It is a parameter already: `{given}`.")
    done = f"`{given}` has to be given now." if change.on else f"`{given}` starts with what is known again."
    return replace(wishes, asked=asked, values=values), Note(done, done=True)


def _is_about(said: str, called: tuple[str, ...]) -> bool:
    """Whether the words name the parameter: "server name" is about the server."""
    return any(f" {word.replace('-', ' ').replace('_', ' ')} " in f" {said} " for word in called)


def _extra(wishes: Wishes, change: Change) -> tuple[Wishes, Note]:
    name = "_".join(change.value.replace("-", " ").split())[:30].strip("_")
    name = f"{name}_value" if name in TAKEN else name
    if not name[:1].isalpha():
        return wishes, Note("I cannot: the name of a parameter begins with a letter.")
    given = option(name, wishes.language)
    if not change.on:
        extra = tuple(other for other in wishes.extra if other != name)
        text = f"`{given}` is out again." if extra != wishes.extra else f"There is no parameter `{given}`."
        return replace(wishes, extra=extra), Note(text, done=extra != wishes.extra)
    if name in wishes.extra:
        return wishes, Note(f"It is a parameter already: `{given}`.")
    if len(wishes.extra) >= MOST_EXTRA:
        return wishes, Note(f"It has {MOST_EXTRA} parameters already; I add no more.")
    return replace(wishes, extra=(*wishes.extra, name)), Note(f"It asks for `{given}` now.", done=True)


def _set(subject: Subject, wishes: Wishes, change: Change) -> tuple[Wishes, Note]:
    parameter = subject.recipe.parameters[change.parameter]
    given = option(change.parameter, wishes.language)
    value = next((choice for choice in parameter.choices if choice == change.value.lower()), "")
    if not parameter.choices:
        # "Use Q as the drive letter" means Q:.
        value = next((said for said in (change.value, f"{change.value}:") if fits(said, parameter)), "")
    if not value:
        return wishes, Note(f"I cannot set `{given}` to that: it does not fit “{parameter.label}”.")
    values = {**dict(wishes.values), change.parameter: value}
    if values == dict(wishes.values):
        return wishes, Note(f"`{given}` starts as {value} already.")
    changed = replace(wishes, values=tuple(values.items()), asked=wishes.asked - {change.parameter})
    return changed, Note(f"`{given}` starts as {value} now.", done=True)


def fits(value: str, parameter: Parameter) -> bool:
    """Whether a parameter takes this value."""
    return len(value) <= 100 and patterns.full(parameter.pattern, value)


_APPLY: dict[str, Callable[[Subject, Wishes, Change], tuple[Wishes, Note]]] = {
    "logging": _logging,
    "function": _function,
    "one_user": _one_user,
    "computers": _computers,
    "dry_run": _dry_run,
    "short": _short,
    "language": _language,
    "ask": _ask,
    "set": _set,
}
