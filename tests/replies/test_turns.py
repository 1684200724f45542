"""Posting: one message for one key, however often and from wherever it is sent."""

import pytest

from flowpilot.replies.models import KeyReused, Reply
from pilot.models import AISession, ChatMessage
from tests.replies.races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


@pytest.fixture
def session(owner):
    return AISession.objects.create(account=owner.account, owner=owner, title="Printer", problem="It is offline.")


def test_a_message_and_its_reply_are_posted_together(session, owner):
    turn = ChatMessage.objects.ask(session, owner, "It is offline.", "k1")
    assert [said.role for said in session.messages.all()] == ["user", "assistant"]
    reply = Reply.objects.get()
    assert (reply.state, reply.kind, reply.conversation) == ("queued", "session", session.pk)
    assert (reply.account, reply.asked_by, turn.author) == (owner.account, owner, owner)


def test_eight_sends_of_one_key_post_once(session, owner):
    turns = at_once(*[lambda: ChatMessage.objects.ask(session, owner, "Hello", "k1").pk] * 8)
    assert len(set(turns)) == 1
    assert session.messages.count() == 2
    assert Reply.objects.count() == 1


def test_the_same_key_with_another_text_is_refused(session, owner):
    ChatMessage.objects.ask(session, owner, "Hello", "k1")
    with pytest.raises(KeyReused):
        ChatMessage.objects.ask(session, owner, "Another", "k1")
    assert session.messages.count() == 2


def test_keys_are_each_users_and_sessions_own(session, owner, teammate):
    other = AISession.objects.create(account=owner.account, owner=owner, title="Mail", problem="None comes.")
    for place, by in ((session, owner), (session, teammate), (other, owner)):
        ChatMessage.objects.ask(place, by, "Hello", "k1")
    assert Reply.objects.count() == 3


def test_a_turn_is_retried_once(session, owner):
    first = ChatMessage.objects.ask_next(session, owner)
    retries = at_once(*[lambda: ChatMessage.objects.ask_next(session, owner, retry_of=first).pk] * 4)
    assert len(set(retries)) == 1
    assert Reply.objects.count() == 2
    first.refresh_from_db()
    assert first.retry.reply != first.reply


def test_a_note_asks_for_nothing(session):
    assert ChatMessage.objects.note(session, "The fix worked.").role == "note"
    assert not Reply.objects.exists()
