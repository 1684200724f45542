"""The style guide shows every token, icon and partial template, from data that has all that the templates ask for."""

import json
import re
import runpy

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve
from django.utils.html import strip_tags

from pilot.styleguide import staging, tokens
from pilot.styleguide.sections import sections

TEMPLATES = settings.BASE_DIR / "templates"
# Answers to htmx and the session page's own regions: nothing but other partials, in their places.
PUT_TOGETHER = {
    "pilot/_regions.html",
    "pilot/_fix_slot.html",
    "pilot/_task_lane.html",
    "pilot/_sidebar.html",
    "pilot/_builder_parts.html",
    "script_builder/_answer.html",
    "people/_too_many.html",
}


@pytest.fixture
def answer(as_owner):
    return as_owner.get("/styleguide/")


@pytest.fixture
def shown(answer):
    return answer.content.decode()


def test_every_partial_is_drawn(answer):
    drawn = {template.name for template in answer.templates}
    partials = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("_*.html")}
    assert partials - drawn - PUT_TOGETHER == set(), "Give it an example in pilot/styleguide/sections"
    assert partials >= PUT_TOGETHER


def test_every_example_shows_something(rf, owner):
    request = rf.get("/styleguide/")
    request.user = owner
    keys = []
    for section in sections(owner):
        for example in section.examples:
            keys.append(example.key)
            html = staging.draw(example, request)
            seen = strip_tags(re.sub(r"<(template|script|noscript)\b.*?</\1>", "", html, flags=re.DOTALL))
            assert seen.strip(), f"{example.name} shows nothing"
    assert len(keys) == len(set(keys)), "two examples have one name"


def test_no_template_asks_for_what_it_is_not_given(settings, as_owner):
    """A partial that needs more by now would show a hole here, and nobody would see it."""
    [engine] = settings.TEMPLATES
    settings.TEMPLATES = [engine | {"OPTIONS": engine["OPTIONS"] | {"string_if_invalid": "⟦%s⟧"}}]
    html = as_owner.get("/styleguide/").content.decode()
    assert sorted(set(re.findall(r"⟦[^⟦⟧]*⟧.{0,60}", html))) == []


def test_every_token_is_shown(shown):
    css = (settings.BASE_DIR / "static/css/tokens.css").read_text()
    names = set(re.findall(r"^\s+(--[\w-]+):", css, re.MULTILINE))
    assert {name for name in names if f'<code class="token__name">{name}</code>' not in shown} == set()
    assert {f"--{token.name}" for group in tokens.groups() for token in group.tokens} == names


def test_a_token_of_a_new_kind_is_not_passed_over(tmp_path, settings):
    settings.BASE_DIR = tmp_path
    (tmp_path / "static/css").mkdir(parents=True)
    (tmp_path / "static/css/tokens.css").write_text(":root {\n  --wobble: 3turn;\n}\n")
    with pytest.raises(LookupError, match="--wobble: 3turn"):
        tokens.groups()


def test_every_icon_is_shown(shown):
    icons = json.loads((settings.BASE_DIR / "static/icons.json").read_text())
    listed = re.search(r'<ul class="icons".*?</ul>', shown, re.DOTALL)[0]
    assert {name for name in icons if f"#{name}" not in listed or f"<code>{name}</code>" not in listed} == set()


def test_every_look_of_a_button_and_a_mark_is_shown(shown):
    css = (settings.BASE_DIR / "static/css/controls.css").read_text()
    looks = set(re.findall(r"\.((?:button|chip|notice|avatar|input|standing)--[\w]+)", css))
    assert looks
    assert {look for look in looks if look not in shown} == set()


def test_nothing_on_it_acts(shown):
    stages = shown.split('<div class="example__stage">', 1)[1].rpartition("</main>")[0]
    forms = re.findall(r"<form [^>]*>", stages)
    assert forms
    assert [form for form in forms if 'method="dialog"' not in form] == []
    assert re.findall(r"\s(?:hx-[\w:-]+|formaction|action|data-key|data-command|data-focus)=", stages) == []
    ids = re.findall(r'\sid="([^"]+)"', shown)
    assert sorted({one for one in ids if ids.count(one) > 1}) == []


def test_it_reads_next_to_nothing(as_owner):
    with CaptureQueriesContext(connection) as queries:
        as_owner.get("/styleguide/")
    assert {query["sql"].split()[0] for query in queries} == {"SELECT"}


def test_a_server_has_no_such_page(settings, as_owner):
    settings.STYLEGUIDE = False
    patterns = tuple(runpy.run_path(str(settings.BASE_DIR / "flowpilot/urls.py"))["urlpatterns"])
    assert resolve("/sign-in/", patterns)
    with pytest.raises(Resolver404):
        resolve("/styleguide/", patterns)
    settings.ROOT_URLCONF = patterns
    assert as_owner.get("/styleguide/").status_code == 404


def test_whether_there_is_one_is_said_by_the_settings(monkeypatch):
    path = str(settings.BASE_DIR / "flowpilot/settings.py")
    for name in ("FLOWPILOT_DEMO", "FLOWPILOT_DEBUG"):
        monkeypatch.setenv(name, "0")
    monkeypatch.setenv("FLOWPILOT_ALLOWED_HOSTS", "flowpilot.example")
    assert runpy.run_path(path)["STYLEGUIDE"] is False
    monkeypatch.setenv("FLOWPILOT_DEBUG", "1")
    assert runpy.run_path(path)["STYLEGUIDE"] is True


def test_who_may_see_it(client, as_viewer, as_stranger):
    assert client.get("/styleguide/").status_code == 302
    assert as_viewer.get("/styleguide/").status_code == as_stranger.get("/styleguide/").status_code == 200
