"""What a Python script takes: argparse's arguments, whose defaults give way, and `sys.argv`, which is filled."""

import ast
import re
from collections.abc import Iterator

from script_builder.declared.model import Declaration, Edit, LeftOut, Said, specification
from script_builder.declared.naming import snake

BY_ITSELF = "its default is worked out by the script, which a form cannot do"
PLAIN = {"help", "metavar", "dest", "default", "required", "choices", "type", "action", "nargs", "const"}
TYPES = {"int": "number", "float": "number", "str": "string", "Path": "path"}
ONE_OF = ("add_mutually_exclusive_group", "add_subparsers", "add_parser")


def parsed(text: str) -> ast.Module | None:
    """The script as Python reads it, or None where it does not."""
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def declarations(text: str) -> Iterator[Declaration | str]:
    """The arguments that argparse or sys.argv give the script."""
    tree = parsed(text)
    if tree is None:
        return
    places = Places(text)
    special = _special_receivers(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or _called(node.func) != "add_argument":
            continue
        flags = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if not flags or len(flags) < len(node.args):
            continue
        option = next((flag for flag in flags if flag.startswith("--")), flags[0])
        try:
            if _called(getattr(node.func, "value", None)) in special:
                raise LeftOut("it is one of several that exclude each other, or belongs to a command of its own")
            if item := _argument(node, option, places):
                yield item
        except LeftOut as reason:
            yield f"{option} was not taken: {reason}."
    yield from _argv(tree, places)


class Places:
    """Where a node of the syntax tree stands in the text: the tree counts bytes of a line."""

    def __init__(self, text: str):
        # Only these end a line for the parser; str.splitlines knows more.
        self.text, self.starts = text, [0, *(found.end() for found in re.finditer("\r\n|\r|\n", text))]
        self.lines: dict[int, bytes] = {}

    def at(self, line: int, column: int) -> int:
        """The place in the text."""
        start = self.starts[line - 1]
        if line not in self.lines:
            end = self.starts[line] if line < len(self.starts) else len(self.text)
            self.lines[line] = self.text[start:end].encode()
        return start + len(self.lines[line][:column].decode())

    def of(self, node: ast.expr) -> tuple[int, int]:
        """Where the node begins and ends."""
        return self.at(node.lineno, node.col_offset), self.at(node.end_lineno, node.end_col_offset)


def _special_receivers(tree: ast.Module) -> set[str]:
    """The names of groups whose arguments exclude each other, and of parsers for a command."""
    return {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        if isinstance(node.value.func, ast.Attribute) and node.value.func.attr in ONE_OF
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _argument(node: ast.Call, option: str, places: Places) -> Declaration | None:
    given = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
    if len(given) < len(node.keywords) or set(given) - PLAIN:
        raise LeftOut("its declaration could not be read")
    action = _constant(given["action"], "its action could not be read") if "action" in given else "store"
    if action in ("help", "version"):
        return None
    if action not in ("store", "store_true", "store_false"):
        raise LeftOut(f"a form cannot do what its action {action!r} does")
    is_option = option.startswith("-")
    if "nargs" in given and (_constant(given["nargs"], "") != "?" or is_option):
        raise LeftOut("it takes a list, and a field of the form holds one value")
    name = snake(_constant(given["dest"], "") or "" if "dest" in given and is_option else option)
    if not name:
        raise LeftOut("its name cannot be one of a form's")
    said = _said(given, option, is_option, action)
    there = _placeholder(given.get("default"))
    if "default" in given and not there:
        said.default = _default(given["default"], said)
    spec = specification(said, name)
    edits = _edits(node, given, name, spec, is_option, places)
    return Declaration(option, name, spec, edits, there, insists=said.required)


def _said(given: dict[str, ast.expr], option: str, is_option: bool, action: str) -> Said:
    said = Said(option)
    if "help" in given and isinstance(given["help"], ast.Constant) and isinstance(given["help"].value, str):
        said.help = given["help"].value.replace("%(default)s", "as given").replace("%%", "%")
    if action != "store":
        said.type, said.default = "boolean", action == "store_false"
        return said
    kind = _called(given.get("type"))
    said.type = TYPES.get(kind, "string")
    said.required = (
        (isinstance(given.get("required"), ast.Constant) and given["required"].value is True)
        if is_option
        else "nargs" not in given
    )
    if kind == "int":
        said.pattern = "[+-]?[0-9]+"
    if "choices" in given:
        said.choices = _choices(given["choices"])
        said.pattern = ""
    return said


def _called(node: ast.expr | None) -> str:
    """The last word of a name, such as Path of pathlib.Path."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _choices(node: ast.expr) -> list[str]:
    if not isinstance(node, ast.List | ast.Tuple | ast.Set) or len(node.elts) > 50:
        raise LeftOut("what it allows is worked out by the script")
    return [_written(_constant(item, "what it allows is worked out by the script")) for item in node.elts]


def _default(node: ast.expr, said: Said) -> str | bool | None:
    value = _constant(node, BY_ITSELF)
    if isinstance(value, bool) and said.type != "boolean":
        raise LeftOut(BY_ITSELF)
    if isinstance(value, int | float) and said.type == "string":
        said.type = "" if not said.choices else said.type
    return value if isinstance(value, bool) else _written(value)


def _edits(
    node: ast.Call, given: dict[str, ast.expr], name: str, spec: dict, is_option: bool, places: Places
) -> tuple[Edit, ...]:
    """`default=` becomes the placeholder, and nothing is required on the command line any more."""
    edits = []
    value = f"{{{{ {name} }}}}"
    if "default" in given:
        edits.append(Edit(*places.of(given["default"]), value))
    if "required" in given:
        edits.append(Edit(*places.of(given["required"]), "False"))
    # Left out on the command line, an option without a default is None, and no empty text.
    none = "" if spec["required"] or spec["type"] in ("boolean", "number") else " or None"
    added = "" if "default" in given else f", default={value}{none}"
    if not is_option and "nargs" not in given:
        added = f', nargs="?"{added}'
    if added:
        _, end = places.of(node.args[-1])
        edits.append(Edit(end, end, added))
    return tuple(edits)


def _argv(tree: ast.Module, places: Places) -> Iterator[Declaration | str]:
    """`user = sys.argv[1]` and its like: the list is filled after `import sys`."""
    imports = [
        node
        for node in tree.body
        if isinstance(node, ast.Import) and any(n.name == "sys" and not n.asname for n in node.names)
    ]
    found: dict[int, tuple[str, Said]] = {}
    doubled: set[int] = set()
    for node in ast.walk(tree):
        variable = _called(node.targets[0]) if isinstance(node, ast.Assign) and len(node.targets) == 1 else ""
        if variable and (read := _from_argv(node.value, variable)):
            number, said = read
            doubled |= {number} & set(found)
            found[number] = (variable, said)
    if not found or not imports:
        return
    at = places.at(imports[0].end_lineno, imports[0].end_col_offset)
    for number, (variable, said) in sorted(found.items()):
        try:
            if number in doubled or not (name := snake(variable)):
                raise LeftOut(f"argument {number} is taken more than once, or into no plain name")
            spec = specification(said, name)
            value = f"str({{{{ {name} }}}})" if spec["type"] in ("number", "boolean") else f"{{{{ {name} }}}}"
            edit = Edit(at, at, f"\nsys.argv.insert(1, {value})", rank=100 - number)
            yield Declaration(f"sys.argv[{number}]", name, spec, (edit,), position=number)
        except LeftOut as reason:
            yield f"{variable} was not taken: {reason}."


def _from_argv(node: ast.expr, variable: str) -> tuple[int, Said] | None:
    """The number of the argument, and what is said of it: `int(sys.argv[2]) if len(sys.argv) > 2 else 30`."""
    said = Said(variable, type="string", required=True)
    if isinstance(node, ast.IfExp):
        if not isinstance(node.orelse, ast.Constant) or not isinstance(node.orelse.value, str | int | float | None):
            return None
        try:
            said.default, said.required = _written(node.orelse.value), False
        except LeftOut:
            return None
        node = node.body
    if isinstance(node, ast.Call) and len(node.args) == 1:
        kind = _called(node.func)
        said.type = TYPES.get(kind, "string")
        said.pattern = "[+-]?[0-9]+" if kind == "int" else ""
        said.required = said.required or said.type == "number"  # int("") would fail
        node = node.args[0]
    if not (isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant)):
        return None
    number = node.slice.value
    is_argv = isinstance(node.value, ast.Attribute) and node.value.attr == "argv"
    is_sys = is_argv and isinstance(node.value.value, ast.Name) and node.value.value.id == "sys"
    return (number, said) if is_sys and type(number) is int and 1 <= number <= 50 else None


def _placeholder(node: ast.expr | None) -> str:
    """The name of a placeholder, which Python reads as a set in a set, alone or in `{{ name }} or None`."""
    node = node.values[0] if isinstance(node, ast.BoolOp) else node
    inner = node.elts[0] if isinstance(node, ast.Set) and len(node.elts) == 1 else None
    name = inner.elts[0] if isinstance(inner, ast.Set) and len(inner.elts) == 1 else None
    return name.id if isinstance(name, ast.Name) else ""


def _constant(node: ast.expr, otherwise: str):
    """A literal's value, also with a minus before it."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = getattr(node.operand, "value", None)
        if type(value) in (int, float):
            return -value
    if isinstance(node, ast.Constant) and isinstance(node.value, str | int | float | None):
        return node.value
    raise LeftOut(otherwise)


def _written(value: str | int | float | None) -> str:
    try:
        return "" if value is None else str(value)
    except ValueError:  # a whole number of thousands of digits
        raise LeftOut(BY_ITSELF) from None
