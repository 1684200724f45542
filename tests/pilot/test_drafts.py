"""Drafting the missing script inside a session: the inline drafting session, and Submit."""

import pytest

from flowpilot.web.http import WrongState
from pilot.actions import drafts, fixes
from pilot.lifecycle import Phase, phase
from pilot.models import RunStamp
from script_builder.actions import sessions
from script_builder.actions.sessions import StaleBuffer
from script_builder.models import ScriptBuilderSession
from script_builder.scripts import InvalidScript
from tests.conventions.world import snapshot
from tests.factories.pilot import SCRIPT, fresh, make_fix, make_template, resolve


def submit(fix, owner, script=SCRIPT, **more):
    drafts.submit(fix=fix, version=fix.version, by=owner, script=script, **more)


def test_the_first_opening_makes_the_inline_session_with_a_scaffold(owner, session):
    fix = make_fix(session, description="Restart it.\nThen print a page.", language="bash")
    drafting = drafts.open_inline(fix=fix, by=owner)
    assert (drafting.origin, drafting.user, drafting.ai_session_id) == ("pilot_inline", owner, session.pk)
    assert (drafting.source_fix_id, drafting.language, drafting.is_untouched) == (fix.pk, "bash", True)
    for words in (fix.title, "Restart it.", "Then print a page."):
        assert f"# {words}\n" in drafting.buffer
    assert drafts.open_inline(fix=fix, by=owner) == drafting
    assert fresh(fix).engaged_at is None


def test_everybody_has_their_own_and_a_later_fix_gets_the_same_with_a_fresh_scaffold(owner, admin, session, fix):
    mine = drafts.open_inline(fix=fix, by=owner)
    assert drafts.open_inline(fix=fix, by=admin) != mine
    fixes.dismiss(fix=fix, version=fix.version, by=owner)
    later = make_fix(session, title="Replace the driver")
    again = drafts.open_inline(fix=later, by=owner)
    assert (again.pk, again.source_fix_id) == (mine.pk, later.pk)
    assert "# Replace the driver" in again.buffer and again.is_untouched


@pytest.mark.parametrize("at", [Phase.SUCCESS, Phase.FAILED, Phase.DISMISSED])
def test_a_closed_fix_needs_no_draft(owner, session, at):
    fix = make_fix(session, at)
    before = snapshot()
    with pytest.raises(WrongState):
        drafts.open_inline(fix=fix, by=owner)
    assert snapshot() == before


def test_a_fix_with_a_script_needs_no_draft(owner, session, template):
    for fix in (make_fix(session, script=SCRIPT), make_fix(session, template=template)):
        before = snapshot()
        with pytest.raises(WrongState):
            drafts.open_inline(fix=fix, by=owner)
        assert snapshot() == before


def test_a_closed_session_is_not_drafted_in(owner, session):
    fix = make_fix(session, Phase.PARTIAL)
    resolve(session)
    before = snapshot()
    with pytest.raises(WrongState) as refused:
        drafts.open_inline(fix=fresh(fix), by=owner)
    assert refused.value.code == "session_closed"
    assert snapshot() == before


# ---- submit -------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [Phase.UNRUN, Phase.VERIFYING, Phase.PARTIAL])
def test_submit_attaches_the_script_and_empties_the_buffer(owner, session, at):
    fix = make_fix(session, at)
    drafting = drafts.open_inline(fix=fix, by=owner)
    revision = drafting.buffer_revision
    submit(fix, owner, "  print(1)\r\n\r\n", language="python")
    now = fresh(fix)
    assert (now.ai_drafted_script, now.language, phase(now)) == ("  print(1)\n\n", "python", at)
    assert now.applied_at == fix.applied_at
    assert RunStamp.objects.count() == (at != Phase.UNRUN)
    assert (fix.events.last().kind, fix.events.last().data) == ("fix_drafted", {"language": "python"})
    drafting = ScriptBuilderSession.objects.get()
    assert (drafting.buffer, drafting.scaffold, drafting.is_untouched) == ("", "", True)
    assert drafting.buffer_revision > revision


def test_a_save_that_arrives_after_submit_is_refused(owner, fix):
    drafting = drafts.open_inline(fix=fix, by=owner)
    submit(fix, owner)
    with pytest.raises(StaleBuffer):
        sessions.save_buffer(session=drafting, by=owner, text="late", revision=drafting.buffer_revision)


@pytest.mark.parametrize(
    "script", ["", " \n\t\n", "ls\0", "x" * 50_001, "# Restart the spooler\n\n", "# Restart the spooler\r\n\r\n"]
)
def test_what_is_no_script_is_refused(owner, fix, script):
    """Blank, broken, too long, or the untouched scaffold as a browser sends it."""
    drafts.open_inline(fix=fix, by=owner)
    before = snapshot()
    with pytest.raises(InvalidScript):
        submit(fix, owner, script)
    assert snapshot() == before


def test_submit_from_an_older_page_keeps_the_buffer(owner, session, fix):
    drafting = drafts.open_inline(fix=fix, by=owner)
    sessions.save_buffer(session=drafting, by=owner, text=SCRIPT, revision=drafting.buffer_revision)
    before = snapshot()
    fix.version -= 1
    with pytest.raises(WrongState):
        submit(fix, owner)
    assert snapshot() == before


def test_a_template_of_the_fix_is_not_lost_by_a_draft(owner, session):
    fix = make_fix(session, template=make_template(owner))
    fixes.attach_draft(fix=fix, version=fix.version, by=owner, script=SCRIPT)
    assert fresh(fix).script_template == fix.script_template
