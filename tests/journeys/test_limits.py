"""Beyond a limit nothing that was typed is lost: the page says why, and what was typed is where it was."""

import pytest
from playwright.sync_api import expect

from flowpilot.people import limits
from tests.factories.pilot import make_session
from tests.factories.script_builder import DraftingFactory

TYPED = "Nobody in Sales can print."


@pytest.fixture(autouse=True)
def a_window_that_turns_when_it_is_told(monkeypatch):
    """`turns()`: the next minute begins."""
    now = [1_800_000_010]
    monkeypatch.setattr(limits, "time", lambda: now[0])
    return lambda: now.__setitem__(0, now[0] + 60)


def test_a_message(desk, orm, owner, faults, settings, a_window_that_turns_when_it_is_told):
    faults.expect("429")
    desk.goes_to(orm(lambda: make_session(owner)))
    settings.PAGE_WRITES_PER_MINUTE = 0
    desk.says(TYPED)
    expect(desk.page.locator("#notice")).to_contain_text("That is more than may be sent in a minute.")
    expect(desk.composer).to_have_value(TYPED)
    settings.PAGE_WRITES_PER_MINUTE = 10
    a_window_that_turns_when_it_is_told()
    desk.composer.press("Enter")
    desk.hears(1)
    expect(desk.composer).to_have_value("")


def test_asking_the_assistant(desk, orm, owner, faults, settings):
    faults.expect("429")
    desk.goes_to(orm(lambda: make_session(owner)))
    settings.REPLIES_PER_HOUR = 0
    desk.says(TYPED)
    expect(desk.page.locator("#notice")).to_contain_text("The assistant was asked as often as it may be in an hour.")
    expect(desk.composer).to_have_value(TYPED)


def test_an_editor_saves_later(desk, orm, owner, faults, settings, a_window_that_turns_when_it_is_told):
    faults.expect("429")
    drafting = orm(lambda: DraftingFactory(user=owner))
    desk.page.goto(f"/script-builder/{drafting.pk}/")
    settings.PAGE_WRITES_PER_MINUTE = 0
    desk.page.locator("script-editor .monaco-editor").first.click()
    desk.page.keyboard.type("# more")
    expect(desk.page.locator("[data-buffer-state]")).to_contain_text("Trying again")
    settings.PAGE_WRITES_PER_MINUTE = 10
    a_window_that_turns_when_it_is_told()
    expect(desk.page.locator("[data-buffer-state]")).to_have_text("Saved")
    drafting = orm(lambda: type(drafting).objects.get(pk=drafting.pk))
    assert "# more" in drafting.buffer
