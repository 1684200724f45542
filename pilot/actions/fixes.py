from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from flowpilot.ai.tools import ProposeFix
from flowpilot.people.models import User
from flowpilot.web.http import WrongState
from pilot.actions import counts
from pilot.actions.record import Via, another_fix_open, compare_and_set, expect, hold, hold_open, note, write
from pilot.lifecycle import Move, Phase, active_fix, phase
from pilot.models import AISession, ChatMessage, SessionEvent, SuggestedFix
from script_builder.actions import templates
from script_builder.models import ScriptBuilderSession, ScriptTemplate
from script_builder.parameters import check
from script_builder.scripts import clean_script

Kind = SessionEvent.Kind
Status = SuggestedFix.Status


def is_engaged(fix: SuggestedFix) -> bool:
    """Whether somebody opened Apply on this fix or has a draft in progress for it."""
    if fix.engaged_at is not None:
        return True
    return any(drafting.has_progress for drafting in ScriptBuilderSession.objects.filter(source_fix=fix))


@transaction.atomic
def propose(*, session: AISession, call: ProposeFix, by: User) -> SuggestedFix:
    """Puts the assistant's fix on the record; an unrun one that nobody engaged gives way to it.

    Raises WrongState where the present fix is engaged or was run (`fix_in_hand`) or the same one failed in this
    session before (`failed_before`), and InvalidScript, InvalidParameters or LookupError (no such template) where
    the call cannot be carried out.
    """
    hold_open(session)
    same = Q(source=call.source) if call.source else Q(title__iexact=call.title.strip())
    if session.fixes.filter(same, status=Status.FAILED).exists():
        raise WrongState("failed_before", f"“{call.title}” did not work in this session.")
    present = active_fix(session.fixes.all())
    if present and present.status == Status.PROPOSED:
        if phase(present) != Phase.UNRUN or is_engaged(present):
            raise WrongState("fix_in_hand", f"“{present.title}” is still being worked.")
        _dismiss(present, present.version, by, SuggestedFix.Reason.SUPERSEDED)
        write(session, Kind.FIX_SUPERSEDED, by=by, via=Via.ASSISTANT, fix=present, by_title=call.title)
    fields = call.model_dump(exclude={"template", "script", "parameters"})
    template = templates.library_template(account=session.account, key=call.template, by=by) if call.template else None
    script = clean_script(call.script) if call.script and not template else None
    fix = SuggestedFix.objects.create(
        session=session,
        script_template=template,
        ai_drafted_script=script,
        ai_drafted_parameters=check(fields_of(call)) if script and call.parameters else None,
        **fields,
    )
    write(session, Kind.FIX_PROPOSED, by=by, via=Via.ASSISTANT, fix=fix)
    return fix


def fields_of(call: ProposeFix) -> dict:
    """The call's parameters as the plain object that is stored."""
    return {name: parameter.model_dump() for name, parameter in call.parameters.items()}


def engage(*, fix: SuggestedFix, by: User) -> None:
    """Remembers that Apply was opened: from now on the assistant does not replace this fix. Stamps nothing."""
    with transaction.atomic():
        hold(fix, Move.RUN)
        SuggestedFix.objects.filter(pk=fix.pk, engaged_at__isnull=True).update(engaged_at=timezone.now(), engaged_by=by)


def _dismiss(fix: SuggestedFix, version: int, by: User, reason: SuggestedFix.Reason) -> None:
    compare_and_set(
        fix,
        version,
        Move.DISMISS,
        status=Status.DISMISSED,
        dismissed_reason=reason,
        closed_at=timezone.now(),
        closed_by=by,
    )


@transaction.atomic
def dismiss(*, fix: SuggestedFix, version: int, by: User, via: Via = Via.PERSON) -> None:
    """Puts an unrun fix aside and asks the assistant for its next step."""
    hold_open(fix.session)
    _dismiss(fix, version, by, SuggestedFix.Reason.ENGINEER)
    write(fix.session, Kind.FIX_DISMISSED, by=by, via=via, fix=fix, reason=SuggestedFix.Reason.ENGINEER)
    note(fix.session, f"“{fix.title}” was dismissed.")
    ChatMessage.objects.ask_further(fix.session, by)


def dismiss_at_closing(*, fix: SuggestedFix, by: User, via: Via) -> None:
    """Dismisses the unrun fix of a session that is being resolved, inside that transaction."""
    _dismiss(fix, fix.version, by, SuggestedFix.Reason.SESSION_RESOLVED)
    write(fix.session, Kind.FIX_DISMISSED, by=by, via=via, fix=fix, reason=SuggestedFix.Reason.SESSION_RESOLVED)


@transaction.atomic
def attach_draft(
    *,
    fix: SuggestedFix,
    version: int,
    by: User,
    script: str,
    parameters: dict | None = None,
    language: str = "",
    via: Via = Via.PERSON,
) -> None:
    """Attaches a drafted script, or replaces the one there is; stamps nothing.

    Raises InvalidScript, InvalidParameters, or WrongState.
    """
    expect(fix, Move.DRAFT)
    changes = {
        "ai_drafted_script": clean_script(script),
        "ai_drafted_parameters": check(parameters) if parameters else None,
    }
    if language:
        changes["language"] = language
    hold_open(fix.session)
    compare_and_set(fix, version, Move.DRAFT, **changes)
    write(fix.session, Kind.FIX_DRAFTED, by=by, via=via, fix=fix, language=language or fix.language)


