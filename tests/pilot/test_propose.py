"""The assistant's fix on the record: what it holds, what it may replace and what it may not."""

import pytest

from flowpilot.ai.tools import ProposeFix
from flowpilot.web.http import WrongState
from pilot.actions import drafts, fixes
from pilot.lifecycle import Phase, active_fix, phase
from pilot.models import SuggestedFix
from script_builder.actions import messages
from script_builder.actions import sessions as drafting_sessions
from script_builder.models import ScriptTemplate
from script_builder.parameters import InvalidParameters
from script_builder.scripts import InvalidScript
from tests.conventions.world import snapshot
from tests.factories.pilot import SCRIPT, call, fresh, make_fix, resolve


def propose(session, **fields) -> SuggestedFix:
    return fixes.propose(session=session, call=call(**fields), by=session.owner)


def test_a_fix_by_hand_holds_what_was_said(session, owner):
    said = {
        "title": "Replace the driver",
        "why": "It crashes.",
        "description": "1. Remove it.",
        "confidence": 55,
        "risk": "medium",
        "needs_admin": True,
        "reboots": True,
        "warnings": ["Trays are lost."],
        "verify_command": "Get-Printer",
        "verify_expected": "Normal",
        "verify_wait_minutes": 5,
        "source": "W02/fix/driver",
    }
    fix = propose(session, **said)
    fix.refresh_from_db()
    assert {name: getattr(fix, name) for name in said} == said
    assert (fix.status, fix.applied_at, fix.script_template, fix.ai_drafted_script) == ("proposed", None, None, None)
    event = fix.events.get()
    assert (event.kind, event.by, event.via) == ("fix_proposed", owner, "assistant")


def test_a_drafted_script_comes_with_its_parameters(session):
    fix = propose(session, script="Stop-Host {{ host }}\r\n", parameters={"host": {"type": "host"}}, language="bash")
    assert (fix.ai_drafted_script, fix.language) == ("Stop-Host {{ host }}\n", "bash")
    assert fix.ai_drafted_parameters["host"]["type"] == "host"
    assert fix.script_template is None


def test_a_template_comes_from_the_library_once_an_account(session, owner):
    values = {"wait_seconds": "60"}
    fix = propose(session, template="clear-print-queue", template_values=values, script=SCRIPT)
    assert (fix.script_template.library_key, fix.script_template.account) == ("clear-print-queue", owner.account)
    assert (fix.template_values, fix.ai_drafted_script) == (values, None)
    propose(session, template="clear-print-queue")
    assert ScriptTemplate.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"template": "no-such-template"}, LookupError),
        ({"script": "   \n"}, InvalidScript),
        ({"script": "ls\0"}, InvalidScript),
        ({"script": SCRIPT, "parameters": {"1st": {}}}, InvalidParameters),
        ({"script": SCRIPT, "parameters": {"mode": {"type": "choice"}}}, InvalidParameters),
    ],
)
def test_what_cannot_be_carried_out_changes_nothing(session, fix, wrong, error):
    """The fix that would have given way stays as well."""
    before = snapshot()
    with pytest.raises(error):
        propose(session, **wrong)
    assert snapshot() == before


def test_an_unrun_fix_that_nobody_engaged_gives_way(session, owner, fix):
    newer = propose(session, title="Replace the driver")
    old = fresh(fix)
    assert (old.status, old.dismissed_reason, old.closed_by) == ("dismissed", "superseded", owner)
    assert active_fix(session.fixes.all()) == newer
    kinds = [(event.kind, event.fix, event.via) for event in session.events.all()][-2:]
    assert kinds == [("fix_superseded", fix, "assistant"), ("fix_proposed", newer, "assistant")]
    assert not session.messages.exists()


def applied(fix, owner):
    fixes.engage(fix=fix, by=owner)


def drafted(fix, owner):
    drafting = drafts.open_inline(fix=fix, by=owner)
    drafting_sessions.save_buffer(session=drafting, by=owner, text="Get-Date\n", revision=drafting.buffer_revision)


def asked(fix, owner):
    messages.post(drafting=drafts.open_inline(fix=fix, by=owner), by=owner, text="Draft it.", key="k")


@pytest.mark.parametrize("engage", [applied, drafted, asked])
def test_an_engaged_fix_is_not_replaced(session, owner, fix, engage):
    engage(fix, owner)
    assert fresh(fix).version == fix.version
    before = snapshot()
    with pytest.raises(WrongState) as refused:
        propose(session)
    assert refused.value.code == "fix_in_hand"
    assert snapshot() == before


def test_an_opened_builder_with_nothing_written_does_not_engage(session, owner, fix):
    drafts.open_inline(fix=fix, by=owner)
    propose(session)
    assert phase(fresh(fix)) == Phase.DISMISSED


def test_what_was_asked_for_an_earlier_fix_does_not_engage_a_later_one(session, owner, fix):
    asked(fix, owner)
    fixes.dismiss(fix=fix, version=fix.version, by=owner)
    later = propose(session, title="Replace the driver")
    drafts.open_inline(fix=later, by=owner)
    propose(session, title="Replace the printer")
    assert phase(fresh(later)) == Phase.DISMISSED


def test_a_run_fix_is_not_replaced(session):
    make_fix(session, Phase.VERIFYING)
    before = snapshot()
    with pytest.raises(WrongState) as refused:
        propose(session)
    assert refused.value.code == "fix_in_hand"
    assert snapshot() == before


@pytest.mark.parametrize("at", [Phase.PARTIAL, Phase.SUCCESS, Phase.FAILED, Phase.DISMISSED])
def test_a_fix_that_is_not_proposed_any_more_leaves_room(session, at):
    fix = make_fix(session, at)
    newer = propose(session, title="Replace the driver")
    assert phase(fresh(fix)) == at
    assert active_fix(session.fixes.all()) == newer


def test_a_closed_session_takes_no_fix(session):
    resolve(session)
    before = snapshot()
    with pytest.raises(WrongState) as refused:
        propose(session)
    assert refused.value.code == "session_closed"
    assert snapshot() == before


@pytest.mark.parametrize("at", [Phase.SUCCESS, Phase.FAILED, Phase.DISMISSED])
def test_a_closed_fix_is_not_engaged(session, owner, at):
    fix = make_fix(session, at)
    before = snapshot()
    with pytest.raises(WrongState):
        fixes.engage(fix=fix, by=owner)
    assert snapshot() == before


def test_engaging_again_keeps_who_was_first(owner, admin, fix):
    fixes.engage(fix=fix, by=owner)
    fixes.engage(fix=fresh(fix), by=admin)
    assert fresh(fix).engaged_by == owner


def test_every_field_of_a_proposal_is_a_field_of_a_fix():
    """But the two that need more than copying."""
    ours = {field.name for field in SuggestedFix._meta.get_fields()}
    assert set(ProposeFix.model_fields) - ours == {"template", "script", "parameters"}
