"""A script written by hand: languages, two tabs on one text, no network, no Monaco."""

import pytest
from playwright.sync_api import expect

from script_builder.models import ScriptBuilderSession
from script_builder.scaffold import scaffold
from tests.factories.pilot import make_fix, make_session
from tests.journeys.builder import Builder
from tests.journeys.steps import Workbench
from tests.replies.processes import eventually

WRITTEN = "net use P: /delete\n"
STATE = "#builder-panel [data-buffer-state]"


@pytest.fixture
def session(orm, owner):
    """A session whose fix has neither template nor draft."""
    session = orm(lambda: make_session(owner, title="Drive gone"))
    orm(lambda: make_fix(session, title="Map it again", description="As the user: map it."))
    return session


@pytest.fixture
def writing(desk, session):
    """The owner in the open editor."""
    desk.goes_to(session).selects("Script Builder")
    desk.opens_the_editor()
    return desk


@pytest.fixture
def stored(orm):
    """`stored(text)`: waits until the database holds it."""
    return lambda text: eventually(lambda: orm(lambda: ScriptBuilderSession.objects.get().buffer) == text)


def test_an_untouched_scaffold_follows_the_language_and_a_written_one_keeps_its_text(writing, stored):
    builder = Builder(writing)
    for language in ("bash", "batch", "python", "powershell"):
        builder.language.select_option(language)
        wanted = scaffold("Map it again\n\nAs the user: map it.", language)
        expect(writing.script).to_have_value(wanted)
        stored(wanted)
        expect(builder.dot).to_be_hidden()
    writing.writes(WRITTEN)
    builder.language.select_option("batch")
    writing.has_saved()
    expect(writing.script).to_have_value(WRITTEN)
    expect(builder.dot).to_be_visible()
    writing.page.reload()
    expect(builder.language).to_have_value("batch")
    expect(writing.script).to_have_value(WRITTEN)
    writing.submits()
    writing.has_no_strip()


def test_what_was_typed_last_is_saved_as_the_page_goes(writing, session, stored):
    writing.writes(WRITTEN)
    writing.page.goto("/sessions/")
    stored(WRITTEN)
    writing.goes_to(session)
    writing.selects("Script Builder")
    writing.is_in("ai")
    writing.opens_the_editor()
    expect(writing.script).to_have_value(WRITTEN)


@pytest.mark.parametrize("choice", ["Keep mine", "Take the other"])
def test_two_tabs_on_one_text_choose_between_both(writing, session, stored, faults, choice):
    faults.expect("409")
    other = Workbench(writing.page.context.new_page()).goes_to(session)
    other.selects("Script Builder")
    other.opens_the_editor()
    other.writes("echo theirs\n")
    Builder(other).language.select_option("batch")
    other.has_saved()
    stored("echo theirs\n")

    builder = Builder(writing)
    writing.writes(WRITTEN)
    expect(builder.comparison).to_be_visible()
    builder.compares("echo theirs\n", WRITTEN)
    stored("echo theirs\n")
    # Left without a choice nothing is saved and nothing lost; it is asked again.
    writing.page.keyboard.press("Escape")
    expect(builder.comparison).to_be_hidden()
    expect(writing.script).to_have_value(WRITTEN)
    writing.code.click()
    writing.page.keyboard.press("ControlOrMeta+End")
    # All at once: between two keys it might be asked already.
    writing.page.keyboard.insert_text("exit")
    expect(builder.comparison).to_be_visible()
    builder.compares("echo theirs\n", f"{WRITTEN}exit")
    builder.answers(choice)
    kept = f"{WRITTEN}exit" if choice == "Keep mine" else "echo theirs\n"
    expect(writing.script).to_have_value(kept)
    expect(builder.language).to_have_value("powershell" if choice == "Keep mine" else "batch")
    writing.has_saved()
    stored(kept)
    if choice == "Take the other":
        writing.code.click()
        writing.page.keyboard.press("ControlOrMeta+z")
        expect(writing.script).to_have_value(f"{WRITTEN}exit")


