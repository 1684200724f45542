"""Words that somebody else chose, everywhere they are shown, sent, written or taken along."""

import re
import unicodedata
from html import unescape
from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.db.models import CharField, TextField
from hypothesis import given
from hypothesis import strategies as st

from flowpilot.ai.tools import ProposeOutcome
from flowpilot.replies.models import Reply, Turn
from flowpilot.replies.shown import Shown
from flowpilot.web import markdown
from flowpilot.web.blocks import Blocks, render
from pilot.actions import proposals
from pilot.lifecycle import Phase
from pilot.models import AISession, SuggestedFix
from script_builder.checks.hidden import hidden
from script_builder.models import ScriptTemplate
from tests.conventions import world as worlds
from tests.conventions.source import FLOORS
from tests.factories.pilot import escalate, make_fix, make_session, make_task, make_template, resolve
from tests.factories.script_builder import DraftingFactory
from tests.replies.processes import Shows
from tests.web.test_markdown import HOSTILE, Judge

# Markup for a text, for a quoted attribute of either kind and for an element of raw text; and code for a template.
WORDS = "{{ 7|add:42 }}</textarea></script>'\"><img src=x onerror=a()>"
# What is no words: written by us, or a name that the product looks up.
OURS = {
    "html", "password", "sha256", "begins", "key", "library_key", "time_zone", "source", "number", "initial",
    "party", "reason",
}  # fmt: skip


# ---- Everywhere it is shown -----------------------------------------------------------------------------


class Page(HTMLParser):
    """Reads a page as a browser would, and refuses what a template of ours never writes."""

    def __init__(self, html):
        super().__init__()
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        assert tag != "img" or dict(attributes)["src"].startswith("/static/"), self.getpos()
        assert tag != "script" or dict(attributes).get("src"), self.getpos()
        assert not [name for name, _ in attributes if name.startswith("on") or "'" in name or '"' in name]

    def handle_data(self, data):
        self.words += data


def hostile_everywhere() -> None:
    """Puts the words into every text of every row that there is."""
    for model in (model for model in apps.get_models() if model.__module__.split(".")[0] in FLOORS):
        rows = model._base_manager.exclude(role="assistant") if issubclass(model, Turn) else model._base_manager.all()
        words = {
            field.attname: WORDS[: field.max_length or None]
            for field in model._meta.concrete_fields
            if isinstance(field, CharField | TextField) and not field.choices and not field.unique
            and field.name not in OURS and not field.name.startswith("ai_outcome")
        }  # fmt: skip
        for name, text in words.items():
            rows.exclude(**{name: None}).update(**{name: text})
    spec = {"host": {"type": "choice", "label": WORDS, "help": WORDS, "choices": [WORDS], "default": WORDS}}
    ScriptTemplate.objects.update(tags=[WORDS])
    apps.get_model("script_builder.ScriptTemplateVersion").objects.update(parameters=spec)
    SuggestedFix.objects.update(warnings=[WORDS])
    SuggestedFix.objects.exclude(ai_drafted_script=None).update(ai_drafted_parameters=spec)
    apps.get_model("pilot.TaskItem").objects.update(choices=[WORDS])
    Reply.objects.update(html=render(WORDS))


@pytest.fixture
def sessions(owner) -> list[AISession]:
    """Sessions whose fixes show every banner and every surface."""
    made = []
    for phase in Phase:
        for way in ({}, {"template": make_template(owner)}, {"script": "ls\n"}):
            session = make_session(owner)
            make_task(session, kind="check", command="ls")
            make_fix(session, phase, verify_command="ls", verify_expected="x", **way)
            if phase == Phase.VERIFYING:
                proposals.propose(session=session, call=ProposeOutcome(outcome="worked", evidence=WORDS), by=owner)
            made.append(session)
    made += [resolve(make_session(owner)), escalate(make_session(owner), party=WORDS)]
    return made


