"""A standalone session's page: the chat beside the script, and what Save makes of it."""

import uuid

from django.shortcuts import redirect, render

from flowpilot.people.access import may_write
from flowpilot.web.http import Request, WrongState
from flowpilot.web.undo import say
from script_builder import access, search
from script_builder.actions import templates
from script_builder.actions.sessions import StaleBuffer
from script_builder.actions.templates import StaleVersion
from script_builder.forms import TemplateForm
from script_builder.models import Language, ScriptBuilderSession
from script_builder.parameters import InvalidParameters
from script_builder.scripts import InvalidScript
from script_builder.views.guard import standalone_write

TURNS = 50


@standalone_write
def save_template(request: Request, drafting):
    """Save: makes the template, or its next version; refused, it gives everything back."""
    form = TemplateForm(request.POST)
    if not form.is_valid():
        return studio(request, drafting, form, status=422)
    typed = form.cleaned_data
    try:
        version = templates.save(
            drafting=drafting, by=request.user, **(typed | {"language": typed["language"] or None})
        )
    except StaleBuffer as stale:
        return studio(request, stale.present, form, stale=True, status=409)
    except StaleVersion as stale:
        return studio(request, drafting, form, newer=stale.newest, status=409)
    except WrongState as refused:
        return studio(request, drafting, form, refused=refused.message, status=409)
    except (InvalidScript, InvalidParameters) as error:
        form.add_error("text", str(error))
        return studio(request, drafting, form, status=422)
    say(request, f"Version {version.number} is in the library.")
    return redirect("script_builder:session", drafting.pk)


def studio(
    request: Request, drafting: ScriptBuilderSession, form=None, *, stale=False, newer=None, status=200, **shown
):
    """The page; after a refusal with what was typed still in it.

    `stale`: another tab saved the buffer. `newer`: the version that was saved since this script was made from its
    own. `refused`: a sentence. `renaming`: the form in which the name was refused.
    """
    template, fix = drafting.template, drafting.source_fix
    newest = template and template.newest
    began_as = newer or drafting.made_from or newest
    turns = list(drafting.messages.select_related("reply", "author").order_by("-created_at", "-id")[:TURNS])[::-1]
    page = {
        "drafting": drafting,
        "form": form,
        "stale": stale,
        "newer": newer,
        "text": request.POST.get("text", "") if form else drafting.buffer,
        "name": request.POST.get("name", "") if form else str(template or drafting.title),
        "note": request.POST.get("note", ""),
        "language": request.POST.get("language") or drafting.language,
        "languages": Language.choices,
        "newest": newest,
        "began_as": began_as,
        "outdated": bool(newest and began_as != newest),
        "linked": bool(fix and template and fix.script_template_id == template.pk),
        "similar": _similar(request, drafting) if not template and not turns else [],
        "builder_turns": turns,
        "message_key": uuid.uuid4().hex,
        "may_write": may_write(request.user),
    }
    return render(request, "script_builder/session.html", page | shown, status=status)


def _similar(request: Request, drafting) -> list:
    """What the library has already for what is to be drafted."""
    offered = access.library(request.user).current()
    return search.match(offered, request.user.account_id, drafting.title)