def test_another_tab_is_no_matter_of_the_chat(writing, session, stored, faults, hold):
    """The question waits until the tab is seen again, and holds nothing up meanwhile."""
    faults.expect("409")
    other = Workbench(writing.page.context.new_page()).goes_to(session)
    other.selects("Script Builder")
    other.opens_the_editor()
    other.writes("echo theirs\n")
    other.has_saved()
    held = hold(writing.page, "**/buffer/", times=1)
    with writing.page.expect_request("**/buffer/"):
        writing.writes(WRITTEN)
    writing.page.keyboard.press("Alt+Digit1")
    writing.is_on("Chat")
    with writing.page.expect_response("**/buffer/"):
        held.pop().continue_()
    expect(writing.composer).to_be_focused()
    writing.says("Still there?")
    writing.hears(1)
    writing.selects("Script Builder")
    builder = Builder(writing)
    expect(builder.comparison).to_be_visible()
    builder.answers("Keep mine")
    stored(WRITTEN)


def test_one_own_save_under_way_is_no_other_tab(writing, stored, hold):
    """A slow save, and a language chosen meanwhile: one after another, and no conflict with oneself."""
    held = hold(writing.page, "**/buffer/", times=1)
    with writing.page.expect_request("**/buffer/"):
        writing.writes(WRITTEN)
    Builder(writing).language.select_option("batch")
    with writing.page.expect_response("**/language/"):
        held.pop().continue_()
    writing.has_saved()
    stored(WRITTEN)
    expect(Builder(writing).comparison).to_be_hidden()


def test_a_save_that_submit_overtakes_says_nothing(writing, record, faults, hold):
    faults.expect("409")
    held = hold(writing.page, "**/buffer/", times=1)
    with writing.page.expect_request("**/buffer/"):
        writing.writes(WRITTEN)
    writing.submits()
    writing.has_no_strip()
    with writing.page.expect_response("**/buffer/") as late:
        held.pop().continue_()
    assert late.value.status == 409
    assert record.fix().ai_drafted_script == WRITTEN
    expect(Builder(writing).comparison).to_be_hidden()
    expect(writing.notice).to_be_empty()


def test_a_refused_submit_goes_on_saving(writing, stored, faults):
    faults.expect("422")
    writing.writes("")
    writing.has_saved()
    writing.writes(" \n")
    writing.submits()
    expect(writing.page.locator("#builder-error")).to_contain_text("The script is empty")
    stored(" \n")
    writing.writes(WRITTEN)
    expect(writing.page.locator("#builder-error")).to_be_empty()
    writing.has_saved()
    stored(WRITTEN)


def test_what_is_typed_without_a_network_is_saved_with_it(writing, stored, faults):
    faults.expect("net::ERR_INTERNET_DISCONNECTED")
    builder, context = Builder(writing), writing.page.context
    context.set_offline(True)
    writing.writes(WRITTEN)
    expect(writing.page.locator(STATE)).to_contain_text("Not saved")
    builder.language.select_option("batch")
    writing.selects("Chat")
    writing.selects("Script Builder")
    writing.is_in("editor")
    expect(writing.script).to_have_value(WRITTEN)
    expect(builder.language).to_have_value("batch")
    context.set_offline(False)
    writing.has_saved()
    stored(WRITTEN)


def test_where_monaco_cannot_be_had_the_field_does_the_whole_job(desk, session, record, stored, faults):
    faults.expect("net::ERR_FAILED")
    page = desk.page
    page.route("**/dist/editor*", lambda route: route.abort())
    desk.goes_to(session).selects("Script Builder")
    page.get_by_role("button", name="Write it myself").click()
    expect(page.get_by_text("The code editor could not be loaded")).to_be_visible()
    expect(desk.script).to_be_focused()
    desk.script.press_sequentially("echo 1")
    written = scaffold("Map it again\n\nAs the user: map it.", "powershell") + "echo 1"
    expect(desk.script).to_have_value(written)
    desk.has_saved()
    page.reload()
    desk.is_in("editor")
    expect(desk.script).to_have_value(written)
    Builder(desk).goes_back_to_the_ai()
    page.get_by_role("button", name="Write it myself").click()
    desk.script.fill(WRITTEN)
    desk.has_saved()
    stored(WRITTEN)
    desk.submits()
    desk.has_no_strip()
    assert record.fix().ai_drafted_script == WRITTEN
