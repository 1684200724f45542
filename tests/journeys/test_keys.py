"""Keys that act on the page: where they act, where they must not, and how they are switched off."""

import re

import pytest
from playwright.sync_api import expect

from pilot.lifecycle import Phase
from tests.factories.pilot import make_fix, make_session, make_task, make_template
from tests.factories.script_builder import DraftingFactory

PARAMETERS = {"who": {"type": "text", "label": "Who", "required": True}}


@pytest.fixture
def session(orm, owner):
    return orm(lambda: make_session(owner, title="Mail is slow"))


@pytest.fixture
def opened(desk, session):
    """The session's page; `opened.keys("g", "s")` presses one key after the other."""
    desk.keys = lambda *keys: [desk.page.keyboard.press(key) for key in keys]
    return desk.goes_to(session)


@pytest.fixture
def help_(desk):
    return desk.page.get_by_role("dialog", name="Keyboard shortcuts")


def test_keys_lead_from_page_to_page(opened):
    page = opened.page
    for keys, heading in (
        (("g", "r"), "Runbooks"),
        (("g", "s"), "Sessions"),
        (("g", "b"), "Script Builder"),
        (("g", "t"), "Scripts"),
        (("g", "i"), "Insights"),
        (("n",), "New session"),
    ):
        # A list may have the keyboard in its search, as the runbooks do.
        opened.keys("Escape", *keys)
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    # In a field they write.
    expect(page.get_by_label("Problem")).to_be_focused()
    opened.keys("g", "s")
    expect(page.get_by_label("Problem")).to_have_value("gs")


def test_the_keys_of_a_session(opened, session, orm):
    def propose():
        make_task(session, text="Since when?")
        make_fix(session, script="Get-Date\n")

    orm(propose)
    page = opened.goes_to(session).page
    opened.keys("c")
    expect(opened.composer).to_be_focused()
    opened.keys("a", "e", "r", "?", "/", "j")
    expect(opened.composer).to_have_value("aer?/j")
    opened.keys("Escape")
    expect(opened.composer).not_to_be_focused()
    expect(opened.composer).to_have_value("aer?/j")
    opened.keys("t")
    expect(page.get_by_label("Answer: Since when?")).to_be_focused()
    page.keyboard.type("Monday")
    opened.keys("ControlOrMeta+Enter")
    expect(opened.task("Since when?")).to_have_class(re.compile("task--closed"))
    opened.hears(1)

    opened.keys("Escape", "a")
    expect(opened.dialog.get_by_role("heading", name="Run the drafted script")).to_be_focused()
    opened.keys("Escape")
    expect(opened.dialog).to_have_count(0)
    opened.keys("e")
    expect(opened.dialog.get_by_role("heading", name="Escalate this session")).to_be_focused()
    opened.keys("Escape", "r")
    expect(opened.dialog.get_by_role("heading", name="Resolve this session")).to_be_focused()
    # Nothing behind an open dialog is acted on, and the page stays.
    opened.keys("e", "a", "n", "/", "j", "g", "s")
    expect(opened.dialog.get_by_role("heading", name="Resolve this session")).to_be_focused()
    opened.keys("Escape")
    expect(opened.dialog).to_have_count(0)


def test_a_modifier_makes_another_key(opened):
    opened.keys("Alt+r", "ControlOrMeta+e", "Shift+R", "Alt+n")
    expect(opened.dialog).to_have_count(0)
    expect(opened.page.get_by_role("heading", level=1)).to_have_text("Mail is slow")
    opened.keys("r")
    expect(opened.dialog).to_have_count(1)


def test_the_tabs_by_number(opened, session, orm):
    orm(lambda: make_fix(session))
    opened.goes_to(session)
    opened.keys("Alt+Digit2")
    opened.is_on("Script Builder")
    expect(opened.page.get_by_role("textbox", name="Message to the drafting assistant")).to_be_focused()
    opened.keys("Alt+Digit1")
    opened.is_on("Chat")
    opened.keys("Escape", "?", "Alt+Digit2")
    opened.is_on("Chat")


def test_keys_write_in_the_script_editor(opened, session, orm):
    orm(lambda: make_fix(session))
    opened.goes_to(session).selects("Script Builder")
    opened.opens_the_editor()
    opened.writes("x")
    opened.keys("n", "?", "/", "g", "s", "Escape")
    expect(opened.script).to_have_value("xn?/gs")
    expect(opened.page.get_by_role("dialog")).to_have_count(0)
    expect(opened.code).to_be_visible()


