"""How drafting sessions and templates look through the API."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from flowpilot.web.schemas import Out, Page, example
from script_builder.models import ScriptBuilderSession

ID = "018f6c1e-0000-4000-8000-000000000003"
OTHER = "018f6c1e-0000-4000-8000-000000000004"
AT = "2026-11-25T09:30:00Z"

DRAFTING = {
    "id": ID, "origin": "standalone", "ai_session_id": None, "suggested_fix_id": None, "template_id": None,
    "title": "Map a printer", "language": "powershell", "text": "Add-Printer -ConnectionName $Path\n", "revision": 3,
    "parameters": {}, "created_at": AT, "updated_at": AT,
}  # fmt: skip


class DraftingOut(Out):
    """A drafting session: one buffer, of one user."""

    model_config = ConfigDict(json_schema_extra=example(**DRAFTING))

    id: UUID
    origin: Literal["standalone", "pilot_inline"]
    ai_session_id: UUID | None
    suggested_fix_id: UUID | None = Field(description="The fix that it drafts for.")
    template_id: UUID | None = Field(description="The template that it was saved as.")
    title: str
    language: str
    text: str
    revision: int = Field(description="Goes up with every save of the text.")
    parameters: dict
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, drafting: ScriptBuilderSession) -> "DraftingOut":
        """This drafting session."""
        made = {
            "suggested_fix_id": drafting.source_fix_id,
            "text": drafting.buffer,
            "revision": drafting.buffer_revision,
        }
        return cls(**{name: getattr(drafting, name) for name in cls.model_fields if name not in made}, **made)


class DraftingPage(Page):
    """Some of my standalone drafting sessions, newest first."""

    model_config = ConfigDict(json_schema_extra=example(items=[DRAFTING], next=None))

    items: list[DraftingOut]
