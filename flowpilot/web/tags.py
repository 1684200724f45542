"""Template tags that every template has (settings.TEMPLATES, builtins)."""

import re
from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from flowpilot.web.markdown import code_block
from flowpilot.web.undo import undo_of
from flowpilot.web.unseen import IN_CODE, visible

register = template.Library()
SHORT = (2_400, 30)  # characters and lines of a message that is read at a glance; a longer one is folded
LONGEST_SCRIPT = 24_000  # that is coloured: a script of several hundred lines, in a hundredth of a second


@register.simple_tag
@lru_cache(1024)  # a list shows the same few icons in every row
def icon(name: str, classes: str = "", label: str = "") -> SafeString:
    """An icon of the sprite; decoration, unless it has a label."""
    names = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon {}" {}><use href="{}#{}"></use></svg>', classes, names, static("dist/icons.svg"), name
    )


@register.simple_tag
def options(choices, chosen: str) -> SafeString:
    """The options of a select: pairs of a value and its words, or plain values; quick for hundreds."""
    pairs = ((choice, choice) if isinstance(choice, str) else choice for choice in choices)
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, mark_safe(" selected") if value == chosen else "", words) for value, words in pairs),
    )


@register.filter
def script(text: str, language: str) -> SafeString:
    """A script, coloured; its Copy button gives exactly this text, while unseen characters are shown spelt out."""
    exact = format_html("<textarea hidden readonly data-exact>\n{}</textarea>", text)
    return mark_safe(code_block(text, language, LONGEST_SCRIPT).replace("</figure>", f"{exact}</figure>"))


@register.filter
def command(text: str) -> str:
    """A command to be copied: as it is read, and without a line end, which would run it where it is pasted."""
    return visible(text.rstrip("\n"), IN_CODE)


@register.filter
def ticked(text: str) -> SafeString:
    """Plain text in which what stands between backticks is shown as code."""
    parts = re.split(r"`([^`\n]+)`", text)
    shown = [format_html("<code>{}</code>", command(part)) if number % 2 else part for number, part in enumerate(parts)]
    return format_html_join("", "{}", ((part,) for part in shown))


register.filter("undo", undo_of)


@register.filter
def is_long(text: str) -> bool:
    """Whether a message takes more of a page than a reader wants to scroll past."""
    characters, lines = SHORT
    return len(text) > characters or text.count("\n") >= lines


@register.filter
def initials(user) -> str:
    """Two letters for a person's avatar."""
    words = str(user).split()
    return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper()
