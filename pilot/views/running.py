from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters

from flowpilot.web.http import Request, WrongState, uuid_of
from pilot import lifecycle
from pilot.actions import runs
from pilot.actions.record import expect
from pilot.lifecycle import Move
from pilot.regions import session_regions
from pilot.surfaces import Generated, Trouble
from pilot.views.guard import InvalidParameters, fix_write, invalid
from script_builder.actions.sessions import CapReached
from script_builder.parameters import from_post


def _template_form(request: Request, fix) -> tuple[int, dict]:
    """The version that the panel showed, and the values typed into its form."""
    try:
        number = int(request.POST["template_version"])
    except (KeyError, ValueError):
        raise WrongState("no_version", "The form was not complete. Here is how the fix stands now.") from None
    return number, from_post(runs.template_version(fix, number).parameters, request.POST)


def _refused(request: Request, fix, refused: WrongState, form: str, values: dict, number: int = 0):
    """The present state, with the values back in the form while the fix still has that form."""
    there = lifecycle.active_fix(fix.session.fixes.all()) == fix
    kept = Trouble(form, {}, values, number) if there else None
    return session_regions(request, fix.session_id, status=409, notice=refused.message, trouble=kept)


@sensitive_post_parameters()
@fix_write
def generate(request: Request, fix, version):
    """Shows the text to run for these values, or the form again, of the newest version where that is asked for.

    Stamps nothing and stores nothing.
    """
    number, values = _template_form(request, fix)
    if "edit" in request.POST or "newest" in request.POST:
        number = 0 if "newest" in request.POST else number
        return session_regions(request, fix.session_id, trouble=Trouble("template", {}, values, number))
    try:
        text = runs.template_text(fix, number, values)
    except InvalidParameters as error:
        raise invalid("template", request, error, values=values, number=number) from error
    return session_regions(
        request, fix.session_id, opened="template", generated=Generated(fix.pk, text, number, values)
    )


@sensitive_post_parameters()
@fix_write
def ran(request: Request, fix, version):
    """✓ I ran this: stamps that version with these values."""
    number, values = _template_form(request, fix)
    try:
        runs.declare_template(fix=fix, version=version, by=request.user, number=number, values=values)
    except InvalidParameters as error:
        raise invalid("template", request, error, values=values, number=number) from error
    except WrongState as refused:
        return _refused(request, fix, refused, "template", values, number)
    return session_regions(request, fix.session_id, done=True)


_RUNS = {"one_off": runs.declare_draft, "draft_template": runs.declare_draft_and_keep}


@sensitive_post_parameters()
@fix_write
def decision(request: Request, fix, version):
    """NoTemplateDialog: the script with these values in it, or one of the three cards."""
    chosen = "build_template" if "instead_of" in request.POST else request.POST.get("decision", "")
    expect(fix, Move.RUN)
    values = from_post(fix.ai_drafted_parameters or {}, request.POST)
    if chosen == "build_template":
        return _build(request, fix, values)
    if chosen not in _RUNS and chosen != "preview":
        raise invalid("draft", request, ValueError("Choose one of the three cards."), field="decision")
    try:
        if chosen == "preview":
            filled = Generated(fix.pk, runs.rendered_draft(fix, values).text, 0, values)
            return session_regions(request, fix.session_id, opened="draft", generated=filled)
        _RUNS[chosen](fix=fix, version=version, by=request.user, values=values)
    except InvalidParameters as error:
        raise invalid("draft", request, error, values=values) from error
    except WrongState as refused:
        return _refused(request, fix, refused, "draft", values)
    return session_regions(request, fix.session_id, done=True)


def _build(request: Request, fix, values: dict):
    """The builder's page with the draft; where there is no room, the dialog asks which session to delete for it."""
    instead_of = uuid_of(request.POST.get("instead_of", ""))
    try:
        drafting = runs.build_template(fix=fix, by=request.user, instead_of=instead_of)
    except CapReached as full:
        kept = Trouble("draft", {"cap": full.message}, values)
        return session_regions(request, fix.session_id, status=409, trouble=kept)
    return redirect("script_builder:session", drafting.pk)
