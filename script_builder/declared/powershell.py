"""The `param( … )` block of a PowerShell script: its values become the parameters' defaults."""

import re
from collections.abc import Iterator

from script_builder.declared.model import Declaration, Edit, LeftOut, Said, specification
from script_builder.declared.naming import snake
from script_builder.powershell import Token, tokens, unquoted
from script_builder.rendering import PLACEHOLDER

NUMBERS = {
    *("int", "int16", "int32", "int64", "uint16", "uint32", "uint64", "long", "short", "uint", "ulong", "byte"),
    *("double", "single", "float", "decimal"),
}
TEXTS = {"string", "uri", "version", "guid", "mailaddress", "net.mail.mailaddress"}
KINDS = (
    dict.fromkeys(NUMBERS, "number")
    | dict.fromkeys(TEXTS, "string")
    | dict.fromkeys(("", "object", "psobject"), "")
    | dict.fromkeys(("switch", "switchparameter", "bool", "boolean"), "boolean")
    | dict.fromkeys(("io.fileinfo", "io.directoryinfo", "fileinfo", "directoryinfo"), "path")
    | {"datetime": "date", "ipaddress": "host", "net.ipaddress": "host", "securestring": "secret"}
    | {"security.securestring": "secret"}
)
# Of these an empty text is no value, so that a form cannot leave them out.
NEVER_EMPTY = {*("uri", "version", "guid", "mailaddress", "datetime", "ipaddress", "net.ipaddress", "securestring")} | {
    *("security.securestring", "net.mail.mailaddress", "io.fileinfo", "io.directoryinfo", "fileinfo", "directoryinfo"),
}
BY_ITSELF = "its default is worked out by the script, which a form cannot do"
HEADING = re.compile(r"^[ \t#]*\.([A-Za-z]+)(?:[ \t]+\$?(\w+))?[ \t]*$", re.MULTILINE)


def declarations(text: str) -> Iterator[Declaration | str]:
    """What the script-level `param( … )` declares; a sentence for what cannot be asked for in a form."""
    items = [item for item in tokens(text) if item.kind != "space"]
    block = _param_block(items, text)
    if block and any("psboundparameters" in item.text.lower() for item in items if item.kind != "comment"):
        yield (
            "The script asks which of its parameters were given ($PSBoundParameters); none was taken, because a value "
            "that is filled in is a default there."
        )
        return
    documented = _documented(text)
    for piece in _split(block):
        variable = _variable(piece)
        if variable is None or not (name := snake(variable.text.strip("${}"))):
            continue
        said = Said(variable.text, help=documented.get(variable.text[1:].lower()) or _remarks(text, piece))
        try:
            yield _declaration(text, piece, variable, name, said)
        except LeftOut as reason:
            yield f"{variable.text} was not taken: {reason}."


def _param_block(items: list[Token], text: str) -> list[Token]:
    """The tokens between the brackets of the script's own `param( … )`."""
    at = 0
    while at < len(items):
        item = items[at]
        if item.kind == "comment":
            at += 1
        elif item.text == "[":
            at = _closing(items, at) + 1
        elif item.kind == "word" and item.text.lower() == "using":
            line_end = text.find("\n", item.end)
            while line_end >= 0 and at < len(items) and items[at].start < line_end:
                at += 1
            if line_end < 0:
                return []
        else:
            break
    if at + 1 < len(items) and items[at].text.lower() == "param" and items[at + 1].text == "(":
        end = _closing(items, at + 1)
        return items[at + 2 : end] if end < len(items) else []
    return []


def _closing(items: list[Token], at: int) -> int:
    """The index of the bracket that closes the one at this index; past the end where none does."""
    depth = 0
    for index in range(at, len(items)):
        depth += (items[index].kind == "open") - (items[index].kind == "close")
        if depth == 0:
            return index
    return len(items)


def _split(items: list[Token], sign: str = ",") -> list[list[Token]]:
    """The pieces between the signs that stand in no brackets."""
    pieces, depth = [[]], 0
    for item in items:
        depth += (item.kind == "open") - (item.kind == "close")
        if depth == 0 and item.text == sign:
            pieces.append([])
        else:
            pieces[-1].append(item)
    return [piece for piece in pieces if piece]


def _variable(piece: list[Token]) -> Token | None:
    """The parameter's own name: the first variable that stands in no brackets."""
    depth = 0
    for item in piece:
        depth += (item.kind == "open") - (item.kind == "close")
        if depth == 0 and item.kind == "variable":
            return item
    return None


def _declaration(text: str, piece: list[Token], variable: Token, name: str, said: Said) -> Declaration:
    bare = [item for item in piece if item.kind != "comment"]
    at = bare.index(variable)
    kind, edits = _attributes(bare[:at], said)
    rest = bare[at + 1 :]
    if rest and rest[0].text != "=":
        raise LeftOut("its declaration could not be read")
    place = (rest[0].start, rest[-1].end) if rest else (variable.end, variable.end)
    written = text[rest[1].start : rest[-1].end] if len(rest) > 1 else ""
    there = PLACEHOLDER.fullmatch(
        written.removeprefix("(ConvertTo-SecureString ").removesuffix(" -AsPlainText -Force)")
    )
    if not there:
        said.default = _literal(rest[1:])
    if kind in NEVER_EMPTY and not said.default and said.type != "boolean":
        said.required = True
    spec = specification(said, name)
    value = f"{{{{ {name} }}}}"
    if kind.endswith("securestring"):
        value = f"(ConvertTo-SecureString {value} -AsPlainText -Force)"
    edits.append(Edit(*place, f" = {value}" if not rest or text[place[0] - 1] != " " else f"= {value}"))
    insists = len(edits) > 1
    return Declaration(variable.text, name, spec, tuple(edits), there.group(1) if there else "", insists=insists)


