"""The engine in one process and in several: what is made, once, and how it ends."""

import asyncio
import uuid

import pytest
from django.db import OperationalError

from flowpilot.ai.port import AssistantFailed, Call
from flowpilot.replies import engine as engine_module
from flowpilot.replies import store
from flowpilot.replies.engine import request_stop, wake
from flowpilot.replies.models import Piece, Reply
from flowpilot.replies.run import LEFT_OUT
from flowpilot.web.blocks import render
from tests.replies.processes import Gate, eventually
from tests.replies.speaking import TEXT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
State = Reply.State


SAID = "words of the user"


def final(reply):
    """The reply once it has ended."""

    def ended():
        reply.refresh_from_db()
        return not reply.is_live

    eventually(ended)
    return reply


def test_a_queued_reply_is_made_and_stored_whole(ask, processes):
    reply = ask()
    processes()
    assert final(reply).state == State.DONE
    assert reply.text == TEXT
    assert reply.html == render(TEXT)
    assert reply.html_version
    assert not Piece.objects.exists()


def test_a_hint_starts_it_at_once_and_without_an_engine_it_is_nothing(ask, processes, monkeypatch):
    wake()
    monkeypatch.setattr(engine_module, "LOOK_SECONDS", 3600)
    process = processes()
    eventually(lambda: not process.engine._look.is_set())
    reply = ask()
    wake()
    assert final(reply).state == State.DONE


def test_two_processes_make_each_reply_once(ask, processes, scripted):
    told = []

    async def speech():
        told.append(1)
        yield "Once."
        yield Call("fix", {})

    replies = [ask(speech) for _ in range(30)]
    processes(), processes(), processes()
    assert {final(reply).state for reply in replies} == {State.DONE}
    assert len(told) == 30
    assert sorted(pk for pk, _ in scripted.applied) == sorted(reply.pk for reply in replies)


def test_one_conversation_has_one_running_reply_and_the_older_goes_first(ask, processes):
    gate, order, conversation = Gate(), [], uuid.uuid4()

    async def speech():
        order.append("begun")
        await gate()
        yield "Words."
        order.append("ended")

    replies = [ask(speech, conversation) for _ in range(3)]
    other = ask()
    processes(), processes()
    assert final(other).state == State.DONE
    eventually(gate.reached.is_set)
    states = list(Reply.objects.filter(conversation=conversation).values_list("state", flat=True))
    assert states == [State.RUNNING, State.QUEUED, State.QUEUED]
    gate.open()
    finished = [final(reply).finished_at for reply in replies]
    assert finished == sorted(finished)
    assert order == ["begun", "ended"] * 3


def test_a_process_makes_only_so_many_at_once(ask, processes, scripted, settings):
    settings.REPLIES_AT_ONCE = 3
    gate = Gate()

    async def speech():
        await gate()
        yield "Words."

    replies = [ask(speech) for _ in range(7)]
    processes()
    eventually(lambda: scripted.alive == 3)
    assert Reply.objects.filter(state=State.RUNNING).count() == 3
    gate.open()
    assert {final(reply).state for reply in replies} == {State.DONE}
    assert scripted.most_alive == 3


def test_what_is_said_is_stored_while_more_is_to_come(ask, processes):
    gate = Gate()

    async def speech():
        yield "First. "
        await gate()
        yield "Last."

    reply = ask(speech)
    processes()
    eventually(lambda: "".join(Piece.objects.values_list("text", flat=True)) == "First. ")
    reply.refresh_from_db()
    assert (reply.state, reply.text) == (State.RUNNING, "")
    assert reply.shown.tail == "First. "
    gate.open()
    assert final(reply).text == "First. Last."


# ---- How it ends ----------------------------------------------------------------------------------


def test_calls_take_effect_once_and_only_when_the_reply_finishes(ask, processes, scripted):
    gate = Gate()

    async def speech():
        yield "I propose."
        yield Call("fix", {"title": "Restart"})
        await gate()

    reply = ask(speech)
    processes()
    eventually(gate.reached.is_set)
    assert scripted.applied == []
    gate.open()
    assert final(reply).state == State.DONE
    assert scripted.applied == [(reply.pk, ["fix"])]


def test_a_malformed_call_is_left_out_and_the_reply_says_so(ask, processes, scripted, caplog):
    async def speech():
        yield "I propose."
        yield Call("malformed", {"secret": "hunter2"})
        yield Call("fix", {})

    reply = ask(speech)
    processes()
    assert final(reply).state == State.DONE
    assert reply.text == "I propose." + LEFT_OUT
    assert scripted.applied == [(reply.pk, ["fix"])]
    assert str(reply.pk) in caplog.text
    assert "hunter2" not in caplog.text and "quotes the user" not in caplog.text


def test_calls_that_break_make_the_reply_fail_with_its_text(ask, processes, scripted, caplog):
    async def speech():
        yield "I propose."
        yield Call("fix", {})

    def broken(reply, calls):
        Reply.objects.filter(pk=reply.pk).update(error="half done")
        raise ZeroDivisionError(SAID)

    scripted.apply = broken
    reply = ask(speech)
    processes()
    assert final(reply).state == State.FAILED
    assert (reply.text, reply.error) == ("I propose.", store.NOT_ON_RECORD)
    assert "ZeroDivisionError" in caplog.text and SAID not in caplog.text


