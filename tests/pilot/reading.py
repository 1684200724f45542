"""What an answer shows, read from its HTML."""

import html
import re

REGIONS = ["#session-head", "#notice", "#tab-strip", "#fix-slot", "#task-lane", "#sidebar-status", "#waits"]


def text_of(answer) -> str:
    """The answer's HTML with its entities written out."""
    return html.unescape(answer.content.decode())


def regions(answer) -> dict[str, str]:
    """Each fragment of an htmx answer by the element that it is for."""
    found = re.findall(r'<hx-partial hx-target="([^"]+)"[^>]*>(.*?)</hx-partial>', text_of(answer), re.DOTALL)
    assert len(dict(found)) == len(found)
    return dict(found)


def turns(answer) -> list[str]:
    """The ids of the turns in it, in their order."""
    return re.findall(r'data-turn="([^"]+)"', answer.content.decode())


def surface(answer) -> str:
    """The open surface's key, empty where none is open."""
    found = re.findall(r'data-surface="([^"]+)"', answer.content.decode())
    assert len(found) <= 1
    return found[0] if found else ""
