"""What a Bash script takes: options and arguments, and variables with a default that come from its environment.

Options and arguments are put where the shell has them: `set -- --name {{ name }} "$@"` before the first command. So a
script's own loops, counts and complaints about what is missing work as if they had been typed.
"""

import re
from collections import Counter
from collections.abc import Iterator

from script_builder.declared import bash_options
from script_builder.declared.model import Declaration, Edit, LeftOut, Said, is_number, specification
from script_builder.declared.naming import snake
from script_builder.placement import SCANNERS
from script_builder.rendering import PLACEHOLDER

ASSIGNMENT = re.compile(
    r"^(?P<before>(?:readonly|export|declare(?: -[A-Za-z]+)?)[ \t]+)?(?P<name>[A-Za-z_]\w*)=(?P<value>[^\n]*)$",
    re.MULTILINE,
)
DEFAULT = r"""(?:'(?P<single>[^'\n]*)'|"(?P<double>[^"$`\\\n]*)"|(?P<bare>[^'"}$`\\\n]*))"""
# ${1:-default}, "$1", ${1:?what is missing}, ${NAME:-default}
EXPANSION = re.compile(
    rf"""(?P<quote>"?)\$(?:(?P<digit>[1-9])|\{{(?P<of>[1-9]|[A-Za-z_]\w*)(?:(?P<sign>:?[-=])(?:{DEFAULT})|:?\?[^}}\n]*)?\}})"""
    r"""(?P=quote)(?P<after>[ \t]*(?:;.*)?(?:\#[ \t]*(?P<remark>.*))?)""",
    re.VERBOSE,
)
LITERAL = re.compile(r"""(?:'([^'\n]*)'|"([^"$`\\\n]*)"|([^\s'"$`\\;#()]*))[ \t]*(?:#.*)?""")
FUNCTION = re.compile(r"(?:function[ \t]+[\w-]+|[\w-]+[ \t]*\(\))")
# What every shell has anyway: no script means its caller to fill it in.
ENVIRONMENT = {
    *("HOME", "USER", "LOGNAME", "PATH", "SHELL", "PWD", "TMPDIR", "TEMP", "TMP", "LANG", "TERM", "EDITOR", "HOSTNAME"),
    *("DISPLAY", "UID", "EUID", "SUDO_USER", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "SYSTEMDRIVE"),
}


def declarations(text: str) -> Iterator[Declaration | str]:
    """The script's options, its arguments and its variables from outside."""
    assigned = list(_assignments(text))
    start, loop = _first_command(text), bash_options.begin(text)
    starts = {found["name"]: _plain(found["value"]) for found, _ in assigned}
    yield from bash_options.declarations(text, start, starts)
    expanded = [(found, remark, value) for found, remark in assigned if (value := EXPANSION.fullmatch(found["value"]))]
    numbers = Counter(value["digit"] or value["of"] for _, _, value in expanded)
    for found, remark, value in sorted(expanded, key=_order):
        variable, of = found["name"], value["digit"] or value["of"]
        if not of.isdigit() and (of.upper() != variable.upper() or of in ENVIRONMENT or not value["sign"]):
            continue
        try:
            if of.isdigit() and numbers[of] > 1:
                raise LeftOut(f"argument {of} is taken more than once")
            yield _declaration(found, value, remark, start, loop)
        except LeftOut as reason:
            yield f"{variable} was not taken: {reason}."
    yield from _placed(assigned)


def _order(item: tuple[re.Match, str, re.Match]) -> str:
    """Arguments by their number, then what comes from the environment as it stands."""
    of = item[2]["digit"] or item[2]["of"]
    return of if of.isdigit() else "a"


def _declaration(found: re.Match, value: re.Match, remark: str, start: int, loop: int) -> Declaration:
    variable, of = found["name"], value["digit"] or value["of"]
    if not (name := snake(variable)):
        raise LeftOut("its name cannot be one of a form's")
    default = value["single"] or value["double"] or value["bare"] or ""
    said = Said(variable, default=default, required=not value["sign"], help=(value["remark"] or remark))
    if default in ("true", "false"):
        said.default = default == "true"
    elif not is_number(default):
        said.type = "string"
    comes_after = loop < found.start()
    if of.isdigit() and comes_after:
        said.pattern = "[^-].*"  # the script's own loop would take it for an option
    spec = specification(said, name)
    if of.isdigit():
        # Each line puts its own before what is there: the last argument first, and options before the arguments that
        # the script takes after them.
        edit = Edit(start, start, f'set -- {{{{ {name} }}}} "$@"\n', rank=(10 if comes_after else 40) - int(of))
        return Declaration(f"${of}", name, spec, (edit,), position=int(of))
    at = found.start("value")
    return Declaration(variable, name, spec, (Edit(at, at + value.start("after"), f"{{{{ {name} }}}}"),))


def _placed(assigned: list[tuple[re.Match, str]]) -> Iterator[Declaration]:
    """Variables that a placeholder fills already."""
    for found, remark in assigned:
        if there := PLACEHOLDER.fullmatch(found["value"].rstrip()):
            name = there.group(1)
            said = Said(found["name"], type="string", required=True, help=remark)
            yield Declaration(found["name"], name, specification(said, name), placeholder=name)


def _assignments(text: str) -> Iterator[tuple[re.Match, str]]:
    """The assignments at the beginning of a line outside functions and here-documents, with the comment above."""
    covered = iter(sorted(SCANNERS["bash"](text)))
    span = next(covered, None)
    at, inside, remark = 0, False, ""
    for line in text.split("\n"):
        while span and span[1] <= at:
            span = next(covered, None)
        if inside:
            inside = not line.startswith(("}", ")"))
        elif span and span[0] < at < span[1]:
            pass
        elif FUNCTION.match(line):
            inside = not line.rstrip().endswith(("}", ")")) or line.rstrip().endswith("()")
        elif found := ASSIGNMENT.match(text, at, at + len(line)):
            yield found, remark
        remark = line.lstrip("# \t") if line.startswith("#") and not line.startswith("#!") else ""
        at += len(line) + 1


def _plain(value: str) -> str | None:
    """What a literal after `=` says, or None."""
    found = LITERAL.fullmatch(value)
    return next((group for group in found.groups() if group is not None), "") if found else None


def _first_command(text: str) -> int:
    """Where the comments at the top end."""
    at = 0
    for line in text.split("\n"):
        if line.strip() and not line.lstrip().startswith("#"):
            return at
        at += len(line) + 1
    return len(text)
