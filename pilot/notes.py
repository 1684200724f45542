"""Text written from the record, as Markdown for a ticket system: resolution notes and handoff summaries."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Prefetch

from pilot.lifecycle import Phase, phase
from pilot.models import AISession, RunStamp, SessionEvent, SuggestedFix, TaskItem

Kind = SessionEvent.Kind

_VERDICTS = {
    Phase.UNRUN: "proposed, not run",
    Phase.VERIFYING: "run, not verified yet",
    Phase.PARTIAL: "worked in part",
    Phase.SUCCESS: "worked",
    Phase.FAILED: "didn't work",
}
_ASIDE = {
    SuggestedFix.Reason.ENGINEER: "dismissed, not run",
    SuggestedFix.Reason.SUPERSEDED: "replaced by another fix, not run",
    SuggestedFix.Reason.SESSION_RESOLVED: "not run, dismissed when the session was resolved",
}
_FENCES = {"powershell": "powershell", "bash": "bash", "python": "python", "batch": "bat"}
# What was said of a run, in the order in which it was said.
_SAID = {
    Kind.FIX_WORKED: "worked",
    Kind.FIX_FAILED: "didn't work",
    Kind.FIX_PARTIAL: "worked in part",
    Kind.RUN_WITHDRAWN: "{runs} withdrawn, it was not run after all",
}


def resolution_notes(session: AISession) -> str:
    """The resolution notes: the problem, what was found, each fix with its outcome and what was run."""
    return _joined(_problem(session), _findings(session), *_fixes(session))


def handoff_summary(session: AISession) -> str:
    """The handoff summary: the same record, the ticket's particulars before it and what is open after it."""
    return _joined(_particulars(session), _problem(session), _findings(session), *_fixes(session), _left_open(session))


def _joined(*parts: str) -> str:
    return "\n\n".join(filter(None, parts)) + "\n"


def _particulars(session: AISession) -> str:
    known = {
        "Client": session.client,
        "Ticket": session.ticket_ref,
        "Device": session.device,
        "Operating system": session.operating_system,
    }
    return "\n".join(f"- {name}: {value}" for name, value in known.items() if value)


def _problem(session: AISession) -> str:
    return f"**Problem.** {session.problem.strip() or session.title}"


def _findings(session: AISession) -> str:
    tasks = session.tasks.filter(state__in=(TaskItem.State.ANSWERED, TaskItem.State.DONE))
    # What was pasted stays in its item: at the left edge stands what the record says.
    answers = [(task.text, task.answer.strip().replace("\n", "\n  ")) for task in tasks]
    found = [f"- {text} {answer or 'Done.'}" for text, answer in answers]
    return "**Found out.**\n" + "\n".join(found) if found else ""


def _left_open(session: AISession) -> str:
    left = [f"- Not answered: {task.text}" for task in session.tasks.filter(state=TaskItem.State.OPEN)]
    for fix in session.fixes.all():
        if phase(fix) == Phase.UNRUN:
            left.append(f"- Proposed and not run: {fix.title}")
        elif phase(fix) == Phase.PARTIAL:
            left.append(f"- Worked in part: {fix.title}")
    return "**Still open.**\n" + "\n".join(left) if left else ""


def _fixes(session: AISession) -> list[str]:
    stamps = RunStamp.objects.standing().select_related("ran_by", "template", "template_version")
    said = SessionEvent.objects.filter(kind__in=[*_SAID, Kind.OUTCOME_CORRECTED]).select_related("by")
    fixes = session.fixes.prefetch_related(
        Prefetch("stamps", stamps, to_attr="runs"), Prefetch("events", said, to_attr="said")
    )
    return [_fix(session, fix) for fix in fixes]


def verdict(fix: SuggestedFix) -> str:
    """The line that says how a fix stands."""
    return f"**{fix.title}**: {_VERDICTS.get(phase(fix)) or _ASIDE[fix.dismissed_reason]}."


def _fix(session: AISession, fix: SuggestedFix) -> str:
    lines = [verdict(fix)]
    if len(fix.said) > 1 or any(event.kind == Kind.RUN_WITHDRAWN for event in fix.said):
        lines.append("\n".join(_event(session, event) for event in fix.said))
    elif fix.outcome_notes.strip():
        lines.append(fix.outcome_notes.strip())
    lines += [_stamp(session, fix, stamp) for stamp in fix.runs]
    return "\n\n".join(lines)


def _event(session: AISession, event: SessionEvent) -> str:
    if event.kind == Kind.OUTCOME_CORRECTED:
        was, now = (_outcome(event.data[which]) for which in ("was", "now"))
        what = f"corrected from “{was}” to “{now}”"
    else:
        many = event.data.get("stamps", 1)
        what = _SAID[Kind(event.kind)].format(runs=f"the last {many} runs were" if many > 1 else "the last run was")
    notes = " ".join(event.data.get("notes", "").split())
    return f"- {when(session, event.created_at)}, {event.by}: {what}. {notes}".rstrip()


def _outcome(status: str) -> str:
    return SuggestedFix.Status(status).label.lower()


def when(session: AISession, moment: datetime) -> str:
    """A moment in the account's time zone, for text that we write."""
    return moment.astimezone(ZoneInfo(session.account.time_zone)).strftime("%Y-%m-%d %H:%M %Z")


def _stamp(session: AISession, fix: SuggestedFix, stamp: RunStamp) -> str:
    said = f"Run by {stamp.ran_by} on {when(session, stamp.ran_at)}"
    if stamp.kind == RunStamp.Kind.BY_HAND:
        return f"{said}, by hand. {stamp.note}".rstrip()
    if stamp.kind == RunStamp.Kind.TEMPLATE:
        said += f", template “{stamp.template}” version {stamp.template_version.number}"
    language = stamp.template.language if stamp.template else fix.language
    text = stamp.text if stamp.text.endswith("\n") else stamp.text + "\n"
    fence = "`" * max(3, _longest_run(stamp.text) + 1)
    return f"{said}, SHA-256 {stamp.sha256}:\n\n{fence}{_FENCES[language]}\n{text}{fence}"


def _longest_run(text: str) -> int:
    """The longest run of backticks, which the fence around the text has to outdo."""
    longest = present = 0
    for character in text:
        present = present + 1 if character == "`" else 0
        longest = max(longest, present)
    return longest
