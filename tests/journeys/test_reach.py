"""What is to be pressed next is in reach: of the eye on a small screen, and of the keyboard after every answer."""

import pytest
from playwright.sync_api import expect

from pilot.lifecycle import Phase
from tests.factories.pilot import make_fix, make_session, make_task, make_template

SCRIPT = "\n".join(f"Write-Output 'line {n}'" for n in range(80)) + "\nWrite-Output {{ who }}\n"
PARAMETERS = {"who": {"type": "text", "label": "Who", "required": True, "help": "As the directory has it."}}
CARDS = ("Run now, no template", "Run now, templatize after", "Just open the builder")
# Whether a click in the middle of the element meets it, and not what lies over it.
UNCOVERED = """element => {
    const box = element.getBoundingClientRect();
    return element.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height - 2));
}"""

# Whether nothing of the element stands out at the sides of the box around it.
INSIDE = """(element, selector) => {
    const [inner, outer] = [element, element.closest(selector)].map((each) => each.getBoundingClientRect());
    return inner.left >= outer.left && inner.right <= outer.right;
}"""


@pytest.fixture
def session(orm, owner):
    return orm(lambda: make_session(owner))


@pytest.mark.parametrize("size", [(1440, 900), (1280, 800), (1024, 768), (1280, 600)])
def test_the_three_cards_are_in_reach_below_a_long_script(desk, session, orm, size):
    orm(lambda: make_fix(session, script=SCRIPT, parameters=PARAMETERS))
    desk.page.set_viewport_size({"width": size[0], "height": size[1]})
    desk.goes_to(session).applies()
    for name in CARDS:
        card = desk.page.get_by_role("button", name=name)
        expect(card).to_be_visible()
        card.evaluate("button => Promise.all(button.closest('.dialog').getAnimations().map(a => a.finished))")
        assert card.evaluate(UNCOVERED), name


def test_the_keyboard_goes_on_where_it_was(desk, owner, session, orm):
    def propose():
        make_task(session, text="Since when?")
        make_task(session, text="Who else?")
        make_fix(session, template=make_template(owner, "Get-Date\n"))

    orm(propose)
    page = desk.goes_to(session).page
    focused = page.locator(":focus")
    page.get_by_label("Answer: Since when?").fill("Monday")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Answer: Who else?")).to_be_focused()

    page.get_by_role("button", name="Apply").press("Enter")
    page.get_by_role("button", name="Generate").press("Enter")
    page.get_by_role("button", name="✓ I ran this").press("Enter")
    desk.is_verifying()
    # The banner and none of its buttons: Enter, still down, must not say what came of it.
    expect(focused).to_contain_text("Verifying")
    assert focused.evaluate("element => element.tagName") == "SECTION"
    page.keyboard.press("Tab")
    assert focused.evaluate("element => element.closest('#fix-slot') !== null")

    page.get_by_role("button", name="Worked").press("Enter")
    expect(page.locator("#fix-slot > section:focus")).to_contain_text("Worked:")


def test_the_keyboard_stays_at_the_banner_when_the_next_reply_ends(desk, session, orm):
    orm(lambda: make_fix(session, Phase.VERIFYING))
    page = desk.goes_to(session).page
    page.locator("#didnt-work summary").press("Enter")
    expect(page.get_by_label("What happened?")).to_be_focused()
    with page.expect_response("**/live/**"):
        page.locator("#didnt-work").get_by_role("button", name="Save outcome").press("Enter")
        desk.hears(1)
    expect(page.locator(".task").first).to_be_visible()
    expect(page.locator("#fix-slot > section:focus")).to_contain_text("Didn't work:")


def test_the_keyboard_goes_on_to_the_fix_that_takes_the_place_of_a_closed_one(desk, session, orm):
    orm(lambda: make_fix(session))
    page = desk.goes_to(session).page
    page.get_by_role("button", name="Dismiss", exact=True).press("Enter")
    expect(page.locator("#fix-slot > section:focus")).to_contain_text("Dismissed")
    orm(lambda: make_fix(session, title="Replace the cable"))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#fix-slot > section:focus")).to_contain_text("Replace the cable")


def test_what_is_wrong_with_a_form_is_where_the_keyboard_goes_on(desk, session, orm, faults):
    faults.expect("422")
    orm(lambda: make_fix(session, Phase.VERIFYING))
    page = desk.goes_to(session).page
    page.locator("#partial summary").press("Enter")
    page.locator("#partial").get_by_role("button", name="Save outcome").press("Enter")
    expect(page.get_by_label("What works, and what does not?")).to_be_focused()

    page.get_by_role("button", name="Worked").press("Enter")
    expect(desk.banner).to_have_accessible_name("Last fix")
    page.get_by_role("link", name="Escalate", exact=True).press("Enter")
    desk.dialog.get_by_role("button", name="Confirm", exact=True).press("Enter")
    expect(desk.dialog.get_by_label("A teammate")).to_be_focused()


