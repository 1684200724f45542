"""A runbook is found and picked, by keyboard alone and without scripts, and changed in mid-session."""

import pytest
from playwright.sync_api import expect

from tests.factories.pilot import make_session
from tests.journeys.steps import Workbench

PRINTING, LOCKED = (
    "Print spooler stuck, or jobs that cannot be deleted",
    "Active Directory account locks again and again",
)


@pytest.fixture
def session(orm, owner):
    return orm(lambda: make_session(owner, title="Second floor"))


def test_a_runbook_is_picked_by_keyboard_and_changed(desk, session):
    page = desk.goes_to(session).page
    desk.composer.fill("half a sentence")
    page.get_by_role("link", name="Runbooks").press("Enter")
    expect(page.get_by_role("searchbox", name="Search runbooks")).to_be_focused()
    page.keyboard.type("cant print evrything stuck")
    page.keyboard.press("Enter")
    first = page.locator(".runbook-row").first
    expect(first).to_contain_text(PRINTING)
    first.get_by_role("button", name="Work with it").press("Enter")
    desk.hears(1)
    expect(page.get_by_role("log")).to_contain_text(f"I work with {PRINTING} (W02)")
    expect(desk.task("Look at the state of the spooler service")).to_be_visible()
    expect(desk.composer).to_have_value("half a sentence")

    page.get_by_role("link", name="Runbooks").click()
    page.locator(".runbook-row", has_text=LOCKED).get_by_role("button").click()
    desk.hears(2)
    expect(desk.task("Which account is it")).to_be_visible()


def test_without_scripts(new_context, sign_in, owner, session):
    page = new_context(java_script_enabled=False).new_page()
    sign_in(page, owner)
    Workbench(page).goes_to(session)
    page.get_by_role("link", name="Runbooks").click()
    page.get_by_role("searchbox", name="Search runbooks").fill("w10")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator(".runbook-row")).to_have_count(1)
    page.get_by_role("button", name="Work with it").click()
    expect(page.get_by_role("log")).to_contain_text(f"Work with the runbook “{LOCKED}” (W10).")
