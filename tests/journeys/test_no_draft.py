"""A fix with neither template nor draft: the Script Builder tab, Submit, and what needs no script at all."""

import pytest
from playwright.sync_api import expect

from tests.factories.pilot import make_fix, make_session

FIX = "Remove the stale mapping and map the drive again"
SCRIPT = "Remove-SmbMapping -LocalPath 'P:' -Force\nNew-SmbMapping -LocalPath 'P:' -RemotePath '\\\\srv\\p'\n"
DOT = ".tab__dot"


@pytest.fixture
def undrafted(orm, owner):
    """A session whose fix has neither template nor draft."""
    session = orm(lambda: make_session(owner, title="Drive gone"))
    orm(lambda: make_fix(session, title="Map it again", description="As the user: map it."))
    return session


def test_a_lost_drive_gets_a_script_of_ones_own(desk, record, faults):
    faults.expect("422")
    desk.opens_session("Accounts: P drive", "the P drive is missing since this morning, red cross on it")
    desk.skips_the_rest()
    desk.is_offered(FIX)
    desk.is_on("Chat")
    expect(desk.tabs.locator(DOT)).to_be_hidden()

    desk.applies()
    desk.is_on("Script Builder")
    expect(desk.page.get_by_role("heading", name=f"Script Builder · {FIX}")).to_be_visible()
    expect(desk.page.get_by_role("textbox", name="Message to the drafting assistant")).to_be_focused()
    desk.opens_the_editor()
    scaffold = desk.script.input_value()
    assert FIX in scaffold and all(line.startswith("#") for line in scaffold.splitlines() if line.strip())
    for empty in (scaffold, f"{scaffold}\n  \n", "", " \n\t"):
        desk.writes(empty)
        desk.submits()
        expect(desk.page.locator("#builder-error")).not_to_be_empty()
        expect(desk.script).to_have_value(empty)
        desk.is_on("Script Builder")
    assert record.fix().ai_drafted_script is None

    half = SCRIPT.splitlines(keepends=True)[0]
    desk.writes(scaffold + half)
    expect(desk.tabs.locator(DOT)).to_be_visible()
    desk.has_saved()
    desk.page.reload()
    desk.is_on("Script Builder")
    expect(desk.script).to_have_value(scaffold + half)
    expect(desk.tabs.locator(DOT)).to_be_visible()

    desk.writes(scaffold + SCRIPT)
    desk.submits()
    desk.has_no_strip()
    desk.is_offered(FIX)
    record.runs_nothing()
    assert record.fix().ai_drafted_script == scaffold + SCRIPT
    desk.page.reload()
    desk.has_no_strip()

    desk.applies()
    expect(desk.dialog.locator(".card")).to_have_count(3)
    record.runs_nothing()
    desk.presses("Run now, no template", desk.dialog)
    desk.is_verifying()
    assert record.runs_once().text == scaffold + SCRIPT


def test_what_needs_no_script_is_done_by_hand(desk, record):
    desk.opens_session("Outlook", "outlook wont open at all for one person")
    desk.skips_the_rest()
    desk.is_offered("Turn off Outlook's add-ins one by one")
    desk.selects("Script Builder")
    desk.is_in("ai")
    desk.selects("Chat")
    expect(desk.tabs.locator(DOT)).to_be_hidden()
    desk.selects("Script Builder")
    desk.does_it_by_hand("Unticked the CRM add-in.")
    desk.is_on("Chat")
    desk.is_verifying()
    stamp = record.runs_once()
    assert (stamp.kind, stamp.text, stamp.sha256, stamp.note) == ("by_hand", None, None, "Unticked the CRM add-in.")
    expect(desk.banner).to_contain_text("Unticked the CRM add-in.")


def test_the_tab_goes_with_the_fix_that_it_drafts_for(desk, undrafted, record, orm):
    desk.goes_to(undrafted).applies()
    desk.does_it_by_hand()
    desk.is_verifying()
    # The fix has moved on beside the open panel, which still submits for it.
    desk.selects("Script Builder")
    desk.opens_the_editor()
    desk.writes("net use P: /delete\n")
    desk.submits()
    desk.has_no_strip()
    assert record.fix().ai_drafted_script == "net use P: /delete\n"
    assert record.runs_once().kind == "by_hand"
    desk.presses("Worked")
    expect(desk.banner).to_have_accessible_name("Last fix")

    orm(lambda: make_fix(undrafted, title="Map the other one"))
    desk.asks_what_changed()
    desk.is_offered("Map the other one")
    desk.is_on("Chat")
    desk.selects("Script Builder")
    expect(desk.page.get_by_role("heading", name="Script Builder · Map the other one")).to_be_visible()
    assert "Map the other one" in desk.script.input_value()

    orm(lambda: make_fix(undrafted, title="Ask the server"))
    assert record.fix().title == "Ask the server"
    desk.asks_what_changed()
    desk.is_on("Chat")
    desk.is_offered("Ask the server")
    desk.selects("Script Builder")
    expect(desk.page.get_by_role("heading", name="Script Builder · Ask the server")).to_be_visible()
