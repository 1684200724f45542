"""What a runbook and a library template look like on disk; every file is checked by these models when it is loaded."""

import re
from typing import Annotated, Literal, get_args

import regex
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from flowpilot.ai import patterns
from flowpilot.ai.tools import Language, Parameter

# What every language checks alike, findstr included: characters and sets of them, each perhaps repeated.
SIMPLE_PATTERN = re.compile(r"(?:(?:\[[A-Za-z0-9_.$ :-]+\]|[A-Za-z0-9:])\*?)+")
PLACEHOLDER = re.compile(r"\{\{ ([a-z][a-z0-9_]*) \}\}")


def _is_pattern(value: str) -> str:
    try:
        regex.compile(value)
    except regex.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return value


Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,38}$")]
Text = Annotated[str, Field(min_length=3, max_length=2000)]
Name = Annotated[str, Field(min_length=3, max_length=200)]
Line = Annotated[str, Field(min_length=3, max_length=500)]
Pattern = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_is_pattern)]
# A task's id and a pattern: true when the task's answer holds the pattern, in upper or lower case.
Hints = dict[Slug, Pattern]
# Words that a script prints: nothing in them means anything inside a string of any of the four languages.
Words = Annotated[str, Field(pattern=r"^[A-Za-z0-9 .,:;'\\/{}_-]{3,300}$")]
Variable = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,38}$")]
Number = Annotated[str, Field(pattern=r"^[A-Z]\d\d$")]


class Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _check_placeholders(script: str, parameters: dict[str, Parameter]) -> None:
    used = set(PLACEHOLDER.findall(script))
    if used != set(parameters):
        raise ValueError(f"placeholders and parameters differ: {sorted(used ^ set(parameters))}")
    if "{{" in PLACEHOLDER.sub("", script):
        raise ValueError("a placeholder is written {{ name }}, with one space on either side")


class LibraryTemplate(Data):
    """A ready script of the library; `{{ name }}` stands where one complete literal of the language belongs."""

    key: Slug
    name: Name
    description: Text
    category: Annotated[str, Field(min_length=3, max_length=80)]
    language: Language
    run_as: Literal["", "user", "SYSTEM", "root"] = ""
    needs_admin: bool = False
    reboots: bool = False
    risk: Literal["low", "medium", "high"]
    tags: list[Slug] = Field(default_factory=list)
    parameters: dict[str, Parameter] = Field(default_factory=dict)
    script: str = Field(min_length=1, max_length=50_000)

    @model_validator(mode="after")
    def _placeholders_are_declared(self):
        _check_placeholders(self.script, self.parameters)
        return self


class Asked(Data):
    """What is asked of the engineer, and when it need not be.

    `known` finds the answer in what people said of the problem; what is known is not asked. `only_if` asks it only
    where an earlier answer says so.
    """

    id: Slug
    text: Line
    why: Line
    choices: list[str] = Field(default_factory=list, max_length=8)
    known: Pattern | None = None
    only_if: Hints = Field(default_factory=dict)


class Question(Asked):
    """What the engineer asks the user."""


class Check(Asked):
    """What the engineer looks at; its command changes nothing."""

    command: Text


class Verification(Data):
    """How to see that a fix helped; `expected` is a pattern for its output, in upper or lower case, line by line.

    `good` and `bad` are outputs as they were recorded, of which the pattern takes the one and leaves the other.
    """

    command: Text
    expected: Pattern
    wait_minutes: int = Field(0, ge=0, le=1440)
    good: Text = ""
    bad: Text = ""

    @model_validator(mode="after")
    def _tells_good_from_bad(self):
        if self.good and not patterns.search(self.expected, self.good):
            raise ValueError("the pattern does not match the good output")
        if self.bad and patterns.search(self.expected, self.bad):
            raise ValueError("the pattern matches the bad output")
        return self


class Fill(Data):
    """Which part of a task's answer a parameter starts with: the pattern's group, or all that it matches."""

    task: Slug
    pattern: Pattern


class Step(Data):
    """One step of a script to be drafted, with its code in each language that can do it.

    A check looks and a verification (after the changes, not in a dry run) fails if they did not hold; neither changes
    anything. `{name}` in the words is a parameter, or something that `shown` has an expression for.
    """

    kind: Literal["check", "change", "verify"]
    does: Words
    did: Words | None = None
    inside: dict[Language, Line] = Field(default_factory=dict)
    otherwise: Words | None = None
    shown: dict[str, dict[Language, Line]] = Field(default_factory=dict)
    code: dict[Language, Text] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_whole(self):
        if self.kind == "change" and not self.did:
            raise ValueError("a change says what it did")
        if self.inside and set(self.inside) != set(self.code):
            raise ValueError("a step stands inside something in all of its languages or in none")
        return self


class Reach(Data):
    """Whether a draft can be narrowed to one user, or spread over computers, and why not where it cannot."""

    can: bool
    why: Line | None = None

    @model_validator(mode="after")
    def _has_a_reason(self):
        if not self.can and not self.why:
            raise ValueError("what cannot be done has a reason")
        return self