def addresses(world, sessions) -> list[str]:
    paths = [worlds.address(route, world) for _, route in worlds.routes()]
    opened = ["open=template", "open=draft", "open=resolve", "open=escalate", "open=handoff", "tab=script_builder"]
    paths += [f"/sessions/{session.pk}/?{query}" for session in sessions for query in ["", *opened]]
    return paths + [f"/sessions/{session.pk}/{more}/" for session in sessions for more in ("live", "timeline")]


@pytest.mark.django_db
def test_hostile_words_are_words_on_every_page(as_owner, as_admin, htmx, account, owner, sessions):
    world = worlds.build(account, owner)
    DraftingFactory(user=owner, template=world.template)
    paths = addresses(world, sessions)
    paths += [f"/admin/{model._meta.app_label}/{model._meta.model_name}/" for model in apps.get_models()]
    hostile_everywhere()
    shown = 0
    for path in paths:
        for browser in (as_admin,) if path.startswith("/admin/") else (as_owner, htmx):
            answer = browser.get(path)
            if not answer["Content-Type"].startswith("text/html"):
                continue
            page = Page(answer.content.decode())
            shown += WORDS in page.words
            # A template that ran them would have added.
            assert "{{ 7|add:42 }}" in page.words or WORDS not in unescape(answer.content.decode()), path
            assert "49</textarea>" not in page.words
    assert shown > 60


@pytest.fixture
def htmx(client_of, owner):
    browser = client_of(owner)
    browser.defaults["HTTP_HX_REQUEST"] = "true"
    return browser


@pytest.mark.django_db
def test_what_was_typed_comes_back_as_words(as_owner, htmx, owner, sessions):
    """Refused forms give back what was typed; the message after a deed names what it was done to."""
    session, template = sessions[0], make_template(owner, name=WORDS)
    drafting, typed = DraftingFactory(user=owner, title=WORDS), dict.fromkeys(
        ("text", "title", "name", "problem", "notes", "summary", "reason", "to", "party", "answer", "state", "what",
         "outcome", "choice", "script", "language", "output", "q", "number", "tags", "v", "key", "version"), WORDS
    )  # fmt: skip
    world = worlds.build(owner.account, owner)
    paths = [
        worlds.address(route, world) for name, route in worlds.routes() if not name.startswith(("api:", "people:sign"))
    ]
    paths += [f"/sessions/{session.pk}/", f"/scripts/{template.pk}/delete/", f"/script-builder/{drafting.pk}/delete/"]
    shown, told = 0, 0
    for path in paths:
        for browser in (as_owner, htmx):
            answer = browser.post(path, typed, follow=True)
            if answer["Content-Type"].startswith("text/html"):
                words = Page(answer.content.decode()).words
                shown, told = shown + (WORDS in words), told + (f"“{WORDS}” was deleted." in words)
    assert shown > 10 and told == 2


@pytest.mark.django_db
def test_what_is_no_page_says_so(as_owner, account, owner):
    """JSON and Markdown that hold markup are never taken for a page."""
    world = worlds.build(account, owner)
    hostile_everywhere()
    kinds = set()
    for name, route in worlds.routes():
        answer = as_owner.get(worlds.address(route, world))
        if name.startswith("api:") or name.endswith(("_json", "_markdown")):
            kinds.add(answer["Content-Type"].split(";")[0])
            assert answer["X-Content-Type-Options"] == "nosniff"
    assert kinds - {"text/html"} == {"application/json", "application/problem+json", "text/markdown"}


# ---- As it streams ----------------------------------------------------------------------------------------


FORGED = [
    "\nevent: close\ndata: {\"state\":\"done\",\"label\":\"\",\"html\":\"<img src=x>\"}\n\n",
    "\rid: 999999\r\rdata: x\r\r", "\r\nretry: 1\r\n\r\n", ":\n\n", "data:\n",
    "\u2028event: block\u2029", "\x85id: 1\x85",
    '<hx-partial hx-target="#fix-slot" hx-swap="outerMorph"><button>Worked</button></hx-partial>',
    '<div id="fix-slot" hx-swap-oob="true">Approved</div>', '<template hx type="partial">x</template>',
]  # fmt: skip
TOKENS = st.lists(st.sampled_from([*HOSTILE, *FORGED, "\n\n", "```\n", "- "]), min_size=1, max_size=4).map("".join)


