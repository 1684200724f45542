from functools import wraps

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from flowpilot.web.http import Request, WrongState, uuid_of
from script_builder import access
from script_builder.actions import messages
from script_builder.forms import MessageForm
from script_builder.models import ScriptBuilderSession
from script_builder.views.guard import drafting_write


def chat_write(view):
    """A write to the builder's chat; answers with the turns that the page lacks, and what is wrong where it is."""

    @drafting_write
    @wraps(view)
    def guarded(request: Request, drafting, turn_id=None):
        turns = [_reply_turn(drafting, turn_id)] if turn_id else []
        try:
            access.check_may_draft(request.user, drafting)
            return _answer(request, drafting, error=view(request, drafting, *turns) or "", status=200)
        except WrongState as refused:
            return _answer(request, drafting, error=refused.message, status=refused.status)

    return guarded


@chat_write
def post(request: Request, drafting):
    """Asks the drafting assistant; its reply comes by its own stream."""
    form = MessageForm(request.POST)
    if not form.is_valid():
        return " ".join(errors[0] for errors in form.errors.values())
    messages.post(drafting=drafting, by=request.user, **form.cleaned_data)


@chat_write
def stop(request: Request, drafting, turn):
    """Stops a reply that is under way."""
    messages.stop(turn=turn)


@chat_write
def retry(request: Request, drafting, turn):
    """Asks again for a reply that did not come to its end."""
    messages.retry(turn=turn, by=request.user)


def _reply_turn(drafting: ScriptBuilderSession, turn_id):
    turns = drafting.messages.select_related("reply", "session").filter(role="assistant")
    return get_object_or_404(turns, pk=turn_id)


def _answer(request: Request, drafting: ScriptBuilderSession, *, error: str, status: int) -> HttpResponse:
    status = 422 if error and status == 200 else status
    if not request.htmx and not error:
        return redirect(drafting.page_url())
    turns = drafting.messages.select_related("reply", "author")
    seen = turns.filter(pk=uuid_of(request.POST.get("page-builder-seen", ""))).first()
    if seen is not None:
        turns = turns.filter(created_at__gt=seen.created_at)
    shown = {"drafting": drafting, "builder_turns": turns, "error": error, "text": request.POST.get("text", "")}
    page = "script_builder/_answer.html" if request.htmx else "script_builder/refused.html"
    return render(request, page, shown, status=status)
