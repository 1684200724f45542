"""Every page on a phone and in the dark: nothing sticks out, the drawers open and close, and it can be read."""

import pytest
from playwright.sync_api import expect

from pilot.models import ChatMessage
from tests.factories.pilot import PARAMETERS, SECRET_SCRIPT, make_fix, make_session, make_task, make_template
from tests.factories.script_builder import DraftingFactory

PHONE = {"width": 390, "height": 844}
LONG = "Get-Printer-With-A-Name-That-Never-Ends-" * 4
# What reaches past the right edge of the screen, unless it stands in something that scrolls by itself.
STICKS_OUT = """() => [...document.querySelectorAll("body *")].filter(element => {
    const box = element.getBoundingClientRect();
    if (!box.width || !box.height || box.right <= innerWidth + 1 || !element.checkVisibility()) return false;
    for (let around = element; around; around = around.parentElement) {
        if (["auto", "scroll"].includes(getComputedStyle(around).overflowX) && around !== document.body) {
            if (around.getBoundingClientRect().right <= innerWidth + 1) return false;
        }
        // The code editor cuts off and scrolls by its own means.
        if (getComputedStyle(around).clipPath !== "none" || around.matches(".monaco-editor")) return false;
    }
    return true;
}).map(element => element.outerHTML.slice(0, 120))"""
LUMINANCE = """() => {
    const light = colour => {
        const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b] = canvas.getImageData(0, 0, 1, 1).data;
        return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
    };
    const { backgroundColor, color } = getComputedStyle(document.body);
    return [light(backgroundColor), light(color)];
}"""


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "viewport": PHONE, "has_touch": True, "color_scheme": "dark"}


def fits(page):
    """Nothing sticks out, and ink on ground is light on dark."""
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], page.url
    assert page.evaluate(STICKS_OUT) == [], page.url
    ground, ink = page.evaluate(LUMINANCE)
    assert ground < 0.2 < 0.7 < ink, page.url


@pytest.fixture
def session(orm, owner):
    """A session in which everything is long."""

    def make():
        session = make_session(owner, title=f"Reception: {LONG}", client="Heron Legal", ticket_ref="HL-20418-A")
        ChatMessage.objects.note(session, f"{LONG} and on")
        make_task(session, text=f"Since when does {LONG} fail?", choices=["Today", "Since the update last week"])
        make_task(session, kind="check", text="Look at it.", command=f"Get-Service {LONG}")
        return session

    return orm(make)


def test_a_visitor_signs_in(page, owner, sign_in):
    page.goto("/sign-in/")
    fits(page)
    sign_in(page, owner)
    fits(page)


