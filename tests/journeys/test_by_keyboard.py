"""The main job without a mouse: from signing in to Resolve, and the keyboard is never lost on the way."""

import re

import pytest
from playwright.sync_api import expect

from tests.factories.people import PASSWORD
from tests.journeys.steps import Workbench

PROBLEM = "cant print, evrything stuck"
FIX = "Clear the print queue and restart the spooler"


@pytest.fixture
def press(desk):
    """`press(key, …)` presses keys; whatever has the keyboard afterwards, it is not the bare page."""

    def press(*keys):
        for key in keys:
            desk.page.keyboard.press(key)
            is_somewhere(desk.page)

    return press


@pytest.fixture
def tab_to(desk, press):
    """`tab_to(locator)` goes on by Tab until that has the keyboard."""

    def tab_to(locator):
        expect(locator).to_be_visible()
        for _ in range(40):
            if locator.evaluate("element => element === document.activeElement"):
                return
            press("Tab")
        raise AssertionError(f"No Tab leads to {locator}")

    return tab_to


def is_closed(desk, task):
    expect(desk.task(task)).to_have_class(re.compile("task--closed"))


def is_somewhere(page):
    """Some element has the keyboard; a page that is just being left is asked again."""
    page.wait_for_function("() => document.activeElement && document.activeElement !== document.body")


@pytest.fixture
def desk(new_context):
    return Workbench(new_context().new_page())


def test_the_main_job(desk, owner, press, tab_to, record):
    page = desk.page
    page.goto("/sign-in/")
    is_somewhere(page)
    page.keyboard.type(owner.username)
    press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sessions")
    is_somewhere(page)

    press("n")
    expect(page.get_by_label("Problem")).to_be_focused()
    page.keyboard.type(PROBLEM)
    page.keyboard.press("ControlOrMeta+Enter")
    desk.hears(1)
    is_somewhere(page)

    press("t")
    tab_to(desk.task("Is it one printer").get_by_role("button", name="All printers on one computer", exact=True))
    press("Enter")
    is_closed(desk, "Is it one printer")
    is_somewhere(page)
    for task, answer in (("Does the printer hang", "No idea"), ("Look at the state of the spooler", "Running")):
        tab_to(desk.task(task).get_by_role("textbox"))
        page.keyboard.type(answer)
        press("ControlOrMeta+Enter")
        is_closed(desk, task)
        is_somewhere(page)
    desk.hears(2)
    is_somewhere(page)
    press("Escape", "t")
    tab_to(desk.task("List the jobs").get_by_role("button", name="Skip", exact=True))
    press("Enter")
    desk.hears(3)
    desk.is_offered(FIX)
    is_somewhere(page)

    press("Escape", "a")
    expect(desk.panel.get_by_role("heading", name="Clear the print queue")).to_be_focused()
    record.runs_nothing()
    tab_to(desk.panel.get_by_role("button", name="Generate"))
    press("Enter")
    expect(desk.generated).to_be_visible()
    is_somewhere(page)
    tab_to(desk.panel.get_by_role("button", name="✓ I ran this"))
    press("Enter")
    desk.is_verifying()
    record.runs_once()
    is_somewhere(page)
    tab_to(desk.banner.get_by_role("button", name="Worked", exact=True))
    press("Enter")
    expect(desk.banner).to_have_accessible_name("Last fix")
    is_somewhere(page)

    press("r")
    expect(desk.dialog.get_by_role("heading", name="Resolve this session")).to_be_focused()
    tab_to(desk.dialog.get_by_label("Resolution notes"))
    page.keyboard.type("Told Jo. ")
    press("ControlOrMeta+Enter")
    expect(page.locator("#session-head .chip")).to_have_text("Resolved")
    is_somewhere(page)
    press("g")
    page.keyboard.press("s")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sessions")
    assert record.session().status == "resolved"
    assert "Told Jo." in record.closing().text
