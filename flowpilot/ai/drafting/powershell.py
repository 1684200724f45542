"""Drafts in PowerShell 5.1 and later: `-WhatIf` is the dry run."""

import re

from flowpilot.ai.drafting import comments
from flowpilot.ai.drafting.model import (
    DRY_RUN_ENDS,
    SKIPPED,
    Script,
    calls,
    described,
    filled,
    indent,
    pascal,
    told,
)  # fmt: skip
from flowpilot.ai.schema import Step
from flowpilot.ai.tools import Parameter

EXIT_CODES = "Exit code 0: done, or dry run. 1: failed; the reason is printed."
REMOTE = """\
$text = ${{function:{name}}}.ToString()
$values = @{{ WhatIf = [bool]$WhatIfPreference }}
{given}# The function is sent as text, because the other computers do not have it.
$remote = {{ param([string]$Text, [hashtable]$Values) & ([scriptblock]::Create($Text)) @Values }}
$failed = 0
foreach ($computer in $ComputerName) {{
    try {{
        Write-Output "On ${{computer}}:"
        Invoke-Command -ComputerName $computer -ScriptBlock $remote -ArgumentList $text, $values
    }}
    catch {{
        Write-Output "Failed on ${{computer}}: $($_.Exception.Message)"
        $failed++
    }}
}}
if ($failed) {{ exit 1 }}
exit 0
"""


def render(script: Script) -> str:
    """The whole script."""
    apart = script.function or script.computers
    head = [*comments.lines(script.words, "powershell"), ""] if script.words else []
    parameters = _parameters(script, computers=script.computers)
    parts = ["\n".join([*head, _help(script), parameters]), "$ErrorActionPreference = 'Stop'"]
    if apart:
        inner = [_parameters(script), "$ErrorActionPreference = 'Stop'", *_helpers(script), _work(script, "return")]
        parts += [f"function {script.name} {{\n{indent(chr(10).join(_spaced(inner)))}\n}}"]
    if script.computers:
        parts += [REMOTE.format(name=script.name, given=_given(script)).rstrip()]
    else:
        work = f"{script.name} @PSBoundParameters" if apart else _work(script, "exit 0")
        # The function's own way to write a line is not known out here.
        say = "Write-Output" if apart else _say(script)
        log = indent(_LOG.format(text='"Failed: $($_.Exception.Message)"')) + "\n" if apart and script.logging else ""
        parts += [] if apart else _helpers(script)
        parts += [
            f"try {{\n{indent(work)}\n    exit 0\n}}\n"
            f'catch {{\n    {say} "Failed: $($_.Exception.Message)"\n{log}    exit 1\n}}'
        ]
    return "\n".join(_spaced(parts)) + "\n"


def _spaced(parts: list[str]) -> list[str]:
    return [line for number, part in enumerate(parts) for line in ([""] if number else []) + part.splitlines()]


_LOG = 'Add-Content -LiteralPath $LogPath -Value "$(Get-Date -Format s) $({text})" -WhatIf:$false -Confirm:$false'


def _say(script: Script) -> str:
    return "Write-Line" if script.logging else "Write-Output"


def _helpers(script: Script) -> list[str]:
    log = _LOG.replace("$({text})", "$Text")
    return [f"function Write-Line([string]$Text) {{\n    Write-Output $Text\n    {log}\n}}"] if script.logging else []


def _help(script: Script) -> str:
    lines = ["<#", ".SYNOPSIS", f"    {script.summary}"]
    if not script.short:
        does = [f"    {number}. {told(step.does, script)}." for number, step in enumerate(script.steps, 1)]
        lines += [".DESCRIPTION", *does] if does else []
        lines += [line for name, p in script.parameters.items() for line in _help_of(pascal(name), described(p))]
        if script.computers:
            lines += _help_of("ComputerName", "The computers it runs on, by PowerShell remoting.")
        if script.logging:
            lines += _help_of("LogPath", "The file that every line is written to as well.")
        computers = ["-ComputerName PC01, PC02"] if script.computers else []
        call = " ".join([f".\\{script.name}.ps1", *computers, *calls(script), "-WhatIf"])
        lines += [".EXAMPLE", f"    {call}", "    Says what would be changed, and changes nothing."]
        lines += [".NOTES", *(f"    {note}" for note in (*script.notes, EXIT_CODES))]
    return "\n".join([*lines, "#>"])


