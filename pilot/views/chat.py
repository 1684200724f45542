from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from flowpilot.people.access import member_required
from flowpilot.web.http import Request, uuid_of
from pilot import access, regions
from pilot.actions import messages
from pilot.regions import Page, session_regions
from pilot.surfaces import Trouble
from pilot.views.guard import Invalid, session_write
from script_builder.forms import MessageForm


@session_write
def post_message(request: Request, session):
    """Posts a message; the reply comes by its own stream."""
    form = MessageForm(request.POST)
    if not form.is_valid():
        sentence = " ".join(errors[0] for errors in form.errors.values())
        raise Invalid(Trouble("message", {"text": sentence}, request.POST.dict()))
    messages.post(session=session, by=request.user, **form.cleaned_data)
    return session_regions(request, session.pk)


@session_write
def stop_reply(request: Request, session, turn):
    """Stops a reply that is under way."""
    messages.stop(turn=turn, by=request.user)
    return session_regions(request, session.pk)


@session_write
def retry_reply(request: Request, session, turn):
    """Asks again for a reply that did not come to its end."""
    messages.retry(turn=turn, by=request.user)
    return session_regions(request, session.pk)


@member_required
@require_safe
def earlier(request: Request, session_id):
    """The turns before the oldest one that the page shows."""
    session = access.get_session(request.user, session_id)
    before = session.messages.filter(pk=uuid_of(request.GET.get("before", ""))).first()
    if before is None:
        raise Http404
    turns, more = regions.newest_turns(session, before=before)
    shown = {"session": session, "turns": turns, "earlier": more, "may_work": access.may_work(request.user, session)}
    return render(request, "pilot/_earlier.html", shown)


@member_required
@require_safe
def live(request: Request, session_id):
    """What changed since the page was shown, or 204. `v` is the state_version that the page shows."""
    session = access.get_session(request.user, session_id)
    page = Page.of(request)
    same = request.GET.get("v") == str(session.state_version) and page.banner == regions.banner_of(session)
    if same and not regions.new_turns(session, page.seen):
        return HttpResponse(status=204)
    return session_regions(request, session_id)
