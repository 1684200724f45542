"""Drafting the missing script inside a session: the inline drafting session, and Submit."""

import pytest

from flowpilot.web.http import WrongState
from pilot.actions import drafts, fixes, runs
from pilot.lifecycle import Phase, phase
from pilot.models import RunStamp
from script_builder.actions import sessions, templates
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


DECLARING = "param(\n    [Parameter(Mandatory)][string]$Server,\n    [int]$Days = 30\n)\r\nGet-Item $Server\n"


@pytest.fixture
def declaring_fix(fix, owner):
    """A fix with a submitted script that says itself what it takes."""
    submit(fix, owner, DECLARING)
    return fresh(fix)


def test_submit_keeps_the_text_and_makes_a_form_of_what_it_declares(declaring_fix):
    assert declaring_fix.ai_drafted_script == DECLARING.replace("\r\n", "\n")
    kinds = {name: (one["type"], one["required"]) for name, one in declaring_fix.ai_drafted_parameters.items()}
    assert kinds == {"server": ("host", True), "days": ("number", False)}


def test_its_values_find_their_places_when_it_is_run(owner, declaring_fix):
    stamp = runs.declare_draft(
        fix=declaring_fix, version=declaring_fix.version, by=owner, values={"server": "fs01", "days": "7"}
    )
    written = DECLARING.replace("\r\n", "\n")
    assert stamp.text == (
        written.replace("(Mandatory)", "(Mandatory = $false)")
        .replace("$Server,", "$Server = 'fs01',")
        .replace("30", "7")
    )
    assert stamp.parameters == {"server": "fs01", "days": "7"}
    assert fresh(declaring_fix).ai_drafted_script == written


def test_untouched_defaults_run_exactly_what_was_submitted(owner, fix):
    script = 'param([int]$Days = 30, $Where = "C:\\Logs")\n'
    submit(fix, owner, script)
    now = fresh(fix)
    assert set(now.ai_drafted_parameters) == {"days", "where"}
    stamp = runs.declare_draft(fix=now, version=now.version, by=owner, values={"days": "30", "where": "C:\\Logs"})
    assert stamp.text == script


def test_templatize_after_keeps_the_placeholders(owner, declaring_fix):
    runs.declare_draft_and_keep(fix=declaring_fix, version=declaring_fix.version, by=owner, values={"server": "fs01"})
    kept = declaring_fix.draft_template.newest
    assert "[string]$Server = {{ server }}" in kept.text and "[int]$Days = {{ days }}" in kept.text
    assert set(kept.parameters) == {"server", "days"}
    assert fresh(declaring_fix).ai_drafted_script == DECLARING.replace("\r\n", "\n")


def test_the_builder_gets_the_script_as_it_was_submitted_with_its_parameters(owner, declaring_fix):
    drafting = runs.build_template(fix=declaring_fix, by=owner)
    assert drafting.buffer == declaring_fix.ai_drafted_script
    version = templates.save(drafting=drafting, by=owner, name="Server", text=drafting.buffer)
    assert "$Server = {{ server }}" in version.text
    assert version.parameters == drafting.parameters
