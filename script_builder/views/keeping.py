from functools import wraps

from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from flowpilot.people.access import member_required
from flowpilot.web.http import Request, WrongState
from flowpilot.web.undo import Undo, say
from script_builder import access
from script_builder.actions import library as actions
from script_builder.forms import DetailsForm
from script_builder.scripts import InvalidScript
from script_builder.views.guard import template_write
from script_builder.views.library import template_page


def kept(view):
    """A change to a template; says what was done on its page, or, refused, shows the page as it is.

    The view gives the sentence, and the way back where there is one.
    """

    @template_write
    @wraps(view)
    def guarded(request: Request, template, *version):
        try:
            said, undo = view(request, template, *version)
        except WrongState as refused:
            return template_page(request, access.get_template(request.user, template.pk), refused=refused)
        say(request, said, undo)
        return redirect(template)

    return guarded


def _undo(name: str, template, *number, **fields) -> Undo:
    return Undo(reverse(f"script_builder:{name}", args=[template.pk, *number]), fields)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, template_id):
    """The details of a template: what it is called, what it needs, by which words it is found."""
    template = access.get_template(request.user, template_id)
    access.check_may_write(request.user)
    form = DetailsForm(request.POST if request.method == "POST" else None, instance=template)
    if form.is_valid():
        try:
            actions.edit(template=template, by=request.user, **form.cleaned_data)
        except WrongState as refused:
            form.add_error(None, refused.message)
            return render(request, "script_builder/template_edit.html", _editing(template, form), status=409)
        say(request, "Details saved.")
        return redirect(template)
    status = 422 if form.is_bound else 200
    return render(request, "script_builder/template_edit.html", _editing(template, form), status=status)


def _editing(template, form) -> dict:
    """The form has put what was typed into the template already, its refused name too."""
    return {"template": template, "form": form, "called": form.initial["name"]}


@kept
def publish(request: Request, template):
    """Offers a draft to everybody of the account."""
    actions.publish(template=template, by=request.user)
    return "Published.", None


@kept
def archive(request: Request, template):
    """Puts a template away."""
    actions.archive(template=template, by=request.user)
    return "Archived. Fixes that name it can still be run.", _undo("template_bring_back", template)


@kept
def bring_back(request: Request, template):
    """Offers an archived template again."""
    actions.bring_back(template=template, by=request.user)
    return "It is back in the library.", _undo("template_archive", template)


@kept
def restore(request: Request, template, earlier):
    """Makes an earlier version the newest one again, as a new version."""
    made_from = request.POST.get("made_from", "")
    if not (made_from.isascii() and made_from.isdigit()):
        raise WrongState("no_version", "The form was not complete. Here is how the template stands now.")
    replaced = int(made_from[:9])
    said = {"number": earlier.number, "made_from": replaced}
    try:
        version = actions.restore(template=template, by=request.user, **said)
    except InvalidScript as error:
        raise WrongState("unsound", f"Version {earlier.number} cannot be restored as it is: {error}") from error
    undo = (
        _undo("template_restore", template, replaced, made_from=version.number) if version.number > replaced else None
    )
    return f"Version {version.number} says what version {earlier.number} said.", undo


@template_write
def delete(request: Request, template):
    """Deletes a template that nothing names."""
    try:
        actions.delete(template=template, by=request.user)
    except WrongState as refused:
        return template_page(request, template, refused=refused)
    say(request, f"“{template}” was deleted.")
    return redirect("script_builder:templates")
