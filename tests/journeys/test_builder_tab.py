"""The tab strip and its two panels: what is restored, what survives, and what a fix that moves on does to them."""

import pytest
from playwright.sync_api import expect

from pilot.actions import drafts
from pilot.lifecycle import Move
from pilot.models import ChatMessage
from script_builder.models import ScriptBuilderMessage, ScriptBuilderSession
from tests.factories.pilot import make_fix, make_session, resolve, run, settle
from tests.journeys.builder import Builder

HALF = "Half a sentence,\nand not sent"
WRITTEN = "net use P: /delete\n"


@pytest.fixture
def session(orm, owner):
    return orm(lambda: make_session(owner, title="Drive gone"))


@pytest.fixture
def fix(orm, session):
    """A fix with neither template nor draft, of a runbook that has its commands."""
    return orm(lambda: make_fix(session, title="Map it again", source="W20/fix/remap"))


@pytest.fixture
def builder(desk, session, fix):
    """The owner's page on that session."""
    return Builder(desk.goes_to(session))


# ---- Tabs and modes -----------------------------------------------------------------------------


def test_reload_and_back_restore_tab_and_mode_and_the_list_begins_anew(desk, builder):
    desk.selects("Script Builder")
    desk.is_in("ai")
    desk.page.reload()
    desk.is_on("Script Builder")
    desk.is_in("ai")
    desk.opens_the_editor()
    desk.page.reload()
    desk.is_on("Script Builder")
    desk.is_in("editor")
    expect(desk.code).to_be_visible()

    desk.page.get_by_role("link", name="Timeline").click()
    expect(desk.page.get_by_role("heading", name="Timeline")).to_be_visible()
    desk.page.go_back()
    desk.is_on("Script Builder")
    desk.is_in("editor")
    desk.selects("Chat")
    desk.page.reload()
    desk.is_on("Chat")

    desk.selects("Script Builder")
    desk.page.goto("/sessions/")
    desk.page.get_by_role("link", name="Drive gone").last.click()
    desk.is_on("Chat")
    desk.selects("Script Builder")
    desk.is_in("ai")


def test_tab_and_mode_outlive_the_first_answer(desk, orm, session, fix, owner):
    """It makes the history entry htmx's own."""
    orm(lambda: drafts.open_inline(fix=fix, by=owner))
    desk.goes_to(session).selects("Script Builder")
    desk.opens_the_editor()
    orm(lambda: ChatMessage.objects.note(session, "Later"))
    desk.asks_what_changed()
    expect(desk.page.locator("#turns")).to_contain_text("Later")
    desk.page.reload()
    desk.is_on("Script Builder")
    desk.is_in("editor")


def test_the_keyboard_alone(desk, builder):
    chat, tab = (desk.tabs.get_by_role("tab", name=name) for name in ("Chat", "Script Builder"))
    expect(desk.tabs).to_have_role("tablist")
    for name, one in (("chat", chat), ("builder", tab)):
        expect(one).to_have_attribute("aria-controls", f"{name}-panel")
    chat.focus()
    desk.page.keyboard.press("ArrowRight")
    desk.is_on("Script Builder")
    expect(tab).to_be_focused()
    expect(chat).to_have_attribute("tabindex", "-1")
    desk.page.keyboard.press("ArrowRight")
    desk.is_on("Chat")
    desk.page.keyboard.press("ArrowLeft")
    desk.is_on("Script Builder")
    expect(tab).to_be_focused()

    desk.page.keyboard.press("Alt+Digit1")
    desk.is_on("Chat")
    expect(desk.composer).to_be_focused()
    desk.page.keyboard.press("Alt+Digit2")
    desk.is_on("Script Builder")
    expect(builder.composer).to_be_focused()
    desk.opens_the_editor()
    desk.page.keyboard.type("exit 0")
    written = desk.script.input_value()
    assert written.endswith("\nexit 0")
    # From inside the editor too, and back to where one wrote.
    desk.page.keyboard.press("Alt+Digit1")
    expect(desk.composer).to_be_focused()
    desk.page.keyboard.press("Alt+Digit2")
    desk.page.keyboard.type("!")
    expect(desk.script).to_have_value(f"{written}!")