def _help_of(name: str, text: str) -> list[str]:
    return [f".PARAMETER {name}", f"    {text}"]


def _parameters(script: Script, *, computers: bool = False) -> str:
    declared = ["[Parameter(Mandatory)]\n[string[]]$ComputerName"] if computers else []
    declared += [_parameter(name, p) for name, p in script.parameters.items()]
    declared += [f"[string]$LogPath = (Join-Path $env:TEMP '{script.name}.log')"] if script.logging else []
    inside = f"\n{indent((',' + chr(10) * 2).join(declared))}\n" if declared else ""
    return f"[CmdletBinding(SupportsShouldProcess)]\nparam({inside})"


def _parameter(name: str, parameter: Parameter) -> str:
    lines = ["[Parameter(Mandatory)]"] if parameter.required and not parameter.default else []
    if parameter.choices:
        lines.append(f"[ValidateSet({', '.join(map(_quoted, parameter.choices))})]")
    elif parameter.pattern:
        lines.append(f"[ValidatePattern({_quoted(f'^{parameter.pattern}$')})]")
    default = f" = {_quoted(parameter.default)}" if parameter.default else ""
    return "\n".join([*lines, f"[string]${pascal(name)}{default}"])


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _given(script: Script) -> str:
    """The values that the caller gave, for the other computers; what was not given starts as it does there."""
    names = [pascal(name) for name in script.parameters] + ["LogPath"] * script.logging
    if not names:
        return ""
    return (
        f"foreach ($name in {', '.join(map(_quoted, names))}) {{\n"
        "    if ($PSBoundParameters.ContainsKey($name)) { $values[$name] = $PSBoundParameters[$name] }\n}\n"
    )


def _words(script: Script, words: str, step: Step | None = None) -> str:
    """A step's words as a string of the language."""

    def shown(name: str) -> str:
        return step.shown[name]["powershell"] if step and name in step.shown else f"${{{pascal(name)}}}"

    if "{" not in words:
        return _quoted(words)
    return '"' + re.sub(r"\$\{(\w+)\}(?![\w:?])", r"$\1", filled(words, shown)) + '"'


def _work(script: Script, end: str) -> str:
    say, parts = _say(script), []
    if "only_user" in script.parameters:
        parts.append(f"if ($env:USERNAME -ne $OnlyUser) {{\n    {say} {_words(script, SKIPPED)}\n    {end}\n}}")
    ended = f"if ($WhatIfPreference) {{\n    {say} {_words(script, DRY_RUN_ENDS)}\n    {end}\n}}"
    before = [step for step in script.steps if step.kind != "verify"]
    after = [step for step in script.steps if step.kind == "verify"]
    parts += [_step(script, step) for step in before]
    parts += [ended] if before else []
    parts += [_step(script, step) for step in after]
    return "\n\n".join(parts)


def _step(script: Script, step: Step) -> str:
    say, code = _say(script), step.code["powershell"].rstrip()
    if step.did:
        code += f"\n{say} {_words(script, step.did, step)}"
    if step.kind == "change":
        asked = f"$PSCmdlet.ShouldProcess($env:COMPUTERNAME, {_words(script, step.does, step)})"
        code = f"if ({asked}) {{\n{indent(code)}\n}}"
    if step.inside:
        code = f"{step.inside['powershell']} {{\n{indent(code)}\n}}"
        code += f"\nelse {{\n    {say} {_words(script, step.otherwise, step)}\n}}" if step.otherwise else ""
    return code if script.short else f"# {told(step.does, script)}.\n{code}"