@transaction.atomic
def link_template(*, fix: SuggestedFix, template: ScriptTemplate, by: User, via: Via = Via.PERSON) -> bool:
    """Links a template that was built for this fix, while the fix is unrun; gives whether it was.

    A fix that went on meanwhile keeps its own script: the template is saved all the same. Linked again, it stays.
    """
    if fix.script_template_id == template.pk:
        return True
    try:
        with transaction.atomic():
            hold_open(fix.session)
            compare_and_set(fix, fix.version, Move.DRAFT, phases=[Phase.UNRUN], script_template=template)
    except WrongState:
        return False
    write(fix.session, Kind.FIX_LINKED, by=by, via=via, fix=fix, template=template.name)
    return True


_OUTCOMES = {
    Move.WORKED: (Status.SUCCESS, Kind.FIX_WORKED, "worked"),
    Move.FAILED: (Status.FAILED, Kind.FIX_FAILED, "didn't work"),
    Move.PARTIAL: (Status.PARTIAL, Kind.FIX_PARTIAL, "worked in part"),
}


class NotesRequired(ValueError):
    """A partial outcome says what was done and what was not."""


@transaction.atomic
def write_outcome(
    *,
    fix: SuggestedFix,
    version: int,
    by: User,
    move: Move,
    notes: str = "",
    via: Via = Via.PERSON,
    asks_next: bool = True,
) -> None:
    """Writes what came of a run: `move` is WORKED, FAILED or PARTIAL (with notes, else NotesRequired).

    After Didn't work the assistant is asked for its next step, unless `asks_next` is false (at closing).
    """
    expect(fix, move)
    if move == Move.PARTIAL and not notes.strip():
        raise NotesRequired("Say what was done and what is still open.")
    status, kind, words = _OUTCOMES[move]
    hold_open(fix.session)
    before = phase(fix)
    changes = {"status": status}
    if notes.strip() or before == Phase.VERIFYING:
        changes["outcome_notes"] = notes
    if move != Move.PARTIAL:
        changes |= {"closed_at": timezone.now(), "closed_by": by}
    compare_and_set(fix, version, move, **changes)
    counts.outcome(fix, before=fix.status, after=status)
    write(fix.session, kind, by=by, via=via, fix=fix, notes=notes)
    note(fix.session, f"“{fix.title}” {words}." + (f" {notes}" if notes.strip() else ""))
    if move == Move.FAILED and asks_next:
        ChatMessage.objects.ask_further(fix.session, by)


@transaction.atomic
def correct(*, fix: SuggestedFix, version: int, by: User, reason: str, via: Via = Via.PERSON) -> None:
    """Turns Worked into Didn't work or back, with the reason; what was run stays as it was."""
    expect(fix, Move.CORRECT)
    if not reason.strip():
        raise NotesRequired("Say why the outcome is corrected.")
    was = Status(fix.status)
    hold_open(fix.session)
    now = Status.FAILED if was == Status.SUCCESS else Status.SUCCESS
    from_phase = Phase.SUCCESS if was == Status.SUCCESS else Phase.FAILED
    compare_and_set(fix, version, Move.CORRECT, phases=[from_phase], status=now, outcome_notes=reason)
    counts.outcome(fix, before=was, after=now)
    write(fix.session, Kind.OUTCOME_CORRECTED, by=by, via=via, fix=fix, was=was, now=now, notes=reason)
    note(fix.session, f"The outcome of “{fix.title}” was corrected to “{now.label}”. {reason}")


@transaction.atomic
def _never_applied(fix: SuggestedFix, version: int, by: User, via: Via) -> None:
    hold_open(fix.session)
    stamps = list(fix.stamps.standing())
    verifying = phase(fix) == Phase.VERIFYING
    gone = [stamp for stamp in stamps if not verifying or stamp.run_round == fix.run_round]
    kept = [stamp for stamp in stamps if stamp not in gone]
    if kept:
        first = min((s for s in kept if s.run_round == kept[-1].run_round), key=lambda s: s.ran_at)
        changes = {"status": Status.PARTIAL, "applied_at": first.ran_at, "applied_by": first.ran_by}
    else:
        changes = {"status": Status.PROPOSED, "applied_at": None, "applied_by": None, "outcome_notes": ""}
    compare_and_set(fix, version, Move.NEVER_APPLIED, phases=[phase(fix)], **changes)
    fix.stamps.filter(pk__in=[s.pk for s in gone]).update(withdrawn_at=timezone.now(), withdrawn_by=by)
    counts.withdrawn(gone, kept, before=fix.status, after=changes["status"])
    write(fix.session, Kind.RUN_WITHDRAWN, by=by, via=via, fix=fix, stamps=len(gone))
    note(fix.session, f"The run of “{fix.title}” was withdrawn: it was not run after all.")


def never_applied(*, fix: SuggestedFix, version: int, by: User, via: Via = Via.PERSON) -> None:
    """Withdraws the stamps since the last outcome (from partial: all of them).

    The fix goes back to partial where an earlier partial run remains, else to unrun. Raises WrongState, also where
    another fix is open by now.
    """
    expect(fix, Move.NEVER_APPLIED)
    try:
        _never_applied(fix, version, by, via)
    except IntegrityError as error:
        raise another_fix_open() from error
