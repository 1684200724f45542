from flowpilot.web.http import Request, WrongState
from pilot.actions import drafts
from pilot.actions.record import expect, fix_changed
from pilot.lifecycle import Move
from pilot.regions import session_regions
from pilot.surfaces import Rival
from pilot.views.guard import InvalidScript, fix_write, invalid
from script_builder.models import Language


def opened(request: Request, fix):
    """The answer that brings the Script Builder tab, with this user's inline drafting session in it."""
    drafts.open_inline(fix=fix, by=request.user)
    return session_regions(request, fix.session_id, opened="builder", panel=True, focus="builder")


@fix_write
def open_builder(request: Request, fix, version):
    """The Script Builder tab's first opening: gets or creates the one inline drafting session."""
    return opened(request, fix)


@fix_write
def submit(request: Request, fix, version):
    """Attaches the drafted script to the fix. Stamps nothing.

    Where a colleague's draft came first, theirs stays and both are shown; mine may still be submitted in its place.
    """
    expect(fix, Move.DRAFT)
    script, language = request.POST.get("script", ""), request.POST.get("language", "")
    if language not in Language.values:
        raise invalid("submit", request, ValueError("Choose one of the languages."))
    try:
        drafts.submit(fix=fix, version=version, by=request.user, script=script, language=language)
    except InvalidScript as error:
        raise invalid("submit", request, error) from error
    except WrongState as refused:
        if refused.code != "fix_changed" or not drafts.is_drafted(fix):
            raise
        return session_regions(request, fix.session_id, status=409, opened="compare", rival=Rival(script, language))
    return session_regions(request, fix.session_id, focus="apply")


@fix_write
def compare(request: Request, fix, version):
    """Shows what I wrote beside the draft that a colleague attached first."""
    drafting = drafts.inline_of(request.user, fix)
    if drafting is None or drafting.is_untouched or not drafts.is_drafted(fix):
        raise fix_changed()
    mine = Rival(drafting.buffer, drafting.language)
    return session_regions(request, fix.session_id, opened="compare", rival=mine)