def test_every_page_of_the_job(desk, owner, session, orm):
    page = desk.page
    drafting = orm(lambda: DraftingFactory(user=owner, title=LONG, buffer=f"{LONG}\n"))
    details = {"description": LONG, "category": LONG[:80], "tags": [LONG[:40], "spooler"], "needs_admin": True}
    template = orm(lambda: make_template(owner, f"{LONG}\n", PARAMETERS, name=LONG, status="draft", **details))
    orm(lambda: template.versions.create(number=2, text="ls\n", note=LONG, created_by=owner))
    orm(lambda: DraftingFactory(user=owner, title=LONG, template=template, made_from=template.newest))
    for address in (
        "/scripts/",
        "/scripts/?q=zzz",
        f"/scripts/{template.pk}/",
        f"/scripts/{template.pk}/versions/1/",
        f"/scripts/{template.pk}/compare/",
        f"/scripts/{template.pk}/edit/",
        "/sessions/",
        "/sessions/new/",
        "/password/",
        "/script-builder/",
        "/insights/",
        f"/script-builder/{drafting.pk}/",
    ):
        assert page.goto(address).ok, address
        fits(page)
        for asks in page.locator("main .confirm > summary, main .menu-reveal > summary").all():
            asks.click()
            fits(page)
            asks.click()

    desk.goes_to(session)
    fits(page)
    for name, drawer in (("Show the sessions", "#sessions-drawer"), ("Tasks", "#lane-drawer")):
        expect(page.locator(drawer)).to_be_hidden()
        page.get_by_role("button", name=name).click()
        expect(page.locator(drawer)).to_be_visible()
        fits(page)
        page.locator(drawer).get_by_role("button", name="Close", exact=True).click()
        expect(page.locator(drawer)).to_be_hidden()

    orm(lambda: make_fix(session, title=f"Map {LONG}", why=LONG, description=f"Run {LONG}", warnings=[LONG]))
    desk.goes_to(session)
    fits(page)
    desk.applies()
    expect(page.get_by_role("textbox", name="Message to the drafting assistant")).to_be_focused()
    fits(page)
    desk.opens_the_editor()
    fits(page)
    desk.writes(f"{LONG}\n")
    desk.submits()
    desk.has_no_strip()
    desk.applies()
    expect(desk.dialog.locator(".card")).to_have_count(3)
    fits(page)
    desk.presses("Run now, no template", desk.dialog)
    desk.is_verifying()
    fits(page)
    desk.says_it_failed(LONG)
    desk.hears(1)
    fits(page)

    orm(lambda: make_fix(session, title="Restart", template=make_template(owner, SECRET_SCRIPT, PARAMETERS)))
    desk.goes_to(session).applies()
    expect(desk.panel.get_by_label("Computer")).to_be_visible()
    fits(page)
    desk.panel.get_by_label("Computer").fill("pc-1")
    desk.panel.get_by_label("Password").fill(LONG)
    desk.presses("Generate", desk.panel)
    expect(desk.generated).to_be_visible()
    fits(page)
    page.locator("#lane-drawer").get_by_role("button", name="Close", exact=True).first.click()
    page.get_by_role("link", name="Resolve", exact=True).click()
    expect(desk.dialog.get_by_label("Resolution notes")).to_be_visible()
    fits(page)
    desk.presses("Confirm", desk.dialog)
    expect(desk.notice).to_contain_text("This session is read-only.")
    fits(page)
    page.get_by_role("link", name="Timeline").click()
    expect(page.get_by_role("heading", name="Timeline")).to_be_visible()
    fits(page)


def test_a_long_paste_is_folded_until_somebody_wants_all_of_it(desk, owner, session, orm):
    orm(lambda: ChatMessage.objects.create(session=session, role="user", author=owner, text="It says so. " * 3_000))
    desk.goes_to(session)
    pasted = desk.page.locator(".fold__text")
    folded = pasted.bounding_box()["height"]
    assert folded < PHONE["height"] / 2
    fits(desk.page)
    more = desk.page.locator(".fold__more > summary")
    expect(more).to_have_text("Show all 9000 words", use_inner_text=True)
    more.press("Enter")
    assert pasted.bounding_box()["height"] > 10 * folded
    expect(more).to_have_text("Show less", use_inner_text=True)
    more.press("Enter")
    assert pasted.bounding_box()["height"] == folded


def test_a_paste_that_is_too_long_is_refused_as_a_whole(desk, owner, session, orm, faults):
    """A browser that knew the limit would cut off the end, which of a log is the part that matters."""
    faults.expect("422")
    pasted = "It says so. " * 5_000
    page = desk.goes_to(session).page
    composer = page.get_by_role("textbox", name="Message", exact=True)
    composer.fill(pasted)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("That is too long for one message")).to_be_visible()
    expect(composer).to_have_value(pasted)
    page.goto("/sessions/new/")
    page.get_by_label("Problem").fill(pasted)
    page.get_by_role("button", name="Open session").click()
    expect(page.get_by_text("at most 20000 characters (it has 59999)")).to_be_visible()
    expect(page.get_by_label("Problem")).to_have_value(pasted)
