from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from flowpilot.people.access import may_write, member_required
from flowpilot.web.http import Request
from script_builder import access
from script_builder.actions import sessions as actions
from script_builder.actions import templates
from script_builder.actions.sessions import MAX_STANDALONE, StaleBuffer
from script_builder.forms import BufferForm, TemplateForm
from script_builder.models import Language, ScriptBuilderSession
from script_builder.parameters import InvalidParameters
from script_builder.scripts import InvalidScript
from script_builder.views.guard import standalone_write


@member_required
@require_safe
def sessions(request: Request):
    """My standalone drafting sessions, newest first."""
    mine = list(access.list_sessions(request.user).select_related("template"))
    shown = {"sessions": mine, "cap": MAX_STANDALONE, "may_write": may_write(request.user)}
    return render(request, "script_builder/sessions.html", shown)


@member_required
@require_safe
def session(request: Request, id):
    """One standalone drafting session: its script, Save draft and Save as template."""
    return _page(request, access.get_standalone(request.user, id))


@standalone_write
def delete(request: Request, drafting):
    """Deletes a drafting session; templates that were saved from it stay."""
    actions.delete(session=drafting, by=request.user)
    messages.success(request, f"“{drafting}” was deleted.")
    return redirect("script_builder:sessions")


@standalone_write
def save(request: Request, drafting):
    """Save draft: keeps what is in the editor."""
    form = BufferForm(request.POST)
    if not form.is_valid():
        return _page(request, drafting, form, status=422)
    typed = form.cleaned_data
    try:
        actions.save_buffer(session=drafting, by=request.user, **(typed | {"language": typed["language"] or None}))
    except StaleBuffer as stale:
        return _page(request, stale.present, form, stale=True, status=409)
    except InvalidScript as error:
        form.add_error("text", str(error))
        return _page(request, drafting, form, status=422)
    messages.success(request, "Draft saved.")
    return redirect("script_builder:session", drafting.pk)


@standalone_write
def save_template(request: Request, drafting):
    """Save as template: makes the template, or its next version."""
    form = TemplateForm(request.POST)
    if not form.is_valid():
        return _page(request, drafting, form, status=422)
    typed = form.cleaned_data
    try:
        version = templates.save(
            drafting=drafting, by=request.user, **(typed | {"language": typed["language"] or None})
        )
    except StaleBuffer as stale:
        return _page(request, stale.present, form, stale=True, status=409)
    except (InvalidScript, InvalidParameters) as error:
        form.add_error("text", str(error))
        return _page(request, drafting, form, status=422)
    messages.success(request, f"Version {version.number} is in the library.")
    return redirect("script_builder:session", drafting.pk)


def _page(request: Request, drafting: ScriptBuilderSession, form=None, stale=False, status=200):
    """The session's page; after a refusal with what was typed still in it."""
    fix = drafting.source_fix
    shown = {
        "drafting": drafting,
        "form": form,
        "stale": stale,
        "text": request.POST.get("text", "") if form else drafting.buffer,
        "name": request.POST.get("name", "") if form else str(drafting.template or drafting.title),
        "language": request.POST.get("language") or drafting.language,
        "languages": Language.choices,
        "newest": drafting.template and drafting.template.newest,
        "linked": bool(fix and drafting.template_id and fix.script_template_id == drafting.template_id),
        "may_write": may_write(request.user),
    }
    return render(request, "script_builder/session.html", shown, status=status)
