from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from flowpilot.people.access import may_write, member_required
from flowpilot.web.http import Request, WrongState
from flowpilot.web.undo import Undo, say
from script_builder import access
from script_builder.actions import sessions as actions
from script_builder.actions.sessions import MAX_STANDALONE, CapReached, StaleBuffer
from script_builder.forms import BufferForm, NewSessionForm, RenameForm
from script_builder.models import Language
from script_builder.scripts import InvalidScript
from script_builder.views.guard import standalone_write
from script_builder.views.studio import studio


@member_required
@require_safe
def sessions(request: Request):
    """My standalone drafting sessions, newest first."""
    return _list(request)


@member_required
@require_POST
def new(request: Request):
    """Opens a standalone session, empty or with a template's script; at the cap it asks which one to delete for it."""
    access.check_may_write(request.user)
    form = NewSessionForm(request.POST)
    if not form.is_valid():
        return _list(request, form, status=422)
    asked = form.cleaned_data
    try:
        drafting = _open(request.user, **asked)
    except CapReached as full:
        return _list(request, form, full=full.message, status=409)
    return redirect("script_builder:session", drafting.pk)


def _open(user, *, title, language, template, number, instead_of):
    """The new session, on that version of a template where one is named."""
    began = {}
    if template:
        origin = access.get_template(user, template)
        version = access.get_version(origin, number) if number else origin.newest
        language = origin.language
        began = {"text": version.text, "parameters": version.parameters, "made_from": version}
    return actions.open_standalone(by=user, title=title, language=language, instead_of=instead_of, **began)[0]


@member_required
@require_safe
def session(request: Request, id):
    """One standalone drafting session: the chat and the script."""
    return studio(request, access.get_standalone(request.user, id))


@standalone_write
def delete(request: Request, drafting):
    """Deletes a drafting session; templates that were saved from it stay."""
    actions.delete(session=drafting, by=request.user)
    say(request, f"“{drafting}” was deleted.")
    return redirect("script_builder:sessions")


@standalone_write
def rename(request: Request, drafting):
    """Calls the session by another name."""
    form, was = RenameForm(request.POST), drafting.title
    if not form.is_valid():
        return studio(request, drafting, renaming=form, status=422)
    actions.rename(session=drafting, by=request.user, **form.cleaned_data)
    say(
        request, "Renamed.", Undo(reverse("script_builder:rename", args=[drafting.pk]), {"title": was}) if was else None
    )
    return redirect("script_builder:session", drafting.pk)


@standalone_write
def save(request: Request, drafting):
    """Save draft: keeps what is in the editor."""
    form = BufferForm(request.POST)
    if not form.is_valid():
        return studio(request, drafting, form, status=422)
    typed = form.cleaned_data
    try:
        actions.save_buffer(session=drafting, by=request.user, **(typed | {"language": typed["language"] or None}))
    except StaleBuffer as stale:
        return studio(request, stale.present, form, stale=True, status=409)
    except InvalidScript as error:
        form.add_error("text", str(error))
        return studio(request, drafting, form, status=422)
    say(request, "Draft saved.")
    return redirect("script_builder:session", drafting.pk)


@standalone_write
def take_newest(request: Request, drafting):
    """Goes on from the newest version of the session's template."""
    try:
        actions.take_newest(session=drafting, by=request.user)
    except WrongState as refused:
        return studio(request, drafting, refused=refused.message, status=409)
    say(request, f"Version {drafting.template.newest.number} is in the editor.")
    return redirect("script_builder:session", drafting.pk)


def _list(request: Request, form=None, full="", status=200):
    mine = list(access.list_sessions(request.user).select_related("template", "made_from"))
    shown = {
        "sessions": mine,
        "cap": MAX_STANDALONE,
        "form": form or NewSessionForm(initial={"language": Language.POWERSHELL}),
        "languages": Language.choices,
        "full": full,
        "may_write": may_write(request.user),
    }
    return render(request, "script_builder/sessions.html", shown, status=status)