def _attributes(items: list[Token], said: Said) -> tuple[str, list[Edit]]:
    """Takes what stands in `[ … ]` before the variable into what is said; gives its type and what has to change."""
    kind, edits, at = "", [], 0
    while at < len(items):
        if items[at].text != "[":
            raise LeftOut("its declaration could not be read")
        end = _closing(items, at)
        inside = items[at + 1 : end]
        named = inside[0].text.lower().removesuffix("attribute") if inside else ""
        if len(inside) > 1 and inside[1].text == "(":
            edits += _attribute(named, _split(inside[2:-1]), said)
        else:
            kind = "".join(item.text for item in inside).lower().removeprefix("system.")
        at = end + 1
    said.type = _kind(kind, said)
    return kind, edits


def _kind(kind: str, said: Said) -> str:
    plain = kind.removeprefix("nullable[").removesuffix("]") if kind.startswith("nullable[") else kind
    if "[" in plain:
        raise LeftOut("it takes a list, and a field of the form holds one value")
    if plain not in KINDS:
        raise LeftOut(f"a value of the type {kind} cannot be typed into a form")
    return KINDS[plain]


def _attribute(named: str, arguments: list[list[Token]], said: Said) -> list[Edit]:
    values = (
        [_literal(argument, "what it allows is worked out by the script") for argument in arguments[:50]]
        if (named in ("validateset", "validaterange", "validatelength"))
        else []
    )
    if named == "parameter":
        return _parameter(arguments, said)
    if named == "validateset":
        said.choices = [str(value) for argument, value in zip(arguments, values, strict=False) if len(argument) == 1]
        if len(arguments) > 50 or len(said.choices) < len(arguments):
            raise LeftOut("what it allows could not be read")
    elif named == "validaterange" and len(values) == 2:
        said.minimum, said.maximum = map(str, values)
    elif named == "validatelength" and len(values) == 2 and all(str(value).isdigit() for value in values):
        said.pattern = f".{{{values[0]},{values[1]}}}"
    elif named == "validatepattern" and arguments and (pattern := unquoted(arguments[0][0])) is not None:
        if len(arguments) > 1:
            raise LeftOut("the pattern of its value has options")
        said.pattern = _pattern(pattern)
    elif named.startswith("validate") and not named.startswith("validatenotnull"):
        raise LeftOut("the script checks its value in a way that a form cannot")
    return []


def _pattern(pattern: str) -> str:
    """PowerShell looks for the pattern anywhere in the value and does not mind its case; a form takes it whole."""
    whole = re.fullmatch(r"\^([^|]*[^|\\])\$", pattern)
    return f"(?i){whole.group(1)}" if whole else f"(?i).*(?:{pattern}).*"


def _parameter(arguments: list[list[Token]], said: Said) -> list[Edit]:
    edits = []
    for argument in arguments:
        key = argument[0].text.lower()
        value = argument[2] if len(argument) > 2 else None
        if key == "parametersetname":
            raise LeftOut("it belongs to one of several sets of parameters")
        if key == "helpmessage" and value is not None:
            said.help = said.help or unquoted(value) or ""
        if key == "mandatory" and (len(argument) == 1 or (len(argument) == 3 and value.text.lower() == "$true")):
            said.required = True
            # With Mandatory, PowerShell would ask for it, whatever its default is.
            edits.append(Edit(argument[0].start, argument[-1].end, f"{argument[0].text} = $false"))
        elif key == "mandatory" and not (len(argument) == 3 and value.text.lower() in ("$false", "0")):
            raise LeftOut("whether it must be given could not be read")
    return edits


def _literal(items: list[Token], otherwise: str = BY_ITSELF) -> str | bool | None:
    if not items:
        return None
    if len(items) == 1:
        (item,) = items
        if item.kind in ("single", "double") and (said := unquoted(item)) is not None:
            return said
        if item.text.lower() in ("$true", "$false"):
            return item.text.lower() == "$true"
        if item.text.lower() == "$null":
            return None
        if item.kind == "word" and re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,6})?", item.text):
            return item.text
    raise LeftOut(otherwise)


def _documented(text: str) -> dict[str, str]:
    """What the comment-based help says of each parameter, by its name in small letters."""
    parts = HEADING.split(text)
    return {
        name.lower(): " ".join(line.strip("# \t") for line in said.partition("#>")[0].split("\n") if line.strip())
        for heading, name, said in zip(parts[1::3], parts[2::3], parts[3::3], strict=True)
        if heading.lower() == "parameter" and name
    }


def _remarks(text: str, items: list[Token]) -> str:
    """The comments above a parameter, each on a line of its own."""
    said = [item for item in items if item.kind == "comment" and item.text.startswith("#")]
    above = [item for item in said if not text[text.rfind("\n", 0, item.start) + 1 : item.start].strip()]
    return " ".join(item.text.strip("# \t") for item in above)
