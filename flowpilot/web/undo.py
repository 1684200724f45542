"""The way back from what was just done: a button beside the message that says so, which posts as any form does."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages


@dataclass(frozen=True)
class Undo:
    """Where the button posts to, and what it sends."""

    url: str
    fields: dict[str, str | int] = field(default_factory=dict)


def say(request, said: str, undo: Undo | None = None) -> None:
    """Says on the next page what was done, with Undo beside it where there is a way back."""
    # The session keeps these words beside the sentence.
    messages.success(request, said, extra_tags=f"{undo.url}?{urlencode(undo.fields)}" if undo else "")


def undo_of(message) -> Undo | None:
    """The way back that a message carries."""
    url, asks, fields = (message.extra_tags or "").partition("?")
    return Undo(url, dict(parse_qsl(fields, keep_blank_values=True))) if asks else None
