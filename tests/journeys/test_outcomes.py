"""What was run is verified: the countdown and the nudge, reading an output, and the assistant's outcome proposal."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from flowpilot.ai.tools import ProposeOutcome
from pilot.actions import proposals
from pilot.lifecycle import Move, Phase
from pilot.models import SuggestedFix
from tests.factories.pilot import fresh, make_fix, make_session, settle

VERIFIED = {"verify_command": "Get-Service Spooler", "verify_expected": r"Status\s*:\s*Running"}


@pytest.fixture
def session(orm, owner):
    return orm(lambda: make_session(owner))


@pytest.fixture
def verifying(orm, session):
    """A fix by hand that was run just now, so its tab strip shows."""
    return orm(lambda: make_fix(session, Phase.VERIFYING, **VERIFIED))


@pytest.fixture
def moves_the_run(orm, verifying):
    """`moves_the_run(minutes=9)`: as if it had been declared that long ago."""

    def move(**ago):
        moment = timezone.now() - timedelta(**ago)
        orm(lambda: SuggestedFix.objects.filter(pk=verifying.pk).update(applied_at=moment))

    return move


@pytest.fixture
def proposes(orm, verifying):
    """`proposes("worked", "It prints.")`: the assistant's reading of the run."""

    def propose(outcome, evidence):
        call = ProposeOutcome(outcome=outcome, evidence=evidence)
        orm(lambda: proposals.propose(session=verifying.session, call=call, by=verifying.session.owner))

    return propose


def test_the_nudge_is_in_the_banner_the_title_and_the_chat_tab(desk, session, moves_the_run):
    desk.page.clock.install()
    moves_the_run(minutes=5)
    desk.goes_to(session)
    desk.is_verifying()
    expect(desk.banner).to_contain_text("asks for the outcome in 5 min")
    expect(desk.page).to_have_title("Printer offline")
    # Nobody presses anything: the page asks when the server's time has come.
    moves_the_run(minutes=11)
    desk.page.clock.fast_forward(6 * 60_000)
    expect(desk.banner).to_contain_text("What came of it?")
    expect(desk.page).to_have_title("● What came of it? · Printer offline")
    expect(desk.tabs.get_by_role("tab", name="Chat")).to_contain_text("What came of it?")
    desk.presses("Worked")
    expect(desk.banner).to_have_accessible_name("Last fix")
    expect(desk.page).to_have_title("Printer offline")


def test_the_nudge_reaches_whoever_is_in_another_tab(desk, session, moves_the_run):
    desk.page.clock.install()
    moves_the_run(minutes=5)
    desk.goes_to(session)
    desk.is_verifying()
    desk.page.evaluate("Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' })")
    desk.page.clock.fast_forward(6 * 60_000)
    expect(desk.page).to_have_title("● What came of it? · Printer offline")
    expect(desk.banner).to_contain_text("Verifying")


def test_what_is_being_typed_survives_the_nudge_and_a_proposal(desk, session, moves_the_run, proposes, record):
    desk.goes_to(session)
    desk.composer.fill("Half a sentence, and")
    desk.banner.get_by_text("Partial", exact=True).click()
    notes = desk.banner.get_by_label("What works, and what does not?")
    notes.press_sequentially("Floor two prints,")
    moves_the_run(hours=1)
    desk.asks_what_changed()
    expect(desk.banner).to_contain_text("What came of it?")
    expect(notes).to_be_focused()
    proposes("worked", "The user says that it prints.")
    desk.asks_what_changed()
    expect(desk.banner).to_contain_text("The assistant takes this for Worked")
    expect(notes).to_be_focused()
    notes.press_sequentially(" floor three does not.")
    expect(notes).to_have_value("Floor two prints, floor three does not.")
    expect(desk.composer).to_have_value("Half a sentence, and")
    desk.banner.locator("#partial").get_by_role("button", name="Save outcome").click()
    expect(desk.banner).to_contain_text("Floor two prints, floor three does not.")
    assert record.fix().status == "applied_partial"


def test_anothers_outcome_does_not_take_away_what_is_being_typed(desk, session, verifying, orm):
    desk.goes_to(session)
    desk.banner.get_by_text("Partial", exact=True).click()
    notes = desk.banner.get_by_label("What works, and what does not?")
    notes.press_sequentially("Floor two prints.")
    orm(lambda: settle(verifying, Move.WORKED))
    desk.asks_what_changed()
    desk.is_told_of_a_change("fix-slot")
    expect(notes).to_have_value("Floor two prints.")
    expect(notes).to_be_focused()
    desk.wants_to_see_it()
    expect(desk.banner).to_have_accessible_name("Last fix")
    expect(desk.page.locator("#kept-words")).to_have_text("Floor two prints.")


def test_an_output_preselects_and_writes_nothing(desk, session, verifying, record, faults):
    faults.expect("422")
    desk.goes_to(session)
    desk.banner.get_by_text("Paste the output").click()
    output = desk.banner.get_by_label("The command's output")
    expect(output).to_be_focused()
    desk.presses("Compare with what is expected")
    expect(desk.banner).to_contain_text("Paste what the command printed.")
    output.fill("Name : Spooler\nStatus : Stopped")
    desk.presses("Compare with what is expected")
    expect(desk.banner).to_contain_text("What is expected after the fix is not in it.")
    expect(desk.banner.get_by_label("What happened?")).to_be_visible()
    output.fill("Name : Spooler\nStatus : Running")
    desk.presses("Compare with what is expected")
    expect(desk.banner).to_contain_text("This is what is expected after the fix.")
    worked = desk.banner.get_by_role("button", name="Worked", exact=True)
    expect(worked).to_be_focused()
    expect(worked).to_have_accessible_description("Suggested by the output")
    expect(output).to_have_value("Name : Spooler\nStatus : Running")
    assert record.fix().status == "proposed"
    desk.page.keyboard.press("Enter")
    expect(desk.banner).to_have_accessible_name("Last fix")
    assert record.fix().status == "applied_success"


def test_a_proposal_from_what_the_engineer_reports_is_put_off_then_confirmed(desk, session, verifying, record):
    desk.goes_to(session)
    desk.says("works now, thanks")
    desk.hears(1)
    proposal = desk.banner.get_by_role("group", name="The assistant takes this for Worked:")
    expect(proposal).to_contain_text("You wrote: works now, thanks")
    assert record.fix().status == "proposed"
    desk.presses("Not yet")
    expect(proposal).to_have_count(0)
    desk.is_verifying()
    assert record.fix().ai_outcome_proposal == ""
    desk.says("still the same")
    desk.hears(2)
    expect(desk.banner).to_contain_text("The assistant takes this for Didn't work")
    desk.presses("Confirm")
    expect(desk.banner).to_have_accessible_name("Last fix")
    assert record.fix().status == "applied_failed"
    desk.hears(3)


def test_run_again_and_never_ran_it_at_all(desk, session, verifying, record, orm):
    desk.goes_to(session)
    desk.presses("Run again")
    desk.is_on("Script Builder")
    desk.does_it_by_hand("Once more, with the other cable.")
    desk.is_verifying()
    assert len(record.stamps()) == 2
    assert record.fix().applied_at == orm(lambda: fresh(verifying)).applied_at
    desk.presses("I didn't run it after all")
    expect(desk.banner).to_contain_text("Proposed fix")
    record.runs_nothing()
