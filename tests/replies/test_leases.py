"""Workers that die, sleep or race: the database decides, and nobody writes what is no longer theirs."""

import uuid
from datetime import timedelta

import pytest
from django.db import models
from django.db.models.functions import Now

from flowpilot.ai.port import Call
from flowpilot.replies import store
from flowpilot.replies.engine import request_stop
from flowpilot.replies.models import Piece, Reply
from flowpilot.web.blocks import Blocks, render
from tests.replies.processes import Gate, eventually
from tests.replies.races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
State = Reply.State
DONE = store.Ending(State.DONE)


def expire(reply):
    """Its lease ran out a moment ago."""
    past = models.ExpressionWrapper(Now() - timedelta(seconds=1), output_field=models.DateTimeField())
    Reply.objects.filter(pk=reply.pk).update(lease_until=past)


def test_eight_claim_at_once_and_one_gets_each(ask):
    replies = [ask() for _ in range(5)]
    claimed = at_once(*[lambda: store.claim(uuid.uuid4(), 5)] * 8)
    assert sorted(reply.pk for some in claimed for reply in some) == sorted(reply.pk for reply in replies)


def test_eight_claim_one_conversation_and_one_reply_runs(ask):
    conversation = uuid.uuid4()
    for _ in range(4):
        ask(conversation=conversation)
    claimed = at_once(*[lambda: store.claim(uuid.uuid4(), 5)] * 8)
    assert sum(map(len, claimed)) == 1
    assert Reply.objects.filter(state=State.RUNNING).count() == 1


def test_what_waits_for_its_conversation_keeps_nobody_else_waiting(ask):
    conversation = uuid.uuid4()
    for _ in range(4):
        ask(conversation=conversation)
    store.claim(uuid.uuid4(), 1)
    other = ask()
    assert [reply.pk for reply in store.claim(uuid.uuid4(), 1)] == [other.pk]


def test_leases_are_on_the_databases_clock_and_renewed_only_by_their_worker(ask, monkeypatch):
    worker, reply = uuid.uuid4(), ask()
    store.claim(worker, 1)
    left = models.ExpressionWrapper(Now() + timedelta(seconds=10), output_field=models.DateTimeField())
    assert Reply.objects.filter(lease_until__gt=left).exists()
    store.interrupt_expired()
    expire(reply)
    store.renew(uuid.uuid4(), [reply.pk])
    assert not Reply.objects.filter(lease_until__gt=left).exists()
    store.renew(worker, [reply.pk])
    assert Reply.objects.filter(lease_until__gt=left, state=State.RUNNING).exists()


def test_a_reply_whose_worker_died_is_interrupted_with_all_that_was_shown(ask):
    worker, reply = uuid.uuid4(), ask()
    store.claim(worker, 1)
    store.write(worker, [(reply.pk, 0, "Is the **spoo"), (reply.pk, 13, "ler** running")])
    expire(reply)
    at_once(*[store.interrupt_expired] * 4)
    reply.refresh_from_db()
    assert (reply.state, reply.text) == (State.INTERRUPTED, "Is the **spooler** running")
    assert reply.html == render(reply.text)
    assert not Piece.objects.exists()


def test_a_zombie_writes_finishes_and_effects_nothing(ask, scripted):
    zombie, reply = uuid.uuid4(), ask()
    store.claim(zombie, 1)
    store.write(zombie, [(reply.pk, 0, "Shown.")])
    expire(reply)
    store.interrupt_expired()
    store.renew(zombie, [reply.pk])
    assert store.held(zombie, [reply.pk]) == {}
    assert store.write(zombie, [(reply.pk, 6, " Late.")]) == {}
    assert store.finish(zombie, reply.pk, DONE, Blocks("Shown. Late."), [Call("fix", {})]) is None
    reply.refresh_from_db()
    assert (reply.state, reply.text) == (State.INTERRUPTED, "Shown.")
    assert scripted.applied == []
    assert not Piece.objects.exists()


def test_an_engine_that_slept_past_its_lease_lets_go(ask, processes, scripted):
    gate = Gate()

    async def speech():
        yield "Shown."
        yield Call("fix", {})
        await gate()
        yield " Late."

    reply = ask(speech)
    processes()
    eventually(Piece.objects.exists)
    Reply.objects.filter(pk=reply.pk).update(worker=uuid.uuid4())  # as if another had taken it
    eventually(lambda: scripted.alive == 0)
    gate.open()
    reply.refresh_from_db()
    assert reply.state == State.RUNNING
    assert "".join(Piece.objects.values_list("text", flat=True)) == "Shown."
    assert scripted.applied == []


def test_the_next_of_the_conversation_runs_after_an_interrupted_one(ask, processes):
    conversation = uuid.uuid4()
    dead, waiting = ask(conversation=conversation), ask(conversation=conversation)
    store.claim(uuid.uuid4(), 1)
    expire(dead)
    processes()
    eventually(lambda: Reply.objects.filter(pk=waiting.pk, state=State.DONE).exists())
    dead.refresh_from_db()
    assert dead.state == State.INTERRUPTED


def test_two_finish_at_once_and_one_takes_effect(ask, scripted):
    worker, reply = uuid.uuid4(), ask()
    store.claim(worker, 1)
    finish = lambda: store.finish(worker, reply.pk, DONE, Blocks("Words."), [Call("fix", {})])  # noqa: E731
    assert sorted(map(bool, at_once(*[finish] * 4))) == [False, False, False, True]
    assert scripted.applied == [(reply.pk, ["fix"])]


def test_stop_and_finish_at_once_agree(ask, scripted):
    for _ in range(8):
        worker, reply = uuid.uuid4(), ask()
        store.claim(worker, 1)
        calls = [Call("fix", {})]
        ended, *_ = at_once(
            lambda: store.finish(worker, reply.pk, DONE, Blocks("Words."), calls),  # noqa: B023
            lambda: request_stop(reply),  # noqa: B023
            lambda: request_stop(reply),  # noqa: B023
        )
        reply.refresh_from_db()
        assert reply.state == ended.state
        assert (reply.stop_requested_at is not None) == (ended.state == State.STOPPED)
        assert ([reply.pk] == [pk for pk, _ in scripted.applied]) == (ended.state == State.DONE)
        scripted.applied.clear()


def test_expiry_and_finish_at_once_agree(ask, scripted):
    for _ in range(8):
        worker, reply = uuid.uuid4(), ask()
        store.claim(worker, 1)
        store.write(worker, [(reply.pk, 0, "Wor")])
        expire(reply)
        ended, _ = at_once(
            lambda: store.finish(worker, reply.pk, DONE, Blocks("Words."), [Call("fix", {})]),  # noqa: B023
            store.interrupt_expired,
        )
        reply.refresh_from_db()
        assert reply.text == ("Words." if ended else "Wor")
        assert reply.state == (State.DONE if ended else State.INTERRUPTED)
        assert len(scripted.applied) == bool(ended)
        scripted.applied.clear()
