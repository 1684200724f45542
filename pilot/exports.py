"""The record to take along: Timeline, notes and handoffs as Markdown and as plain data for JSON."""

from django.utils.text import slugify

from flowpilot.web.lines import one_line
from pilot import timeline
from pilot.models import AISession, Closing
from pilot.notes import when


def file_name(session: AISession, what: str, ending: str) -> str:
    """A file's name that says which ticket it belongs to, of letters, digits and hyphens."""
    ticket = slugify(session.ticket_ref) or slugify(session.title)[:40] or str(session.pk)[:8]
    return f"{ticket}-{what}.{ending}"


def _ticket(session: AISession) -> dict:
    return {
        "id": str(session.pk),
        "title": session.title,
        "client": session.client,
        "ticket_ref": session.ticket_ref,
        "status": session.status,
    }


def timeline_markdown(session: AISession, group: str = "") -> str:
    """The Timeline as a Markdown list, times in the account's zone."""
    lines = [f"# Timeline: {_line(session.title)}", ""]
    for line in timeline.lines(session, group):
        event = line["event"]
        via = "" if event.via == event.Via.PERSON else f" (via {event.get_via_display()})"
        lines.append(f"- {when(session, event.created_at)}, **{_line(event.by)}**{via} {_line(line['sentence'])}")
    return "\n".join(lines) + "\n"


def timeline_data(session: AISession, group: str = "") -> dict:
    """The Timeline as plain data, times in UTC."""
    events = [
        {
            "at": line["event"].created_at.isoformat(),
            "by": str(line["event"].by),
            "via": line["event"].via,
            "kind": line["event"].kind,
            "fix": line["event"].fix.title if line["event"].fix else None,
            "sentence": line["sentence"],
        }
        for line in timeline.lines(session, group)
    ]
    return {"session": _ticket(session), "events": events}


def closing_markdown(session: AISession, closing: Closing) -> str:
    """Resolution notes or a handoff as Markdown, with who wrote them and when."""
    title = f"Handoff to {closing.receiver}" if closing.kind == Closing.Kind.HANDOFF else "Resolution notes"
    lines = [
        f"# {_line(title)}: {_line(session.title)}",
        f"{_line(closing.written_by)}, {when(session, closing.written_at)}",
    ]
    lines += [f"**Why.** {closing.reason}"] if closing.reason else []
    return "\n\n".join([*lines, closing.text.strip()]) + "\n"


def closing_data(session: AISession, closing: Closing) -> dict:
    """The same as plain data, time in UTC."""
    return {
        "session": _ticket(session),
        "kind": closing.kind,
        "written_at": closing.written_at.isoformat(),
        "written_by": str(closing.written_by),
        "to": closing.receiver or None,
        "reason": closing.reason or None,
        "text": closing.text,
    }


def _line(text) -> str:
    return " ".join(one_line(str(text)).split())
