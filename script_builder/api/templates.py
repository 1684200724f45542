"""The account's library: templates with their versions, and a version's text with values filled in."""

from typing import Annotated, Any, Literal
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.views.decorators.debug import sensitive_variables
from ninja import Path, Query, Router
from pydantic import ConfigDict, Field

from flowpilot.people.callers import ApiRequest, Guard
from flowpilot.web.problems import invalid
from flowpilot.web.schemas import In, Paging, Text, example, page
from script_builder import access
from script_builder.api.guard import TemplateGuard, TemplateRequest, counted
from script_builder.api.schemas import LanguageName, RenderedOut, TemplateOut, TemplatePage, VersionOut, VersionPage
from script_builder.filters import Filters
from script_builder.parameters import InvalidParameters
from script_builder.rendering import render
from script_builder.search import search

router = Router(tags=["Templates"])
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


class TemplateFilters(Paging):
    """Which templates."""

    q: Text = Field("", max_length=200, description="Words, which may be misspelt; the 100 that fit best are found.")
    language: LanguageName | None = None
    category: Text = Field("", max_length=80)
    tag: Text = Field("", max_length=40)
    status: Literal["draft", "published", "archived"] | None = Field(
        None, description="Archived ones are only there where they are asked for."
    )
    run_as: Literal["user", "SYSTEM", "root"] | None = None
    risk: Literal["low", "medium", "high"] | None = None


@router.get("", response=TemplatePage, auth=Guard())
def list_templates(request: ApiRequest, filters: Query[TemplateFilters]):
    """The account's templates, by name."""
    account_id, said = request.caller.account_id, filters.model_dump(exclude={"limit", "cursor"}, exclude_none=True)
    found = Filters(**said).apply(access.library(request.caller), account_id)
    found = search(found, account_id, filters.q) if filters.q else found.values("pk")
    return page(request, counted(request.caller).filter(pk__in=found), filters, ("name", "id"), TemplateOut.of)


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