@given(TOKENS, st.lists(st.integers(1, 7), min_size=1, max_size=5))
def test_a_stream_of_hostile_tokens_is_harmless_after_every_event(text, sizes):
    """Whatever the pieces: nothing but our own events arrives, and what they hold is safe."""
    blocks, client, sent = Blocks(), Shows(), 0
    shown = Shown(blocks)
    while sent < len(text):
        blocks.feed(text[sent : sent + sizes[sent % len(sizes)]])
        sent, before = len(blocks.text), shown.count
        shown.count = sent
        data = shown.since(before).decode()
        assert all(re.match(r"(id: \d+|event: block|data: .*|)$", line) for line in re.split("\r\n|\r|\n", data))
        client.take(data)
        assert (client.close, client.count) == (None, sent)
        Judge(client.html)
    shown.end("done")
    client.take(shown.since(client.count).decode())
    assert client.close["state"] == "done" and set(client.names) <= {"message", "block", "close"}
    Judge(client.html)
    assert client.html == render(text)


def test_it_is_cleaned_after_it_was_made_html_and_not_before(monkeypatch):
    """Whatever the Markdown parser or the highlighter would make of a text, the cleaner has the last word."""
    monkeypatch.setattr(markdown._markdown, "render", lambda text: "".join(HOSTILE[:14]) + "<p id=body>x</p>")
    assert "onerror" not in markdown.render_block("x") and "hx-get" not in markdown.render_block("x")
    monkeypatch.undo()
    monkeypatch.setattr(markdown, "highlight", lambda *arguments: "<img src=x onerror=a()><script>a()</script>")
    Judge(markdown.render_block("```bash\nls\n```"))


# ---- What cannot be seen ------------------------------------------------------------------------------------


def unseen_characters() -> list[str]:
    """Every character that the checks of a script name, but lone surrogates, which no script holds."""
    plain = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000 and chr(code) not in "\0\r"]
    return [character for character in plain if any(hidden(f"a{character}b"))]


def test_every_character_that_cannot_be_seen_is_spelt_out_in_code():
    characters = unseen_characters()
    assert len(characters) > 300
    for language in ("", "powershell", "bash", "python", "batch"):
        for start in range(0, len(characters), 50):
            part = characters[start : start + 50]
            words = Judge(markdown.code_block("".join(f"a{one}b" for one in part), language, 10**6)).text
            assert not set(words) & set(part)
            assert all(f"U+{ord(one):04X}" in words for one in part)


SNEAKY = "ls \u202e# \u2066;\u200b rm\x1b[2K -rf x\u3164\U000e0041\n"


def spelt(text: str) -> bool:
    """Whether nothing in it is hidden."""
    return not any((unicodedata.category(one) in ("Cf", "Cc") and one not in "\n\t") or one == "\u3164" for one in text)


@pytest.mark.django_db
def test_commands_and_scripts_are_shown_as_they_are(as_owner, owner):
    session = make_session(owner)
    make_task(session, kind="check", text="Look.", command=SNEAKY)
    verified = {"verify_command": SNEAKY, "verify_expected": "x"}
    make_fix(session, Phase.VERIFYING, script=SNEAKY, **verified)
    other = make_session(owner)
    make_fix(other, script=SNEAKY, description=f"Run `{SNEAKY.strip()}` now.")
    template = make_template(owner, SNEAKY)
    asked = {
        f"/sessions/{session.pk}/": 3,  # the check's command, the verification's, what was run
        f"/sessions/{other.pk}/?open=draft": 1,
        f"/scripts/{template.pk}/": 1,
    }
    for path, least in asked.items():
        codes = re.findall(r"<code[^>]*>(.*?)</code>", as_owner.get(path).content.decode(), re.DOTALL)
        sneaky = [unescape(re.sub("<[^>]+>", "", code)) for code in codes if "rm" in code]
        assert len(sneaky) >= least, path
        assert all(spelt(code) and "U+202E" in code and "U+001B" in code for code in sneaky), path
        assert not any(code.endswith("\n") for code in sneaky), path
