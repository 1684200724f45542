"""How a turn of a conversation looks through the API, a session's and a builder's alike."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.db.models import QuerySet
from ninja import Header
from pydantic import ConfigDict, Field

from flowpilot.replies.models import Turn
from flowpilot.web.schemas import In, Out, Page, PersonOut, Text, example

ID = "018f6c1e-0000-4000-8000-000000000005"
AT = "2026-11-25T09:30:00Z"
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=64,
        pattern=r"^[\x21-\x7e]*$",
        description="Your own name for this request: sent again with the same one, it is done once.",
    ),
]


class ReplyOut(Out):
    """An assistant's words, which may still be coming."""

    id: UUID
    state: Literal["queued", "running", "done", "stopped", "interrupted", "failed"]
    text: str = Field(description="Complete once the state is final; while it runs, see the stream.")
    error: str
    stream: str | None = Field(description="Where it can be followed as server-sent events, while it is live.")


TURN = {
    "id": ID, "role": "assistant", "author": None, "text": "", "created_at": AT, "retry_of": None,
    "reply": {"id": ID, "state": "queued", "text": "", "error": "", "stream": f"/api/v1/replies/{ID}/stream"},
}  # fmt: skip


class TurnOut(Out):
    """One turn of a conversation. An assistant's words are its reply's."""

    model_config = ConfigDict(json_schema_extra=example(**TURN))

    id: UUID
    role: Literal["user", "assistant", "note"]
    author: PersonOut | None
    text: str
    created_at: datetime
    retry_of: UUID | None
    reply: ReplyOut | None

    @classmethod
    def of(cls, turn: Turn) -> "TurnOut":
        """This turn."""
        plain = {name: getattr(turn, name) for name in ("id", "role", "text", "created_at")}
        return cls(**plain, author=PersonOut.of(turn.author), retry_of=turn.retry_of_id, reply=_reply(turn.reply))


def _reply(reply) -> ReplyOut | None:
    if reply is None:
        return None
    stream = f"/api/v1/replies/{reply.pk}/stream" if reply.is_live else None
    return ReplyOut(id=reply.pk, state=reply.state, text=reply.text, error=reply.error, stream=stream)


class TurnPage(Page):
    """Some turns of a conversation, oldest first."""

    model_config = ConfigDict(json_schema_extra=example(items=[TURN], next=None))

    items: list[TurnOut]


ASKED = TURN | {"role": "user", "text": "The printer is offline.", "reply": None}


class PostedOut(Out):
    """The message, and the turn in which it is replied to."""

    model_config = ConfigDict(json_schema_extra=example(message=ASKED, reply=TURN))

    message: TurnOut
    reply: TurnOut

    @classmethod
    def of(cls, turns: QuerySet, message: Turn) -> "PostedOut":
        """The message with its reply: the assistant's first turn after it."""
        found = turns.select_related("author", "reply")
        reply = found.filter(role=Turn.Role.ASSISTANT, created_at__gte=message.created_at).order_by("created_at", "id")
        return cls(message=TurnOut.of(found.get(pk=message.pk)), reply=TurnOut.of(reply.first()))


class MessageIn(In):
    """A message to the assistant."""

    model_config = ConfigDict(json_schema_extra=example(text="The printer is offline."))

    text: Text = Field(min_length=1, max_length=50_000)
