"""What the reader's system asks for: no motion, and its own few colours."""

import pytest
from playwright.sync_api import expect

from pilot.lifecycle import Phase
from tests.factories.pilot import make_fix, make_session
from tests.journeys.states import talk

OUTLINE = "element => getComputedStyle(element).outlineStyle"
BORDER = "element => getComputedStyle(element).borderTopStyle"


@pytest.fixture
def session(orm, owner):
    """A session in which something moves: a reply is being written, and a dialog slides up."""
    session = orm(lambda: make_session(owner))
    orm(lambda: make_fix(session, Phase.PARTIAL))
    orm(lambda: talk(session, "running"))
    return session


def test_nothing_moves_where_motion_is_reduced(workbench_of, owner, session):
    moving = "() => document.getAnimations().map(({ animationName, playState }) => `${animationName} ${playState}`)"
    for motion in ("no-preference", "reduce"):
        page = workbench_of(owner, reduced_motion=motion).page
        page.goto(f"/sessions/{session.pk}/?open=resolve")
        expect(page.locator(".reply[aria-busy]")).to_be_visible()
        page.evaluate("() => new Promise(requestAnimationFrame)")
        page.evaluate("() => new Promise(requestAnimationFrame)")
        assert bool(page.evaluate(moving)) == (motion == "no-preference")


def test_what_is_chosen_and_focused_shows_without_our_colours(workbench_of, owner, session, orm):
    orm(lambda: make_fix(session))
    page = workbench_of(owner, forced_colors="active").page
    page.goto("/sessions/?status=open")
    for chosen in page.locator("[aria-current]").all():
        assert chosen.evaluate(OUTLINE) == "solid"
    desk = workbench_of(owner, forced_colors="active").goes_to(session)
    line = "tab => getComputedStyle(tab, '::after').borderBottomStyle"
    assert desk.page.get_by_role("tab", selected=True).evaluate(line) == "solid"
    assert desk.page.get_by_role("tab", selected=False).evaluate(line) == "none"
    for button in desk.banner.locator(".button").all():
        assert button.evaluate(BORDER) == "solid"
    desk.composer.focus()
    desk.page.keyboard.press("Tab")
    assert desk.page.locator(":focus").evaluate(OUTLINE) == "solid"
