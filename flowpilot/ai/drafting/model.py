"""A script before it is written in a language: its parameters, its steps, and what the engineer wishes of it."""

import keyword
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from flowpilot.ai.schema import Step
from flowpilot.ai.tools import Parameter

NAMES = {"powershell": "PowerShell", "bash": "Bash", "python": "Python", "batch": "Batch"}
FENCES = {"powershell": "powershell", "bash": "bash", "python": "python", "batch": "bat"}
# What a frame of ours calls something, and what the shells do: no parameter can be called the same.
_OURS = """
computer computer_name dry_run fail failed going_to log log_path main matching only_user parser pattern remote run say
step succeeds text usage values wrong
"""
_SHELLS = """
args case confirm date debug do done echo error event exit fi file function home host input language line match name
path pid print profile random select self shift switch sys temp test then this time trap type until verbose what_if
"""
TAKEN = frozenset([*_OURS.split(), *_SHELLS.split(), *map(str.lower, keyword.kwlist)])


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the requests so far come to."""

    language: str
    logging: bool = False
    function: bool = False
    one_user: bool = False
    computers: bool = False
    short: bool = False
    asked: frozenset[str] = frozenset()
    values: tuple[tuple[str, str], ...] = ()
    extra: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Script:
    """All that a renderer needs; `words` are somebody else's, and stand in it as comments."""

    name: str
    summary: str
    language: str
    parameters: dict[str, Parameter] = field(default_factory=dict)
    examples: dict[str, str] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    notes: tuple[str, ...] = ()
    words: str = ""
    logging: bool = False
    function: bool = False
    computers: bool = False
    short: bool = False

    @property
    def snake(self) -> str:
        """The name as Bash and Python write one."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", self.name.replace("-", "_")).lower()

    @property
    def kebab(self) -> str:
        """The name as a file of Bash, Python or Batch has one."""
        return self.snake.replace("_", "-")


NOT_WRITTEN = "This is a scaffold: no step is written yet."
YOURS = "Your commands replace what follows; put every change into a frame like this one."
# The one step of a scaffold: the frame of a change, which fails until somebody fills it.
SCAFFOLD = Step(
    kind="change",
    does="Make the first change",
    did="Made the first change.",
    code={
        "powershell": f"# {YOURS}\nthrow '{NOT_WRITTEN}'",
        "bash": f"# {YOURS}\nsay '{NOT_WRITTEN}'\nfalse",
        "python": f'# {YOURS}\nraise RuntimeError("{NOT_WRITTEN}")',
        "batch": f"REM - {YOURS}\necho {NOT_WRITTEN}\ngoto :failed",
    },
)
EXIT_CODES = "Exit code 0: done, or dry run. 1: failed; the reason is printed. 2: wrong arguments."
DRY_RUN_ENDS = "Dry run: nothing was changed."
SKIPPED = "Skipped: this is only for {only_user}."
ONLY_USER = Parameter(
    type="user", label="The only user this is for", help="For everybody else it changes nothing.", required=True
)


def pascal(name: str) -> str:
    """A parameter's name as PowerShell writes it."""
    return "".join(part.capitalize() for part in name.split("_"))


def flag(name: str) -> str:
    """A parameter's name as a command line writes it."""
    return name.replace("_", "-")


def option(name: str, language: str) -> str:
    """A parameter as it is named to whoever calls the script."""
    return {"powershell": f"-{pascal(name)}", "batch": f"/{flag(name)}"}.get(language, f"--{flag(name)}")


def dry_run(language: str) -> str:
    """What asks for a dry run."""
    return {"powershell": "-WhatIf", "batch": "/dry-run"}.get(language, "--dry-run")


def described(parameter: Parameter) -> str:
    """What a parameter is, in a sentence or two."""
    choices = f" One of: {', '.join(parameter.choices)}." if parameter.choices else ""
    return f"{parameter.label}. {parameter.help}".strip() + choices


def filled(words: str, shown: Callable[[str], str]) -> str:
    """A step's words with its placeholders replaced."""
    return re.sub(r"\{(\w+)\}", lambda found: shown(found[1]), words)


def lower_first(words: str) -> str:
    """The words as they stand in the middle of a sentence."""
    return words[0].lower() + words[1:]


def indent(text: str, spaces: int = 4) -> str:
    """The text moved to the right; blank lines stay blank."""
    return "\n".join(" " * spaces + line if line.strip() else "" for line in text.splitlines())


def told(words: str, script: Script) -> str:
    """A step's words for whoever reads the script: a parameter by its option."""

    def shown(name: str) -> str:
        return option(name, script.language) if name in script.parameters else "(each one found)"

    return filled(words, shown)


def calls(script: Script) -> list[str]:
    """The arguments of an example call: what has to be given, with a value as it may look."""
    needed = [name for name, p in script.parameters.items() if p.required and not p.default]
    return [f"{option(name, script.language)} {script.examples.get(name, 'VALUE')}" for name in needed]
