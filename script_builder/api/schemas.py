"""How drafting sessions and templates look through the API."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from flowpilot.web.schemas import Out, Page, PersonOut, example
from script_builder.models import ScriptBuilderSession, ScriptTemplate, ScriptTemplateVersion

ID = "018f6c1e-0000-4000-8000-000000000003"
OTHER = "018f6c1e-0000-4000-8000-000000000004"
AT = "2026-11-25T09:30:00Z"
LanguageName = Literal["powershell", "bash", "python", "batch"]

DRAFTING = {
    "id": ID, "origin": "standalone", "ai_session_id": None, "suggested_fix_id": None, "template_id": None,
    "template_version": None, "earlier_text": "", "title": "Map a printer",
    "language": "powershell", "text": "Add-Printer -ConnectionName $Path\n", "revision": 3,
    "parameters": {}, "created_at": AT, "updated_at": AT,
}  # fmt: skip


class DraftingOut(Out):
    """A drafting session: one buffer, of one user."""

    model_config = ConfigDict(json_schema_extra=example(**DRAFTING))

    id: UUID
    origin: Literal["standalone", "pilot_inline"]
    ai_session_id: UUID | None
    suggested_fix_id: UUID | None = Field(description="The fix that it drafts for.")
    template_id: UUID | None = Field(description="The template that it was saved as, or began from.")
    template_version: int | None = Field(description="The version that the text began as, or was saved as last.")
    title: str
    language: str
    text: str
    revision: int = Field(description="Goes up with every save of the text.")
    earlier_text: str = Field(description="What was left over when it turned from another fix to this one.")
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
            "earlier_text": drafting.earlier_buffer,
            "template_version": drafting.made_from and drafting.made_from.number,
        }
        return cls(**{name: getattr(drafting, name) for name in cls.model_fields if name not in made}, **made)


class DraftingPage(Page):
    """Some of my standalone drafting sessions, newest first."""

    model_config = ConfigDict(json_schema_extra=example(items=[DRAFTING], next=None))

    items: list[DraftingOut]


TEMPLATE = {
    "id": ID, "name": "Restart a service", "description": "Restarts one service.", "category": "Services",
    "tags": ["service"], "language": "powershell", "run_as": "SYSTEM", "needs_admin": True, "reboots": False,
    "risk": "low", "status": "published", "runs": 12, "successes": 10, "failures": 1, "partials": 1,
    "newest_version": 2, "created_at": AT, "archived_at": None,
}  # fmt: skip


class TemplateOut(Out):
    """A reusable script; its text lives in its versions."""

    model_config = ConfigDict(json_schema_extra=example(**TEMPLATE))

    id: UUID
    name: str
    description: str
    category: str
    tags: list
    language: str
    run_as: str
    needs_admin: bool
    reboots: bool
    risk: str
    status: str
    runs: int = Field(description="Real runs, with what came of them beside.")
    successes: int
    failures: int
    partials: int
    newest_version: int
    created_at: datetime
    archived_at: datetime | None = Field(description="Since when it is offered no more.")

    @classmethod
    def of(cls, template: ScriptTemplate) -> "TemplateOut":
        """This template."""
        return cls(**{name: getattr(template, name) for name in cls.model_fields})


class TemplatePage(Page):
    """Some of the templates, by name."""

    model_config = ConfigDict(json_schema_extra=example(items=[TEMPLATE], next=None))

    items: list[TemplateOut]


VERSION = {
    "number": 2, "text": "Restart-Service {{ service }}\n", "note": "", "created_at": AT,
    "parameters": {"service": {"type": "text", "label": "Service", "required": True}},
    "created_by": {"id": OTHER, "name": "Alice Reyes"},
}  # fmt: skip


class VersionOut(Out):
    """One text of a template; never changed once written."""

    model_config = ConfigDict(json_schema_extra=example(**VERSION))

    number: int
    text: str
    parameters: dict
    note: str
    created_at: datetime
    created_by: PersonOut

    @classmethod
    def of(cls, version: ScriptTemplateVersion) -> "VersionOut":
        """This version."""
        plain = {name: getattr(version, name) for name in cls.model_fields if name != "created_by"}
        return cls(**plain, created_by=PersonOut.of(version.created_by))


class VersionPage(Page):
    """Some of a template's versions, newest first."""

    model_config = ConfigDict(json_schema_extra=example(items=[VERSION], next=None))

    items: list[VersionOut]


class RenderedOut(Out):
    """The script to run, and what a run of it would be stamped with."""

    model_config = ConfigDict(
        json_schema_extra=example(
            text="Restart-Service 'Spooler'\n", stamp_text="Restart-Service 'Spooler'\n", sha256="9f2c…"
        )
    )

    text: str = Field(description="To be run; secrets stand in it.")
    stamp_text: str = Field(description="The same with `<secret:NAME>` in the place of secrets.")
    sha256: str = Field(description="Of `stamp_text`.")