# ---- What survives ------------------------------------------------------------------------------


@pytest.fixture
def long_chats(orm, session, fix, owner):
    """Both chats are longer than the screen."""

    def make():
        drafting = drafts.open_inline(fix=fix, by=owner)
        for number in range(40):
            ChatMessage.objects.note(session, f"Line {number}")
            ScriptBuilderMessage.objects.note(drafting, f"Drafted {number}")

    orm(make)


def test_scroll_unsent_words_cursor_and_undo_survive_every_switch_and_action(desk, long_chats, builder, orm, session):
    transcript, there = desk.page.locator("#transcript"), "list => list.scrollTop"
    desk.page.wait_for_function("() => document.getElementById('transcript').scrollTop > 300")
    transcript.evaluate("list => { list.scrollTop = 200 }")
    desk.page.wait_for_function("() => !document.querySelector('[data-to-newest]').hidden")
    desk.composer.fill(HALF)

    desk.selects("Script Builder")
    # Its newest line first, then where it was read.
    desk.page.wait_for_function(
        "() => { const list = document.querySelector('#builder-panel [data-transcript]');"
        " return list.scrollTop > 300 && list.scrollHeight - list.scrollTop - list.clientHeight < 3; }"
    )
    builder.chat.evaluate("list => { list.scrollTop = 150 }")
    builder.composer.fill("Only for one")
    desk.opens_the_editor()
    desk.page.keyboard.type("one")
    expect(desk.script).to_have_value("# Map it again\n\none")
    desk.page.keyboard.press("ArrowUp")
    desk.page.keyboard.press("Home")

    def everything_is_there():
        desk.selects("Chat")
        assert transcript.evaluate(there) == 200
        expect(desk.composer).to_have_value(HALF)
        desk.selects("Script Builder")
        builder.goes_back_to_the_ai()
        assert builder.chat.evaluate(there) == 150
        expect(builder.composer).to_have_value("Only for one")
        desk.page.get_by_role("button", name="Write it myself").click()
        desk.is_in("editor")

    everything_is_there()
    desk.page.keyboard.type("x")
    expect(desk.script).to_have_value("# Map it again\nx\none")

    desk.does_it_by_hand("Typed it in.")
    desk.selects("Chat")
    desk.is_verifying()
    everything_is_there()
    orm(lambda: ChatMessage.objects.note(session, "Line 40"))
    desk.asks_what_changed()
    expect(transcript).to_contain_text("Line 40")
    everything_is_there()
    desk.page.keyboard.type("y")
    expect(desk.script).to_have_value("# Map it again\nxy\none")
    for _ in range(3):
        desk.page.keyboard.press("ControlOrMeta+z")
    expect(desk.script).to_have_value("# Map it again\n\n")
    desk.has_saved()

    desk.page.reload()
    desk.is_on("Script Builder")
    builder.goes_back_to_the_ai()
    expect(builder.composer).to_have_value("Only for one")
    desk.selects("Chat")
    expect(desk.composer).to_have_value(HALF)


@pytest.fixture
def other_session(orm, owner):
    """Another one of the owner's, with a fix of its own."""
    session = orm(lambda: make_session(owner, title="Printer offline"))
    orm(lambda: make_fix(session, title="Restart the spooler"))
    return session


def test_nothing_of_one_session_shows_in_the_next(desk, other_session, builder, orm, owner, hold):
    desk.selects("Script Builder")
    builder.composer.fill(HALF)
    hold(desk.page, "**/messages/")
    with desk.page.expect_request("**/messages/"):
        builder.composer.press("Enter")
    desk.page.get_by_role("link", name="Printer offline").first.click()
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("Printer offline")
    # The slow answer of the first comes now, to nobody.
    orm(lambda: ScriptBuilderSession.objects.get().messages.create(role="user", author=owner, text="Of the first."))
    desk.is_on("Chat")
    expect(desk.composer).to_have_value("")
    desk.selects("Script Builder")
    expect(builder.composer).to_have_value("")
    expect(builder.chat.locator("[data-turn]")).to_have_count(0)
    desk.opens_the_editor()
    expect(desk.script).to_have_value("# Restart the spooler\n\n")


