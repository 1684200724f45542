"""Text written from the record: what a ticket system gets when a session is resolved."""

from zoneinfo import ZoneInfo

from django.db.models import Prefetch

from pilot.lifecycle import Phase, phase
from pilot.models import AISession, RunStamp, SuggestedFix, TaskItem

_VERDICTS = {
    Phase.UNRUN: "proposed, not run",
    Phase.VERIFYING: "run, not verified yet",
    Phase.PARTIAL: "worked in part",
    Phase.SUCCESS: "worked",
    Phase.FAILED: "didn't work",
}
_FENCES = {"powershell": "powershell", "bash": "bash", "python": "python", "batch": "bat"}


def resolution_notes(session: AISession) -> str:
    """The resolution notes as Markdown: the problem, what was found, each fix with its outcome and what was run."""
    parts = [f"**Problem.** {session.problem.strip() or session.title}"]
    parts += _findings(session)
    stamps = RunStamp.objects.standing().select_related("ran_by", "template", "template_version")
    fixes = session.fixes.prefetch_related(Prefetch("stamps", stamps, to_attr="runs"))
    parts += [_fix(session, fix) for fix in fixes]
    return "\n\n".join(parts) + "\n"


def _findings(session: AISession) -> list[str]:
    tasks = session.tasks.filter(state__in=(TaskItem.State.ANSWERED, TaskItem.State.DONE))
    found = [f"- {task.text} {task.answer.strip() or 'Done.'}" for task in tasks]
    return ["**Found out.**\n" + "\n".join(found)] if found else []


def _fix(session: AISession, fix: SuggestedFix) -> str:
    verdict = _VERDICTS.get(phase(fix)) or fix.get_dismissed_reason_display().lower()
    lines = [f"**{fix.title}**: {verdict}."]
    if fix.outcome_notes.strip():
        lines.append(fix.outcome_notes.strip())
    lines += [_stamp(session, fix, stamp) for stamp in fix.runs]
    return "\n\n".join(lines)


def _stamp(session: AISession, fix: SuggestedFix, stamp: RunStamp) -> str:
    when = stamp.ran_at.astimezone(ZoneInfo(session.account.time_zone)).strftime("%Y-%m-%d %H:%M %Z")
    said = f"Run by {stamp.ran_by} on {when}"
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
