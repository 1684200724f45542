"""A reply as it is seen in a real browser: while it is written, over a reload, stopped, retried, and hostile."""

import threading

import pytest
from playwright.sync_api import expect

from flowpilot.replies.models import Reply
from pilot.models import AISession, ChatMessage
from tests.journeys.speaking import in_pieces

BEGINS = "Is the **spooler** up?\n\n```powershell\nGet-Service Spooler\n```\n\n"
HOSTILE = "<img src=x onerror=alert(1)>  two  spaces\n<b hx-get=/sessions/ hx-trigger=load>bold</b> ![x](https://evil.example/x.png)"
ENDS = "\n\nThen *tell* me."


@pytest.fixture(autouse=True)
def go_on(speaks):
    go_on = threading.Event()
    speaks(*in_pieces(BEGINS, 4), *HOSTILE, go_on, ENDS)
    return go_on


@pytest.fixture
def session(orm, owner):
    return orm(
        lambda: AISession.objects.create(account=owner.account, owner=owner, title="Printer", problem="It is offline.")
    )


@pytest.fixture
def page(workbench_of, owner, session):
    page = workbench_of(owner).page
    page.goto(f"/sessions/{session.pk}/")
    return page


@pytest.fixture
def say(page):
    """Posts a message as somebody at the keyboard does."""

    def say(text):
        page.locator("#composer [name=text]").fill(text)
        page.locator("#composer [name=text]").press("Enter")
        return page.locator(".reply").last

    return say


def half_shown(reply):
    expect(reply.locator("figure.code")).to_be_visible()
    expect(reply.locator("strong")).to_have_text("spooler")
    expect(reply.locator("[data-tail]")).to_contain_text("evil.example/x.png)")
    assert reply.locator("[data-tail]").evaluate("tail => tail.textContent") == HOSTILE
    assert reply.locator("[data-blocks] img, [data-tail] *").count() == 0


def whole(reply):
    expect(reply.locator("em")).to_have_text("tell")
    expect(reply).not_to_have_attribute("aria-busy", "true")
    expect(reply.locator("[data-tail]")).to_have_text("")
    assert reply.locator("figure.code").count() == reply.locator("strong").count() == 1
    assert reply.locator("img, b").count() == 0


def test_a_reply_is_shown_while_it_is_written_and_over_a_reload(page, say, go_on, orm):
    half_shown(say("Why?"))
    page.reload()
    reply = page.locator(".reply").last
    half_shown(reply)
    other = page.context.new_page()
    other.goto(page.url)
    half_shown(other.locator(".reply").last)
    go_on.set()
    for shown in (reply, other.locator(".reply").last):
        whole(shown)
    html = orm(lambda: Reply.objects.get().html)
    for where in (page, other):
        assert where.locator("[data-blocks]").last.inner_html() == html
    page.reload()
    assert page.locator("[data-blocks]").last.inner_html() == html


def test_stop_keeps_the_text_and_retry_asks_again(page, say, go_on, orm):
    reply = say("Why?")
    half_shown(reply)
    page.get_by_role("button", name="Stop").click()
    expect(reply.locator("[data-reply-label]")).to_have_text("Stopped")
    expect(reply).to_contain_text("two spaces")
    page.get_by_role("button", name="Retry").click()
    expect(page.locator(".reply")).to_have_count(2)
    go_on.set()
    whole(page.locator(".reply").last)
    assert orm(lambda: list(Reply.objects.values_list("state", flat=True))) == ["stopped", "done"]
    assert orm(lambda: ChatMessage.objects.filter(retry_of__isnull=False).count()) == 1


def test_a_hidden_page_holds_no_stream_and_goes_on_when_it_is_seen_again(page, say, go_on):
    reply = say("Why?")
    half_shown(reply)
    hide = """hidden => {
        Object.defineProperty(document, "hidden", { configurable: true, value: hidden });
        document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.evaluate(hide, True)
    go_on.set()
    page.context.request.get("/healthz")
    expect(reply).to_have_attribute("aria-busy", "true")
    page.evaluate(hide, False)
    whole(reply)


def test_the_transcript_follows_only_who_reads_at_its_end(page, say, go_on):
    page.set_viewport_size({"width": 1280, "height": 420})
    go_on.set()
    whole(say("Why?"))
    at_end = """() => {
        const list = document.querySelector("[data-transcript]");
        return list.scrollHeight - list.scrollTop - list.clientHeight < 50;
    }"""
    page.wait_for_function(at_end)
    go_on.clear()
    half_shown(say("And then?"))
    page.wait_for_function(at_end)
    page.locator("[data-transcript]").evaluate("list => { list.scrollTop = 0 }")
    go_on.set()
    whole(page.locator(".reply").last)
    assert page.locator("[data-transcript]").evaluate("list => list.scrollTop") == 0


def test_a_server_that_is_away_for_a_while_is_said_and_survived(page, say, go_on, faults):
    faults.expect("503")
    page.route("**/stream/**", lambda route: route.fulfill(status=503))
    reply = say("Why?")
    expect(reply.locator("[data-reply-label]")).to_contain_text("Connection lost")
    page.unroute("**/stream/**")
    half_shown(reply)
    expect(reply.locator("[data-reply-label]")).to_have_text("Writing…")
    go_on.set()
    whole(reply)
