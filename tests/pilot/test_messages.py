"""Posting a message, stopping its reply and asking for it again."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from flowpilot.replies import store
from flowpilot.replies.models import Reply
from tests.conventions.world import snapshot
from tests.pilot.reading import text_of


@pytest.fixture
def path(session):
    return reverse("pilot:message", args=[session.pk])


@pytest.fixture
def asked(session):
    """`asked(state)`: an assistant's turn whose reply is in that state."""

    def make(state):
        turn = session.messages.model.objects.ask_next(session, session.owner)
        if state == "running":
            store.claim(uuid.uuid4(), 1)
        elif state != "queued":
            Reply.objects.filter(pk=turn.reply_id).update(state=state, finished_at=timezone.now())
        return turn

    return make


def test_a_message_is_posted_and_its_reply_is_asked_for(htmx, session, owner, path):
    answer = htmx.post(path, {"text": "It is **offline**.\r\nSince Monday.  ", "key": "k"})
    assert answer.status_code == 200
    user, assistant = session.messages.all()
    assert (user.role, user.author, user.text, user.key) == ("user", owner, "It is **offline**.\nSince Monday.  ", "k")
    reply = assistant.reply
    assert (reply.state, reply.asked_by, reply.kind, reply.conversation) == ("queued", owner, "session", session.pk)


def test_without_htmx(as_owner, session, path):
    answer = as_owner.post(path, {"text": "Hello.", "key": "k"})
    assert (answer.status_code, answer["Location"]) == (302, session.get_absolute_url())
    assert "Hello." in text_of(as_owner.get(answer["Location"]))


def test_sent_twice_with_one_key_it_is_one_message(htmx, session, path):
    for _ in range(2):
        assert htmx.post(path, {"text": "Hello.", "key": "k"}).status_code == 200
    assert session.messages.filter(role="user").count() == 1
    assert Reply.objects.count() == 1


def test_the_same_words_with_another_key_are_another_message(htmx, session, path):
    for key in ("k1", "k2"):
        htmx.post(path, {"text": "Hello.", "key": key})
    assert session.messages.filter(role="user").count() == 2


@pytest.mark.parametrize(
    "body", [{"text": " \n ", "key": "k"}, {"text": "a\0b", "key": "k"}, {"text": "Hi.", "key": ""}]
)
def test_invalid(htmx, path, body):
    before = snapshot()
    assert htmx.post(path, body).status_code == 422
    assert snapshot() == before


def act(browser, name, turn) -> int:
    return browser.post(reverse(f"pilot:{name}", args=[turn.session_id, turn.pk])).status_code


@pytest.mark.parametrize("state", ["queued", "running"])
def test_stop_asks_the_reply_to_end(htmx, asked, state):
    turn = asked(state)
    assert act(htmx, "stop", turn) == 200
    reply = Reply.objects.get()
    assert reply.stop_requested_at is not None
    assert reply.state == ("stopped" if state == "queued" else "running")
    assert act(htmx, "stop", turn) == 200


@pytest.mark.parametrize("state", ["done", "failed", "stopped", "interrupted"])
def test_stopping_what_is_over_changes_nothing(htmx, asked, state):
    turn = asked(state)
    before = snapshot()
    assert act(htmx, "stop", turn) == 200
    assert snapshot() == before


@pytest.mark.parametrize("state", ["failed", "stopped", "interrupted"])
def test_retry_is_a_new_turn_and_the_old_one_stays(htmx, session, owner, asked, state):
    turn = asked(state)
    assert act(htmx, "retry", turn) == 200
    again = session.messages.get(retry_of=turn)
    assert (again.reply.state, again.reply.asked_by) == ("queued", owner)
    turn.reply.refresh_from_db()
    assert turn.reply.state == state
    before = snapshot()
    assert act(htmx, "retry", turn) == 200
    assert [rows for key, rows in snapshot().items() if key != "pilot.AISession"] == [
        rows for key, rows in before.items() if key != "pilot.AISession"
    ]


@pytest.mark.parametrize("state", ["queued", "running", "done"])
def test_what_is_under_way_or_complete_is_not_asked_for_again(htmx, asked, state):
    turn = asked(state)
    before = snapshot()
    assert act(htmx, "retry", turn) == 409
    assert snapshot() == before