def test_a_dialog_lists_the_keys_and_lets_nothing_through(opened, help_):
    page = opened.page
    opened.keys("?")
    expect(help_.get_by_role("heading", name="Keyboard shortcuts")).to_be_focused()
    for page_of, says, keys in (
        ("Everywhere", "New session", "n"),
        ("Everywhere", "Go to Sessions", "gs"),
        ("In lists", "Next row", "j↓"),
        ("In a session", "Apply the fix", "a"),
    ):
        section = help_.locator("section").filter(has=page.get_by_role("heading", name=page_of))
        expect(section.get_by_role("listitem").filter(has_text=says).locator(".shortcuts__of")).to_have_text(keys)
    opened.keys("r", "n", "ControlOrMeta+k")
    expect(help_).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(1)
    opened.keys("Escape")
    expect(help_).to_be_hidden()
    expect(page.locator("#main")).to_be_focused()


def test_single_keys_are_switched_off_and_on(opened, help_, orm, owner):
    page = opened.page
    opened.keys("?")
    help_.get_by_role("checkbox", name="Single-key shortcuts").uncheck()
    help_.get_by_role("button", name="Save").click()
    expect(help_.get_by_role("status")).to_have_text("Saved: off")
    help_.get_by_role("button", name="Close").click()
    opened.keys("r", "?", "n", "/", "g", "s")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(opened.dialog).to_have_count(0)
    page.reload()
    opened.keys("r", "?", "n", "/", "g", "s")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mail is slow")
    # The others stay, and lead to the setting.
    opened.keys("ControlOrMeta+k")
    page.keyboard.type("keyboard")
    page.keyboard.press("Enter")
    expect(help_).to_be_visible()
    opened.keys("Escape")
    page.goto("/profile/")
    page.get_by_role("checkbox", name="Single-key shortcuts").check()
    page.get_by_role("region", name="Keyboard").get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="Saved: on")).to_be_visible()
    opened.keys("g", "s")
    # Its own Save has the focus, which writes nothing.
    expect(page.get_by_role("heading", level=1)).to_have_text("Sessions")


def test_rows_are_walked(opened, orm, owner):
    page = opened.page
    orm(lambda: [make_session(owner, title=f"Session {number}") for number in range(3)])
    page.goto("/sessions/")
    rows = page.locator(".session-row")
    opened.keys("j")
    expect(rows.nth(0)).to_be_focused()
    opened.keys("j", "ArrowDown", "k")
    expect(rows.nth(1)).to_be_focused()
    opened.keys("ArrowUp", "k", "k")
    expect(rows.nth(0)).to_be_focused()
    opened.keys("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Session 2")
    opened.keys("j")
    expect(page.locator(".session-link").nth(0)).to_be_focused()
    page.goto("/sessions/")
    # Arrows scroll a page until a row has the keyboard.
    opened.keys("ArrowDown")
    expect(page.locator("#main")).to_be_focused()
    opened.keys("/")
    expect(page.get_by_role("searchbox", name="Search sessions")).to_be_focused()
    page.goto("/insights/")
    opened.keys("/")
    expect(page.get_by_role("combobox", name="Search or jump to")).to_be_focused()


# ---- Esc -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phase", "opens", "heading", "field"),
    [
        (Phase.UNRUN, "r", "Resolve this session", "Resolution notes"),
        (Phase.UNRUN, "e", "Escalate this session", "Why it is escalated"),
        (Phase.VERIFYING, "e", "What came of", "What works, and what does not?"),
    ],
)
def test_escape_closes_a_dialog_and_asks_before_words_are_lost(opened, session, orm, phase, opens, heading, field):
    orm(lambda: make_fix(session, phase))
    page = opened.goes_to(session).page
    opened.keys(opens)
    expect(opened.dialog.get_by_role("heading", name=heading)).to_be_focused()
    opened.keys("Escape")
    expect(opened.dialog).to_have_count(0)

    opened.keys(opens)
    expect(opened.dialog.get_by_role("heading", name=heading)).to_be_focused()
    if phase == Phase.VERIFYING:
        opened.dialog.locator("summary").click()
    typed = opened.dialog.get_by_label(field)
    typed.press_sequentially("Words")
    words = typed.input_value()
    asks = page.get_by_role("dialog", name="Close it?")
    opened.keys("Escape")
    expect(asks.get_by_role("button", name="Keep writing")).to_be_focused()
    opened.keys("Escape")
    expect(asks).to_be_hidden()
    expect(typed).to_be_focused()
    expect(typed).to_have_value(words)
    opened.keys("Escape")
    asks.get_by_role("button", name="Close").click()
    expect(opened.dialog).to_have_count(0)
    assert page.evaluate("document.activeElement !== document.body")


