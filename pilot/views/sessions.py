from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from flowpilot.ai import course, library
from flowpilot.people.access import may_write, member_required
from flowpilot.runbooks.models import AccountRunbook
from flowpilot.web.http import LimitReached, Request
from pilot import access, regions, standing, waiting
from pilot.actions.sessions import open_session
from pilot.forms import SessionForm
from pilot.models import AISession
from pilot.samples import SAMPLES

PAGE = 25
URGENT = 6  # at the top of the list; "Waiting for me" has all of them


@member_required
@require_safe
def sessions(request: Request):
    """The sessions of this user, newest first, what waits for them above; search, status and page travel in the URL."""
    found = access.visible(request.user)
    q, status = request.GET.get("q", "").replace("\0", "").strip(), request.GET.get("status", "")
    if q:
        found = found.matching(q)
    each = {value: Count("pk", filter=Q(status=value)) for value in AISession.Status.values}
    counts = found.aggregate(all=Count("pk"), **each)
    urgent = []
    if status in AISession.Status.values:
        found = found.filter(status=status)
    elif status == "waiting":
        found = waiting.waiting(found, request.user)
    elif not q and may_write(request.user):
        urgent = standing.described(waiting.waiting(found, request.user)[:URGENT], request.user)
        found = found.exclude(pk__in=[session.pk for session in urgent])
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    page.object_list = standing.described(page.object_list, request.user)
    shown = {"page": page, "q": q, "status": status, "counts": counts, "statuses": AISession.Status.choices}
    return render(request, "pilot/sessions.html", shown | {"urgent": urgent if page.number == 1 else []})


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def session_new(request: Request):
    """Opens a session for a ticket; `runbook` in the URL names one to begin with."""
    if not may_write(request.user):
        raise PermissionDenied
    form = SessionForm(request.POST if request.method == "POST" else None, initial=_begun(request))
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            return redirect("pilot:session", open_session(by=request.user, **form.cleaned_data).pk)
        except LimitReached as reached:
            form.add_error(None, reached.message)
            status = reached.status
    fresh = settings.DEMO or not AISession.objects.filter(owner=request.user).exists()
    shown = {"form": form, "samples": SAMPLES if fresh else ()}
    return render(request, "pilot/session_new.html", shown, status=status)


def _begun(request: Request) -> dict:
    """What stands in the form where a runbook was picked before there is a session."""
    number = request.GET.get("runbook", "")
    if not number:
        return {}
    book = library.books(AccountRunbook.objects.texts(request.user.account_id)).get(number)
    return {"problem": course.pick(book), "title": book.title} if book else {}


@member_required
@require_safe
def session(request: Request, session_id):
    """The session page, with its three regions."""
    return regions.full_page(request, session_id, opened=request.GET.get("open", ""))
