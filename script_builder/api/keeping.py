"""What is done to a template of the library: more operations on the addresses that read one."""

from typing import Annotated, Literal
from uuid import UUID

from ninja.responses import Status
from pydantic import AfterValidator, ConfigDict, Field

from flowpilot.web.http import WrongState
from flowpilot.web.problems import invalid
from flowpilot.web.schemas import In, Line, Text, example
from script_builder import access
from script_builder.actions import library as actions
from script_builder.api.guard import TemplateGuard, TemplateRequest, counted
from script_builder.api.schemas import TemplateOut, VersionOut
from script_builder.api.templates import Number, router
from script_builder.forms import DetailsForm
from script_builder.models import TemplateWord
from script_builder.scripts import InvalidScript

anyhow, current = TemplateGuard(), TemplateGuard(current=True)
Stripped = AfterValidator(str.strip)
# The page's form separates tags by commas.
Tag = Annotated[str, Field(min_length=1, max_length=TemplateWord.LONGEST, pattern=r"^[^\x00\r\n,]*$"), Stripped]


def _now(request: TemplateRequest) -> TemplateOut:
    return TemplateOut.of(counted(request.caller).get(pk=request.template.pk))


class TemplateChange(In):
    """What is to be said differently of a template; what is left out stays."""

    model_config = ConfigDict(json_schema_extra=example(category="Services", tags=["service", "spooler"], risk="low"))

    name: Annotated[Line, Stripped] = Field("", min_length=1, max_length=200)
    description: Annotated[Text, Stripped] = Field("", max_length=20_000)
    category: Annotated[Line, Stripped] = Field("", max_length=80)
    tags: list[Tag] = Field([], max_length=DetailsForm.MOST_TAGS)
    run_as: Literal["", "user", "SYSTEM", "root"] = ""
    risk: Literal["low", "medium", "high"] = "medium"
    needs_admin: bool = False
    reboots: bool = False


@router.patch("/{template_id}", response=TemplateOut, auth=current)
def edit_template(request: TemplateRequest, template_id: UUID, sent: TemplateChange):
    """Writes what is said of a template; its script lives in its versions and is not touched."""
    details = sent.model_dump(exclude_unset=True)
    if not details.get("name", "A name"):
        raise invalid({"name": "Name the template."})
    if "tags" in details:
        details["tags"] = list(filter(None, dict.fromkeys(details["tags"])))
    actions.edit(template=request.template, by=request.caller, **details)
    return _now(request)


@router.post("/{template_id}/publish", response=TemplateOut, auth=anyhow)
def publish_template(request: TemplateRequest, template_id: UUID):
    """Offers a draft to everybody of the account."""
    actions.publish(template=request.template, by=request.caller)
    return _now(request)


@router.post("/{template_id}/archive", response=TemplateOut, auth=anyhow)
def archive_template(request: TemplateRequest, template_id: UUID):
    """Puts a template away; fixes that name it can still be run."""
    actions.archive(template=request.template, by=request.caller)
    return _now(request)


@router.post("/{template_id}/bring-back", response=TemplateOut, auth=anyhow)
def bring_template_back(request: TemplateRequest, template_id: UUID):
    """Offers an archived template again."""
    actions.bring_back(template=request.template, by=request.caller)
    return _now(request)


@router.delete("/{template_id}", response={204: None}, auth=anyhow)
def delete_template(request: TemplateRequest, template_id: UUID):
    """Deletes a template with its versions; refused (409) where a fix names it or it was run."""
    actions.delete(template=request.template, by=request.caller)
    return Status(204, None)


class RestoreIn(In):
    """The newest version that you saw."""

    model_config = ConfigDict(json_schema_extra=example(newest_version=2))

    newest_version: int = Field(ge=1, le=2**31 - 1, description="Refused where another one came meanwhile.")


@router.post("/{template_id}/versions/{number}/restore", response=VersionOut, auth=current)
def restore_version(request: TemplateRequest, template_id: UUID, number: Number, sent: RestoreIn):
    """Makes an earlier version the newest one again, as a new version; those between stay as they are."""
    access.get_version(request.template, number)
    said = {"template": request.template, "by": request.caller, "number": number}
    try:
        return VersionOut.of(actions.restore(**said, made_from=sent.newest_version))
    except InvalidScript as error:
        raise WrongState("unsound", f"Version {number} cannot be restored as it is: {error}") from error
