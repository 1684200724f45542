"""How a ticket leaves, and comes back: escalate from every state, take over, resolve while verifying, reopen."""

import re

import pytest
from playwright.sync_api import expect

from pilot.lifecycle import Move, Phase
from tests.factories.pilot import SCRIPT, escalate, make_fix, make_session, resolve, run, settle

STATUS = {
    "The fix didn't work": "applied_failed",
    "It worked; escalating for another reason": "applied_success",
    "Never actually applied it": "proposed",
}


@pytest.fixture
def session(orm, owner):
    return orm(lambda: make_session(owner, problem="Nothing comes out."))


@pytest.fixture
def proposes(orm, session):
    """`proposes(at)`: a fix with a drafted script, brought to that phase."""
    return lambda at=Phase.UNRUN: orm(lambda: make_fix(session, at, script=SCRIPT))


def escalates(desk) -> None:
    desk.page.get_by_role("link", name="Escalate", exact=True).click()


def hands_over(desk, to: str = "", party: str = "", reason: str = "Beyond me.") -> None:
    """Fills the handoff and confirms it."""
    expect(desk.dialog.get_by_role("heading", name="Escalate this session")).to_be_focused()
    desk.dialog.get_by_label("Why it is escalated").fill(reason)
    if to:
        desk.dialog.get_by_label("A teammate").select_option(label=to)
    desk.dialog.get_by_label("Or an outside party").fill(party)
    desk.presses("Confirm", desk.dialog)
    expect(desk.page.locator("#session-head .chip")).to_have_text("Escalated")


@pytest.mark.parametrize("choice", STATUS)
@pytest.mark.parametrize("at", [Phase.VERIFYING, Phase.PARTIAL])
def test_escalating_says_first_what_came_of_the_run(desk, session, proposes, record, at, choice):
    fix = proposes(at)
    desk.goes_to(session)
    escalates(desk)
    expect(desk.dialog.get_by_role("heading", name=f"What came of “{fix.title}”?")).to_be_focused()
    expect(desk.dialog.get_by_text("I applied some of it (partial)")).to_have_count(int(at == Phase.VERIFYING))
    desk.presses(choice, desk.dialog)
    expect(desk.dialog.get_by_role("heading", name="Escalate this session")).to_be_visible()
    assert record.fix().status == STATUS[choice], "written at once"
    desk.dialog.get_by_role("link", name="Cancel").click()
    expect(desk.dialog).to_have_count(0)
    assert record.fix().status == STATUS[choice], "and kept"
    escalates(desk)
    summary = desk.dialog.get_by_label("Handoff summary")
    kept = SCRIPT.strip() if choice != "Never actually applied it" else "proposed, not run"
    expect(summary).to_have_value(re.compile(re.escape(kept)))
    hands_over(desk, party="Vendor support")
    assert record.closing().party == "Vendor support"


def test_partial_from_the_intercept(desk, session, proposes, record, faults):
    faults.expect("422")
    proposes(Phase.VERIFYING)
    desk.goes_to(session)
    escalates(desk)
    desk.dialog.get_by_text("I applied some of it (partial)").click()
    notes = desk.dialog.get_by_label("What works, and what does not?")
    expect(notes).to_be_focused()
    desk.presses("Save and go on", desk.dialog)
    expect(desk.dialog).to_contain_text("Say what was done and what is still open.")
    notes.fill("Floor two prints.")
    desk.presses("Save and go on", desk.dialog)
    expect(desk.dialog.get_by_label("Handoff summary")).to_have_value(re.compile("Floor two prints."))
    assert record.fix().status == "applied_partial"
    hands_over(desk, party="Vendor")


def test_a_fix_that_changed_meanwhile_is_shown_as_it_stands(desk, session, proposes, orm, faults):
    faults.expect("409")
    fix = proposes(Phase.VERIFYING)
    desk.goes_to(session)
    escalates(desk)
    expect(desk.dialog).to_contain_text("What came of")
    orm(lambda: settle(fix, Move.WORKED))
    desk.presses("The fix didn't work", desk.dialog)
    expect(desk.notice).to_contain_text("changed meanwhile")
    expect(desk.dialog.get_by_role("heading", name="Escalate this session")).to_be_visible()
    expect(desk.dialog.get_by_label("Handoff summary")).to_have_value(re.compile("worked"))


