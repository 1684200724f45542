"""Draws an example with its real template, and takes away what would act: nothing on the page sends or listens.

Many examples stand on one page, so the ids of each get its name in front, and what points to them follows.
"""

import re
from dataclasses import dataclass, field

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

_TAG = re.compile(r"<[a-z][\w-]*(?:\s+[^<>\s=]+(?:=\"[^\"]*\"|='[^']*'|=[^\s>]+)?)*\s*/?>")
_ATTRIBUTE = re.compile(r"\s+([^<>\s=]+)(?:=\"([^\"]*)\"|='([^']*)')?")
_ID = re.compile(r'\sid="([^"]+)"')
_MAIN = re.compile(r"<main\b[^>]*>(.*)</main>", re.DOTALL)
_LANDMARK = re.compile(r'<(?:nav|section|aside)\b|<form\b.*\srole="search"', re.DOTALL)
_HEADING = re.compile(r"<h([1-4])\b")
_POINTS = {"id", "for", "form", "list", "popovertarget"} | {
    f"aria-{name}" for name in ("labelledby", "describedby", "controls", "activedescendant", "owns")
}
_SELECTS = {"data-copy", "data-download", "data-table"}
_GOES = {"action", "method", "formaction", "autofocus", "popover", "target", "download"}
# What only says how something looks or reads.
_KEPT = {"data-copy", "data-copy-label", "data-exact", "data-download", "data-time", "data-kind", "data-reply"} | {
    f"data-{name}" for name in ("turn", "old", "new", "chart", "table", "series", "code", "blocks", "single-keys")
}


@dataclass(frozen=True)
class Example:
    """A template, and what it is given. `wide` takes the whole row; of a page only its main part is shown.

    `answer` is the template of an answer, whose root replaces the element with its id, as htmx would.
    """

    name: str
    template: str
    context: dict = field(default_factory=dict)
    wide: bool = False
    answer: str = ""

    @property
    def key(self) -> str:
        """What its anchor and its ids begin with."""
        return f"sg-{slugify(self.name)}"


@dataclass(frozen=True)
class Section:
    """Examples of one part of the product, and the sentence that says what it is for."""

    title: str
    says: str
    examples: list[Example]

    @property
    def key(self) -> str:
        """Its anchor."""
        return f"part-{slugify(self.title)}"


def staged(section: Section, request) -> dict:
    """The section as its template reads it."""
    return {
        "key": section.key,
        "title": section.title,
        "says": section.says,
        "examples": [(example, draw(example, request)) for example in section.examples],
    }


def draw(example: Example, request) -> SafeString:
    """The example's HTML, fit to stand beside others."""
    html = render_to_string(example.template, example.context, request)
    if page := _MAIN.search(html):
        html = page[1]
    if example.answer:
        html = _answered(html, render_to_string(example.answer, example.context, request))
    # What a page keeps hidden until it is needed is shown here.
    root = _TAG.search(html)[0]
    shown = root.replace("<dialog", "<dialog open").removesuffix(" hidden>") + (
        ">" if root.endswith(" hidden>") else ""
    )
    html = html.replace(root, shown, 1)
    own = set(_ID.findall(html))
    return mark_safe(_TAG.sub(lambda tag: _still(tag[0], example, own), html))


def _answered(html: str, answer: str) -> str:
    place = re.compile(rf'<div id="{_ID.search(answer)[1]}"[^>]*></div>')
    return place.sub(lambda _: answer, html)


def _still(tag: str, example: Example, own: set[str]) -> str:
    """The tag without what acts, its ids and its place among the headings and landmarks as the example's."""
    if tag.startswith("<use"):
        return tag
    still = _ATTRIBUTE.sub(lambda attribute: _kept(attribute, example.key, own), tag)
    if tag.startswith("<form"):
        # Sent nowhere: outside of a dialog this method does nothing.
        still = still.replace("<form", '<form method="dialog"', 1)
    if heading := _HEADING.match(tag):
        still = still.replace(heading[0], f'{heading[0]} aria-level="{max(int(heading[1]) + 2, 4)}"', 1)
    if _LANDMARK.match(tag):
        still = _told_apart(still, example)
    return still


def _told_apart(tag: str, example: Example) -> str:
    """A landmark's name with the example's behind it."""
    if "aria-labelledby=" in tag:
        return re.sub(r'aria-labelledby="([^"]*)"', rf'aria-labelledby="\1 named-{example.key}"', tag)
    if "aria-label=" in tag:
        return re.sub(r'aria-label="([^"]*)"', rf'aria-label="\1, {example.name}"', tag)
    return re.sub(r"^<\w+", rf'\g<0> aria-labelledby="named-{example.key}"', tag)


def _kept(attribute: re.Match, key: str, own: set[str]) -> str:
    name, value = attribute[1], attribute[2] if attribute[2] is not None else attribute[3]
    if name in _GOES or name.startswith("hx-") or (name.startswith("data-") and name not in _KEPT):
        return ""
    if name in _POINTS and value:
        pointed = [f"{key}-{one}" for one in value.split() if one in own]
        return f' {name}="{" ".join(pointed)}"' if pointed else ""
    if name in _SELECTS and value:
        return f' {name}="{"#" if value.startswith("#") else ""}{key}-{value.removeprefix("#")}"'
    if (name == "href" and value.startswith(("/", "?"))) or (name == "href" and not value):
        return f' href="#{key}"'
    return attribute[0]
