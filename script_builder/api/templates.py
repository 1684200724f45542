"""The account's library: templates with their versions, and a version's text with values filled in."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.db.models import Max, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.debug import sensitive_variables
from ninja import Path, Query, Router
from pydantic import ConfigDict, Field

from flowpilot.people.callers import ApiRequest, Guard
from flowpilot.people.models import User
from flowpilot.web.problems import invalid
from flowpilot.web.schemas import In, Out, Page, Paging, PersonOut, Text, example, page
from script_builder.access import library
from script_builder.api.schemas import AT, ID, OTHER
from script_builder.models import ScriptTemplate, ScriptTemplateVersion
from script_builder.parameters import InvalidParameters
from script_builder.rendering import render

router = Router(tags=["Templates"])
# More would not narrow a search any further, and SQLite takes only so deep a condition.
MOST_WORDS = 20
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]

TEMPLATE = {
    "id": ID, "name": "Restart a service", "description": "Restarts one service.", "category": "Services",
    "tags": ["service"], "language": "powershell", "run_as": "SYSTEM", "needs_admin": True, "reboots": False,
    "risk": "low", "status": "published", "runs": 12, "successes": 10, "failures": 1, "partials": 1,
    "newest_version": 2, "created_at": AT,
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


class TemplateFilters(Paging):
    """Which templates."""

    q: Text = Field("", max_length=200, description="Words of the name or the description.")
    language: Text = Field("", max_length=20)
    category: Text = Field("", max_length=80)


def _library(user: User) -> QuerySet:
    """The templates of the user's account, each with the number of its newest version."""
    return library(user).annotate(newest_version=Max("versions__number"))


class TemplateGuard(Guard):
    """Finds the account's template, and looks for the version that the address names."""

    def admit(self, request, ids, writes):
        """Puts the template on the request; 404, then 403."""
        request.template = get_object_or_404(_library(request.caller), pk=ids["template_id"])
        number = request.resolver_match.kwargs.get("number", "")
        # What is no number is refused as input, when that is read.
        if number.isdecimal() and not request.template.versions.filter(number=int(number[:10])).exists():
            raise Http404
        super().admit(request, ids, writes)


class TemplateRequest(ApiRequest):
    """A request with the template that its address names."""

    template: ScriptTemplate


@router.get("", response=TemplatePage, auth=Guard())
def list_templates(request: ApiRequest, filters: Query[TemplateFilters]):
    """The account's templates, by name."""
    found = _library(request.caller)
    for word in filters.q.split()[:MOST_WORDS]:
        found = found.filter(Q(name__icontains=word) | Q(description__icontains=word))
    exact = {name: value for name in ("language", "category") if (value := getattr(filters, name))}
    return page(request, found.filter(**exact), filters, ("name", "id"), TemplateOut.of)


@router.get("/{template_id}", response=TemplateOut, auth=TemplateGuard())
def read_template(request: TemplateRequest, template_id: UUID):
    """One template."""
    return TemplateOut.of(request.template)


@router.get("/{template_id}/versions", response=VersionPage, auth=TemplateGuard())
def list_versions(request: TemplateRequest, template_id: UUID, paging: Query[Paging]):
    """The template's versions, newest first."""
    rows = request.template.versions.select_related("created_by")
    return page(request, rows, paging, ("-number",), VersionOut.of)


@router.get("/{template_id}/versions/{number}", response=VersionOut, auth=TemplateGuard())
def read_version(request: TemplateRequest, template_id: UUID, number: Number):
    """One version."""
    return VersionOut.of(get_object_or_404(request.template.versions.select_related("created_by"), number=number))


class RenderIn(In):
    """What is filled in."""

    model_config = ConfigDict(json_schema_extra=example(parameters={"service": "Spooler"}))

    parameters: dict[str, Any] = Field(default_factory=dict)


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


@router.post("/{template_id}/versions/{number}/render", response=RenderedOut, auth=TemplateGuard())
@sensitive_variables()
def render_version(request: TemplateRequest, template_id: UUID, number: Number, sent: RenderIn):
    """The version's text with these values in it. Stamps nothing and stores nothing."""
    version = get_object_or_404(request.template.versions, number=number)
    try:
        rendered = render(version.text, version.parameters, sent.parameters, request.template.language)
    except InvalidParameters as error:
        raise invalid({f"parameters.{name}": words for name, words in error.errors.items()}) from None
    return RenderedOut(text=rendered.text, stamp_text=rendered.stamp_text, sha256=rendered.sha256)