def test_closing_a_dialog_leads_back_to_what_opened_it(desk, session, orm):
    orm(lambda: make_fix(session, Phase.VERIFYING))
    page = desk.goes_to(session).page
    # The dialogs stand in the Chat panel, wherever they are asked for.
    desk.selects("Script Builder")
    expect(page.get_by_role("textbox", name="Message to the drafting assistant")).to_be_visible()
    resolves = page.get_by_role("link", name="Resolve", exact=True)
    resolves.press("Enter")
    expect(desk.dialog.get_by_role("heading", name="Resolve this session")).to_be_focused()
    desk.is_on("Chat")
    desk.dialog.get_by_role("link", name="Cancel").press("Enter")
    expect(resolves).to_be_focused()

    page.get_by_role("button", name="Worked").press("Enter")
    expect(desk.banner).to_have_accessible_name("Last fix")
    resolves.press("Enter")
    expect(desk.dialog.get_by_role("heading", name="Resolve this session")).to_be_focused()
    desk.dialog.get_by_role("link", name="Close").press("Enter")
    expect(resolves).to_be_focused()


def test_the_keyboard_is_back_at_the_fix_after_submit(desk, session, orm):
    orm(lambda: make_fix(session))
    page = desk.goes_to(session).page
    page.get_by_role("button", name="Apply").press("Enter")
    expect(page.get_by_role("textbox", name="Message to the drafting assistant")).to_be_focused()
    desk.opens_the_editor()
    page.keyboard.type("Get-Date")
    page.get_by_role("button", name="Submit", exact=True).press("Enter")
    desk.has_no_strip()
    expect(page.get_by_role("button", name="Apply", exact=True)).to_be_focused()


def test_on_a_phone_the_drawer_leaves_when_it_has_served(desk, owner, session, orm):
    def propose():
        make_task(session, text="Since when?")
        make_fix(session, template=make_template(owner, "Get-Date\n"))

    orm(propose)
    page = desk.page
    page.set_viewport_size({"width": 390, "height": 844})
    desk.goes_to(session)
    drawer = page.locator("#lane-drawer")

    page.get_by_role("button", name="Tasks").click()
    expect(drawer).to_be_visible()
    page.get_by_label("Answer: Since when?").fill("Monday")
    page.get_by_role("button", name="Answer").click()
    expect(drawer).to_be_hidden()

    desk.applies()
    expect(desk.panel).to_be_visible()
    desk.panel.get_by_label("Close").click()
    expect(drawer).to_be_hidden()
    desk.applies()
    desk.presses("Generate", desk.panel)
    desk.presses("✓ I ran this", desk.panel)
    expect(drawer).to_be_hidden()
    desk.is_verifying()


def test_on_a_phone_the_buttons_stand_inside_their_boxes(desk, session, orm):
    def ask():
        make_task(session, text="Since when?")
        make_fix(session, Phase.VERIFYING, script=SCRIPT)

    orm(ask)
    page = desk.page
    page.set_viewport_size({"width": 390, "height": 844})
    desk.goes_to(session)
    for button in page.locator("#session-head .button").all():
        assert button.evaluate(INSIDE, "#session-head"), button.inner_text()
    page.get_by_role("link", name="Resolve", exact=True).click()
    assert desk.dialog.locator(".dialog__actions").evaluate(INSIDE, ".dialog")
    desk.dialog.get_by_role("radio", name="Partial").check()
    notes = desk.dialog.get_by_label("Notes on the outcome")
    desk.dialog.evaluate("dialog => Promise.all(dialog.getAnimations().map(a => a.finished))")
    for height in range(640, 900, 20):
        page.set_viewport_size({"width": 390, "height": height})
        page.locator("#fix-slot").evaluate("slot => slot.scrollTo(0, 0)")
        notes.evaluate("field => { field.blur(); field.focus(); }")
        assert notes.evaluate(UNCOVERED), f"under the bar with Confirm, {height} px high"


def test_above_a_phones_keyboard_the_composer_is_in_reach(desk, session, orm):
    """The page asks to be made smaller by the keyboard, which then leaves it this much."""
    orm(lambda: make_fix(session, Phase.VERIFYING, script=SCRIPT, verify_command="Get-Service Spooler"))
    page = desk.page
    page.set_viewport_size({"width": 390, "height": 844})
    desk.goes_to(session)
    assert "interactive-widget=resizes-content" in page.locator("meta[name=viewport]").get_attribute("content")
    composer = page.get_by_role("textbox", name="Message", exact=True)
    composer.focus()
    page.set_viewport_size({"width": 390, "height": 420})
    expect(composer).to_be_in_viewport(ratio=1)
    assert composer.evaluate(UNCOVERED)
    composer.press_sequentially("It stopped again.")
    expect(page.get_by_role("button", name="Send")).to_be_in_viewport(ratio=1)
