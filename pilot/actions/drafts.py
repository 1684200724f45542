"""Drafting the missing script inside a session: the engineer's inline drafting session, from opening to Submit."""

from django.db import transaction

from flowpilot.people.models import User
from flowpilot.web.http import WrongState
from pilot.actions.fixes import attach_draft
from pilot.actions.record import Via, expect, hold, hold_open
from pilot.lifecycle import Move, active_fix, surface_for
from pilot.models import AISession, SuggestedFix
from script_builder.actions import sessions
from script_builder.declared import read
from script_builder.models import Language, Origin, ScriptBuilderSession
from script_builder.scripts import InvalidScript, clean_script


def inline_of(user: User, fix: SuggestedFix) -> ScriptBuilderSession | None:
    """This user's inline drafting session, while it drafts for this fix."""
    inline = ScriptBuilderSession.objects.of(user, include_inline=True).filter(origin=Origin.PILOT_INLINE)
    return inline.filter(ai_session=fix.session_id, source_fix=fix).first()


def open_inline(*, fix: SuggestedFix, by: User) -> ScriptBuilderSession:
    """The one inline drafting session of this user in this session, drafting for this fix from now on.

    Two at once end at one row. Raises WrongState where the fix needs no draft any more, or the session is closed.
    """
    with transaction.atomic():
        hold(fix, Move.DRAFT)
        if surface_for(fix) != "builder":
            raise WrongState("fix_changed", "This fix needs no draft any more. Here is how it stands now.")
        drafting, _ = _inline_for(fix, by)
    return drafting


def _inline_for(fix: SuggestedFix, by: User) -> tuple[ScriptBuilderSession, bool]:
    return sessions.open_inline(
        by=by,
        ai_session_id=fix.session_id,
        fix_id=fix.pk,
        title=fix.title,
        description=f"{fix.title}\n\n{fix.description or fix.why}".strip(),
        language=fix.language,
    )


@transaction.atomic
def open_inline_of(*, session: AISession, by: User) -> tuple[ScriptBuilderSession, bool]:
    """The same for whoever names the session alone, and whether the row is new.

    It drafts for the active fix where that one needs a script; otherwise the row stays as it is, and a new one is
    for no fix until the tab is opened for one. Raises WrongState where the session is closed.
    """
    hold_open(session, changes=False)
    fix = active_fix(session.fixes.all())
    if fix is not None and surface_for(fix) == "builder":
        fix.session = session
        return _inline_for(fix, by)
    mine = ScriptBuilderSession.objects.of(by, include_inline=True)
    there = mine.filter(origin=Origin.PILOT_INLINE, ai_session=session).first()
    if there is not None:
        return there, False
    about = {"title": session.title, "description": session.title, "language": Language.POWERSHELL}
    return sessions.open_inline(by=by, ai_session_id=session.pk, fix_id=None, **about)


@transaction.atomic
def submit(
    *, fix: SuggestedFix, version: int, by: User, script: str, language: str = "", via: Via = Via.PERSON
) -> None:
    """Attaches exactly this text to the fix, with what it declares as its parameters, and empties the buffer.

    Stamps nothing. Raises InvalidScript for a blank text and an untouched scaffold, WrongState where the fix changed
    meanwhile.
    """
    expect(fix, Move.DRAFT)
    drafting = inline_of(by, fix)
    if drafting and script.replace("\r\n", "\n").strip() == drafting.scaffold.strip():
        raise InvalidScript("That is still the empty scaffold. Write the script below its comments first.")
    script = clean_script(script)
    parameters = read(script, language or fix.language).parameters
    attach_draft(fix=fix, version=version, by=by, script=script, parameters=parameters, language=language, via=via)
    if drafting:
        sessions.clear(session=drafting, by=by)


def is_drafted(fix: SuggestedFix) -> bool:
    """Whether it is the active fix by now, with a draft that another one may still replace."""
    active = active_fix(fix.session.fixes.all())
    return active == fix and surface_for(active) == "draft"
