"""Replies in ordinary tests: made to their end in the test's own thread and transaction."""

import pytest

from flowpilot.ai.port import AssistantFailed, Call
from flowpilot.replies.models import Piece, Reply
from flowpilot.replies.run import LEFT_OUT
from flowpilot.replies.testing import drain
from flowpilot.web.blocks import render
from tests.replies.speaking import TEXT

pytestmark = pytest.mark.django_db
State = Reply.State


def test_all_queued_replies_are_made_in_order(ask):
    replies = [ask() for _ in range(3)]
    assert [reply.pk for reply in drain()] == [reply.pk for reply in replies]
    assert set(Reply.objects.values_list("state", "text", "html")) == {(State.DONE, TEXT, render(TEXT))}
    assert not Piece.objects.exists()
    assert drain() == []


def test_what_a_reply_asks_for_is_made_too(ask, scripted):
    async def speech():
        yield "I propose."
        yield Call("fix", {})

    scripted.apply = lambda reply, calls: ask()
    ask(speech)
    assert [reply.text for reply in drain()] == ["I propose.", TEXT]


def test_failures_and_malformed_calls_end_as_they_do_in_the_engine(ask, scripted):
    async def malformed():
        yield "Words."
        yield Call("malformed", {})

    async def failing():
        yield "Words."
        raise AssistantFailed("The model is overloaded.")

    ask(malformed), ask(failing)
    assert [(reply.state, reply.text, reply.error) for reply in drain()] == [
        (State.DONE, "Words." + LEFT_OUT, ""),
        (State.FAILED, "Words.", "The model is overloaded."),
    ]
    assert scripted.applied == []


@pytest.mark.parametrize("state", Reply.State)
def test_what_is_shown_of_a_reply_costs_a_query_only_while_it_is_live(ask, django_assert_num_queries, state):
    from django.utils import timezone

    live = state in Reply.LIVE
    fields = {"worker": "0" * 32, "lease_until": timezone.now()} if state == State.RUNNING else {}
    if not live:
        fields |= {"text": TEXT, "html": render(TEXT), "finished_at": timezone.now()}
    reply = ask(state=state, **fields)
    if state == State.RUNNING:
        Piece.objects.create(reply=reply, start=0, text=TEXT[:10])
        Piece.objects.create(reply=reply, start=10, text=TEXT[10:40])
    with django_assert_num_queries(int(live)):
        shown = reply.shown
    assert shown.count == {State.RUNNING: 40, State.QUEUED: 0}.get(state, len(TEXT))
    assert (shown.html == render(TEXT)) == (not live)
