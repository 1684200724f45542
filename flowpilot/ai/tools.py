"""The tools an assistant may call, each with the one schema that is both shown to it and checked."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from flowpilot.ai.patterns import checked
from flowpilot.ai.port import Call
from flowpilot.web.lines import one_line

Language = Literal["powershell", "bash", "python", "batch"]
# What stands in one line of the record; an assistant's words begin no other one there.
Line = Annotated[str, BeforeValidator(lambda said: one_line(said) if isinstance(said, str) else said)]


class MalformedCall(ValueError):
    """A tool call that does not fit its schema; it never reaches the record."""


class Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False, frozen=True)

    @field_validator("*")
    @classmethod
    def _holds_no_nul(cls, said, field):
        # PostgreSQL keeps no NUL in a text. (A script is read by rules of its own.)
        texts = said if isinstance(said, list) else [said]
        if field.field_name != "script" and any(isinstance(text, str) and "\0" in text for text in texts):
            raise ValueError("It holds a NUL character; remove it.")
        return said


class Parameter(Arguments):
    """One parameter of a drafted script."""

    type: Literal["text", "number", "boolean", "choice", "date", "secret", "path", "host", "user"] = "text"
    label: str = Field("", max_length=120)
    help: str = Field("", max_length=500)
    required: bool = False
    default: str = Field("", max_length=1000)
    choices: list[str] = Field(default_factory=list, max_length=50)
    pattern: str = Field("", max_length=200)


class Task(Arguments):
    """One question to ask or one read-only check to do."""

    kind: Literal["question", "check"]
    text: Line = Field(min_length=1, max_length=500)
    why: str = Field("", max_length=500)
    command: str = Field("", max_length=2000)
    choices: list[str] = Field(default_factory=list, max_length=8)
    source: str = Field("", max_length=80)


class AskTasks(Arguments):
    """Puts a group of questions and checks into the task lane."""

    tasks: list[Task] = Field(min_length=1, max_length=8)


class ProposeFix(Arguments):
    """Proposes the one next fix.

    `template` is the library key of a template; `script` a complete drafted script; with neither, the engineer
    drafts one or does it by hand. `verify_expected` is a regular expression for the output of `verify_command`.
    """

    title: Line = Field(min_length=1, max_length=200)
    why: str = Field("", max_length=2000)
    description: str = Field("", max_length=4000)
    confidence: int = Field(ge=0, le=100)
    risk: Literal["low", "medium", "high"]
    language: Language = "powershell"
    template: str | None = Field(None, max_length=80)
    template_values: dict[str, str] = Field(default_factory=dict)
    script: str | None = Field(None, min_length=1, max_length=50_000)
    parameters: dict[str, Parameter] = Field(default_factory=dict)
    run_as: Literal["", "user", "SYSTEM", "root"] = ""
    needs_admin: bool = False
    reboots: bool = False
    warnings: list[str] = Field(default_factory=list, max_length=8)
    verify_command: str = Field("", max_length=2000)
    verify_expected: Annotated[str, Field(max_length=500), AfterValidator(checked)] = ""
    verify_wait_minutes: int = Field(0, ge=0, le=1440)
    source: str = Field("", max_length=80)


class ProposeOutcome(Arguments):
    """Says what the reports make of a run that waits for its outcome. The engineer confirms it, or does not.

    `evidence` is what was reported, in a sentence; for `partial` it says what works and what does not.
    """

    outcome: Literal["worked", "failed", "partial"]
    evidence: str = Field(min_length=1, max_length=1000)


TOOLS: dict[str, type[Arguments]] = {
    "ask_tasks": AskTasks,
    "propose_fix": ProposeFix,
    "propose_outcome": ProposeOutcome,
}


def parse(call: Call) -> Arguments:
    """The call's checked arguments; raises MalformedCall with a sentence for the log."""
    if call.name not in TOOLS:
        raise MalformedCall(f"There is no tool {call.name!r}.")
    try:
        return TOOLS[call.name].model_validate(call.arguments)
    except ValidationError as error:
        raise MalformedCall(f"{call.name}: {error.error_count()} invalid argument(s): {error}") from error
