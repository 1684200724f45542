"""The record to take along: the Timeline, its filter, and Timeline, notes and handoffs as files."""

import json

import pytest
from django.urls import reverse

from pilot import timeline
from pilot.actions import closing, fixes, tasks
from pilot.lifecycle import Phase
from pilot.models import SessionEvent
from tests.conventions.world import snapshot
from tests.factories.pilot import escalate, fresh, make_fix, make_session, make_task, resolve
from tests.pilot.reading import text_of


@pytest.fixture
def told(owner):
    """A session in which something of each kind happened."""
    session = make_session(owner, title="Printer *offline*", client="Heron Legal", ticket_ref="HL-7 / ä")
    tasks.close(task=make_task(session), by=owner, state="answered", answer="Since\nMonday.")
    fix = make_fix(session, Phase.SUCCESS)
    fixes.correct(fix=fix, version=fresh(fix).version, by=owner, reason="It came back.")
    return session


def test_every_kind_of_event_has_a_sentence_a_group_and_an_icon():
    grouped = [kind for kinds in timeline.GROUPS.values() for kind in kinds]
    assert sorted(grouped) == sorted(SessionEvent.Kind)
    assert set(timeline._SENTENCES) == set(SessionEvent.Kind)
    from django.conf import settings

    icons = json.loads((settings.BASE_DIR / "static/icons.json").read_text("utf-8"))
    assert [kind for kind in SessionEvent.Kind if f"event-{kind}" not in icons] == []


@pytest.mark.parametrize(
    ("show", "there", "gone"),
    [
        ("", "opened the session", None),
        ("fixes", "corrected the outcome", "opened the session"),
        ("tasks", "answered “Since when?”", "was offered the fix"),
        ("session", "opened the session", "answered"),
        ("lost", "opened the session", None),
    ],
)
def test_the_filter_travels_in_the_url(as_owner, told, show, there, gone):
    shown = text_of(as_owner.get(reverse("pilot:timeline", args=[told.pk]), {"show": show}))
    assert there in shown and (gone is None or gone not in shown.replace('aria-label="', ""))
    if gone:
        assert f'timeline/markdown/?show={show}"' in shown


def test_the_timeline_as_markdown(as_owner, told):
    answer = as_owner.get(reverse("pilot:timeline_markdown", args=[told.pk]))
    assert answer["Content-Type"] == "text/markdown; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="hl-7-a-timeline.md"'
    text = answer.content.decode()
    assert text.startswith("# Timeline: Printer *offline*\n\n- 2")
    assert "UTC, **Owner** answered “Since when?”: Since Monday.\n" in text
    assert "**Owner** (via Assistant) was offered the fix “Restart the spooler”.\n" in text
    assert "corrected the outcome of “Restart the spooler” to “Didn't work”. It came back.\n" in text
    page = text_of(as_owner.get(reverse("pilot:timeline", args=[told.pk])))
    assert text in page, "Copy gives the same text"


def test_the_timeline_as_json(as_owner, told):
    answer = as_owner.get(reverse("pilot:timeline_json", args=[told.pk]), {"show": "fixes"})
    assert answer["Content-Disposition"] == 'attachment; filename="hl-7-a-timeline.json"'
    data = json.loads(answer.content)
    assert data["session"]["ticket_ref"] == "HL-7 / ä"
    kinds = [event["kind"] for event in data["events"]]
    assert kinds == ["fix_proposed", "fix_run", "fix_worked", "outcome_corrected"]
    last = data["events"][-1]
    assert (last["by"], last["via"], last["fix"]) == ("Owner", "person", "Restart the spooler")
    assert last["data"]["notes"] == "It came back." if "data" in last else "It came back." in last["sentence"]


def test_notes_and_handoffs_as_files(as_owner, told, owner):
    escalate(told, party="Vendor\nsupport")
    handoff = told.closings.get()
    path = reverse("pilot:closing_markdown", args=[told.pk, handoff.pk])
    answer = as_owner.get(path)
    assert answer["Content-Disposition"] == 'attachment; filename="hl-7-a-handoff.md"'
    text = answer.content.decode()
    assert text.startswith("# Handoff to Vendor support: Printer *offline*\n\nOwner, 2")
    assert text.endswith("\n\n**Why.** Beyond me.\n\nSo far.\n")
    data = json.loads(as_owner.get(path.replace("markdown", "json")).content)
    assert (data["kind"], data["text"], data["reason"], data["to"]) == (
        "handoff",
        "So far.",
        "Beyond me.",
        "Vendor\nsupport",
    )
    closing.reopen(session=told, by=owner)
    resolve(told, notes="Solved.")
    notes = told.closings.last()
    answer = as_owner.get(reverse("pilot:closing_json", args=[told.pk, notes.pk]))
    assert answer["Content-Disposition"] == 'attachment; filename="hl-7-a-resolution.json"'
    assert json.loads(answer.content)["to"] is None
    page = text_of(as_owner.get(f"/sessions/{told.pk}/"))
    assert page.index("Solved.") < page.index("So far."), "the newest first, the earlier one kept"


@pytest.mark.parametrize("name", ["timeline_markdown", "timeline_json", "closing_markdown", "closing_json"])
def test_who_sees_the_session_may_take_it_along_and_nothing_is_written(
    client_of, told, owner, viewer, teammate, stranger, name
):
    resolve(told)
    arguments = [told.pk] + ([told.closings.get().pk] if "closing" in name else [])
    path = reverse(f"pilot:{name}", args=arguments)
    browsers = {user: client_of(user) for user in (owner, viewer, teammate, stranger)}
    before = snapshot()
    codes = {user: browser.get(path).status_code for user, browser in browsers.items()}
    assert codes == {owner: 200, viewer: 200, teammate: 404, stranger: 404}
    assert browsers[owner].post(path).status_code == 405
    assert snapshot() == before


def test_another_sessions_closing_does_not_exist_in_this_one(as_owner, owner, session):
    other = resolve(make_session(owner, title="Other"))
    path = reverse("pilot:closing_json", args=[session.pk, other.closings.get().pk])
    assert as_owner.get(path).status_code == 404


def test_a_ticket_without_letters_still_has_a_file_name(as_owner, owner):
    session = make_session(owner, title="打印机", ticket_ref='"\r\n')
    answer = as_owner.get(reverse("pilot:timeline_json", args=[session.pk]))
    assert answer["Content-Disposition"] == f'attachment; filename="{str(session.pk)[:8]}-timeline.json"'
