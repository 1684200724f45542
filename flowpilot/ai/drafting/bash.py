"""Drafts in Bash 4.2 and later: long options, `--dry-run`, and an end at the first error."""

import re
import shlex

from flowpilot.ai.drafting import comments
from flowpilot.ai.drafting.model import (
    DRY_RUN_ENDS,
    EXIT_CODES,
    SKIPPED,
    Script,
    calls,
    described,
    filled,
    flag,
    indent,
    lower_first,
    told,
)  # fmt: skip
from flowpilot.ai.schema import Step
from flowpilot.ai.tools import Parameter

WRONG = """\
wrong() {
  printf '%s\\n' "$1" 'See --help.' >&2
  exit 2
}"""
SAY = """\
say() {
  printf '%s\\n' "$*"
}"""
SAY_AND_LOG = """\
say() {
  printf '%s\\n' "$*"
  printf '%s %s\\n' "$(date '+%Y-%m-%d %H:%M:%S')" "$*" >>"$log"
}"""
FAIL = """\
fail() {
  say "Failed: $*" >&2
  exit 1
}"""
GOING_TO = """\
# Whether a change is to be made now; a dry run only says it.
going_to() {
  if "$dry_run"; then
    say "Would $*."
    return 1
  fi
}"""
TRAP = """trap 'say "Failed: line $LINENO, $BASH_COMMAND" >&2; exit 1' ERR"""


def render(script: Script) -> str:
    """The whole script."""
    head = ["#!/usr/bin/env bash", *comments.lines(script.words, "bash"), "#" if script.words else "", _help(script)]
    work = _work(script)
    helpers = [SAY_AND_LOG if script.logging else SAY]
    helpers += [FAIL] if re.search(r"^ *fail ", work, re.MULTILINE) else []
    helpers += [GOING_TO] if re.search(r"^ *if going_to ", work, re.MULTILINE) else []
    taken = [_arguments(script), *_checks(script)]
    inner = ["set -Eeuo pipefail", _variables(script), _usage(script), WRONG, *helpers, TRAP, *taken, work]
    parts = ["\n".join(line for line in head if line)]
    if script.function:
        text = "\n\n".join(inner)
        parts += [
            f"{script.snake}() (\n{indent(text, 2)}\n)",
            f'# Read with "source", this only defines the function; as a script it also calls it.\n'
            f'if ! (return 0 2>/dev/null); then\n  {script.snake} "$@"\nfi',
        ]
    else:
        parts += inner
    return "\n\n".join(parts) + "\n"


def _help(script: Script) -> str:
    notes = [script.summary] if script.short else [script.summary, *script.notes, EXIT_CODES]
    return "\n".join(f"# {note}" for note in notes)


def _variables(script: Script) -> str:
    lines = [f"{name}={shlex.quote(p.default)}" for name, p in script.parameters.items()]
    lines += [f"log=${{TMPDIR:-/tmp}}/{script.kebab}.log"] if script.logging else []
    return "\n".join([*lines, "dry_run=false"])


def _usage(script: Script) -> str:
    rows = {f"--{flag(name)} VALUE": _described(p) for name, p in script.parameters.items()}
    rows |= {"--log FILE": "The file that every line is written to as well."} if script.logging else {}
    rows |= {"--dry-run": "Say what would be changed, and change nothing.", "--help": "Show this text."}
    call = " ".join([f"{script.kebab}.sh", *calls(script), "[--dry-run]"])
    lines = [script.summary, "", f"Example: {call}"]
    lines += [] if script.short else ["", *(f"  {name:<22} {text}" for name, text in rows.items())]
    quoted = " \\\n".join(f"    {shlex.quote(line)}" for line in lines)
    return f"usage() {{\n  printf '%s\\n' \\\n{quoted}\n}}"


def _described(parameter: Parameter) -> str:
    default = f" Starts as {parameter.default}." if parameter.default else ""
    return described(parameter) + default


def _arguments(script: Script) -> str:
    taken = [*((name, flag(name)) for name in script.parameters), *([("log", "log")] if script.logging else [])]
    cases = [
        _case(option, f"[[ $# -ge 2 ]] || wrong '--{option} needs a value.'", f"{name}=$2", "shift 2")
        for name, option in taken
    ]
    cases += [_case("dry-run", "dry_run=true", "shift"), _case("help", "usage", "exit 0")]
    cases += ['*) wrong "Unknown argument: $1" ;;']
    return f"while [[ $# -gt 0 ]]; do\n  case $1 in\n{indent(chr(10).join(cases))}\n  esac\ndone"


def _case(option: str, *lines: str) -> str:
    return f"--{option})\n{indent(chr(10).join([*lines, ';;']), 2)}"


def _checks(script: Script) -> list[str]:
    lines = []
    for name, parameter in script.parameters.items():
        if parameter.required:
            lines.append(f"[[ -n ${name} ]] || wrong '--{flag(name)} is missing.'")
        if parameter.choices:
            choices = " | ".join(map(shlex.quote, parameter.choices))
            text = f"--{flag(name)} is one of: {', '.join(parameter.choices)}."
            lines.append(f"case ${name} in {choices}) ;; *) wrong {shlex.quote(text)} ;; esac")
        elif parameter.pattern:
            lines.append(f"pattern={shlex.quote(f'^{parameter.pattern}$')}")
            lines.append(f'[[ ${name} =~ $pattern ]] || wrong "--{flag(name)} cannot be: ${name}"')
    return ["\n".join(lines)] if lines else []


def _words(words: str) -> str:
    """A step's words as a string of the language."""
    if "{" not in words:
        return shlex.quote(words)
    text = filled(words.replace("\\", "\\\\"), lambda name: f"${{{name}}}")
    return '"' + re.sub(r"\$\{(\w+)\}(?!\w)", r"$\1", text) + '"'


def _work(script: Script) -> str:
    parts = []
    if "only_user" in script.parameters:
        guard = f'if [[ "${{USERNAME:-$(id -un)}}" != "$only_user" ]]; then\n  say {_words(SKIPPED)}\n  exit 0\nfi'
        parts.append(guard)
    parts += [_step(script, step) for step in script.steps if step.kind != "verify"]
    parts += [f'if "$dry_run"; then\n  say {_words(DRY_RUN_ENDS)}\n  exit 0\nfi']
    parts += [_step(script, step) for step in script.steps if step.kind == "verify"]
    return "\n\n".join(parts)


def _step(script: Script, step: Step) -> str:
    code = step.code["bash"].rstrip()
    if step.did:
        code += f"\nsay {_words(step.did)}"
    if step.kind == "change":
        code = f"if going_to {_words(lower_first(step.does))}; then\n{indent(code, 2)}\nfi"
    if step.inside:
        opened = step.inside["bash"]
        otherwise = f"\nelse\n  say {_words(step.otherwise)}" if step.otherwise else ""
        begin, end = ("then", "fi") if opened.startswith("if ") else ("do", "done")
        code = f"{opened}; {begin}\n{indent(code, 2)}{otherwise}\n{end}"
    return code if script.short else f"# {told(step.does, script)}.\n{code}"
