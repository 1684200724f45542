"""The design tokens and icons, read from the files that the build reads; a token of a new kind is refused here."""

import json
import re
from dataclasses import dataclass

from django.conf import settings

_DECLARATION = re.compile(r"^\s*--([\w-]+):\s*([^;]+);", re.MULTILINE)
_DARK = "@media (prefers-color-scheme: dark)"
_AFTER = "@media (prefers-reduced-motion"
# Which group a token belongs to, by its name; what is left is a colour.
_KINDS = {
    "type": r"font|mono|text.*",
    "space": r"\d+",
    "radius": r"radius.*",
    "size": r"control.*|bar|measure",
    "elevation": r"shadow-\d",
    "motion": r"quick|ease",
}
_TITLES = {
    "colour": "Colour",
    "type": "Type",
    "space": "Space",
    "size": "Size",
    "radius": "Radius",
    "elevation": "Elevation",
    "motion": "Motion",
}


@dataclass(frozen=True)
class Token:
    """A token with its value in the light and in the dark."""

    name: str
    light: str
    dark: str


@dataclass(frozen=True)
class Group:
    """Tokens that are shown alike; `kind` names their look."""

    kind: str
    title: str
    tokens: list[Token]


def groups() -> list[Group]:
    """Every token of tokens.css, by kind, each kind in the file's order."""
    css = (settings.BASE_DIR / "static/css/tokens.css").read_text()
    light, _, rest = css.partition(_DARK)
    dark = dict(_DECLARATION.findall(rest.partition(_AFTER)[0]))
    found: dict[str, list[Token]] = {kind: [] for kind in _TITLES}
    for name, value in _DECLARATION.findall(light):
        value = " ".join(value.split())
        found[_kind(name, value)].append(Token(name, value, " ".join(dark.get(name, value).split())))
    return [Group(kind, title, found[kind]) for kind, title in _TITLES.items()]


def _kind(name: str, value: str) -> str:
    for kind, pattern in _KINDS.items():
        if re.fullmatch(pattern, name):
            return kind
    if not value.startswith("oklch("):
        raise LookupError(f"The style guide does not know what --{name}: {value} is.")
    return "colour"


def icons() -> dict[str, str]:
    """Our names of the icons, each with its name in Lucide."""
    return json.loads((settings.BASE_DIR / "static/icons.json").read_text())
