"""Sessions: list, open, read, edit, and what is asked before one is closed."""

from typing import Annotated, Literal
from uuid import UUID

from ninja import Query, Router
from ninja.responses import Status
from pydantic import ConfigDict, Field

from flowpilot.people.callers import ApiRequest, Guard
from flowpilot.replies.api import Key
from flowpilot.web.problems import invalid
from flowpilot.web.schemas import In, Line, Paging, Text, example, page
from pilot import access, waiting
from pilot.actions import sessions
from pilot.actions.record import Via
from pilot.api.guard import SessionRequest, reads, works
from pilot.api.schemas import SessionOut, SessionPage

router = Router(tags=["Sessions"])
SeenVersion = Annotated[int, Field(ge=1, le=2**31 - 1)]


class SessionFilters(Paging):
    """Which sessions."""

    status: Literal["open", "resolved", "escalated", "waiting"] | None = Field(
        None, description="`waiting`: for something that I am to do, such as an outcome or a taking over."
    )
    q: Text = Field("", max_length=200, description="Words of the title, problem, client, ticket or device.")
    ticket_ref: Text = Field("", max_length=80, description="Exactly this ticket.")
    client: Text = Field("", max_length=120, description="Exactly this client.")
    owner_id: UUID | None = Field(None, description="Of this engineer.")


@router.get("", response=SessionPage, auth=Guard())
def list_sessions(request: ApiRequest, filters: Query[SessionFilters]):
    """The sessions that exist for me, newest first."""
    found = access.visible(request.caller).select_related("owner", "taken_over_by", "handed_to").matching(filters.q)
    names = ("status", "ticket_ref", "client", "owner_id")
    if filters.status == "waiting":
        found = waiting.mine(waiting.with_waits(found, request.caller), request.caller).exclude(waits="")
        names = names[1:]
    exact = {name: value for name in names if (value := getattr(filters, name))}
    return page(request, found.filter(**exact), filters, ("-created_at", "-id"), SessionOut.of)


class SessionIn(In):
    """A ticket."""

    model_config = ConfigDict(
        json_schema_extra=example(
            title="Printer offline",
            problem="Nobody in Sales can print since this morning.",
            client="Contoso",
            ticket_ref="T-1042",
        )
    )

    title: Line = Field(min_length=1, max_length=200)
    problem: Text = Field("", max_length=20_000, description="The assistant begins with it.")
    client: Line = Field("", max_length=120)
    ticket_ref: Line = Field("", max_length=80)
    device: Line = Field("", max_length=120)
    operating_system: Line = Field("", max_length=80)


def _ticket(sent: In) -> dict:
    """What was sent of a ticket; a title of blanks is none."""
    fields = {name: getattr(sent, name) for name in SessionIn.model_fields if name in sent.model_fields_set}
    if "title" in fields and not fields["title"].strip():
        raise invalid({"title": "Give the session a title."})
    return fields


@router.post("", response={201: SessionOut}, auth=Guard())
def open_session(request: ApiRequest, sent: SessionIn, key: Key = ""):
    """Opens a session for a ticket. A problem is its first message, and the assistant begins at once."""
    session = sessions.open_session(by=request.caller, **_ticket(sent), key=key, via=Via.API)
    return Status(201, SessionOut.of(access.get_session(request.caller, session.pk)))


@router.get("/{session_id}", response=SessionOut, auth=reads)
def read_session(request: SessionRequest, session_id: UUID):
    """One session."""
    return SessionOut.of(request.ai_session)


class SessionChange(In):
    """What is to be different; what is left out stays."""

    model_config = ConfigDict(json_schema_extra=example(ticket_ref="T-1043", state_version=4))

    title: Line = Field("", min_length=1, max_length=200)
    problem: Text = Field("", max_length=20_000)
    client: Line = Field("", max_length=120)
    ticket_ref: Line = Field("", max_length=80)
    device: Line = Field("", max_length=120)
    operating_system: Line = Field("", max_length=80)
    state_version: SeenVersion | None = Field(None, description="The state that you saw; refused where it moved on.")


@router.patch("/{session_id}", response=SessionOut, auth=works)
def edit_session(request: SessionRequest, session_id: UUID, sent: SessionChange):
    """Corrects what is said of the ticket."""
    changes, seen = _ticket(sent), sent.state_version
    sessions.edit(session=request.ai_session, by=request.caller, changes=changes, seen=seen, via=Via.API)
    return SessionOut.of(access.get_session(request.caller, session_id))
