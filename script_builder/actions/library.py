"""What is done to a template of the library: its details, publishing, archiving, bringing back an earlier version."""

from django.db import IntegrityError, transaction
from django.db.models import RestrictedError
from django.shortcuts import get_object_or_404
from django.utils import timezone

from flowpilot.people.models import User
from flowpilot.web.http import WrongState
from script_builder.access import library
from script_builder.actions.templates import StaleVersion, add_version, archived, expect_sound
from script_builder.models import ScriptTemplate, ScriptTemplateVersion
from script_builder.words import index

Status = ScriptTemplate.Status


@transaction.atomic
def edit(*, template: ScriptTemplate, by: User, **details) -> ScriptTemplate:
    """Writes what is said of a template; its script lives in its versions and is not touched."""
    template = _current(template, by)
    for name, value in details.items():
        setattr(template, name, value)
    template.save(update_fields=[*details])
    index(template)
    return template


def publish(*, template: ScriptTemplate, by: User) -> None:
    """Offers a draft to everybody of the account; raises WrongState where it is published or archived."""
    drafts = library(by).current().filter(pk=template.pk, status=Status.DRAFT)
    if drafts.update(status=Status.PUBLISHED) != 1:
        raise WrongState("not_a_draft", "This template is not a draft any more. Nothing was changed.")


def archive(*, template: ScriptTemplate, by: User) -> None:
    """Puts a template away: no longer offered, still there for the record and for fixes that name it."""
    rows = library(by).current().filter(pk=template.pk)
    if rows.update(archived_at=timezone.now(), archived_by=by) != 1:
        raise WrongState("archived", "This template is archived already.")


def bring_back(*, template: ScriptTemplate, by: User) -> None:
    """Offers an archived template again."""
    rows = library(by).filter(pk=template.pk, archived_at__isnull=False)
    if rows.update(archived_at=None, archived_by=None) != 1:
        raise WrongState("not_archived", "This template is not archived. Nothing was changed.")


def delete(*, template: ScriptTemplate, by: User) -> None:
    """Deletes a template with its versions for good; raises WrongState where a fix names it or it was run."""
    try:
        with transaction.atomic():
            library(by).filter(pk=template.pk).delete()
    except (RestrictedError, IntegrityError) as error:
        raise WrongState("in_use", "A fix names this template, so it stays. Archive it instead.") from error


@transaction.atomic
def restore(*, template: ScriptTemplate, by: User, number: int, made_from: int) -> ScriptTemplateVersion:
    """Makes an earlier version the newest one, as a new version; the versions between stay as they are.

    `made_from` is the newest number that the page showed. Raises StaleVersion where another one came first, and
    InvalidScript where its language became another one meanwhile and the script does not hold in that.
    """
    template = _current(template, by)
    newest = template.newest
    version = get_object_or_404(template.versions, number=number)
    if newest.number != made_from:
        raise StaleVersion(newest)
    if (version.text, version.parameters) == (newest.text, newest.parameters):
        return newest
    expect_sound(version.text, version.parameters, template.language)
    return add_version(template, by, version.text, version.parameters, f"Version {number} restored")


def _current(template: ScriptTemplate, by: User) -> ScriptTemplate:
    """The template's row, locked; raises WrongState where it is archived."""
    template = get_object_or_404(library(by).select_for_update(), pk=template.pk)
    if template.is_archived:
        raise archived()
    return template
