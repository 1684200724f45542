"""Whether a runbook or a library template holds, said with line and field; and what a runbook is thin in."""

from dataclasses import dataclass

import yaml
from pydantic import BaseModel, ValidationError

from flowpilot.ai import library
from flowpilot.ai.schema import Runbook

FEW_SYMPTOMS, FEW_CHARACTERS = 12, 60


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, in which field, and in which line of the text (from 1; 0 where it has none)."""

    line: int
    field: str
    message: str

    def __str__(self):
        where = [f"line {self.line}" if self.line else "", self.field]
        return ": ".join([", ".join(filter(None, where)), self.message]).removeprefix(": ")


def problems(text: str, model: type[BaseModel] = Runbook) -> list[Problem]:
    """All that is wrong with a data file's text; nothing where it holds."""
    try:
        found = _odd_yaml(text)
        # Aliases are refused before anything is built from them: a few lines of them can mean gigabytes.
        root = None if found else yaml.compose(text, library.LOADER)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        return [Problem(mark.line + 1 if mark else 0, "", f"not YAML: {getattr(error, 'problem', None) or error}")]
    if found:
        return found
    if not isinstance(root, yaml.MappingNode):
        return [Problem(1, "", "a runbook is a mapping: lines of the form `name: value`")]
    found = _double_keys(root)
    try:
        checked = model.model_validate(yaml.load(text, library.LOADER))
    except ValidationError as error:
        return found + [_problem(root, detail) for detail in error.errors(include_input=False, include_url=False)]
    except (ValueError, yaml.YAMLError) as error:
        return [*found, Problem(0, "", str(error))]
    if isinstance(checked, Runbook):
        found += [Problem(_line(root, ("fixes", at)), f"fixes {at + 1}", m) for at, m in library.broken_links(checked)]
    return found


def _odd_yaml(text: str) -> list[Problem]:
    """Aliases (`*name`), which no runbook needs."""
    return [
        Problem(event.start_mark.line + 1, "", "aliases (*name) have no place in a runbook")
        for event in yaml.parse(text, library.LOADER)
        if isinstance(event, yaml.AliasEvent)
    ][:1]


def _double_keys(node: yaml.Node) -> list[Problem]:
    """Keys that stand twice in one mapping; YAML would silently keep the last."""
    found, seen = [], set()
    for child in node.value if isinstance(node, yaml.MappingNode | yaml.SequenceNode) else ():
        key, value = child if isinstance(child, tuple) else (None, child)
        if key is not None:
            if key.value in seen:
                found.append(Problem(key.start_mark.line + 1, str(key.value), "stands twice"))
            seen.add(key.value)
        found += _double_keys(value)
    return found


def _problem(root: yaml.Node, detail: dict) -> Problem:
    where = detail["loc"]
    field = " ".join(str(part + 1) if isinstance(part, int) else str(part) for part in where)
    message = detail["msg"].removeprefix("Value error, ")
    return Problem(_line(root, where), field, message[:1].lower() + message[1:])


def _line(node: yaml.Node, where: tuple) -> int:
    """The line of what a path leads to, or of the last on the way that is there."""
    line = node.start_mark.line + 1
    for part in where:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(part)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            found = (node.value[part], node.value[part])
        else:
            found = None
        if found is None:
            break
        line, node = found[0].start_mark.line + 1, found[1]
    return line


def thin(book: Runbook) -> list[str]:
    """What a runbook that holds could do with more of, each in a few words."""
    found = []
    if len(book.symptoms) < FEW_SYMPTOMS:
        found.append(f"{len(book.symptoms)} symptoms; {FEW_SYMPTOMS} and more are found more surely")
    found += [] if book.codes else ["no error codes"]
    found += [] if any(task.known for task in book.tasks) else ["no question has `known`: all of them are always asked"]
    found += [] if any(task.choices for task in book.tasks) else ["no question has `choices`"]
    found += [] if any(trigger.when for trigger in book.escalate) else ["no reason to hand over has a `when`"]
    hints = {task for fix in book.fixes for task in (*fix.first_if, *fix.last_if, *fix.not_if)}
    found += [] if hints else ["no answer changes the order of the fixes (`first_if`, `last_if`, `not_if`)"]
    for fix in book.fixes:
        missing = [name for name in ("good", "bad") if not getattr(fix.verify, name)]
        if missing:
            found.append(f"{fix.id}: no recorded output ({' and '.join(missing)})")
        if fix.risk != "low" and not fix.warnings:
            found.append(f"{fix.id}: {fix.risk} risk without a warning")
        if len(fix.description) < FEW_CHARACTERS:
            found.append(f"{fix.id}: a very short description")
        if fix.way == "to draft" and not fix.draft:
            found.append(f"{fix.id}: to be drafted, without a recipe")
    return found
