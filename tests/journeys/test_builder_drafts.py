"""A script drafted by the assistant: viewed, copied, used, edited, compared and submitted."""

import pytest
from playwright.sync_api import expect

from flowpilot.replies.models import Reply
from tests.factories.pilot import make_fix, make_session
from tests.journeys.builder import Builder


@pytest.fixture
def session(orm, owner):
    """A session whose fix a runbook has the commands for, and nobody has a script yet."""
    session = orm(lambda: make_session(owner, title="Drive gone", problem=""))
    remap = {"title": "Map it again", "description": "As the user: map it.", "source": "W20/fix/remap"}
    orm(lambda: make_fix(session, **remap))
    return session


@pytest.fixture
def desk(workbench_of, owner):
    return workbench_of(owner, permissions=["clipboard-read", "clipboard-write"])


def test_a_draft_is_used_edited_and_defended_against_the_next_one(desk, session, record):
    builder = Builder(desk.goes_to(session))
    desk.applies()
    desk.is_on("Script Builder")
    expect(builder.composer).to_be_focused()
    expect(builder.dot).to_be_hidden()
    builder.asks("draft it", replies=1)
    expect(builder.dot).to_be_visible()
    expect(builder.blocks).to_have_count(1)
    first = builder.block(0)
    assert "P:" in first or "param(" in first

    builder.presses("View", 0)
    viewed = desk.page.get_by_role("dialog", name="The draft")
    assert viewed.locator("pre").text_content() + "\n" == first
    close = viewed.get_by_role("button", name="Close")
    # In the corner, not beside the title.
    assert close.bounding_box()["x"] > viewed.locator("pre").bounding_box()["width"]
    close.click()
    expect(viewed).to_be_hidden()
    builder.presses("Copy", 0)
    expect(builder.blocks.get_by_role("button", name="Copied")).to_be_visible()
    assert desk.page.evaluate("navigator.clipboard.readText()") + "\n" == first

    builder.presses("Use this draft", 0)
    desk.is_in("editor")
    expect(desk.script).to_have_value(first)
    desk.has_saved()
    expect(desk.code).to_be_visible()
    desk.page.keyboard.type("exit 0")
    mine = first + "exit 0"
    expect(desk.script).to_have_value(mine)
    desk.has_saved()

    builder.goes_back_to_the_ai()
    expect(builder.composer).to_be_focused()
    builder.asks("add logging", replies=2)
    second = builder.block(1)
    assert second not in (first, mine)
    builder.presses("Use this draft", 1)
    builder.compares(mine, second)
    builder.answers("Reject")
    desk.is_in("ai")
    expect(desk.script).to_have_value(mine)

    builder.presses("Use this draft", 1)
    builder.answers("Accept")
    desk.is_in("editor")
    expect(desk.script).to_have_value(second)
    desk.has_saved()
    desk.page.keyboard.press("ControlOrMeta+z")
    expect(desk.script).to_have_value(mine)
    desk.has_saved()

    desk.submits()
    desk.has_no_strip()
    expect(desk.banner.get_by_role("button", name="Apply", exact=True)).to_be_focused()
    assert record.fix().ai_drafted_script == mine
    record.runs_nothing()
    desk.page.reload()
    desk.has_no_strip()


def test_a_draft_is_submitted_as_it_stands_in_the_chat(desk, session, record, orm):
    builder = Builder(desk.goes_to(session))
    desk.selects("Script Builder")
    builder.asks("draft it", replies=1)
    builder.asks("translate to Batch", replies=2)
    expect(builder.blocks).to_have_count(2)
    desk.opens_the_editor()
    desk.writes("echo something else\n")
    builder.goes_back_to_the_ai()
    builder.presses("Submit this draft", 1)
    desk.has_no_strip()
    expect(desk.banner.get_by_role("button", name="Apply", exact=True)).to_be_focused()
    reply = orm(lambda: Reply.objects.filter(kind="builder").latest("created_at").text)
    fix = record.fix()
    assert f"```bat\n{fix.ai_drafted_script}```" in reply
    assert fix.language == "batch"
    record.runs_nothing()
    desk.applies()
    expect(desk.dialog.locator(".card")).to_have_count(3)


def test_over_a_scaffold_a_blank_or_another_draft_there_is_nothing_to_ask(desk, session):
    builder = Builder(desk.goes_to(session))
    desk.selects("Script Builder")
    builder.asks("draft it", replies=1)
    builder.asks("translate to Batch", replies=2)
    for number, language in ((0, "powershell"), (1, "batch"), (0, "powershell")):
        builder.presses("Use this draft", number)
        expect(desk.script).to_have_value(builder.block(number))
        expect(builder.language).to_have_value(language)
        builder.goes_back_to_the_ai()
    desk.page.get_by_role("button", name="Write it myself").click()
    desk.writes("")
    builder.goes_back_to_the_ai()
    builder.presses("Use this draft", 1)
    expect(desk.script).to_have_value(builder.block(1))
    expect(builder.comparison).to_be_hidden()
    # It outlives a reload: what stands there is still a draft as it came.
    desk.has_saved()
    desk.page.reload()
    desk.is_in("editor")
    expect(builder.language).to_have_value("batch")
    builder.goes_back_to_the_ai()
    builder.presses("Use this draft", 0)
    expect(desk.script).to_have_value(builder.block(0))
