"""What a Batch script takes: arguments in `set "name=%~1"`, and options `/name` in a loop over them."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from script_builder.declared.model import Declaration, Edit, LeftOut, Said, is_number, specification
from script_builder.declared.naming import snake

SET = re.compile(r'set "(?P<name>[A-Za-z_]\w*)=(?P<value>[^"%!\n]*)"[ \t]*', re.IGNORECASE)
ARGUMENT = re.compile(
    r'(?:if not "%~(?P<tested>[1-9])"==""[ \t]+)?'
    r'set (?P<quote>"?)(?P<name>[A-Za-z_]\w*)=%~?(?P<number>[1-9])(?P=quote)[ \t]*',
    re.IGNORECASE,
)
FILLED = re.compile(r"set (?P<name>[A-Za-z_]\w*)=\{\{ (?P<placeholder>[A-Za-z_]\w{0,39}) \}\}", re.IGNORECASE)
USED = re.compile(r"%(?:~[a-z$]*)?([1-9*])|\bshift\b", re.IGNORECASE)
OPTION = re.compile(r'if (?:/i )?"%~1"=="(?P<option>[-/]{1,2}[A-Za-z][\w-]*)"', re.IGNORECASE)
ASSIGNED = re.compile(r'set "(?P<name>[A-Za-z_]\w*)=(?P<value>[^"\n]*)"', re.IGNORECASE)
ELSEWHERE = "the script looks at its arguments in other places too"
NO_PARAMETER = {"/?", "/help", "--help", "-h", "/h"}


def declarations(text: str) -> Iterator[Declaration | str]:
    """The script's options, then its arguments by number."""
    lines = list(_lines(text))
    begins = {found["name"].upper(): (found, start) for line, start in lines if (found := SET.fullmatch(line))}
    filled = {found["name"].upper(): found for line, _ in lines if (found := FILLED.fullmatch(line))}
    yield from _options(text, begins, filled)
    if OPTION.search(text):
        return
    for found in filled.values():
        said = Said(found["name"], type="string", required=True)
        yield Declaration(
            found["name"], found["placeholder"], specification(said, found["placeholder"]), (), found["placeholder"]
        )
    arguments = [(found, start) for line, start in lines if (found := ARGUMENT.fullmatch(line))]
    mentioned = Counter(found.group(1) for found in USED.finditer(text))
    for found, start in arguments:
        number, variable = found["number"], found["name"]
        try:
            of_it = 2 if found["tested"] else 1
            if mentioned[number] > of_it or found["tested"] not in (None, number) or mentioned["*"] or mentioned[None]:
                raise LeftOut(ELSEWHERE)
            before = begins.get(variable.upper())
            default = before[0]["value"] if before and before[1] < start else ""
            yield _filled(variable, default, start, found.end() - found.start(), required=not default)
        except LeftOut as reason:
            yield f"%{number} ({variable}) was not taken: {reason}."


def _options(
    text: str, begins: dict[str, tuple[re.Match, int]], filled: dict[str, re.Match]
) -> Iterator[Declaration | str]:
    """Options whose variable is set to its default at the top, which gives way."""
    found = list(OPTION.finditer(text))
    for option, following in pairwise([*found, None]):
        name = option["option"]
        commands = text[option.end() : following.start() if following else option.end() + 400]
        assigned = ASSIGNED.search(commands)
        if name.lower() in NO_PARAMETER or not assigned:
            continue
        variable = assigned["name"].upper()
        begin = begins.get(variable)
        try:
            if variable in filled:
                placeholder = filled[variable]["placeholder"]
                spec = specification(Said(name, type="string", required=_is_needed(text, variable)), placeholder)
                yield Declaration(name, placeholder, spec, (), placeholder)
                continue
            if begin is None or begin[1] > option.start():
                raise LeftOut(f'there is no line set "{assigned["name"]}=" before it that a value could stand in')
            yield _option(text, name, assigned, *begin)
        except LeftOut as reason:
            yield f"{name} was not taken: {reason}."


def _option(text: str, option: str, assigned: re.Match, begin: re.Match, start: int) -> Declaration:
    variable, length = begin["name"], begin.end() - begin.start()
    name = snake(option.lstrip("-/"))
    if "%" in assigned["value"]:
        required = not begin["value"] and _is_needed(text, variable)
        return _filled(variable, begin["value"], start, length, required, name, option)
    if begin["value"]:
        raise LeftOut("it is on from the beginning")
    spec = specification(Said(option, type="boolean", default=False), name)
    line = f'\nif {{{{ {name} }}}}==1 set "{variable}={assigned["value"]}"'
    return Declaration(option, name, spec, (Edit(start + length, start + length, line),))


def _is_needed(text: str, variable: str) -> bool:
    """Whether the script complains where it is empty."""
    return bool(re.search(rf'if not defined {variable}\b|if "%{variable}%"==""', text, re.IGNORECASE))


def _filled(
    variable: str, default: str, start: int, length: int, required: bool, name: str = "", shown: str = ""
) -> Declaration:
    """The line that sets the variable gives way to two: with the quotes of the literal, then without them."""
    name = name or snake(variable)
    if not name:
        raise LeftOut("its name cannot be one of a form's")
    # A number is written bare, and there is no bare way to write none.
    kind, required = ("number", True) if is_number(default) else ("string", required)
    spec = specification(Said(variable, default=default, required=required, type=kind), name)
    value = f"{{{{ {name} }}}}"
    lines = f"set {variable}={value}"
    if spec["type"] != "number":
        lines += f'\nset "{variable}=%{variable}:~1,-1%"'
    return Declaration(shown or variable, name, spec, (Edit(start, start + length, lines),))


def _lines(text: str) -> Iterator[tuple[str, int]]:
    """The lines that stand in no block, each with where it begins after its blanks."""
    depth, at = 0, 0
    for line in text.split("\n"):
        bare = re.sub(r'"[^"]*"', "", line)
        command = line.lstrip(" \t@")
        is_remark = re.match(r"(?i)rem\b|::", command)
        if depth == 0 and not is_remark:
            yield command, at + len(line) - len(command)
        if not is_remark:
            depth = max(0, depth + bare.count("(") - bare.count(")"))
        at += len(line) + 1
