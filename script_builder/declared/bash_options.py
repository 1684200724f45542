"""The options of a Bash script: a `case "$1" in --name)` in a loop, or getopts."""

import re
from collections.abc import Iterator, Mapping

from script_builder.declared.model import Declaration, Edit, LeftOut, Said, is_number, specification
from script_builder.declared.naming import snake

CASE = re.compile(r"""\bcase[ \t]+"?\$(?:\{1(?::?-[^}\n]*)?\}|1)"?[ \t]+in\b""")
GETOPTS = re.compile(
    r"""\bgetopts[ \t]+(?P<quote>["']?):?(?P<letters>[A-Za-z0-9:]{1,120})(?P=quote)[ \t]+(?P<variable>\w+)"""
)
ESAC = re.compile(r"^[ \t]*esac\b|;[ \t]*esac\b", re.MULTILINE)
BRANCH = re.compile(r"\(?([^()\n]*)\)")
LONG = re.compile(r"--[A-Za-z][\w-]*")
SHORT = re.compile(r"-[A-Za-z0-9]")
VALUE = re.compile(r"""\b([A-Za-z_]\w*)(\+?)=(?:\(?)(?:"?\$\{?(?:2\b|1#|OPTARG\b))""")
FLAG = re.compile(r"""\b([A-Za-z_]\w*)=["']?(?:true|1|yes|y|on)\b""", re.IGNORECASE)
TAKES_VALUE = re.compile(r"\$\{?2\b|\$\{?OPTARG\b|\bshift 2\b")
NO_PARAMETER = {"--help", "-h", "--version", "-V", "--usage", "--"}


def declarations(text: str, start: int, starts: Mapping[str, str | None]) -> Iterator[Declaration | str]:
    """The options; `starts` has what the script's variables begin as, `start` is before the first command."""
    if case := CASE.search(text):
        yield from _each(text, start, starts, _branches(text, case.end()), None)
    if found := GETOPTS.search(text):
        of_it = re.compile(rf"""\bcase[ \t]+"?\$\{{?{found["variable"]}\}}?"?[ \t]+in\b""").search(text, found.end())
        if of_it:
            yield from _each(text, start, starts, _branches(text, of_it.end()), found["letters"])


def begin(text: str) -> int:
    """Where the script begins to look at its options; past its end where it never does."""
    found = [found.start() for found in (CASE.search(text), GETOPTS.search(text)) if found]
    return min(found, default=len(text) + 1)


def _branches(text: str, at: int) -> Iterator[tuple[list[str], str]]:
    """The patterns and the commands of each branch; a `case` inside a branch ends the reading."""
    end = ESAC.search(text, at)
    for piece in text[at : end.start() if end else len(text)].split(";;"):
        while (piece := piece.lstrip()).startswith("#"):
            piece = piece.partition("\n")[2]
        if branch := BRANCH.match(piece):
            yield [pattern.strip(" \t\"'") for pattern in branch.group(1).split("|")], piece[branch.end() :]


def _each(
    text: str,
    start: int,
    starts: Mapping[str, str | None],
    branches: Iterator[tuple[list[str], str]],
    letters: str | None,
) -> Iterator[Declaration | str]:
    helps = _helps(text)
    for patterns, commands in branches:
        if letters is not None:
            patterns = [f"-{pattern}" for pattern in patterns if len(pattern) == 1 and pattern in letters]
        option = _option(patterns)
        if not option or NO_PARAMETER & set(patterns):
            continue
        value = VALUE.search(commands)
        takes = f"{option[1:]}:" in letters if letters is not None else bool(TAKES_VALUE.search(commands))
        try:
            yield _declaration(text, start, starts, option, value, commands, takes, helps)
        except LeftOut as reason:
            yield f"{option.rstrip('=')} was not taken: {reason}."


def _option(patterns: list[str]) -> str:
    """How the option is written: a long name before `--name=…`, that before a letter."""
    plain = [pattern for pattern in patterns if LONG.fullmatch(pattern)]
    joined = [pattern[:-1] for pattern in patterns if pattern.endswith("=*") and LONG.fullmatch(pattern[:-2])]
    return next(iter(plain + joined + [pattern for pattern in patterns if SHORT.fullmatch(pattern)]), "")


def _declaration(text, start, starts, option, value, commands, takes, helps) -> Declaration:
    is_flag = not takes and not option.endswith("=")
    if value and value[2]:
        raise LeftOut("it may be given more than once, and a field of the form holds one value")
    variable = value[1] if value else (flag[1] if is_flag and (flag := FLAG.search(commands)) else "")
    name = snake(option.rstrip("=") if option.startswith("--") else variable)
    if not name:
        raise LeftOut("the script gives it no name that a form could have")
    said = Said(option, help=helps.get(option.rstrip("="), ""))
    if is_flag:
        said.type, said.default = "boolean", False
    else:
        default = starts.get(variable)
        said.default = default or ""
        said.type = "" if is_number(said.default) else "string"
        said.required = not default and _is_needed(text, variable)
    spec = specification(said, name)
    return Declaration(option, name, spec, (Edit(start, start, _given(option, name, spec, is_flag), rank=20),))


def _given(option: str, name: str, spec: dict, is_flag: bool) -> str:
    """The line that passes the option on, where there is something to pass on."""
    value = f"{{{{ {name} }}}}"
    if is_flag:
        return f'if {value}; then set -- {option} "$@"; fi\n'
    passed = f'set -- {option}{"" if option.endswith("=") else " "}{value} "$@"\n'
    return passed if spec["required"] else f"[[ -z {value} ]] || {passed}"


def _is_needed(text: str, variable: str) -> bool:
    """Whether the script complains where it is empty."""
    name = re.escape(variable)
    empty = rf"""-z[ ]+"?\$\{{?{name}\b|-n[ ]+"?\$\{{?{name}\}}?"?[ ]*\]\]?[ ]*\|\||\$\{{{name}:?\?"""
    return bool(variable and re.search(empty, text))


def _helps(text: str) -> dict[str, str]:
    """What lines such as `  -n, --name NAME   What it is` say of each option."""
    said: dict[str, str] = {}
    line = re.compile(
        r"""^[ \t#'"]*(?:echo[ ]{1,9}['"][ ]{0,20})?(-{1,2}[A-Za-z0-9][^\n]{0,60}?)[ \t]{2,}(\S[^\n]*)$""", re.MULTILINE
    )
    for found in line.finditer(text):
        for option in re.findall(r"(?<!\S)--?[A-Za-z0-9][\w-]*", found.group(1)):
            said.setdefault(option, found.group(2).rstrip(" \\\"'"))
    return said