def test_a_run_in_between_keeps_what_was_typed_into_the_handoff(desk, session, proposes, orm, faults, record):
    faults.expect("409")
    fix = proposes()
    desk.goes_to(session)
    escalates(desk)
    expect(desk.dialog).to_contain_text("Escalate this session")
    desk.dialog.get_by_label("Why it is escalated").fill("It is the vendor's.")
    desk.dialog.get_by_label("Handoff summary").fill("My own words.")
    orm(lambda: run(fix))
    desk.asks_what_changed()
    outdated = desk.dialog.locator("[data-outdated]")
    expect(outdated).to_contain_text("Something changed since this was written.")
    desk.presses("Write it afresh", desk.dialog)
    expect(desk.dialog.get_by_label("Handoff summary")).to_have_value("My own words.")
    expect(desk.dialog.get_by_role("region", name="Written afresh")).to_contain_text("run, not verified yet")
    desk.dialog.get_by_label("Or an outside party").fill("Vendor")
    desk.presses("Confirm", desk.dialog)
    expect(desk.notice).to_contain_text("Say first what came of")
    desk.presses("The fix didn't work", desk.dialog)
    expect(desk.dialog.get_by_label("Handoff summary")).to_have_value("My own words.")
    expect(desk.dialog.get_by_label("Why it is escalated")).to_have_value("It is the vendor's.")
    expect(desk.dialog.get_by_label("Or an outside party")).to_have_value("Vendor")
    desk.presses("Confirm", desk.dialog)
    expect(desk.page.locator("#session-head .chip")).to_have_text("Escalated")
    assert (record.closing().text, record.closing().reason) == ("My own words.", "It is the vendor's.")


def test_a_teammate_takes_over_and_works_it(desk, workbench_of, session, proposes, teammate, record, orm):
    proposes(Phase.FAILED)
    proposes()
    desk.goes_to(session)
    escalates(desk)
    hands_over(desk, to="Teammate", reason="Please look at the driver.")
    expect(desk.page.get_by_role("button", name="Withdraw the hand-over")).to_be_visible()

    theirs = workbench_of(teammate)
    theirs.page.goto("/sessions/")
    expect(theirs.page.get_by_role("navigation", name="Main")).to_contain_text("1 waiting for you")
    expect(theirs.page.get_by_role("main")).to_contain_text("Handed to you")
    theirs.page.get_by_role("link", name="Printer offline").click()
    theirs.page.get_by_text("Handoff to Teammate").click()
    expect(theirs.notice).to_contain_text("Please look at the driver.")
    expect(theirs.notice).to_contain_text(SCRIPT.strip())
    expect(theirs.composer).to_have_count(0)
    theirs.page.get_by_role("button", name="Take over").click()
    expect(theirs.page.locator("#session-head .chip")).to_have_text("Open")
    theirs.says("I have it now.")
    theirs.hears(1)
    theirs.presses("Dismiss")
    expect(theirs.banner).to_have_accessible_name("Last fix")

    # The owner's page, open all the while, works too.
    desk.asks_what_changed()
    expect(desk.page.locator("#session-head .chip")).to_have_text("Open")
    desk.says("Thank you.")
    expect(desk.page.get_by_role("log")).to_contain_text("Thank you.")
    assert record.session().taken_over_by_id == teammate.pk


def test_withdrawing_a_hand_over(desk, session, teammate, orm):
    orm(lambda: escalate(session, to=teammate))
    desk.goes_to(session)
    desk.page.get_by_role("button", name="Withdraw the hand-over").click()
    expect(desk.page.locator("#session-head .chip")).to_have_text("Open")
    expect(desk.composer).to_be_visible()
    expect(desk.notice).to_contain_text("Handoff to Teammate, earlier")


def test_resolving_while_verifying_says_what_becomes_of_the_fix(desk, session, proposes, record):
    proposes(Phase.VERIFYING)
    desk.goes_to(session)
    desk.page.get_by_role("link", name="Resolve", exact=True).click()
    expect(desk.dialog).to_contain_text("On Confirm it becomes")
    expect(desk.dialog.get_by_role("radio", name="Worked")).to_be_checked()
    desk.presses("Confirm", desk.dialog)
    expect(desk.page.locator("#session-head .chip")).to_have_text("Resolved")
    assert record.fix().status == "applied_success"
    assert "**Restart the spooler**: worked." in record.closing().text


def test_reopening_because_the_fix_did_not_hold(desk, session, proposes, record, orm):
    proposes(Phase.SUCCESS)
    orm(lambda: resolve(session, "It was the spooler."))
    desk.goes_to(session)
    desk.page.get_by_role("link", name="Reopen").click()
    expect(desk.dialog).to_contain_text("Did the last fix hold?")
    desk.presses("No", desk.dialog)
    expect(desk.page.locator("#session-head .chip")).to_have_text("Open")
    expect(desk.banner).to_contain_text("Didn't work:")
    assert record.fix().status == "applied_failed"
    desk.notice.get_by_text("Resolution notes, earlier").click()
    expect(desk.notice).to_contain_text("It was the spooler.")
    desk.page.get_by_role("link", name="Timeline").click()
    desk.page.get_by_role("link", name="Fixes and runs").click()
    expect(desk.page.locator(".timeline")).to_contain_text("corrected the outcome of “Restart the spooler”")
    expect(desk.page.locator(".timeline")).not_to_contain_text("opened the session")
    with desk.page.expect_download() as download:
        desk.page.get_by_role("link", name="Markdown").click()
    assert download.value.suggested_filename == "printer-offline-timeline.md"
