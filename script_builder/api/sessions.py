"""Drafting sessions: list mine, open one, write its buffer, delete it."""

from typing import Literal
from uuid import UUID

from ninja import Query, Router
from ninja.responses import Status
from pydantic import ConfigDict, Field

from flowpilot.people.callers import Guard
from flowpilot.web.problems import invalid
from flowpilot.web.schemas import Id, In, Line, Paging, example, page
from script_builder import access
from script_builder.actions import sessions as actions
from script_builder.api.guard import DraftingRequest, reads, standalone, works
from script_builder.api.schemas import DraftingOut, DraftingPage, LanguageName
from script_builder.host import host
from script_builder.models import Language, Origin
from script_builder.scripts import InvalidScript

router = Router(tags=["Script Builder"])


@router.get("/sessions", response=DraftingPage, auth=Guard())
def list_drafting_sessions(request: DraftingRequest, paging: Query[Paging]):
    """My standalone drafting sessions, newest first. Inline ones belong to their AI session and are not here."""
    mine = access.list_sessions(request.caller).select_related("made_from")
    return page(request, mine, paging, ("-created_at", "-id"), DraftingOut.of)


class DraftingIn(In):
    """A standalone drafting session with what it begins with, or the inline one of an AI session."""

    model_config = ConfigDict(json_schema_extra=example(origin="standalone", title="Map a printer", language="bash"))

    origin: Literal["standalone", "pilot_inline"] = "standalone"
    ai_session_id: Id | None = Field(None, description="Required for `pilot_inline`.")
    title: Line = Field("", max_length=200)
    language: LanguageName = Language.POWERSHELL.value
    text: str = ""
    template_id: Id | None = Field(None, description="Begin with the script of this template, in its language.")
    template_version: int | None = Field(None, ge=1, le=2**31 - 1, description="Of that version; else the newest.")


@router.post("/sessions", response={200: DraftingOut, 201: DraftingOut}, auth=Guard())
def open_drafting_session(request: DraftingRequest, sent: DraftingIn):
    """Opens a drafting session.

    `standalone` always makes a new one (201), up to five. `pilot_inline` gives my one inline session in that AI
    session: new (201), or the one there is (200).
    """
    # May they draft there? Asked before anything else, so that nothing is learnt of a session that is not theirs.
    session = host().session(request.caller, sent.ai_session_id) if sent.ai_session_id else None
    if sent.origin == Origin.PILOT_INLINE:
        return _open_inline(request, session, sent)
    request.present = lambda: _mine(request)
    began = _began(request, sent)
    try:
        drafting, _ = actions.open_standalone(
            by=request.caller, title=sent.title, ai_session_id=sent.ai_session_id, **began
        )
    except InvalidScript as error:
        raise invalid({"text": str(error)}) from error
    return Status(201, DraftingOut.of(drafting))


def _began(request: DraftingRequest, sent: DraftingIn) -> dict:
    """What the session begins with: what was sent, or that version of a template."""
    if sent.template_id is None:
        if sent.template_version:
            raise invalid({"template_id": "Say of which template."})
        return {"language": sent.language, "text": sent.text}
    if given := sent.model_fields_set & {"language", "text"}:
        raise invalid(dict.fromkeys(given, "A session that begins from a template takes this from there."))
    origin = access.get_template(request.caller, sent.template_id)
    version = access.get_version(origin, sent.template_version) if sent.template_version else origin.newest
    script = {"text": version.text, "parameters": version.parameters}
    return script | {"language": origin.language, "made_from": version}


def _open_inline(request: DraftingRequest, session, sent: DraftingIn):
    if session is None:
        raise invalid({"ai_session_id": "Say in which session it is to draft."})
    if given := sent.model_fields_set - {"origin", "ai_session_id"}:
        raise invalid(dict.fromkeys(given, "An inline session takes this from its fix."))
    drafting, new = host().open_inline(request.caller, session)
    return Status(201 if new else 200, DraftingOut.of(drafting))


def _mine(request: DraftingRequest) -> dict:
    mine = access.list_sessions(request.caller)
    return {"script_builder_sessions": [DraftingOut.of(one).model_dump(mode="json") for one in mine]}


@router.get("/sessions/{drafting_id}", response=DraftingOut, auth=reads)
def read_drafting_session(request: DraftingRequest, drafting_id: UUID):
    """One of my own drafting sessions, inline ones included."""
    return DraftingOut.of(request.drafting)


class BufferIn(In):
    """The whole text, and the revision that it began from."""

    model_config = ConfigDict(json_schema_extra=example(text="lpstat -p\n", revision=3, language="bash"))

    text: str
    revision: int = Field(ge=0, le=2**31 - 2)
    language: LanguageName | None = None


@router.patch("/sessions/{drafting_id}", response=DraftingOut, auth=works)
def save_buffer(request: DraftingRequest, drafting_id: UUID, sent: BufferIn):
    """Keeps a text; refused (409) where another came first, with the one that is there now."""
    save = {"session": request.drafting, "by": request.caller, "text": sent.text, "revision": sent.revision}
    try:
        if sent.language and sent.language != request.drafting.language:
            return DraftingOut.of(actions.change_language(**save, language=sent.language))
        return DraftingOut.of(actions.save_buffer(**save))
    except InvalidScript as error:
        raise invalid({"text": str(error)}) from error


class TitleIn(In):
    """A name."""

    model_config = ConfigDict(json_schema_extra=example(title="Map a printer"))

    title: Line = Field(min_length=1, max_length=200)


@router.post("/sessions/{drafting_id}/rename", response=DraftingOut, auth=standalone)
def rename_drafting_session(request: DraftingRequest, drafting_id: UUID, sent: TitleIn):
    """Calls a standalone session by another name."""
    if not (title := sent.title.strip()):
        raise invalid({"title": "Give it a name."})
    actions.rename(session=request.drafting, by=request.caller, title=title)
    return DraftingOut.of(access.get_session(request.caller, drafting_id))


@router.post("/sessions/{drafting_id}/take-newest", response=DraftingOut, auth=standalone)
def take_newest(request: DraftingRequest, drafting_id: UUID):
    """Goes on from the newest version of the session's template; what was written on an older one gives way."""
    return DraftingOut.of(actions.take_newest(session=request.drafting, by=request.caller))


@router.delete("/sessions/{drafting_id}", response={204: None}, auth=standalone)
def delete_drafting_session(request: DraftingRequest, drafting_id: UUID):
    """Deletes a standalone session; a template that it was saved as stays."""
    actions.delete(session=request.drafting, by=request.caller)
    return Status(204, None)
