"""Two engineers write a script for one fix: the second meets the first one's, and loses nothing."""

import pytest
from playwright.sync_api import expect

from script_builder.models import ScriptBuilderSession
from tests.factories.pilot import make_fix, make_session
from tests.journeys.builder import Builder
from tests.replies.processes import eventually

THEIRS, MINE = "echo theirs\n", "net use P: /delete\n"


@pytest.fixture
def second(desk, workbench_of, admin, orm, owner):
    """The owner's page, on which a script is written; the admin's was submitted meanwhile."""
    session = orm(lambda: make_session(owner, title="Drive gone"))
    orm(lambda: make_fix(session, title="Map it again"))
    first = workbench_of(admin)
    for somebody, text in ((desk, MINE), (first, THEIRS)):
        somebody.goes_to(session).selects("Script Builder")
        somebody.opens_the_editor()
        somebody.writes(text)
        somebody.has_saved()
    # What each writes is their own.
    expect(desk.script).to_have_value(MINE)
    first.submits()
    first.has_no_strip()
    return desk


def compares(desk) -> None:
    """Sees both scripts beside each other."""
    expect(desk.dialog.get_by_role("heading")).to_have_text("Another draft came first")
    expect(desk.dialog.locator(".script-diff__frame")).to_be_visible()
    texts = desk.dialog.locator(".script-diff__plain pre").all()
    assert [text.text_content() for text in texts] == [THEIRS, MINE]


def test_the_second_compares_and_submits_in_its_place(second, record, orm, owner, faults):
    faults.expect("409")
    second.submits()
    second.has_no_strip()
    compares(second)
    expect(second.dialog.get_by_role("heading")).to_be_focused()
    assert record.fix().ai_drafted_script == THEIRS
    assert orm(lambda: ScriptBuilderSession.objects.get(user=owner).buffer) == MINE

    # What happens elsewhere leaves the comparison alone; closed, it is had again from the banner, also after a reload.
    second.asks_what_changed()
    compares(second)
    second.dialog.get_by_role("link", name="Keep what is there").click()
    expect(second.dialog).to_have_count(0)
    assert record.fix().ai_drafted_script == THEIRS
    second.page.reload()
    second.presses("Compare with your draft")
    compares(second)
    second.presses("Submit mine anyway", second.dialog)
    expect(second.dialog).to_have_count(0)
    expect(second.banner.get_by_role("button", name="Apply", exact=True)).to_be_focused()
    expect(second.banner.get_by_role("button", name="Compare with your draft")).to_have_count(0)
    assert record.fix().ai_drafted_script == MINE
    record.runs_nothing()


def test_what_was_typed_last_is_kept_when_the_first_one_stands(second, orm, owner, faults):
    """Typed and submitted at once: the refusal goes on saving it."""
    faults.expect("409")
    last = f"{MINE}exit"
    second.code.click()
    second.page.keyboard.press("ControlOrMeta+End")
    second.page.keyboard.type("exit")
    second.submits()
    second.dialog.get_by_role("link", name="Keep what is there").click()
    eventually(lambda: orm(lambda: ScriptBuilderSession.objects.get(user=owner).buffer) == last)


def test_who_sees_it_first_is_taken_to_the_chat_and_may_compare(second, record):
    """The page learns of the other draft by itself, while the editor is open."""
    second.asks_what_changed()
    second.has_no_strip()
    second.presses("Compare with your draft")
    compares(second)
    assert record.fix().ai_drafted_script == THEIRS
    expect(Builder(second).comparison).to_be_hidden()
