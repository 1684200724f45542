"""Run declarations: the engineer's word that something was run, the only thing that stamps `applied_at`."""

from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from flowpilot.people.models import User
from flowpilot.web.http import WrongState
from pilot.actions import counts
from pilot.actions.record import Via, another_fix_open, compare_and_set, expect, hold, hold_open, note, write
from pilot.lifecycle import Move, Phase, phase
from pilot.models import RunStamp, SessionEvent, SuggestedFix
from script_builder.actions import sessions, templates
from script_builder.declared import render_draft
from script_builder.models import ScriptBuilderSession, ScriptTemplate, ScriptTemplateVersion
from script_builder.rendering import Rendered, render

Kind = RunStamp.Kind


@dataclass(frozen=True)
class Run:
    """What is declared as run; two equal ones in one round are one stamp."""

    kind: Kind
    text: str | None = None
    sha256: str | None = None
    version: ScriptTemplateVersion | None = None
    parameters: dict = field(default_factory=dict)
    note: str = ""

    def words(self) -> str:
        """What was run, for the transcript's line."""
        if self.kind == Kind.TEMPLATE:
            return f"with the template “{self.version.template.name}”, version {self.version.number}"
        return "with its drafted script" if self.kind == Kind.DRAFT else "by hand"

    def standing(self, fix: SuggestedFix) -> RunStamp | None:
        """The stamp that already says this, in the fix's present round."""
        same = fix.stamps.standing().filter(run_round=fix.run_round, kind=self.kind, sha256=self.sha256)
        if self.version:
            same = same.filter(template_version=self.version)
        return same.filter(note=self.note).first() if self.kind == Kind.BY_HAND else same.first()


def _declare(fix: SuggestedFix, version: int, by: User, run: Run, via: Via) -> RunStamp:
    said = run.standing(fix) if phase(fix) == Phase.VERIFYING else None
    if said is not None:
        return said
    try:
        with transaction.atomic():
            return _stamp(fix, version, by, run, via)
    except IntegrityError as error:
        raise another_fix_open() from error
    except WrongState:
        # Somebody was faster. If they declared the very same run, this word adds nothing and is no error.
        fresh = SuggestedFix.objects.get(pk=fix.pk)
        said = run.standing(fresh) if phase(fresh) == Phase.VERIFYING else None
        if said is None:
            raise
        return said


def _stamp(fix: SuggestedFix, version: int, by: User, run: Run, via: Via) -> RunStamp:
    hold_open(fix.session)
    now, before = timezone.now(), phase(fix)
    changes = {}
    if before == Phase.PARTIAL:
        changes = {"status": SuggestedFix.Status.PROPOSED, "run_round": F("run_round") + 1}
    if before != Phase.VERIFYING:
        changes |= {"applied_at": now, "applied_by": by}
    compare_and_set(fix, version, Move.RUN, phases=[before], **changes)
    # Before the new stamp is there: its template had no part in the outcome that is left now.
    counts.outcome(fix, before=fix.status, after=SuggestedFix.Status.PROPOSED)
    stamp = RunStamp.objects.create(
        fix=fix,
        kind=run.kind,
        run_round=fix.run_round + (before == Phase.PARTIAL),
        text=run.text,
        sha256=run.sha256,
        template=run.version and run.version.template,
        template_version=run.version,
        parameters=run.parameters,
        note=run.note,
        ran_at=now,
        ran_by=by,
    )
    counts.ran(stamp)
    write(fix.session, SessionEvent.Kind.FIX_RUN, by=by, via=via, fix=fix, how=run.words(), sha256=run.sha256)
    note(fix.session, f"{by} ran “{fix.title}” {run.words()}." + (f" {run.note}" if run.note.strip() else ""))
    return stamp


def template_version(fix: SuggestedFix, number: int) -> ScriptTemplateVersion:
    """That version of the fix's template; raises WrongState where there is none."""
    versions = ScriptTemplateVersion.objects.select_related("template")
    version = versions.filter(template=fix.script_template_id, number=number).first()
    if version is None:
        raise WrongState("no_such_version", "That version of the template does not exist.")
    return version


