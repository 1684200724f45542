"""A session that is resolved while somebody has it open."""

from playwright.sync_api import expect

from flowpilot.replies.models import Reply
from tests.factories.pilot import make_fix, make_session, resolve


def test_what_was_being_written_is_given_back(desk, owner, orm):
    session = orm(lambda: make_session(owner))
    desk.goes_to(session)
    kept = desk.page.locator("#kept")
    desk.composer.fill("It came back, and")
    orm(lambda: resolve(session))
    desk.asks_what_changed()
    expect(desk.composer).to_be_hidden()
    expect(kept).to_contain_text("It came back, and")
    desk.asks_what_changed()
    expect(kept.locator("#kept-words")).to_have_text("It came back, and")


def test_nothing_of_the_chat_can_be_asked_again(desk, owner, orm):
    session = orm(lambda: make_session(owner))
    desk.goes_to(session).says("Why does it not print?")
    desk.hears(1)
    orm(lambda: Reply.objects.update(state="failed", error="The assistant could not go on."))
    desk.page.reload()
    retry = desk.page.get_by_role("button", name="Retry")
    expect(retry).to_be_visible()
    desk.resolves()
    expect(retry).to_be_hidden()


def test_the_list_beside_it_says_so(desk, owner, orm):
    session = orm(lambda: make_session(owner))
    here = desk.goes_to(session).page.locator("#sessions-drawer [aria-current=page]")
    expect(here.get_by_role("img", name="Open")).to_be_visible()
    desk.resolves()
    expect(here.get_by_role("img", name="Resolved")).to_be_visible()


def test_an_unsaved_script_is_given_back(desk, owner, orm, faults):
    faults.expect("409")
    session = orm(lambda: make_session(owner))
    orm(lambda: make_fix(session))
    desk.goes_to(session).selects("Script Builder")
    desk.opens_the_editor()
    desk.writes("Get-Date\n")
    desk.has_saved()
    orm(lambda: resolve(session))
    desk.writes("Get-Date -AsUTC\n")
    expect(desk.page.locator("#builder-panel [data-buffer-state]")).to_contain_text("closed")
    desk.asks_what_changed()
    expect(desk.page.locator("#kept-words")).to_contain_text("Get-Date -AsUTC")
