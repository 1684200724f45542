"""The builder's replies while they are written: streamed, stopped, asked for again, interrupted."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db.models import DateTimeField, ExpressionWrapper
from django.db.models.functions import Now
from playwright.sync_api import expect

from flowpilot.replies.models import Reply
from script_builder.models import ScriptBuilderMessage
from tests.factories.pilot import make_fix, make_session
from tests.journeys.builder import Builder
from tests.journeys.speaking import in_pieces
from tests.journeys.steps import Workbench

BEGINS = "Here it is:\n\n```powershell\nGet-Service Spooler\nif ($?) { exit 0 }\n```\n\nIt only looks"
ENDS = ", and changes nothing.\n\n```bash\nls\n```\n"
SCRIPT = "Get-Service Spooler\nif ($?) { exit 0 }\n"


@pytest.fixture(autouse=True)
def go_on(speaks):
    go_on = threading.Event()
    speaks(*in_pieces(BEGINS, 5), go_on, ENDS)
    return go_on


@pytest.fixture
def session(orm, owner):
    session = orm(lambda: make_session(owner))
    orm(lambda: make_fix(session))
    return session


@pytest.fixture
def builder(desk, session):
    """The owner in the Script Builder tab, who has asked for a draft and reads its beginning."""
    builder = Builder(desk.goes_to(session))
    desk.selects("Script Builder")
    builder.composer.fill("Draft it.")
    builder.composer.press("Enter")
    half_shown(builder)
    return builder


def half_shown(builder) -> None:
    expect(builder.blocks).to_have_count(1)
    expect(builder.replies.last).to_contain_text("It only looks")
    expect(builder.replies.last).to_have_attribute("aria-busy", "true")


def whole(builder, blocks: int) -> None:
    expect(builder.replies.last).to_have_attribute("data-reply", "done")
    expect(builder.blocks).to_have_count(blocks)


def test_a_block_can_be_used_while_the_rest_is_written(desk, builder, go_on):
    expect(builder.composer).to_have_value("")
    builder.presses("Use this draft", 0)
    desk.is_in("editor")
    expect(desk.script).to_have_value(SCRIPT)
    desk.has_saved()
    go_on.set()
    builder.goes_back_to_the_ai()
    whole(builder, blocks=2)
    for name in ("View", "Copy", "Use this draft", "Submit this draft"):
        expect(builder.blocks.get_by_role("button", name=name, exact=True)).to_have_count(2)


def test_reload_another_tab_and_the_chat_go_on_where_it_is(desk, builder, go_on, orm):
    desk.page.reload()
    desk.is_on("Script Builder")
    half_shown(builder)
    other = Builder(Workbench(desk.page.context.new_page()))
    other.page.goto(desk.page.url)
    other.desk.selects("Script Builder")
    half_shown(other)
    desk.selects("Chat")
    go_on.set()
    whole(other, blocks=2)
    desk.selects("Script Builder")
    whole(builder, blocks=2)
    html = orm(lambda: Reply.objects.get().html)
    without = """blocks => {
        for (const code of blocks.querySelectorAll("figure.code pre"))
            while (code.nextSibling) code.nextSibling.remove();
        return blocks.innerHTML;
    }"""
    for shown in (builder, other):
        assert shown.replies.locator("[data-blocks]").evaluate(without) == html


def test_stop_keeps_the_text_and_retry_asks_again(desk, builder, go_on, orm):
    desk.presses("Stop", builder.panel)
    expect(builder.replies.locator("[data-reply-label]")).to_have_text("Stopped")
    expect(builder.replies).to_contain_text("It only looks")
    expect(builder.blocks.get_by_role("button", name="Use this draft")).to_be_visible()
    desk.presses("Retry", builder.panel)
    expect(builder.replies).to_have_count(2)
    go_on.set()
    whole(builder, blocks=3)
    assert orm(lambda: list(Reply.objects.values_list("state", flat=True))) == ["stopped", "done"]
    assert orm(lambda: ScriptBuilderMessage.objects.filter(retry_of__isnull=False).count()) == 1


def test_a_message_that_is_sent_meanwhile_waits_for_its_turn(builder, go_on):
    builder.composer.fill("With logging.")
    builder.composer.press("Enter")
    expect(builder.replies).to_have_count(2)
    expect(builder.composer).to_have_value("")
    expect(builder.chat.locator(".turn--user .turn__body")).to_have_text(["Draft it.", "With logging."])
    go_on.set()
    whole(builder, blocks=4)


def test_a_reply_whose_server_died_is_interrupted_and_asked_for_again(desk, builder, go_on, orm):
    past = ExpressionWrapper(Now() - timedelta(seconds=1), output_field=DateTimeField())
    # Another process had it, and its lease has run out.
    orm(lambda: Reply.objects.update(worker=uuid.uuid4(), lease_until=past))
    expect(builder.replies.locator("[data-reply-label]")).to_have_text("Interrupted")
    expect(builder.replies).to_contain_text("It only looks")
    desk.page.reload()
    expect(builder.replies.locator("[data-reply-label]")).to_have_text("Interrupted")
    go_on.set()
    desk.presses("Retry", builder.panel)
    whole(builder, blocks=3)
    expect(builder.replies).to_have_count(2)


def test_a_message_that_cannot_be_taken_stays_in_the_composer(builder, go_on, faults):
    faults.expect("422")
    go_on.set()
    whole(builder, blocks=2)
    builder.composer.fill("x" * 50_001)
    builder.composer.press("Enter")
    expect(builder.panel.get_by_role("alert").filter(has_text="too long for one message")).to_be_visible()
    expect(builder.composer).to_have_value("x" * 50_001)
    builder.composer.fill("Shorter, then.")
    builder.composer.press("Enter")
    expect(builder.replies).to_have_count(2)
    expect(builder.composer).to_have_value("")
    expect(builder.panel.locator("#builder-message-error")).to_be_empty()
