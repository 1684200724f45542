"""The API's documentation, in a real browser under the policy of every page: read, and tried."""

import re

import pytest
from playwright.sync_api import expect

from tests.factories.pilot import make_session
from tests.journeys.test_contrast import RATIO


def test_an_operation_is_tried_where_it_is_described(desk, orm, owner):
    orm(lambda: make_session(owner, title="Second floor"))
    page = desk.page
    page.goto("/sessions/")
    page.get_by_role("button", name="Menu of").click()
    page.get_by_role("link", name="API").click()
    listing = page.locator(".opblock-get", has_text="/api/v1/ai-sessions").first
    listing.locator("button.opblock-summary-control").click()
    listing.get_by_role("button", name="Try it out").click()
    listing.get_by_role("button", name="Execute").click()
    expect(listing.locator(".live-responses-table tbody .response-col_status").first).to_contain_text("200")
    expect(listing.locator(".live-responses-table tbody .response-col_description")).to_contain_text("Second floor")


def test_a_write_is_tried_too(desk, orm, owner):
    page = desk.page
    page.goto("/api/docs/")
    making = page.locator(".opblock-post", has_text="/api/v1/script-builder/sessions").first
    making.locator("button.opblock-summary-control").click()
    making.get_by_role("button", name="Try it out").click()
    making.get_by_role("button", name="Execute").click()
    expect(making.locator(".live-responses-table tbody .response-col_status").first).to_contain_text("201")
    assert orm(lambda: owner.script_builder_sessions.count()) == 1


@pytest.mark.parametrize("scheme, other", [("dark", "light"), ("light", "dark")])
def test_it_looks_as_the_system_does(workbench_of, owner, scheme, other):
    page = workbench_of(owner, color_scheme=scheme).page
    page.goto("/api/docs/")
    listing = page.locator(".opblock-get", has_text="/api/v1/ai-sessions").first
    listing.locator("button.opblock-summary-control").click()
    listing.get_by_role("button", name="Try it out").click()
    shown = ".api-docs .info p, .api-docs .info a, .opblock-tag, .opblock-get .opblock-summary-path, .opblock-body p"
    for look in (scheme, other, scheme):
        page.emulate_media(color_scheme=look)
        expect(page.locator("html.dark-mode")).to_have_count(1 if look == "dark" else 0)
        for words in [*page.locator(shown).all(), listing.locator("input").first]:
            assert words.evaluate(RATIO) >= 4.5
        field = listing.locator("input").first
        ink, ground = (
            field.evaluate(f"field => getComputedStyle(field).{name}") for name in ("color", "backgroundColor")
        )
        lightness = [sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in (ink, ground)]
        assert (lightness[0] > lightness[1]) == (look == "dark")
