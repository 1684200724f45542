"""The command palette: by keyboard and mouse, on a slow network, and only with what the page can do."""

import pytest
from playwright.sync_api import expect

from tests.factories.pilot import make_fix, make_session, make_template


@pytest.fixture
def session(orm, owner):
    def make():
        make_template(owner, name="Spooler restart")
        make_session(owner, title="Spooler on floor 2")
        session = make_session(owner, title="Mail is slow")
        make_fix(session)
        return session

    return orm(make)


@pytest.fixture
def palette(desk):
    return desk.page.get_by_role("dialog", name="Search or jump to")


def words(palette):
    return palette.get_by_role("combobox")


def chosen(palette):
    """The option that Enter would take, as a screen reader is told."""
    option = palette.page.locator(f"#{words(palette).get_attribute('aria-activedescendant')}")
    expect(option).to_have_attribute("aria-selected", "true")
    return option


def opens(desk, palette):
    desk.page.keyboard.press("ControlOrMeta+k")
    expect(words(palette)).to_be_focused()


def test_somebody_jumps_by_keyboard(desk, palette, session):
    page = desk.page
    page.goto("/scripts/")
    opens(desk, palette)
    expect(palette.get_by_role("group", name="Recent sessions").get_by_role("option")).to_have_count(2)
    expect(palette.get_by_role("option", name="Go to Insights")).to_be_visible()
    page.keyboard.type("spooler")
    expect(palette.get_by_role("group", name="Scripts").get_by_role("option")).to_have_text("Spooler restart")
    expect(palette.get_by_role("group", name="Actions")).to_be_hidden()
    expect(chosen(palette)).to_contain_text("Spooler on floor 2")
    page.keyboard.press("ArrowDown")
    expect(chosen(palette)).to_contain_text("Spooler restart")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Spooler on floor 2")


def test_the_button_opens_it_and_a_click_goes(desk, palette, session):
    page = desk.page
    page.goto("/sessions/")
    page.get_by_role("button", name="Search or jump to").click()
    words(palette).fill("mail")
    palette.get_by_role("option", name="Mail is slow").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mail is slow")


def test_it_offers_what_this_page_can_do(desk, palette, session):
    page = desk.page
    page.goto("/sessions/")
    opens(desk, palette)
    expect(palette.get_by_role("option", name="New session")).to_be_visible()
    expect(palette.get_by_role("option", name="Resolve this session")).to_have_count(0)
    desk.goes_to(session)
    opens(desk, palette)
    page.keyboard.type("resolve")
    page.keyboard.press("Enter")
    expect(desk.dialog.get_by_role("heading", name="Resolve this session")).to_be_focused()
    expect(palette).to_be_hidden()


def test_a_runbook_is_for_the_session_that_is_open(desk, palette, session):
    page = desk.goes_to(session).page
    opens(desk, palette)
    page.keyboard.type("spooler stuck")
    palette.get_by_role("group", name="Runbooks").get_by_role("option").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Runbooks")
    expect(page.locator(".runbook-row").first).to_contain_text("Print spooler stuck")

    page.goto("/scripts/")
    opens(desk, palette)
    page.keyboard.type("spooler stuck")
    palette.get_by_role("group", name="Runbooks").get_by_role("option").first.click()
    expect(page.get_by_label("Problem")).to_have_value(
        "Work with the runbook “Print spooler stuck, or jobs that cannot be deleted” (W02)."
    )


def test_a_viewer_is_offered_nothing_that_changes(workbench_of, viewer, session):
    desk = workbench_of(viewer)
    palette = desk.page.get_by_role("dialog", name="Search or jump to")
    desk.goes_to(session)
    opens(desk, palette)
    for name in ("New session", "Apply the fix", "Resolve this session", "Escalate this session"):
        expect(palette.get_by_role("option", name=name)).to_have_count(0)
    expect(palette.get_by_role("option", name="Timeline of this session")).to_be_visible()


def test_escape_gives_the_keyboard_back(desk, palette, session):
    page = desk.goes_to(session).page
    desk.composer.fill("half a sentence")
    opens(desk, palette)
    page.keyboard.press("Escape")
    expect(palette).to_be_hidden()
    expect(desk.composer).to_be_focused()
    expect(desk.composer).to_have_value("half a sentence")
    opens(desk, palette)
    expect(words(palette)).to_have_value("")
    page.keyboard.press("ControlOrMeta+k")
    expect(desk.composer).to_be_focused()


def test_an_answer_to_older_words_never_shows(desk, palette, session, hold, faults):
    faults.allow("ERR_ABORTED")
    page = desk.page
    page.goto("/scripts/")
    held = hold(page, "**/palette/?q=mail**")
    opens(desk, palette)
    with page.expect_request("**/palette/?q=mail**"):
        page.keyboard.type("mail")
    words(palette).fill("spooler")
    expect(palette.get_by_role("option", name="Spooler on floor 2")).to_be_visible()
    with page.expect_response("**/palette/?q=mail**"):
        held.pop().continue_()
    # What came is judged after everything that was on its way in the page.
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    expect(palette.get_by_role("option", name="Spooler on floor 2")).to_be_visible()
    expect(palette.get_by_role("option", name="Mail is slow")).to_have_count(0)
    expect(words(palette)).to_have_value("spooler")


def test_enter_waits_for_the_answer_to_its_words(desk, palette, session, hold):
    page = desk.page
    page.goto("/scripts/")
    opens(desk, palette)
    expect(palette.get_by_role("option", name="Mail is slow")).to_be_visible()
    held = hold(page, "**/palette/?q=floor**")
    with page.expect_request("**/palette/?q=floor**"):
        page.keyboard.type("floor")
    page.keyboard.press("Enter")
    expect(palette).to_be_visible()
    held.pop().continue_()
    expect(page.get_by_role("heading", level=1)).to_have_text("Spooler on floor 2")


def test_it_says_when_nothing_is_found_and_when_nothing_came(desk, palette, session, faults):
    faults.expect("ERR_FAILED")
    page = desk.page
    page.goto("/scripts/")
    opens(desk, palette)
    page.keyboard.type("zzzzqq")
    expect(palette.get_by_role("status")).to_have_text("Nothing fits “zzzzqq”.")
    page.route("**/palette/**", lambda route: route.abort("failed"))
    page.keyboard.type("x")
    expect(palette.get_by_role("status")).to_have_text("The server could not be reached.")
    expect(words(palette)).to_have_value("zzzzqqx")


def test_without_scripts_there_is_no_button(new_context, sign_in, owner):
    page = new_context(java_script_enabled=False).new_page()
    sign_in(page, owner)
    expect(page.locator("[data-palette]")).to_be_hidden()
    expect(page.locator("#palette, #keys").first).to_be_hidden()


def test_it_fits_a_phone(desk, palette, session):
    page = desk.page
    page.set_viewport_size({"width": 390, "height": 844})
    desk.goes_to(session)
    page.get_by_role("button", name="Search or jump to").click()
    palette.evaluate("dialog => Promise.all(dialog.getAnimations().map(a => a.finished))")
    for box in (palette.bounding_box(), words(palette).bounding_box()):
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
