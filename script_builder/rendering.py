"""A script with its parameters filled in: each `{{ name }}` becomes one complete literal of the script's language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.views.decorators.debug import sensitive_variables

from script_builder import parameters as specs
from script_builder.models import Language
from script_builder.parameters import InvalidParameters
from script_builder.placement import misplaced
from script_builder.scripts import MAX_LENGTH, digest

PLACEHOLDER = re.compile(r"\{\{ ([A-Za-z_][A-Za-z0-9_]{0,39}) \}\}")
# The same with other spacing: what somebody meant as a placeholder, but what would stay in the script.
NEARLY = re.compile(r"\{\{[ \t]*([A-Za-z_][A-Za-z0-9_]{0,39})[ \t]*\}\}")
POWERSHELL_QUOTES = re.compile("['\u2018\u2019\u201a\u201b]")


class Unquotable(ValueError):
    """This value cannot stand in this script; the message says why."""


@dataclass(frozen=True)
class Rendered:
    """`text` is to be run and holds secrets; everything else is safe to keep."""

    text: str = field(repr=False)
    stamp_text: str
    sha256: str
    values: dict[str, str | bool]


@sensitive_variables()
def render(text: str, parameters: Mapping, values: Mapping, language: str) -> Rendered:
    """The script with these values in it; raises InvalidParameters."""
    spec = specs.check(parameters)
    cleaned = specs.clean(spec, values)
    errors = misplacements(text, spec, language)
    literals = {}
    for name in _used(text, spec):
        try:
            literals[name] = literal(cleaned[name], spec[name]["type"], language, text)
        except Unquotable as error:
            errors.setdefault(name, str(error))
    if errors:
        raise InvalidParameters(errors)
    shown = {name: _stamped(name, spec[name], literals[name], language) for name in literals}
    filled, stamp_text = _replaced(text, literals), _replaced(text, shown)
    if literals and max(len(filled), len(stamp_text)) > MAX_LENGTH:
        longest = max(literals, key=lambda name: len(literals[name]))
        raise InvalidParameters(
            {longest: f"The script would grow over {MAX_LENGTH:,} characters; give a shorter value."}
        )
    return Rendered(
        text=filled,
        stamp_text=stamp_text,
        sha256=digest(stamp_text),
        values={name: value for name, value in cleaned.items() if not spec[name]["secret"]},
    )


def problems(text: str, parameters: Mapping, language: str) -> list[str]:
    """What is wrong with a template's placeholders, in sentences; asked before a template is saved."""
    spec = specs.check(parameters)
    found = []
    for name in dict.fromkeys(PLACEHOLDER.findall(text)):
        if name not in spec:
            found.append(f"There is no parameter named {name}: declare it, or write its value into the script.")
    for name in dict.fromkeys(NEARLY.findall(PLACEHOLDER.sub("", text))):
        if name in spec:
            found.append(f"Write {{{{ {name} }}}} with one space on either side of the name.")
    return found + [f"{name}: {sentence}" for name, sentence in misplacements(text, spec, language).items()]


def misplacements(text: str, parameters: Mapping, language: str) -> dict[str, str]:
    """The parameters whose placeholder stands where a literal would not be one."""
    # Numbers and yes or no are harmless anywhere: they are written bare.
    quoted = {name for name, spec in parameters.items() if spec["type"] not in ("number", "boolean")}
    spots = {found.start(): found.group(1) for found in PLACEHOLDER.finditer(text) if found.group(1) in quoted}
    return {
        spots[start]: f"{{{{ {spots[start]} }}}} stands inside {place}; a value put there could be run as a command. "
        "Take it out of there: it brings its own quotes."
        for start, place in misplaced(text, spots, language)
    }


@sensitive_variables()
def literal(value: str | bool, kind: str, language: str, text: str = "") -> str:
    """The value as one complete literal of the language; `text` is the script that it will stand in."""
    if isinstance(value, bool):
        return BOOLEANS[language][value]
    if kind == "number" and value:
        return value
    if kind == "number":
        return NO_NUMBER[language]
    return QUOTES[language](value, text)


def _powershell(value: str, text: str) -> str:
    # PowerShell takes the typographic single quotes for quotes too; each is written twice, as itself.
    return "'" + POWERSHELL_QUOTES.sub(lambda found: found.group() * 2, value) + "'"


def _bash(value: str, text: str) -> str:
    return "'" + value.replace("'", "'\\''") + "'"


def _python(value: str, text: str) -> str:
    return repr(value)


def _batch(value: str, text: str) -> str:
    """In double quotes, where cmd.exe still acts upon some characters: what it would act upon is refused."""
    script = text.lower()
    if '"' in value:
        raise Unquotable("A double quote cannot be passed safely to a Batch script.")
    if value.endswith("\\"):
        raise Unquotable("A backslash at the end cannot be passed safely to a Batch script; leave it out.")
    if "%" in value and re.search(r"\b(call|for|cmd|start)\b", script):
        raise Unquotable("A percent sign cannot be passed safely to a Batch script that uses FOR, CALL, CMD or START.")
    if re.search("[!^]", value) and re.search(r"delayedexpansion|/v", script):
        raise Unquotable("! and ^ cannot be passed safely to a Batch script with delayed expansion.")
    return '"' + value.replace("%", "%%") + '"'


QUOTES = {Language.POWERSHELL: _powershell, Language.BASH: _bash, Language.PYTHON: _python, Language.BATCH: _batch}
BOOLEANS = {
    Language.POWERSHELL: ("$false", "$true"),
    Language.BASH: ("false", "true"),
    Language.PYTHON: ("False", "True"),
    Language.BATCH: ("0", "1"),
}
NO_NUMBER = {Language.POWERSHELL: "$null", Language.BASH: "''", Language.PYTHON: "None", Language.BATCH: '""'}


def _used(text: str, spec: Mapping) -> list[str]:
    return [name for name in dict.fromkeys(PLACEHOLDER.findall(text)) if name in spec]


def _stamped(name: str, spec: Mapping, filled_in: str, language: str) -> str:
    return QUOTES[language](f"<secret:{name}>", "") if spec["secret"] else filled_in


def _replaced(text: str, literals: Mapping[str, str]) -> str:
    # One pass: a value that looks like a placeholder stays what it is.
    return PLACEHOLDER.sub(lambda found: literals.get(found.group(1), found.group()), text)
