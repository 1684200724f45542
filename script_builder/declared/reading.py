"""From a script to its form: the text with placeholders, the parameters, and what was not taken."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from django.views.decorators.debug import sensitive_variables

from script_builder import parameters as specs
from script_builder.declared import bash, batch, powershell, python
from script_builder.declared.model import Declaration, Edit
from script_builder.models import Language
from script_builder.rendering import PLACEHOLDER, Rendered, misplacements, render
from script_builder.scripts import MAX_LENGTH

READERS: dict[str, Callable[[str], Iterator[Declaration | str]]] = {
    Language.POWERSHELL: powershell.declarations,
    Language.BASH: bash.declarations,
    Language.PYTHON: python.declarations,
    Language.BATCH: batch.declarations,
}


@dataclass(frozen=True)
class Reading:
    """`text` with a placeholder for each of `parameters`; `notes` say in sentences what was not taken, and why.

    `own` has those of the parameters whose place the script declared and that had no placeholder before.
    """

    text: str
    parameters: dict[str, dict]
    notes: list[str] = field(default_factory=list)
    own: dict[str, Declaration] = field(default_factory=dict)


def read(text: str, language: str, parameters: Mapping | None = None) -> Reading:
    """What the script declares, beside `parameters`, which say more than can be read and stay as they are.

    Runs nothing and takes any text. Placeholders that stand in the text already stay where they are.
    """
    return _read(text, language, specs.check(parameters))


@sensitive_variables()
def render_draft(text: str, parameters: Mapping, values: Mapping, language: str) -> Rendered:
    """A drafted script with these values in it, also where it has no placeholders but declares its parameters.

    Where the values are the script's own defaults it stays exactly as it was written. Raises InvalidParameters.
    """
    spec = specs.check(parameters)
    cleaned = specs.clean(spec, values)
    reading = _read(text, language, spec, only=spec)
    places = set(PLACEHOLDER.findall(text)) | set(reading.own)
    if lost := [name for name in spec if name not in places and cleaned[name] != _default(spec[name])]:
        raise specs.InvalidParameters(dict.fromkeys(lost, "Nothing in the script uses this; leave it as it was."))
    changed = any(item.insists or cleaned[name] != _default(item.spec) for name, item in reading.own.items())
    return render(reading.text if changed else text, spec, values, language)


def _default(declared: dict) -> str | bool:
    return specs.clean({"x": declared | {"required": False}}, {})["x"]


def _read(text: str, language: str, given: dict, only: Collection[str] | None = None) -> Reading:
    found = _found(text, language)
    notes = [item for item in found if isinstance(item, str)]
    there = set(PLACEHOLDER.findall(text))
    chosen, typed = _sorted(found, there, given, only, notes)
    bad = misplacements(text, typed, language)
    typed = {name: spec for name, spec in typed.items() if name not in bad}
    room = max(0, specs.MAX_PARAMETERS - len(given | typed))
    if chosen[room:]:
        first = chosen[room].variable
        notes.append(f"{first} and what follows was not taken: a form has at most {specs.MAX_PARAMETERS} fields.")
    chosen = chosen[:room]
    own = {item.name: item for item in chosen}
    filled = _edited(text, [edit for item in chosen for edit in item.edits])
    if own and not _holds(filled, own, language):
        notes.append("No parameter was taken from the script: their places could not be told for certain.")
        filled, own = text, {}
    parameters = {name: item.spec for name, item in own.items()} | typed | given
    return Reading(filled, parameters, [*notes, *_loose(filled, parameters)], own)


def _found(text: str, language: str) -> list[Declaration | str]:
    """What the reader finds, as far as a form could ever need it."""
    return list(islice(READERS[language](text), 2 * specs.MAX_PARAMETERS))


def _holds(filled: str, own: dict[str, Declaration], language: str) -> bool:
    """Whether the script still says the same of itself, with each placeholder where a literal may stand."""
    if len(filled) > MAX_LENGTH or misplacements(filled, {name: item.spec for name, item in own.items()}, language):
        return False
    again = [item for item in _found(filled, language) if not isinstance(item, str)]
    return set(own) <= {item.placeholder or item.name for item in again}


def _sorted(
    found: Iterable[Declaration | str], there: set[str], given: dict, only: Collection[str] | None, notes: list[str]
) -> tuple[list[Declaration], dict[str, dict]]:
    """What gets a new placeholder, and what only says more of one that is there."""
    chosen: list[Declaration] = []
    typed: dict[str, dict] = {}
    taken: set[str] = set()
    places: list[tuple[int, int]] = []
    position = 0
    for item in found:
        if isinstance(item, str):
            continue
        name = item.placeholder or item.name
        if item.placeholder or name in there:
            position += item.position == position + 1
            if name not in given:
                typed.setdefault(name, item.spec)
        elif name in taken:
            notes.append(f"{item.variable} was not taken: there are two parameters named {name}.")
        elif item.position and item.position != position + 1:
            notes.append(
                f"{item.variable} was not taken: it is argument {item.position}, and one before it is missing."
            )
        elif only is not None and name not in only:
            continue
        elif any(edit.start < end and start < edit.end for edit in item.edits for start, end in places):
            notes.append(f"{item.variable} was not taken: its place could not be told for certain.")
        else:
            position += item.position == position + 1
            chosen.append(item)
            taken.add(name)
            places += [(edit.start, edit.end) for edit in item.edits]
    return chosen, typed


def _edited(text: str, edits: list[Edit]) -> str:
    pieces, at = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.rank)):
        pieces += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join([*pieces, text[at:]])


def _loose(text: str, parameters: Mapping) -> Iterator[str]:
    used = dict.fromkeys(PLACEHOLDER.findall(text))
    for name in used:
        if name not in parameters:
            yield f"{{{{ {name} }}}} stays as it is: nothing says what is to be filled in there."
    for name in parameters:
        if name not in used:
            yield f"Nothing in the script uses {name}."