def test_an_assistant_that_breaks_leaves_what_it_said(ask, processes, scripted, caplog):
    async def speech():
        yield "Half a sen"
        yield Call("fix", {})
        raise ValueError(SAID)

    async def plain():
        yield "Half a sen"
        raise AssistantFailed("The model is overloaded.")

    async def cancelled():
        yield "Half a sen"
        raise asyncio.CancelledError

    replies = [ask(speech), ask(plain), ask(cancelled)]
    processes()
    assert {(final(reply).state, reply.text) for reply in replies} == {(State.FAILED, "Half a sen")}
    assert [reply.error for reply in replies] == [
        "The assistant could not go on.", "The model is overloaded.", "The assistant could not go on.",
    ]  # fmt: skip
    assert scripted.applied == []
    assert SAID not in caplog.text


def test_endless_huge_and_empty_answers_fail(ask, processes, scripted, settings):
    settings.REPLY_MAX_CHARACTERS, settings.REPLY_MAX_SECONDS = 1000, 0.5

    async def huge():
        while True:
            yield "word " * 20

    async def endless():
        yield "Wait. "
        await asyncio.Event().wait()

    async def stubborn():
        yield "Never. "
        while True:
            try:
                await asyncio.sleep(0.05)
            except asyncio.CancelledError:
                while True:
                    yield "more"
                    await asyncio.sleep(0.01)

    async def empty():
        return
        yield

    replies = [ask(huge), ask(endless), ask(stubborn), ask(empty)]
    processes()
    assert [final(reply).state for reply in replies] == [State.FAILED] * 4
    assert [len(reply.text) for reply in replies] == [1000, 6, 7, 0]
    assert all(reply.error for reply in replies)
    eventually(lambda: scripted.alive == 0)


def test_unwanted_characters_are_not_stored(ask, processes):
    async def speech():
        yield "a\r"
        yield "\nb\x00\x1b[31m\ud83d \u202ec\tend"

    reply = ask(speech)
    processes()
    assert final(reply).text == "a\nb[31m\ufffd ⟨U+202E⟩c\tend"


# ---- Stop -----------------------------------------------------------------------------------------


def test_stop_ends_a_running_reply_in_another_process_with_its_text_and_no_effect(ask, processes, scripted):
    gate = Gate()

    async def speech():
        yield "Some words"
        yield Call("fix", {})
        await gate()

    reply = ask(speech)
    processes()
    eventually(gate.reached.is_set)
    eventually(Piece.objects.exists)
    assert request_stop(reply) and request_stop(reply)
    assert final(reply).state == State.STOPPED
    assert reply.text == "Some words"
    assert not request_stop(reply)
    gate.open()
    assert scripted.applied == []


def test_stop_ends_a_queued_reply_at_once(ask):
    reply = ask()
    assert request_stop(reply)
    reply.refresh_from_db()
    assert (reply.state, reply.text) == (State.STOPPED, "")
    assert store.claim(uuid.uuid4(), 5) == []


def test_a_stop_that_was_asked_for_wins_over_the_finish(ask, scripted):
    worker = uuid.uuid4()
    reply = ask()
    [claimed] = store.claim(worker, 1)
    assert request_stop(reply)
    blocks = store.Blocks("All of it.")
    ended = store.finish(worker, claimed.pk, store.Ending(State.DONE), blocks, [Call("fix", {})])
    assert ended.state == State.STOPPED
    assert final(reply).text == "All of it."
    assert scripted.applied == []


# ---- The database away ----------------------------------------------------------------------------


def test_a_busy_database_delays_and_loses_nothing(ask, processes, monkeypatch):
    refusals = {"write": 2, "finish": 2, "claim": 1}

    def refusing(name):
        real = getattr(store, name)

        def call(*arguments):
            if refusals[name]:
                refusals[name] -= 1
                raise OperationalError("database is locked")
            return real(*arguments)

        monkeypatch.setattr(store, name, call)

    for name in refusals:
        refusing(name)
    gate = Gate()

    async def speech():
        yield "One. "
        await gate()
        yield "Two."

    reply = ask(speech)
    processes()
    eventually(lambda: Piece.objects.exists())
    gate.open()
    assert final(reply).text == "One. Two."
    assert set(refusals.values()) == {0}


def test_pieces_may_be_sent_twice(ask):
    worker, reply = uuid.uuid4(), ask()
    store.claim(worker, 1)
    for _ in range(2):
        assert store.write(worker, [(reply.pk, 0, "Once.")]) == {reply.pk: False}
    assert list(Piece.objects.values_list("start", "text")) == [(0, "Once.")]


# ---- The end of a process ---------------------------------------------------------------------------


def test_a_stopping_process_finishes_what_it_can_and_claims_no_more(ask, processes):
    gate = Gate()

    async def speech():
        yield "Nearly. "
        await gate()
        yield "Done."

    soon, never = ask(speech), ask(lambda: endless())
    process = processes()
    eventually(lambda: Reply.objects.filter(state=State.RUNNING).count() == 2)
    stopping = asyncio.run_coroutine_threadsafe(process.engine.stop(1.5), process.loop)
    later = ask()
    gate.open()
    stopping.result(20)
    process.engine = None
    assert [final(soon).state, soon.text] == [State.DONE, "Nearly. Done."]
    assert [final(never).state, never.text] == [State.INTERRUPTED, "For ever. "]
    later.refresh_from_db()
    assert later.state == State.QUEUED


async def endless():
    yield "For ever. "
    await asyncio.Event().wait()