def test_words_that_were_refused_are_asked_about_too(opened, faults):
    faults.expect("422")
    page = opened.page
    opened.keys("e")
    opened.dialog.get_by_label("Why it is escalated").fill("Words")
    opened.keys("ControlOrMeta+Enter")
    expect(opened.dialog.get_by_label("A teammate")).to_be_focused()
    opened.keys("Escape")
    expect(page.get_by_role("dialog", name="Close it?")).to_be_visible()
    opened.keys("Enter")
    expect(opened.dialog.get_by_label("Why it is escalated")).to_have_value("Words")


def test_escape_closes_the_panel_and_the_drawer(opened, session, orm, owner):
    orm(lambda: make_fix(session, template=make_template(owner, "Get-Date {{ who }}\n", PARAMETERS)))
    page = opened.goes_to(session).page
    opened.keys("a")
    expect(opened.panel).to_be_visible()
    opened.keys("Escape")
    expect(opened.panel).to_have_count(0)
    expect(page.get_by_role("button", name="Apply", exact=True)).to_be_visible()
    opened.keys("a")
    opened.panel.get_by_label("Who").fill("Jo")
    opened.keys("Escape")
    asks = page.get_by_role("dialog", name="Close it?")
    expect(asks).to_be_visible()
    opened.keys("Enter")
    expect(opened.panel.get_by_label("Who")).to_have_value("Jo")

    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("button", name="Tasks").click()
    drawer = page.locator("#lane-drawer")
    expect(drawer).to_be_visible()
    opened.keys("Escape")
    expect(drawer).to_be_hidden()
    # One press closes one thing: the panel in the drawer is still there, with its words.
    page.get_by_role("button", name="Tasks").click()
    expect(opened.panel.get_by_label("Who")).to_have_value("Jo")


def test_escape_closes_reopen_and_leaves_a_search_to_the_browser(opened, session, orm):
    page = opened.page
    opened.keys("r")
    opened.presses("Confirm", opened.dialog)
    page.get_by_role("link", name="Reopen").press("Enter")
    expect(opened.dialog.get_by_role("heading", name="Reopen this session")).to_be_focused()
    opened.keys("Escape")
    expect(opened.dialog).to_have_count(0)
    expect(page.get_by_role("link", name="Reopen")).to_be_focused()
    opened.keys("/")
    search = page.get_by_role("searchbox", name="Search sessions")
    expect(search).to_be_focused()
    page.keyboard.type("mail")
    opened.keys("Escape")
    expect(search).to_be_focused()
    search.fill("")
    opened.keys("Escape")
    expect(page.locator("#main")).to_be_focused()


# ---- Sending -------------------------------------------------------------------------------------


def test_the_button_that_sends_is_busy_at_once(opened, session, orm, hold):
    orm(lambda: make_fix(session, Phase.VERIFYING))
    page = opened.goes_to(session).page
    held = hold(page, "**/outcome/")
    worked = page.get_by_role("button", name="Worked")
    worked.click()
    expect(worked).to_have_attribute("aria-busy", "true")
    # What waits for its turn says so too.
    page.get_by_role("link", name="Resolve", exact=True).click()
    expect(page.get_by_role("link", name="Resolve", exact=True)).to_have_attribute("aria-busy", "true")
    held.pop().continue_()
    expect(opened.dialog.get_by_role("heading", name="Resolve this session")).to_be_visible()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def test_ctrl_enter_sends_every_form_one_writes_in(opened, desk, orm, owner, record):
    page = opened.page
    page.goto("/sessions/new/")
    expect(page.get_by_label("Problem")).to_be_focused()
    page.keyboard.type("cant print, evrything stuck")
    opened.keys("ControlOrMeta+Enter")
    opened.hears(1)
    opened.composer.fill("The second floor")
    opened.keys("ControlOrMeta+Enter")
    opened.hears(2)
    assert record.said() == ["cant print, evrything stuck", "The second floor"]

    drafting = orm(lambda: DraftingFactory(user=owner, title="Dates", buffer="Get-Date\n"))
    page.goto(f"/script-builder/{drafting.pk}/")
    page.get_by_label("Template name").fill("Dates")
    opened.keys("ControlOrMeta+Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Dates")
    expect(
        page.locator("#messages, #notice").filter(has_text=re.compile("version 1|saved", re.I)).first
    ).to_be_visible()
