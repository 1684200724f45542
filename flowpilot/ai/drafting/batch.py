"""Drafts in Batch: values are read by delayed expansion only, so that nothing in them is taken for a command."""

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

SAY = """\
:say
echo(!LINE!
>>"!LOG!" echo(!DATE! !TIME! !LINE!
exit /b 0"""
WRONG = """\
:wrong
echo See /help for the arguments.
exit /b 2"""


def render(script: Script) -> str:
    """The whole script."""
    parts = [
        "\n".join(["@echo off", *_words_of_others(script), _help(script)]),
        "\n".join(["setlocal EnableExtensions DisableDelayedExpansion", *_variables(script)]),
        _arguments(script),
        "\n".join([":checks", "setlocal EnableDelayedExpansion", *_checks(script)]),
        *_work(script),
        "exit /b 0",
        f":failed\n{_say(script, 'Failed: could not !STEP!.')}\nexit /b 1",
        WRONG,
        _usage(script),
        SAY if script.logging else "",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def variable(name: str) -> str:
    """The variable of a parameter; without the prefix one called path would end every search for programs."""
    return f"P_{name.upper()}"


def _words_of_others(script: Script) -> list[str]:
    return [*comments.lines(script.words, "batch"), "REM -"] if script.words else []


def _help(script: Script) -> str:
    notes = [script.summary] if script.short else [script.summary, *script.notes, EXIT_CODES]
    return "\n".join(f"REM - {note}" for note in notes)


def _variables(script: Script) -> list[str]:
    lines = [f'set "{variable(name)}={p.default}"' for name, p in script.parameters.items()]
    lines += [f'set "LOG=%TEMP%\\{script.kebab}.log"'] if script.logging else []
    return [*lines, 'set "DRY_RUN="']


def _arguments(script: Script) -> str:
    taken = {flag(name): variable(name) for name in script.parameters} | ({"log": "LOG"} if script.logging else {})
    lines = [
        ":arguments",
        'if "%~1"=="" goto :checks',
        'if "%~1"=="/?" goto :usage',
        'if /i "%~1"=="/help" goto :usage',
    ]
    lines += ['if /i "%~1"=="/dry-run" (\n    set "DRY_RUN=1"\n    shift\n    goto :arguments\n)']
    lines += [
        f'if /i "%~1"=="/{option}" (\n    set "{name}=%~2"\n    shift\n    shift\n    goto :arguments\n)'
        for option, name in taken.items()
    ]
    return "\n".join([*lines, 'echo Unknown argument: "%~1"', "goto :wrong"])


def _checks(script: Script) -> list[str]:
    lines = []
    for name, parameter in script.parameters.items():
        option, held = flag(name), variable(name)
        if parameter.required:
            lines.append(f"if not defined {held} (\n    echo /{option} is missing.\n    goto :wrong\n)")
        pattern = parameter.pattern
        patterns = [f"{held}={choice}" for choice in parameter.choices] or ([f"{held}={pattern}"] if pattern else [])
        if patterns:
            # "set NAME" shows the value without reading it as a command, as an echo into a pipe would; a space before
            # the pipe would belong to the name.
            searched = " ".join(f'/c:"{one}"' for one in patterns)
            lines.append(
                f"set {held}| findstr /r /x {searched} >nul || (\n    echo /{option} cannot have this value.\n"
                "    goto :wrong\n)"
            )
    return lines


def _usage(script: Script) -> str:
    rows = {f"/{flag(name)} VALUE": _described(p) for name, p in script.parameters.items()}
    rows |= {"/log FILE": "The file that every line is written to as well."} if script.logging else {}
    rows |= {"/dry-run": "Say what would be changed, and change nothing."}
    call = " ".join([f"{script.kebab}.cmd", *calls(script), "/dry-run"])
    lines = [] if script.short else [f"echo   {row:<22} {text}" for row, text in rows.items()]
    lines = [f"echo {script.summary}", f"echo Example: {call}", *lines]
    return "\n".join([":usage", *lines, "exit /b 0"])


def _described(parameter: Parameter) -> str:
    return described(parameter) + (f" Starts as {parameter.default}." if parameter.default else "")


def _words(words: str) -> str:
    return filled(words, lambda name: f"!{variable(name)}!")


def _say(script: Script, text: str) -> str:
    return f'set "LINE={text}"\ncall :say' if script.logging else f"echo {text}"


def _work(script: Script) -> list[str]:
    parts = []
    if "only_user" in script.parameters:
        skipped = indent(_say(script, _words(SKIPPED)))
        parts.append(f'if /i not "!USERNAME!"=="!{variable("only_user")}!" (\n{skipped}\n    exit /b 0\n)')
    parts += [_step(script, step) for step in script.steps if step.kind != "verify"]
    ended = indent(_say(script, DRY_RUN_ENDS))
    parts += [f"if defined DRY_RUN (\n{ended}\n    exit /b 0\n)"]
    return parts + [_step(script, step) for step in script.steps if step.kind == "verify"]


def _step(script: Script, step: Step) -> str:
    does, code = lower_first(_words(step.does)), step.code["batch"].rstrip()
    if step.did:
        code += f"\n{_say(script, _words(step.did))}"
    if step.kind == "change":
        would = indent(_say(script, f"Would {does}."))
        code = f"if defined DRY_RUN (\n{would}\n) else (\n{indent(code)}\n)"
    if step.inside:
        otherwise = f" else (\n{indent(_say(script, _words(step.otherwise)))}\n)" if step.otherwise else ""
        code = f"{step.inside['batch']} (\n{indent(code)}\n){otherwise}"
    code = f'set "STEP={does}"\n{code}'
    return code if script.short else f"REM - {told(step.does, script)}.\n{code}"
