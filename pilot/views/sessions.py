from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from flowpilot.people.access import may_write, member_required
from flowpilot.web.http import LimitReached, Request
from pilot import access, regions, waiting
from pilot.actions.sessions import open_session
from pilot.forms import SessionForm
from pilot.models import AISession

PAGE = 25


@member_required
@require_safe
def sessions(request: Request):
    """The sessions of this user, newest first; search, status and page travel in the URL."""
    found = access.visible(request.user).select_related("owner")
    q, status = request.GET.get("q", "").replace("\0", "").strip(), request.GET.get("status", "")
    if q:
        found = found.matching(q)
    each = {value: Count("pk", filter=Q(status=value)) for value in AISession.Status.values}
    counts = found.aggregate(all=Count("pk"), **each)
    found = waiting.with_waits(found, request.user)
    if status in AISession.Status.values:
        found = found.filter(status=status)
    elif status == "waiting":
        found = waiting.mine(found, request.user).exclude(waits="")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    shown = {"page": page, "q": q, "status": status, "counts": counts, "statuses": AISession.Status.choices}
    return render(request, "pilot/sessions.html", shown | {"waits": waiting.WAITS})


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def session_new(request: Request):
    """Opens a session for a ticket."""
    if not may_write(request.user):
        raise PermissionDenied
    form = SessionForm(request.POST or None)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            return redirect("pilot:session", open_session(by=request.user, **form.cleaned_data).pk)
        except LimitReached as reached:
            form.add_error(None, reached.message)
            status = reached.status
    return render(request, "pilot/session_new.html", {"form": form}, status=status)


@member_required
@require_safe
def session(request: Request, session_id):
    """The session page, with its three regions."""
    return regions.full_page(request, session_id, opened=request.GET.get("open", ""))