class Recipe(Data):
    """What the script for a fix is made of, from which it is drafted in several languages."""

    name: Annotated[str, Field(pattern=r"^[A-Z][a-z]+-[A-Z][A-Za-z]+$")]
    summary: Words
    needs: dict[Language, Words] = Field(default_factory=dict)
    cannot: dict[Language, Line] = Field(default_factory=dict)
    one_user: Reach
    computers: Reach
    parameters: dict[Variable, Parameter] = Field(default_factory=dict)
    # What a parameter's value looks like; then other words that people use for it.
    examples: dict[Variable, str] = Field(default_factory=dict)
    words: dict[Variable, list[str]] = Field(default_factory=dict)
    fill: dict[Variable, Fill] = Field(default_factory=dict)
    steps: list[Step] = Field(min_length=1)

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages it can be drafted in."""
        return tuple(self.steps[0].code)

    @model_validator(mode="after")
    def _holds_together(self):
        if any(set(step.code) != set(self.languages) for step in self.steps):
            raise ValueError("every step is written in the same languages")
        if missing := set(get_args(Language)) - set(self.languages) - set(self.cannot):
            raise ValueError(f"no reason why it cannot be drafted in {sorted(missing)}")
        if unknown := {*self.words, *self.fill} - set(self.parameters):
            raise ValueError(f"no such parameter: {sorted(unknown)}")
        for name, parameter in self.parameters.items():
            if parameter.type not in ("text", "host", "user", "path", "choice"):
                raise ValueError(f"{name}: a draft has no parameter of type {parameter.type}")
            if not (parameter.choices or SIMPLE_PATTERN.fullmatch(parameter.pattern)):
                raise ValueError(f"{name}: it has choices, or a pattern that every language understands")
            if parameter.required and not patterns.full(parameter.pattern or ".+", self.examples.get(name, "")):
                raise ValueError(f"{name}: it has an example that fits")
            if not re.fullmatch(r"[A-Za-z0-9 .,:;'/_-]+", parameter.label + parameter.help):
                raise ValueError(f"{name}: its label and help mean something in some language")
        for step in self.steps:
            said = " ".join(filter(None, (step.does, step.did, step.otherwise)))
            if unknown := set(re.findall(r"\{(\w+)\}", said)) - {*self.parameters, *step.shown}:
                raise ValueError(f"nothing to show for {sorted(unknown)}")
            if step.kind == "change" and "|| goto :failed" not in step.code.get("batch", "|| goto :failed"):
                raise ValueError("a change in Batch that fails ends the script")
        return self


class RunbookFix(Data):
    """One fix: with a template, with a drafted script, by hand, or (none of these) a script yet to be drafted."""

    id: Slug
    title: Name
    cause: Text
    why: Text
    description: Text
    confidence: int = Field(ge=0, le=100)
    risk: Literal["low", "medium", "high"]
    language: Language = "powershell"
    template: Slug | None = None
    script: str | None = Field(None, min_length=1, max_length=50_000)
    parameters: dict[str, Parameter] = Field(default_factory=dict)
    by_hand: bool = False
    draft: Recipe | None = None
    fill: dict[str, Fill] = Field(default_factory=dict)
    run_as: Literal["", "user", "SYSTEM", "root"] = ""
    needs_admin: bool = False
    reboots: bool = False
    data_loss: Line | None = None
    warnings: list[Text] = Field(default_factory=list, max_length=8)
    verify: Verification
    first_if: Hints = Field(default_factory=dict)
    last_if: Hints = Field(default_factory=dict)
    not_if: Hints = Field(default_factory=dict)

    @property
    def way(self) -> Literal["template", "script", "by hand", "to draft"]:
        """How this fix is run."""
        if self.template:
            return "template"
        return "script" if self.script else "by hand" if self.by_hand else "to draft"

    @model_validator(mode="after")
    def _has_one_way(self):
        if sum(map(bool, (self.template, self.script, self.by_hand))) > 1:
            raise ValueError("a fix has a template, or a script, or is by hand")
        if self.draft and self.way != "to draft":
            raise ValueError("what is not to be drafted has no recipe")
        _check_placeholders(self.script or "", self.parameters)
        return self


class Trigger(Data):
    """When to hand over rather than go on; `when` recognises it in the answers."""

    text: Text
    when: Hints = Field(default_factory=dict)


class Runbook(Data):
    """One kind of trouble: how people describe it, what to ask, what to look at, what to try, when to hand over."""

    number: Number
    title: Name
    apart: Text
    platform: Literal["windows", "linux"]
    symptoms: list[Text] = Field(min_length=6)
    codes: list[str] = Field(default_factory=list)
    questions: list[Question] = Field(min_length=1, max_length=6)
    checks: list[Check] = Field(min_length=1, max_length=5)
    fixes: list[RunbookFix] = Field(min_length=2)
    escalate: list[Trigger] = Field(min_length=1)
    sources: list[Text] = Field(min_length=1)

    @property
    def tasks(self) -> tuple[Question | Check, ...]:
        """The questions, then the checks."""
        return (*self.questions, *self.checks)

    @model_validator(mode="after")
    def _ids_hold(self):
        tasks = [task.id for task in self.tasks]
        fixes = [fix.id for fix in self.fixes]
        if len(set(tasks)) < len(tasks) or len(set(fixes)) < len(fixes):
            raise ValueError("an id stands twice")
        named = {fill.task for fix in self.fixes for fill in fix.fill.values()}
        named |= {fill.task for fix in self.fixes if fix.draft for fill in fix.draft.fill.values()}
        named |= {task for fix in self.fixes for task in (*fix.first_if, *fix.last_if, *fix.not_if)}
        named |= {earlier for task in self.tasks for earlier in task.only_if}
        named |= {task for trigger in self.escalate for task in trigger.when}
        if unknown := named - set(tasks):
            raise ValueError(f"no such task: {sorted(unknown)}")
        return self
