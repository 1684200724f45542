"""Messages above a page: they take no focus, cover nothing, are told, stay, and are closed and undone by keyboard."""

import pytest
from playwright.sync_api import expect

from script_builder.models import ScriptTemplate
from tests.factories.script_builder import DraftingFactory, TemplateFactory

LONG = "Clear-The-Queue-Of-Every-Printer-That-Hangs-" * 4
# What comes into the region once it is there: a screen reader tells nothing else.
TOLD = """
document.addEventListener("DOMContentLoaded", () => {
    window.told = [];
    const region = document.getElementById("messages");
    new MutationObserver(records => {
        for (const { addedNodes } of records) for (const node of addedNodes)
            if (node.matches?.("[data-message]")) window.told.push(node.textContent);
    }).observe(region, { childList: true });
});"""
# What of the page lies under a message, and what stands out of one.
COVERED = """() => [...document.querySelectorAll("[data-message]")].flatMap(message => {
    const box = message.getBoundingClientRect();
    const under = [...document.querySelectorAll(".topbar, #main")].filter(part => {
        const { left, right, top, bottom } = part.getBoundingClientRect();
        return left < box.right && right > box.left && top < box.bottom && bottom > box.top;
    });
    const out = [...message.querySelectorAll("*")].filter(one => one.getBoundingClientRect().right > box.right + 1);
    return [...under, ...out].map(one => one.outerHTML.slice(0, 120));
})"""


@pytest.fixture
def template(orm, owner):
    return orm(lambda: TemplateFactory(created_by=owner, name=LONG[:190], runs=1))


@pytest.fixture
def drafting(orm, owner):
    return orm(lambda: DraftingFactory(user=owner, title=LONG[:190]))


def archives(page, template):
    """Presses Archive on the template's page, and sees what is said."""
    page.goto(template.get_absolute_url())
    page.get_by_role("button", name="Archive").click()
    message = page.get_by_role("status").filter(has_text="Archived. Fixes that name it can still be run.")
    expect(message).to_be_visible()
    return message


def test_a_message_is_told_and_takes_no_focus(desk, template):
    page = desk.page
    page.add_init_script(TOLD)
    archives(page, template)
    page.wait_for_function("() => window.told.length === 1")
    assert "Archived." in page.evaluate("window.told[0]")
    expect(page.locator("#main")).to_be_focused()
    region = page.locator("#messages")
    expect(region).to_have_attribute("aria-live", "polite")


def test_it_stays_until_it_is_closed(desk, template):
    page = desk.page
    page.clock.install()
    message = archives(page, template)
    page.clock.fast_forward("20:00")
    expect(message).to_be_visible()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Close").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[data-message]")).to_have_count(0)
    expect(page.locator("#main")).to_be_focused()


def test_esc_in_it_closes_it(desk, template):
    page = desk.page
    archives(page, template)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("[data-message]")).to_have_count(0)
    expect(page.locator("#main")).to_be_focused()


def test_undo_by_keyboard(desk, template, orm):
    page = desk.page
    archives(page, template)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="It is back in the library.")).to_be_visible()
    assert not orm(lambda: ScriptTemplate.objects.get().is_archived)


@pytest.mark.parametrize("size", [{"width": 1440, "height": 844}, {"width": 390, "height": 844}], ids=["wide", "phone"])
def test_it_covers_nothing_and_long_words_fit(desk, template, drafting, size):
    page = desk.page
    page.set_viewport_size(size)
    message = page.locator("[data-message]")

    def stands_apart(words):
        expect(message).to_contain_text(words)
        assert page.evaluate(COVERED) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    archives(page, template)
    stands_apart("Archived.")
    page.goto(f"/script-builder/{drafting.pk}/")
    page.locator("summary", has_text="Rename").click()
    page.get_by_role("button", name="Rename").click()
    stands_apart("Renamed.")
    page.locator("summary", has_text="Delete").click()
    page.get_by_role("button", name="Delete it").click()
    stands_apart("was deleted.")
