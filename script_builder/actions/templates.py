"""Making templates: from our own library, from a fix's draft, from a drafting session."""

from django.db import IntegrityError, transaction
from django.shortcuts import get_object_or_404

from flowpilot.ai import library
from flowpilot.people.models import Account, User
from script_builder import parameters as specs
from script_builder.access import scope
from script_builder.actions.sessions import StaleBuffer
from script_builder.declared import read
from script_builder.host import host
from script_builder.models import Risk, RunAs, ScriptBuilderSession, ScriptTemplate, ScriptTemplateVersion
from script_builder.rendering import problems
from script_builder.scripts import InvalidScript, clean_script


def library_template(*, account: Account, key: str, by: User) -> ScriptTemplate:
    """The account's own copy of a script of our library, made when it is first needed; KeyError if there is none."""
    source = library.templates()[key]
    mine = ScriptTemplate.objects.of(account)
    return mine.filter(library_key=key).first() or _once(
        lambda: (
            _create(
                account=account,
                by=by,
                text=source.script,
                parameters=source.parameters,
                note="From the library",
                library_key=key,
                status=ScriptTemplate.Status.PUBLISHED,
                name=source.name,
                description=source.description,
                category=source.category,
                tags=list(source.tags),
                language=source.language,
                run_as=source.run_as,
                needs_admin=source.needs_admin,
                reboots=source.reboots,
                risk=source.risk,
            ).template
        ),
        lambda: mine.get(library_key=key),
    )


def install_library(*, account: Account, by: User) -> list[ScriptTemplate]:
    """Every script of our library, as the account's own."""
    return [library_template(account=account, key=key, by=by) for key in library.templates()]


def make_draft(
    *,
    account: Account,
    by: User,
    source_fix_id,
    name: str,
    text: str,
    parameters: dict | None,
    language: str,
    description: str = "",
    risk: str = Risk.MEDIUM,
    run_as: str = RunAs.UNSAID,
    needs_admin: bool = False,
    reboots: bool = False,
) -> ScriptTemplate:
    """The one draft template that is made from a fix's script; asked again, the same one as it then is.

    What the script declares becomes its parameters, beside those that are given.
    """
    reading = read(clean_script(text), language, parameters)
    mine = ScriptTemplate.objects.of(account)
    return mine.filter(source_fix_id=source_fix_id).first() or _once(
        lambda: (
            _create(
                account=account,
                by=by,
                text=reading.text,
                parameters=reading.parameters,
                note="From a session",
                source_fix_id=source_fix_id,
                name=name,
                description=description,
                language=language,
                risk=risk,
                run_as=run_as,
                needs_admin=needs_admin,
                reboots=reboots,
            ).template
        ),
        lambda: mine.get(source_fix_id=source_fix_id),
    )


@transaction.atomic
def save(
    *,
    drafting: ScriptBuilderSession,
    by: User,
    name: str,
    text: str,
    parameters: dict | None = None,
    revision: int | None = None,
    language: str | None = None,
) -> ScriptTemplateVersion:
    """Saves a standalone session's script: as a template, or as the next version of the one it was saved as before.

    What the script declares becomes its parameters, beside those that are given, with a placeholder in the text for
    each. The same script saved again is the version that is there already. With `revision`, a buffer that was changed
    elsewhere raises StaleBuffer; placeholders without a parameter raise InvalidScript.
    """
    drafting = get_object_or_404(scope(by).select_for_update(), pk=drafting.pk)
    typed = clean_script(text)
    reading = read(typed, language or drafting.language, drafting.parameters if parameters is None else parameters)
    text, spec = reading.text, reading.parameters
    if revision not in (None, drafting.buffer_revision) and drafting.buffer not in (typed, text):
        raise StaleBuffer(drafting)
    drafting.language = language or drafting.language
    if wrong := problems(text, spec, drafting.language):
        raise InvalidScript(" ".join(wrong))
    if drafting.template_id:
        version = _next_version(drafting, by, name, text, spec)
    else:
        version = _create(
            account=drafting.account,
            by=by,
            text=text,
            parameters=spec,
            status=ScriptTemplate.Status.PUBLISHED,
            name=name,
            language=drafting.language,
        )
    if drafting.buffer != text:
        drafting.buffer_revision += 1
    drafting.template, drafting.buffer, drafting.parameters = version.template, text, spec
    drafting.save()
    host().template_saved(drafting, version, by)
    return version


def _next_version(drafting, by, name, text, spec) -> ScriptTemplateVersion:
    """The template's newest version where it says the same, otherwise a new one."""
    template = ScriptTemplate.objects.select_for_update().get(pk=drafting.template_id)
    template.name, template.language = name, drafting.language
    template.save(update_fields=["name", "language"])
    newest = template.newest
    if (newest.text, newest.parameters) == (text, spec):
        return newest
    return template.versions.create(number=newest.number + 1, text=text, parameters=spec, created_by=by)


def _create(*, account, by, text, parameters, note="", **fields) -> ScriptTemplateVersion:
    """A template with its first version."""
    text, spec = clean_script(text), specs.check(parameters)
    template = ScriptTemplate.objects.create(account=account, created_by=by, **fields)
    return template.versions.create(number=1, text=text, parameters=spec, note=note, created_by=by)


def _once(make, find):
    """What `make` makes, or what somebody else made at the same moment."""
    try:
        with transaction.atomic():
            return make()
    except IntegrityError:
        return find()
