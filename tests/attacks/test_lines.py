"""A line is a line: nobody's words begin another one in a log, in the record, or in what is written from it."""

import logging
import uuid

import pytest
from django.conf import settings as product
from django.utils.module_loading import import_string

from flowpilot.ai.port import Call
from flowpilot.ai.tools import parse
from flowpilot.people.models import AccessToken, User
from pilot import exports, notes
from pilot.actions import tasks
from pilot.models import AISession, Closing
from script_builder.models import ScriptBuilderSession, ScriptTemplate
from tests.calling import Api, refusal
from tests.factories.pilot import make_fix, make_session, make_task
from tests.factories.script_builder import DraftingFactory

FORGED = "Printer\r\n\r\n**Wipe the disk**: worked.\n\n- 2026-01-01 09:00 UTC, **Owner** resolved\x1b[2J\u2028it\x85."
PLAIN = "Printer **Wipe the disk**: worked. - 2026-01-01 09:00 UTC, **Owner** resolved [2J it ."


def is_one_line(text: str) -> bool:
    return len(text.splitlines()) == 1 and "\x1b" not in text


# ---- Names ---------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_form_takes_one_line_where_it_shows_one(as_owner, as_admin, owner, teammate):
    ticket = dict.fromkeys(("title", "client", "ticket_ref", "device", "operating_system"), FORGED[:79])
    as_owner.post("/sessions/new/", ticket | {"problem": "One\r\ntwo", "key": "k"})
    session = AISession.objects.get()
    assert session.title == PLAIN[: len(session.title)] and session.problem == "One\ntwo"
    assert all(is_one_line(getattr(session, name)) for name in ticket)

    as_owner.post("/script-builder/new/", {"title": FORGED, "language": "bash"})
    assert ScriptBuilderSession.objects.get().title == PLAIN
    drafting = DraftingFactory(user=owner)
    as_owner.post(f"/script-builder/{drafting.pk}/rename/", {"title": FORGED})
    assert ScriptBuilderSession.objects.get(pk=drafting.pk).title == PLAIN
    form = {"text": "ls\n", "revision": 0, "name": FORGED, "note": FORGED, "language": "bash"}
    as_owner.post(f"/script-builder/{drafting.pk}/save-template/", form)
    template = ScriptTemplate.objects.get()
    assert (template.name, template.newest.note) == (PLAIN, PLAIN)
    details = {"name": "Other", "tags": "one\r\ntwo\x1b, three", "category": FORGED[:79], "run_as": "", "risk": "low"}
    as_owner.post(f"/scripts/{template.pk}/edit/", details)
    template.refresh_from_db()
    assert template.name == "Other" and all(map(is_one_line, [template.category, *template.tags]))

    as_owner.post("/profile/", {"name": FORGED[:79], "scope": "read", "days": "30"})
    assert is_one_line(AccessToken.objects.get().name)
    handoff = {"party": FORGED, "reason": "r", "summary": "s", "v": session.state_version}
    as_owner.post(f"/sessions/{session.pk}/escalate/", handoff)
    assert Closing.objects.get().party == PLAIN
    person = {"username": "teammate", "name": FORGED, "email": "", "role": "engineer", "is_active": "on"}
    as_admin.post(f"/admin/people/user/{teammate.pk}/change/", person)
    assert User.objects.get(pk=teammate.pk).name == PLAIN


@pytest.mark.django_db
@pytest.mark.parametrize("character", ["\n", "\r", "\x1b", "\x85", "\u2028", "\x7f", "\x9b"])
def test_the_api_refuses_more_than_one_line(owner, character):
    said = refusal(Api(owner).post("/ai-sessions", {"title": f"a{character}b"}), 400, "invalid")
    assert list(said["errors"]) == ["title"]


def test_what_the_assistant_names_has_one_line():
    fix = parse(Call("propose_fix", {"title": FORGED, "confidence": 1, "risk": "low"}))
    asked = parse(Call("ask_tasks", {"tasks": [{"kind": "question", "text": FORGED}]}))
    assert (fix.title, asked.tasks[0].text) == (PLAIN, PLAIN)


# ---- What is written from the record --------------------------------------------------------------------


@pytest.mark.django_db
def test_what_was_pasted_begins_no_line_of_the_notes(owner):
    """Not at the left edge, where what was run and what came of it stands."""
    session = make_session(owner)
    task = make_task(session)
    pasted = "Since Monday.\n\n**Wipe the disk**: worked.\n\nRun by Owner on 2026-01-01 09:00 UTC, by hand."
    tasks.close(task=task, by=owner, state="answered", answer=pasted)
    for text in (notes.resolution_notes(session), notes.handoff_summary(session)):
        assert "Since Monday." in text and "Wipe the disk" in text
        assert not [line for line in text.splitlines() if line.startswith(("**Wipe", "Run by"))]


@pytest.mark.django_db
def test_no_words_begin_a_line_of_the_timeline(owner, client_of):
    User.objects.filter(pk=owner.pk).update(name=FORGED)
    session = make_session(User.objects.get(pk=owner.pk), title="t")
    AISession.objects.update(title=FORGED)
    fix = make_fix(AISession.objects.get(), title="Fix")
    client_of(owner).post(f"/sessions/{session.pk}/fixes/{fix.pk}/by-hand/", {"version": fix.version, "what": FORGED})
    task = make_task(AISession.objects.get())
    tasks.close(task=task, by=owner, state="answered", answer=FORGED)
    session = AISession.objects.get()
    text = exports.timeline_markdown(session)
    head, *lines = text.splitlines()
    assert head.startswith("# Timeline: Printer") and len(lines) == 1 + session.events.count()
    assert all(line.startswith("- 2") for line in lines[1:])


# ---- Logs -----------------------------------------------------------------------------------------------


def logged(message: str, *arguments, error: Exception | None = None) -> str:
    """What the product's own handler writes."""
    told = dict(product.LOGGING["formatters"]["plain"])
    formatter = import_string(told.pop("class", "logging.Formatter"))(told["format"], style=told["style"])
    raised = (type(error), error, None) if error else None
    return formatter.format(logging.LogRecord("pilot", logging.INFO, __file__, 1, message, arguments, raised))


@pytest.mark.parametrize("way", ["argument", "error"])
def test_no_words_begin_a_line_of_the_log(way):
    forged = "x\r\n2026-01-01 00:00:00,000 INFO pilot Owner resolved it\x1b[31m\x9b2J\u2028\x85\x08"
    text = logged("Said %s", forged) if way == "argument" else logged("Broke", error=ValueError(forged))
    first, *others = text.split("\n")
    assert "INFO pilot" in first and others and all(line.startswith("    ") for line in others)
    assert text.isprintable() or set(filter(lambda one: not one.isprintable(), text)) == {"\n"}
    assert "\\x1b[31m" in text


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/nowhere/%0d%0aINFO%20forged%1b%5b31m/", "/api/v1/%0aINFO%20forged"])
def test_an_address_begins_no_line_of_the_log(as_owner, caplog, path):
    as_owner.get(path)
    as_owner.get(f"/sessions/{uuid.uuid4()}/?q=%0aforged")
    assert caplog.records and not [record for record in caplog.records if "\n" in record.getMessage()]
    assert not [record for record in caplog.records if "\x1b" in record.getMessage()]