# ---- A fix that moves on ------------------------------------------------------------------------


@pytest.fixture
def give_way(orm, session, fix):
    """`give_way(**fields)`: the fix was run and closed elsewhere, and this one follows; the assistant is not asked."""

    def follow(**fields):
        run(fix)
        settle(fix, Move.WORKED)
        make_fix(session, title="Ask the server", **fields)

    return lambda **fields: orm(lambda: follow(**fields))


def test_a_later_fix_begins_below_a_divider_on_a_fresh_scaffold(desk, builder, orm, give_way):
    desk.selects("Script Builder")
    builder.asks("draft it", replies=1)
    desk.opens_the_editor()
    desk.writes(WRITTEN)
    desk.has_saved()
    expect(builder.dot).to_be_visible()
    inline = orm(lambda: ScriptBuilderSession.objects.get().pk)

    give_way(description="Is it up?")
    desk.asks_what_changed()
    desk.is_on("Chat")
    desk.is_offered("Ask the server")
    expect(builder.dot).to_be_hidden()
    desk.selects("Script Builder")
    expect(builder.panel.get_by_role("heading", name="Script Builder · Ask the server")).to_be_visible()
    desk.is_in("ai")
    divider = builder.chat.locator("[data-turn]").last
    expect(divider).to_contain_text("From here on: Ask the server")
    expect(builder.blocks).to_have_count(1)
    expect(builder.dot).to_be_hidden()
    desk.opens_the_editor()
    expect(desk.script).to_have_value("# Ask the server\n#\n# Is it up?\n\n")
    assert orm(lambda: ScriptBuilderSession.objects.get().pk) == inline

    builder.panel.get_by_role("button", name="Use the earlier draft").click()
    expect(desk.script).to_have_value(WRITTEN)
    desk.has_saved()
    expect(builder.dot).to_be_visible()
    desk.page.keyboard.press("ControlOrMeta+z")
    expect(desk.script).to_have_value("# Ask the server\n#\n# Is it up?\n\n")
    desk.has_saved()
    expect(builder.dot).to_be_hidden()


def test_what_is_typed_as_the_fix_gives_way_is_its_earlier_draft(desk, builder, give_way):
    desk.selects("Script Builder")
    desk.opens_the_editor()
    give_way()
    desk.writes(WRITTEN)
    desk.asks_what_changed()
    desk.is_on("Chat")
    desk.selects("Script Builder")
    expect(builder.panel.get_by_role("heading", name="Script Builder · Ask the server")).to_be_visible()
    desk.opens_the_editor()
    builder.panel.get_by_role("button", name="Use the earlier draft").click()
    expect(desk.script).to_have_value(WRITTEN)


def test_a_tab_that_is_opened_too_late_leads_back_to_what_there_is(desk, builder, give_way, faults):
    faults.expect("409")
    give_way()
    desk.tabs.get_by_role("tab", name="Script Builder").click()
    expect(desk.notice).to_contain_text("This fix has changed meanwhile")
    desk.is_on("Chat")
    desk.is_offered("Ask the server")
    desk.selects("Script Builder")
    expect(builder.panel.get_by_role("heading", name="Script Builder · Ask the server")).to_be_visible()


def test_a_session_that_is_closed_elsewhere_takes_the_strip_away_and_loses_nothing(desk, builder, orm, session, faults):
    faults.expect("409")
    desk.selects("Script Builder")
    desk.opens_the_editor()
    desk.writes(WRITTEN)
    desk.has_saved()
    orm(lambda: resolve(session))
    desk.page.keyboard.press("ControlOrMeta+End")
    desk.page.keyboard.type("exit")
    expect(desk.page.locator("#builder-panel [data-buffer-state]")).to_contain_text("The session is closed")
    expect(desk.script).to_have_value(f"{WRITTEN}exit")
    desk.submits()
    desk.has_no_strip()
    expect(desk.notice).to_contain_text("Nothing was changed")
    expect(desk.notice.locator("#typed")).to_contain_text("exit")
    assert orm(lambda: ScriptBuilderSession.objects.get().buffer) == WRITTEN
