"""Answering, doing and skipping what the assistant asked for."""

import uuid

import pytest
from django.urls import reverse

from flowpilot.replies.models import Reply
from pilot.models import SessionEvent
from tests.conventions.world import snapshot
from tests.factories.pilot import make_task
from tests.pilot.reading import regions


def close(browser, task, **body):
    return browser.post(reverse("pilot:task", args=[task.session_id, task.pk]), body)


@pytest.mark.parametrize(
    ("kind", "state", "answer", "kept", "event"),
    [
        ("question", "answered", " Monday.\r\nAt nine. ", "Monday.\nAt nine.", "task_answered"),
        ("question", "skipped", "", "", "task_skipped"),
        ("check", "done", "", "", "task_done"),
        ("check", "done", "Running", "Running", "task_done"),
    ],
)
def test_it_closes_the_task(htmx, session, owner, kind, state, answer, kept, event):
    task = make_task(session, kind)
    session.refresh_from_db()
    version = session.state_version
    response = close(htmx, task, state=state, answer=answer)
    assert response.status_code == 200
    task.refresh_from_db()
    assert (task.state, task.answer, task.closed_by, task.closed_at is None) == (state, kept, owner, False)
    last = SessionEvent.objects.last()
    assert (last.kind, last.by, last.data) == (event, owner, {"text": task.text, "answer": kept})
    session.refresh_from_db()
    assert session.state_version > version
    assert f"task-form-{task.pk}" not in regions(response)["#task-lane"]


def test_without_htmx(as_owner, session):
    answer = close(as_owner, make_task(session), state="skipped")
    assert (answer.status_code, answer["Location"]) == (302, session.get_absolute_url())


def test_the_assistant_is_asked_with_the_last_of_the_group(htmx, session):
    group, other = uuid.uuid4(), uuid.uuid4()
    first, second = (make_task(session, text=text, group=group) for text in ("Since when?", "For whom?"))
    make_task(session, text="What else?", group=other)
    close(htmx, first, state="skipped")
    assert not Reply.objects.exists()
    close(htmx, second, state="skipped")
    assert Reply.objects.get().state == "queued"


@pytest.mark.parametrize("state", ["answered", "done", "skipped"])
def test_a_closed_task_is_409(htmx, session, state):
    task = make_task(session)
    close(htmx, task, state=state, answer="First.")
    before = snapshot()
    for body in ({"state": "answered", "answer": "Second."}, {"state": "lost"}):
        answer = close(htmx, task, **body)
        assert answer.status_code == 409
        assert "This task was closed before." in regions(answer)["#notice"]
    assert snapshot() == before


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"state": "open"},
        {"state": "lost"},
        {"state": "answered", "answer": " \n"},
        {"state": "answered", "answer": "x" * 20_001},
        {"state": "done", "answer": "a\0b"},
    ],
)
def test_invalid(htmx, session, body):
    task = make_task(session)
    before = snapshot()
    assert close(htmx, task, **body).status_code == 422
    assert snapshot() == before
