"""What an assistant may know of a session, from fresh rows."""

from flowpilot.ai.port import Brief, Draft, FixFact, TaskFact
from flowpilot.people.models import User
from flowpilot.runbooks.models import AccountRunbook
from pilot.models import AISession, SuggestedFix


def session_brief(session: AISession, engineer: User, draft: Draft | None = None) -> Brief:
    """The ticket, the task answers, and every fix with what came of it."""
    return Brief(
        title=session.title,
        problem=session.problem,
        client=session.client,
        device=session.device,
        operating_system=session.operating_system,
        engineer=str(engineer),
        tasks=tuple(
            TaskFact(task.kind, task.text, task.state, task.answer, task.source) for task in session.tasks.all()
        ),
        fixes=tuple(_fact(fix) for fix in session.fixes.all()),
        draft=draft,
        runbooks=AccountRunbook.objects.texts(session.account_id),
    )


def _fact(fix: SuggestedFix) -> FixFact:
    return FixFact(
        fix.title,
        fix.status,
        was_run=fix.applied_at is not None,
        notes=fix.outcome_notes,
        reason=fix.dismissed_reason,
        source=fix.source,
    )


def draft_of(fix: SuggestedFix | None, *, title: str, language: str, buffer: str) -> Draft:
    """What is to be drafted: for a fix, or standing alone."""
    if fix is None:
        return Draft(fix_title=title, language=language, buffer=buffer)
    return Draft(
        fix_title=fix.title,
        fix_why=fix.why,
        fix_description=fix.description,
        fix_source=fix.source,
        language=language,
        buffer=buffer,
    )
