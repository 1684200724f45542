"""The Timeline in plain words: one sentence a kind of event."""

from pilot.models import SessionEvent, SuggestedFix

Kind = SessionEvent.Kind

_SENTENCES = {
    Kind.SESSION_OPENED: "opened the session.",
    Kind.SESSION_EDITED: "corrected what is said of the ticket: {fields}.",
    Kind.SESSION_RESOLVED: "resolved the session.",
    Kind.SESSION_ESCALATED: "escalated the session to {to}.",
    Kind.SESSION_TAKEN_OVER: "took the session over.",
    Kind.HANDOVER_WITHDRAWN: "withdrew the hand-over.",
    Kind.SESSION_REOPENED: "reopened the session.",
    Kind.TASKS_ASKED: "had {count} added to the task lane.",
    Kind.TASK_ANSWERED: "answered “{text}”",
    Kind.TASK_DONE: "did the check “{text}”",
    Kind.TASK_SKIPPED: "skipped “{text}”",
    Kind.FIX_PROPOSED: "was offered the fix {fix}.",
    Kind.FIX_SUPERSEDED: "was offered “{by_title}” in place of {fix}.",
    Kind.FIX_DISMISSED: "dismissed {fix}.",
    Kind.FIX_DRAFTED: "attached a drafted script to {fix}.",
    Kind.FIX_LINKED: "linked the template “{template}” to {fix}.",
    Kind.FIX_RUN: "declared {fix} as run {how}.",
    Kind.RUN_WITHDRAWN: "withdrew {runs} of {fix}: it was not run after all.",
    Kind.FIX_WORKED: "recorded that {fix} worked.",
    Kind.FIX_FAILED: "recorded that {fix} didn't work.",
    Kind.FIX_PARTIAL: "recorded that {fix} worked in part.",
    Kind.OUTCOME_PROPOSED: "was told that {fix} seems to be “{outcome}”.",
    Kind.OUTCOME_DECLINED: "did not confirm “{outcome}” for {fix} yet.",
    Kind.OUTCOME_CORRECTED: "corrected the outcome of {fix} to “{now}”.",
    Kind.TEMPLATE_DRAFTED: "had a draft template made from {fix}.",
}


def sentence(event: SessionEvent) -> str:
    """What happened, to be read after the person's name; ends with the person's own words where there are any."""
    data = {**event.data, "fix": f"“{event.fix.title}”" if event.fix else ""}
    if "count" in data:
        data["count"] = f"{data['count']} task" + ("s" if data["count"] != 1 else "")
    many = data.get("stamps", 1)
    data["runs"] = f"the last {many} runs" if many > 1 else "the run"
    if "fields" in data:
        data["fields"] = ", ".join(name.replace("_ref", "").replace("_", " ") for name in data["fields"])
    data |= {name: SuggestedFix.Status(data[name]).label for name in ("now", "outcome") if name in data}
    text = _SENTENCES[Kind(event.kind)].format(**data)
    own_words = (data.get("answer") or data.get("notes") or "").strip()
    if text.endswith("”"):
        if own_words:
            return f"{text}: {own_words}"
        return text if text[-2] in ".?!" else f"{text}."
    return f"{text} {own_words}".rstrip()


# What the Timeline can be narrowed to.
GROUPS = {
    "fixes": [kind for kind in Kind if kind.startswith(("fix_", "run_", "outcome_", "template_"))],
    "tasks": [kind for kind in Kind if kind.startswith(("task_", "tasks_"))],
    "session": [kind for kind in Kind if kind.startswith(("session_", "handover_"))],
}
LABELS = [("", "Everything"), ("fixes", "Fixes and runs"), ("tasks", "Tasks"), ("session", "Session")]


def lines(session, group: str = "") -> list[dict]:
    """The session's events, oldest first, each with its sentence; of one group, or of all."""
    events = session.events.select_related("by", "fix")
    if group in GROUPS:
        events = events.filter(kind__in=GROUPS[group])
    return [{"event": event, "sentence": sentence(event)} for event in events]
