"""Making templates: from our own library, from a fix's draft, from a drafting session."""

from django.db import IntegrityError, transaction
from django.shortcuts import get_object_or_404

from flowpilot.ai import library
from flowpilot.people.models import Account, User
from flowpilot.web.http import WrongState
from script_builder import parameters as specs
from script_builder.access import scope
from script_builder.actions.sessions import StaleBuffer
from script_builder.declared import read
from script_builder.host import host
from script_builder.models import Risk, RunAs, ScriptBuilderSession, ScriptTemplate, ScriptTemplateVersion
from script_builder.rendering import problems
from script_builder.scripts import InvalidScript, clean_script
from script_builder.words import index


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
                parameters=specs.check(source.parameters),
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

    What the script declares becomes its parameters, beside those that are given. A placeholder that is misplaced in it
    is said when somebody builds on it, not now: this script was run.
    """
    text, spec = taken(text, parameters, language)
    mine = ScriptTemplate.objects.of(account)
    return mine.filter(source_fix_id=source_fix_id).first() or _once(
        lambda: (
            _create(
                account=account,
                by=by,
                text=text,
                parameters=spec,
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


class StaleVersion(WrongState):
    """The template has a newer version than the one that this script was made from; `newest` is that one."""

    def __init__(self, newest: ScriptTemplateVersion):
        super().__init__("stale_version", f"Version {newest.number} was saved meanwhile; nothing was saved here.")
        self.newest = newest


def archived() -> WrongState:
    """The refusal of what would change an archived template."""
    return WrongState("archived", "This template is archived. Bring it back first, or save a template of its own.")


def taken(text: str, parameters: dict | None, language: str) -> tuple[str, dict]:
    """A script and its parameters as a version holds them; raises InvalidScript and InvalidParameters.

    The one place through which what somebody wrote becomes a version: what the script declares becomes its parameters.
    """
    reading = read(clean_script(text), language, parameters)
    return reading.text, reading.parameters


def expect_sound(text: str, spec: dict, language: str) -> None:
    """Raises InvalidScript where a placeholder has no parameter, or stands where its value could run as a command."""
    if wrong := problems(text, spec, language):
        raise InvalidScript(" ".join(wrong))


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
    made_from: int | None = None,
    note: str = "",
    publish: bool = True,
    as_new: bool = False,
    via: str = "person",
) -> ScriptTemplateVersion:
    """Saves a standalone session's script: as a template, or as the next version of the one it came from.

    What the script declares becomes its parameters, beside those that are given, with a placeholder in the text for
    each. `made_from` is the number of the version that the page showed as its origin; where a newer one is there by
    now, StaleVersion is raised. `as_new` makes a template of its own. The same script saved again is the version that
    is there already. With `revision`, a buffer that was changed elsewhere raises StaleBuffer; placeholders without a
    parameter raise InvalidScript. The host is told inside the transaction, with `via`, the way by which it was saved.
    """
    drafting = get_object_or_404(scope(by).select_for_update(), pk=drafting.pk)
    typed, given = clean_script(text), drafting.parameters if parameters is None else parameters
    language = language or drafting.language
    text, spec = taken(typed, given, language)
    if revision not in (None, drafting.buffer_revision) and drafting.buffer not in (typed, text):
        raise StaleBuffer(drafting)
    if drafting.scaffold.strip() and typed.strip() == drafting.scaffold.strip():
        raise InvalidScript("That is still the empty scaffold. Write the script below its comments first.")
    drafting.language = language
    expect_sound(text, spec, drafting.language)
    if drafting.template_id and not as_new:
        version = _next_version(drafting, by, name, text, spec, made_from, note, publish)
    else:
        version = _create(
            account=drafting.account,
            by=by,
            text=text,
            parameters=spec,
            note=note,
            status=ScriptTemplate.Status.PUBLISHED if publish else ScriptTemplate.Status.DRAFT,
            name=name,
            language=drafting.language,
            **_facts_of(drafting.source_fix),
        )
    if drafting.buffer != text:
        drafting.buffer_revision += 1
    drafting.template, drafting.made_from = version.template, version
    drafting.buffer, drafting.parameters = text, spec
    drafting.save()
    host().template_saved(drafting, version, by, via)
    return version


def _next_version(drafting, by, name, text, spec, made_from, note, publish) -> ScriptTemplateVersion:
    """The template's newest version where it says the same, otherwise a new one."""
    template = ScriptTemplate.objects.select_for_update().get(pk=drafting.template_id)
    if template.is_archived:
        raise archived()
    newest, same = template.newest, (template.newest.text, template.newest.parameters) == (text, spec)
    began_as = made_from or (drafting.made_from.number if drafting.made_from else newest.number)
    if began_as != newest.number and not same:
        raise StaleVersion(newest)
    template.name, template.language = name, drafting.language
    if publish:
        template.status = ScriptTemplate.Status.PUBLISHED
    template.save(update_fields=["name", "language", "status"])
    index(template)
    return newest if same else add_version(template, by, text, spec, note)


def add_version(template: ScriptTemplate, by: User, text: str, spec: dict, note: str) -> ScriptTemplateVersion:
    """The next version of a template whose row is locked."""
    number = template.newest.number + 1
    return template.versions.create(number=number, text=text, parameters=spec, note=note, created_by=by)


def _facts_of(fix) -> dict:
    """What a fix says of its script, for the template that is made of it."""
    facts = ("description", "risk", "run_as", "needs_admin", "reboots")
    return {name: getattr(fix, name) for name in facts} if fix else {}


def _create(*, account, by, text, parameters, note="", **fields) -> ScriptTemplateVersion:
    """A template with its first version."""
    template = ScriptTemplate.objects.create(account=account, created_by=by, **fields)
    index(template)
    return template.versions.create(number=1, text=text, parameters=parameters, note=note, created_by=by)


def _once(make, find):
    """What `make` makes, or what somebody else made at the same moment."""
    try:
        with transaction.atomic():
            return make()
    except IntegrityError:
        return find()
