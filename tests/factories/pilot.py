"""Sessions and fixes, brought to where a test needs them by the real actions."""

from flowpilot.ai.tools import AskTasks, ProposeFix
from pilot.actions import closing, fixes, runs, sessions, tasks
from pilot.lifecycle import Move, Phase
from pilot.models import AISession, RunStamp, SuggestedFix
from script_builder.models import ScriptTemplate
from script_builder.parameters import check
from tests.factories.script_builder import TemplateFactory

SCRIPT = "Restart-Service Spooler\n"
SECRET = "hunter2-never-stored"
# A text parameter and a secret, as a template's and as a drafted script's.
PARAMETERS = {
    "host": {"type": "host", "label": "Computer", "required": True},
    "password": {"type": "secret", "label": "Password", "required": True},
}
SECRET_SCRIPT = "Connect-Host {{ host }} -Password {{ password }}\n"
# A valid form for both, with a value that must be stored nowhere.
FILLED = {"host": "srv-print01", "password": SECRET}
SETTLED = {Phase.PARTIAL: Move.PARTIAL, Phase.SUCCESS: Move.WORKED, Phase.FAILED: Move.FAILED}


def make_session(owner, **fields) -> AISession:
    """An open session without a message, so that nothing waits for the assistant."""
    return sessions.open_session(by=owner, **({"title": "Printer offline"} | fields))


def make_template(by, text: str = SCRIPT, parameters: dict | None = None, **fields) -> ScriptTemplate:
    """A published template of the account, of version 1."""
    return TemplateFactory(created_by=by, text=text, text__parameters=check(parameters), **fields)


def call(**fields) -> ProposeFix:
    """What the assistant says when it proposes a fix."""
    return ProposeFix(**({"title": "Restart the spooler", "confidence": 80, "risk": "low"} | fields))


def make_fix(
    session: AISession,
    phase: Phase = Phase.UNRUN,
    *,
    template: ScriptTemplate | None = None,
    ran: dict | None = None,
    **fields,
) -> SuggestedFix:
    """A fix in that phase, run by the session's owner; `script`, or a template, else one by hand.

    `ran` is what was filled in for the run.
    """
    by = session.owner
    # What failed is not proposed again.
    if failed := session.fixes.filter(status=SuggestedFix.Status.FAILED).count():
        fields = {"title": f"Restart the spooler, way {failed + 1}"} | fields
    fix = fixes.propose(session=session, call=call(**fields), by=by)
    if template:
        fixes.link_template(fix=fix, template=template, by=by)
    if phase == Phase.DISMISSED:
        fixes.dismiss(fix=fresh(fix), version=fresh(fix).version, by=by)
    elif phase != Phase.UNRUN:
        run(fix, **(ran or {}))
    if phase in SETTLED:
        settle(fix, SETTLED[phase], notes="One of two printers." if phase == Phase.PARTIAL else "")
    return fresh(fix)


def run(fix: SuggestedFix, by=None, **values) -> RunStamp:
    """Declares the fix as it now is as run, in its own way; `what` is for one by hand."""
    fix = fresh(fix)
    said = {"fix": fix, "version": fix.version, "by": by or fix.session.owner}
    if fix.script_template:
        return runs.declare_template(**said, number=fix.script_template.newest.number, values=values)
    if fix.ai_drafted_script:
        return runs.declare_draft(**said, values=values)
    return runs.declare_by_hand(**said, **values)


def settle(fix: SuggestedFix, move: Move, notes: str = "", by=None) -> SuggestedFix:
    """Writes what came of the run; the assistant is not asked for more."""
    fix = fresh(fix)
    by = by or fix.session.owner
    fixes.write_outcome(fix=fix, version=fix.version, by=by, move=move, notes=notes, asks_next=False)
    return fresh(fix)


def never_applied(fix: SuggestedFix) -> SuggestedFix:
    """Withdraws the run."""
    fix = fresh(fix)
    fixes.never_applied(fix=fix, version=fix.version, by=fix.session.owner)
    return fresh(fix)


def make_task(session: AISession, kind: str = "question", text: str = "Since when?", group=None, **fields):
    """An open task, in a group of its own unless told otherwise."""
    asked = AskTasks(tasks=[{"kind": kind, "text": text} | fields])
    tasks.ask(session=session, call=asked, group=group or session.pk, by=session.owner)
    return session.tasks.get(text=text)


def resolve(session: AISession, notes: str = "Done.") -> AISession:
    """Closes the session."""
    session.refresh_from_db()
    closing.resolve(session=session, by=session.owner, notes=notes, seen=session.state_version)
    session.refresh_from_db()
    return session


def escalate(session: AISession, to=None, party: str = "", by=None, summary: str = "So far.") -> AISession:
    """Hands the session over; to an outside party unless a colleague is named."""
    session.refresh_from_db()
    said = {"reason": "Beyond me.", "summary": summary, "to": to, "party": party or ("" if to else "Vendor")}
    closing.escalate(session=session, by=by or session.owner, seen=session.state_version, **said)
    session.refresh_from_db()
    return session


def fresh(fix: SuggestedFix) -> SuggestedFix:
    """The fix as it stands in the database."""
    related = ("session__account", "session__owner", "script_template")
    return SuggestedFix.objects.select_related(*related).get(pk=fix.pk)
