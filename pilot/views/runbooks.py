import uuid

from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from flowpilot.ai import browsing, course, library
from flowpilot.people.access import member_required
from flowpilot.runbooks.models import AccountRunbook
from flowpilot.web.http import Request
from pilot import access
from pilot.actions import messages
from pilot.regions import session_regions
from pilot.views.guard import Invalid, session_write

MOST_WORDS = 300


@session_write
def _pick(request: Request, session):
    """Picks a runbook by a message like any other, so that the choice stands in the conversation."""
    own = AccountRunbook.objects.texts(session.account_id)
    book, key = library.books(own).get(request.POST.get("number", "")), request.POST.get("key", "")
    if book is None or not 0 < len(key) <= 64 or "\0" in key:
        raise Invalid(sentence="Choose one of the runbooks.")
    messages.post(session=session, by=request.user, text=course.pick(book), key=key)
    return session_regions(request, session.pk)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def runbooks(request: Request, session_id):
    """The runbooks that the assistant can work with, with a search; the engineer picks one."""
    if request.method == "POST":
        return _pick(request, session_id=session_id)
    session = access.get_session(request.user, session_id)
    own, q = AccountRunbook.objects.texts(session.account_id), request.GET.get("q", "").replace("\0", "")[:MOST_WORDS]
    shown = {
        "session": session,
        "q": q,
        "books": browsing.find(q, own),
        "own": library.books(own).keys() & {book.number for text in own if (book := library.parse(text))},
        "works": session.is_open and access.may_work(request.user, session),
        "key": uuid.uuid4().hex,
    }
    return render(request, "pilot/runbooks.html", shown)
