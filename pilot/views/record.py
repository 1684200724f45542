"""The record to read and to take along: the Timeline, and what a session was closed with."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from flowpilot.people.access import member_required
from flowpilot.web.http import Request
from pilot import access, exports, timeline


def _file(session, what: str, ending: str, markdown, data) -> HttpResponse:
    """The answer that the browser saves as a file."""
    if ending == "json":
        response = JsonResponse(data(), json_dumps_params={"ensure_ascii": False, "indent": 2})
    else:
        response = HttpResponse(markdown(), content_type="text/markdown; charset=utf-8")
    name = exports.file_name(session, what, ending)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@member_required
@require_safe
def session_timeline(request: Request, session_id):
    """The Timeline: who did what, when and by which way. The filter travels in the URL."""
    session = access.get_session(request.user, session_id)
    group = request.GET.get("show", "")
    group = group if group in timeline.GROUPS else ""
    shown = {
        "session": session,
        "group": group,
        "groups": timeline.LABELS,
        "lines": timeline.lines(session, group),
        "markdown": exports.timeline_markdown(session, group),
    }
    return render(request, "pilot/timeline.html", shown)


@member_required
@require_safe
def timeline_file(request: Request, session_id, ending):
    """The Timeline as a file, filtered as on the page."""
    session, group = access.get_session(request.user, session_id), request.GET.get("show", "")
    return _file(
        session,
        "timeline",
        ending,
        lambda: exports.timeline_markdown(session, group),
        lambda: exports.timeline_data(session, group),
    )


@member_required
@require_safe
def closing_file(request: Request, session_id, closing_id, ending):
    """Resolution notes or a handoff as a file."""
    session = access.get_session(request.user, session_id)
    closing = access.get_closing(session, closing_id)
    return _file(
        session,
        "handoff" if closing.kind == closing.Kind.HANDOFF else "resolution",
        ending,
        lambda: exports.closing_markdown(session, closing),
        lambda: exports.closing_data(session, closing),
    )