def template_text(fix: SuggestedFix, number: int, values: dict) -> str:
    """The text to run, secrets included; raises WrongState and InvalidParameters."""
    expect(fix, Move.RUN)
    version = template_version(fix, number)
    return render(version.text, version.parameters, values, version.template.language).text


def _template_run(fix: SuggestedFix, number: int, values: dict) -> Run:
    """The run of that version with these values. The stamp holds no secret, so none needs to be sent again."""
    version = template_version(fix, number)
    unasked = {"required": False, "pattern": ""}
    spec = {name: {**one, **unasked} if one.get("secret") else one for name, one in version.parameters.items()}
    rendered = render(version.text, spec, values, version.template.language)
    return Run(Kind.TEMPLATE, rendered.stamp_text, rendered.sha256, version, rendered.values)


def rendered_draft(fix: SuggestedFix, values: dict) -> Rendered:
    """The drafted script with these values in it, secrets included; raises WrongState and InvalidParameters."""
    expect(fix, Move.RUN)
    if not fix.ai_drafted_script:
        raise WrongState("no_draft", "This fix has no drafted script.")
    return render_draft(fix.ai_drafted_script, fix.ai_drafted_parameters or {}, values, fix.language)


def _draft_run(fix: SuggestedFix, values: dict) -> Run:
    rendered = rendered_draft(fix, values)
    return Run(Kind.DRAFT, rendered.stamp_text, rendered.sha256, parameters=rendered.values)


def declare_template(*, fix, version: int, by: User, number: int, values: dict, via: Via = Via.PERSON) -> RunStamp:
    """✓ I ran this: stamps that version of the template, rendered here again with these values."""
    expect(fix, Move.RUN)
    return _declare(fix, version, by, _template_run(fix, number, values), via)


def declare_draft(*, fix, version: int, by: User, values: dict, via: Via = Via.PERSON) -> RunStamp:
    """Run now, no template: stamps the drafted script."""
    expect(fix, Move.RUN)
    return _declare(fix, version, by, _draft_run(fix, values), via)


@transaction.atomic
def declare_draft_and_keep(*, fix, version: int, by: User, values: dict, via: Via = Via.PERSON) -> RunStamp:
    """Run now, templatize after: stamps the drafted script and makes one draft template from it."""
    hold_open(fix.session, changes=False)
    stamp = declare_draft(fix=fix, version=version, by=by, values=values, via=via)
    if ScriptTemplate.objects.filter(source_fix=fix).exists():
        return stamp
    template = templates.make_draft(
        account=fix.session.account,
        by=by,
        source_fix_id=fix.pk,
        name=fix.title,
        text=fix.ai_drafted_script,
        parameters=fix.ai_drafted_parameters or {},
        language=fix.language,
        description=fix.description,
        risk=fix.risk,
        run_as=fix.run_as,
        needs_admin=fix.needs_admin,
        reboots=fix.reboots,
    )
    write(fix.session, SessionEvent.Kind.TEMPLATE_DRAFTED, by=by, via=via, fix=fix, template=template.name)
    return stamp


def declare_by_hand(*, fix, version: int, by: User, what: str = "", via: Via = Via.PERSON) -> RunStamp:
    """No script needed, I did this by hand: stamps the word alone, with what was done."""
    expect(fix, Move.RUN)
    return _declare(fix, version, by, Run(Kind.BY_HAND, note=what.strip()), via)


@transaction.atomic
def build_template(*, fix, by: User, instead_of=None) -> ScriptBuilderSession:
    """Just open the builder: a standalone drafting session with the draft loaded, the same the second time.

    Stamps nothing. `instead_of` is the id of a session of theirs that is deleted for it. Raises CapReached (a
    WrongState) where there is no room for one more.
    """
    hold(fix, Move.RUN)
    if not fix.ai_drafted_script:
        raise WrongState("no_draft", "This fix has no drafted script.")
    drafting, _ = sessions.open_standalone(
        by=by,
        title=fix.title,
        language=fix.language,
        text=fix.ai_drafted_script,
        parameters=fix.ai_drafted_parameters,
        source_fix_id=fix.pk,
        ai_session_id=fix.session_id,
        instead_of=instead_of,
    )
    return drafting
