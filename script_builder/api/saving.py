"""Saving a standalone drafting session's script into the library."""

from typing import Any
from uuid import UUID

from ninja import Router
from pydantic import ConfigDict, Field

from flowpilot.web.problems import invalid
from flowpilot.web.schemas import In, Line, Out, example
from script_builder import access
from script_builder.actions import templates
from script_builder.api.guard import DraftingRequest, counted, standalone
from script_builder.api.schemas import (
    DRAFTING,
    ID,
    TEMPLATE,
    VERSION,
    DraftingOut,
    LanguageName,
    TemplateOut,
    VersionOut,
)
from script_builder.parameters import InvalidParameters
from script_builder.scripts import InvalidScript

router = Router(tags=["Script Builder"])


class SaveIn(In):
    """The script, the revision that it began from, and what the template is called."""

    model_config = ConfigDict(
        json_schema_extra=example(
            name="Restart a service",
            text="Restart-Service {{ service }}\n",
            parameters={"service": {"type": "text", "label": "Service", "required": True}},
            revision=3,
            note="Asks for the service.",
        )
    )

    name: Line = Field(min_length=1, max_length=200)
    text: str
    revision: int = Field(ge=0, le=2**31 - 2)
    parameters: dict[str, Any] | None = Field(None, description="Left out or null, the session's own stay.")
    language: LanguageName | None = None
    made_from: int | None = Field(
        None, ge=1, le=2**31 - 1, description="The version that you began from; refused where a newer one is there."
    )
    note: Line = Field("", max_length=200, description="What is new, for the list of versions.")
    publish: bool = Field(True, description="False keeps a new template as a draft.")
    as_new: bool = Field(False, description="Makes a template of its own, also where the session has one.")


class SavedOut(Out):
    """The template with the version that holds the script now, and the session as it was left."""

    model_config = ConfigDict(
        json_schema_extra=example(
            script_template=TEMPLATE,
            version=VERSION,
            script_builder_session=DRAFTING | {"template_id": ID, "template_version": VERSION["number"]},
        )
    )

    script_template: TemplateOut
    version: VersionOut
    script_builder_session: DraftingOut


@router.post("/sessions/{drafting_id}/save-template", response=SavedOut, auth=standalone)
def save_template(request: DraftingRequest, drafting_id: UUID, sent: SaveIn):
    """Saves the script: as a template, or as the next version of the session's own.

    The same script saved again is the version that is there already. A template that was built for an unrun fix is
    linked to that fix.
    """
    user, said = request.caller, sent.model_dump()
    if not (name := said.pop("name").strip()):
        raise invalid({"name": "Name the template."})
    try:
        version = templates.save(drafting=request.drafting, by=user, name=name, via="api", **said)
    except InvalidScript as error:
        raise invalid({"text": str(error)}) from error
    except InvalidParameters as error:
        raise invalid({f"parameters.{field}": words for field, words in error.errors.items()}) from error
    return SavedOut(
        script_template=TemplateOut.of(counted(user).get(pk=version.template_id)),
        version=VersionOut.of(version),
        script_builder_session=DraftingOut.of(access.get_session(user, drafting_id)),
    )
