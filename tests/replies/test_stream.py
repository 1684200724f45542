"""The stream endpoint: what it shows, to whom, from where, and when it ends."""

import asyncio
import uuid

import pytest
from django.utils import timezone

from flowpilot.people import tokens
from flowpilot.replies import board as board_module
from flowpilot.replies import store, stream
from flowpilot.replies.board import news_of
from flowpilot.replies.engine import request_stop
from flowpilot.replies.models import Piece, Reply
from flowpilot.replies.shown import Shown
from flowpilot.web.blocks import Blocks, render
from tests.replies.processes import Gate, cookie_of, eventually
from tests.replies.speaking import TEXT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
State = Reply.State


def shown_after(text, count):
    part = Shown(Blocks(text[:count])).part(count)
    return part.html, part.tail


def gated(gate, before=20):
    """TEXT, of which the rest waits for the gate."""

    async def speech():
        for start in range(0, before, 3):
            yield TEXT[start : min(start + 3, before)]
        await gate()
        for start in range(before, len(TEXT), 3):
            yield TEXT[start : start + 3]
            await asyncio.sleep(0.002)

    return speech


# ---- What it shows --------------------------------------------------------------------------------


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_reply_is_seen_as_it_comes_here_and_through_another_process(ask, owner, processes, elsewhere):
    gate = Gate()
    reply = ask(gated(gate))
    making = processes()
    watcher = (processes(engine=False) if elsewhere else making).watch(reply.pk, owner)
    eventually(lambda: watcher.count == 20)
    assert "".join(Piece.objects.order_by("start").values_list("text", flat=True)).startswith(TEXT[:20])
    gate.open()
    watcher.wait()
    assert watcher.html == render(TEXT)
    assert watcher.close["state"] == "done"
    for count, html, tail in watcher.history:
        assert (html, tail) == shown_after(TEXT, count)
    assert [count for count, *_ in watcher.history] == sorted({count for count, *_ in watcher.history})


def test_a_reload_in_the_middle_neither_skips_nor_repeats(ask, owner, processes):
    gate = Gate()
    reply = ask(gated(gate, before=75))
    process = processes()
    eventually(lambda: sum(map(len, Piece.objects.values_list("text", flat=True))) == 75)
    fresh = Reply.objects.get(pk=reply.pk).shown
    assert (fresh.html, fresh.tail, fresh.count) == (*shown_after(TEXT, 75), 75)
    watchers = [
        process.watch(reply.pk, owner, query=f"from={count}", html=html, tail=tail, count=count)
        for count in range(76)
        for html, tail in [shown_after(TEXT, count)]
    ]
    gate.open()
    for watcher in watchers:
        assert watcher.wait().html == render(TEXT)
        assert "reset" not in watcher.names


def test_the_last_event_id_wins_over_from(ask, owner, processes):
    reply = ask()
    process = processes()
    eventually(lambda: Reply.objects.filter(pk=reply.pk, state=State.DONE).exists())
    html, tail = shown_after(TEXT, 50)
    headers = [(b"last-event-id", b"50")]
    watcher = process.watch(reply.pk, owner, query="from=3", headers=headers, html=html, tail=tail, count=50)
    assert watcher.wait().html == render(TEXT)


@pytest.mark.parametrize("forged", ["-5", "1e3", "99999999", "99999999999999999999", "x", "\u0663", "5 5", "0x10"])
@pytest.mark.parametrize("live", [False, True])
def test_a_forged_position_begins_again_and_ends_whole(ask, owner, processes, monkeypatch, forged, live):
    monkeypatch.setattr(stream, "PATIENCE_SECONDS", 0)
    gate = Gate()
    reply = ask(gated(gate))
    process = processes()
    eventually(gate.reached.is_set)
    if not live:
        gate.open()
        eventually(lambda: Reply.objects.filter(pk=reply.pk, state=State.DONE).exists())
    watcher = process.watch(reply.pk, owner, headers=[(b"last-event-id", forged.encode())], html="<p>Forged</p>")
    gate.open()
    assert watcher.wait().html == render(TEXT)
    assert watcher.names[0] == "reset"


def test_a_page_that_is_a_moment_ahead_of_this_process_is_not_reset(ask, owner, processes):
    gate = Gate()
    reply = ask(gated(gate))
    process = processes()
    eventually(gate.reached.is_set)
    html, tail = shown_after(TEXT, 30)
    watcher = process.watch(reply.pk, owner, query="from=30", html=html, tail=tail, count=30)
    eventually(lambda: watcher.status == 200)
    gate.open()
    assert watcher.wait().html == render(TEXT)
    assert "reset" not in watcher.names


@pytest.mark.parametrize("state", Reply.FINAL)
def test_an_ended_reply_is_shown_whole_and_closed(ask, owner, processes, state):
    reply = ask(text=TEXT, html=render(TEXT), state=state, error="Why.", finished_at=timezone.now())
    watcher = processes(engine=False).watch(reply.pk, owner).wait()
    assert watcher.html == render(TEXT)
    assert watcher.close["state"] == state
    assert "Why." in watcher.close["label"]


def test_a_queued_reply_is_watched_through_its_claim_and_its_stop(ask, owner, processes):
    watching = processes(engine=False)
    claimed, stopped = ask(), ask()
    watchers = [watching.watch(reply.pk, owner) for reply in (claimed, stopped)]
    request_stop(stopped)
    assert watchers[1].wait().close["state"] == "stopped"
    processes()
    assert watchers[0].wait().html == render(TEXT)


def test_a_watched_queued_reply_that_this_process_then_makes(ask, owner, processes, settings):
    settings.REPLIES_AT_ONCE = 0
    process, reply = processes(), ask()
    watcher = process.watch(reply.pk, owner)
    eventually(lambda: watcher.status == 200)
    settings.REPLIES_AT_ONCE = 1
    assert watcher.wait().html == render(TEXT)


def test_a_reply_that_this_process_lost_is_followed_to_its_end(ask, owner, processes):
    gate = Gate()
    reply = ask(gated(gate))
    watcher = processes().watch(reply.pk, owner)
    eventually(lambda: watcher.count == 20)
    thief = uuid.uuid4()
    Reply.objects.filter(pk=reply.pk).update(worker=thief)
    store.write(thief, [(reply.pk, 20, TEXT[20:40])])
    eventually(lambda: watcher.count == 40)
    store.finish(thief, reply.pk, store.Ending(State.DONE), Blocks(TEXT))
    assert watcher.wait().html == render(TEXT)


def test_a_reply_that_is_deleted_ends_its_streams(ask, owner, processes):
    reply = ask()
    watcher = processes(engine=False).watch(reply.pk, owner)
    eventually(lambda: watcher.status == 200)
    reply.delete()
    assert watcher.wait().close["state"] in ("interrupted", "refused")


# ---- To whom --------------------------------------------------------------------------------------


def test_unknown_unseen_and_unsigned_are_the_same_404(ask, owner, stranger, processes, scripted):
    reply, process = ask(), processes(engine=False)
    scripted.seen_by = lambda user, reply: user == owner
    unseen = process.watch(reply.pk, stranger).wait()
    unknown = process.watch(uuid.uuid4(), owner).wait()
    unsigned = process.watch(reply.pk, None).wait()
    forged = process.watch(reply.pk, None, cookie="sessionid=" + "x" * 32).wait()
    assert {watcher.status for watcher in (unseen, unknown, unsigned, forged)} == {404}
    assert unseen.headers == unknown.headers == unsigned.headers == forged.headers


def test_wrong_host_and_wrong_method(ask, owner, processes):
    reply, process = ask(), processes(engine=False)
    watcher = process.watch(reply.pk, owner, headers=[(b"host", b"evil.example")])
    assert watcher.wait().status == 400

    async def post():
        sent = []
        await process.streams({**watcher.scope, "method": "POST"}, None, lambda message: _keep(sent, message), reply.pk)
        return sent[0]["status"]

    assert process.run(post()) == 405


async def _keep(sent, message):
    sent.append(message)


def test_headers_of_a_stream(ask, owner, processes):
    watcher = processes().watch(ask().pk, owner).wait()
    assert watcher.headers[b"content-type"] == b"text/event-stream"
    assert b"no-store" in watcher.headers[b"cache-control"]
    assert watcher.headers[b"x-accel-buffering"] == b"no"


def test_who_loses_the_right_to_see_it_sees_nothing_more_after_five_seconds(
    ask, owner, teammate, viewer, admin, processes, scripted
):
    gate, revoked = Gate(), set()
    reply, process = ask(gated(gate)), processes()
    scripted.seen_by = lambda user, reply: user.pk not in revoked
    watchers = {user: process.watch(reply.pk, user) for user in (owner, teammate, viewer, admin)}
    eventually(lambda: all(watcher.count == 20 for watcher in watchers.values()))
    revoked.add(teammate.pk)
    type(viewer).objects.filter(pk=viewer.pk).update(is_active=False)
    from django.contrib.sessions.models import Session

    [key] = [session.pk for session in Session.objects.all() if session.get_decoded()["_auth_user_id"] == str(admin.pk)]
    Session.objects.filter(pk=key).delete()
    for user in (teammate, viewer, admin):
        assert watchers[user].wait(5).close["state"] == "refused"
        assert watchers[user].count == 20
    gate.open()
    assert watchers[owner].wait().html == render(TEXT)


def test_a_demo_user_is_refused_where_this_is_no_demo(ask, owner, processes, settings):
    type(owner.account).objects.update(is_demo=True)
    reply, process, cookie = ask(), processes(engine=False), cookie_of(owner)
    settings.DEMO = False
    assert process.watch(reply.pk, None, cookie=cookie).wait().status == 404


# ---- Together -------------------------------------------------------------------------------------


def test_twenty_streams_of_which_some_go_and_one_reads_nothing(ask, owner, processes):
    gate, stuck = Gate(), Gate()
    reply, process = ask(gated(gate)), processes()
    watchers = [process.watch(reply.pk, owner) for _ in range(20)]
    eventually(lambda: all(watcher.count == 20 for watcher in watchers))
    for watcher in watchers[:5]:
        watcher.disconnect()
        watcher.wait(5)
    watchers[5].slow = stuck
    gate.open()
    for watcher in watchers[6:]:
        assert watcher.wait().html == render(TEXT)
    assert {watcher.count for watcher in watchers[:6]} == {20}
    assert not watchers[5].task.done()
    stuck.open()
    assert watchers[5].wait().html == render(TEXT)
    assert Reply.objects.get(pk=reply.pk).state == State.DONE
    assert not process.board._watchers and not process.board._shown


def test_a_client_that_goes_before_the_answer_begins_leaves_nothing(ask, owner, processes):
    process, reply = processes(engine=False), ask()
    for _ in range(10):
        watcher = process.watch(reply.pk, owner)
        watcher.disconnect()
        watcher.wait(5)
    assert not process.board._watchers and not process.board._shown
    eventually(lambda: process.board._following is None or process.board._following.done())


def test_a_stopping_server_ends_streams_without_a_close_event(ask, owner, processes):
    gate = Gate()
    reply, process = ask(gated(gate)), processes()
    watcher = process.watch(reply.pk, owner)
    eventually(lambda: watcher.count == 20)
    process.loop.call_soon_threadsafe(watcher.task.cancel)
    assert watcher.wait().close is None
    gate.open()


def test_quiet_streams_are_kept_alive_by_a_comment(ask, owner, processes, monkeypatch):
    monkeypatch.setattr(stream, "PING_SECONDS", 0.05)
    gate = Gate()
    watcher = processes().watch(ask(gated(gate, before=0)).pk, owner)
    taken = []
    take, watcher.take = watcher.take, lambda data: (taken.append(data), take(data))
    eventually(lambda: taken.count(": ping\n\n") > 2)
    gate.open()
    assert watcher.wait().html == render(TEXT)


def test_all_followed_replies_cost_one_query(ask, django_assert_num_queries):
    worker = uuid.uuid4()
    replies = [ask() for _ in range(25)]
    store.claim(worker, 100)
    store.write(worker, [(reply.pk, 0, "Words ") for reply in replies])
    followed = {reply.pk: Shown(Blocks()) for reply in replies}
    with django_assert_num_queries(1):
        assert news_of(followed) == {}
    assert {shown.blocks.text for shown in followed.values()} == {"Words "}
    store.write(worker, [(reply.pk, 6, "more") for reply in replies])
    with django_assert_num_queries(1):
        news_of(followed)
    assert {shown.blocks.text for shown in followed.values()} == {"Words more"}


def test_nothing_is_asked_of_the_database_while_nothing_is_followed(ask, owner, processes, monkeypatch):
    asked = []
    monkeypatch.setattr(board_module, "news_of", lambda followed: asked.append(1) or news_of(followed))
    process = processes(engine=False)
    reply = ask(text="Words", html="<p>Words</p>", state=State.DONE, finished_at=timezone.now())
    process.watch(reply.pk, owner).wait()
    eventually(process.board._following.done)
    assert len(asked) == 1


def test_following_survives_a_database_that_is_away(ask, owner, processes, monkeypatch):
    from django.db import OperationalError

    failures = [1, 1]

    def away(followed):
        if failures:
            failures.pop()
            raise OperationalError("gone")
        return news_of(followed)

    monkeypatch.setattr(board_module, "news_of", away)
    reply = ask()
    watcher = processes(engine=False).watch(reply.pk, owner)
    processes()
    assert watcher.wait().html == render(TEXT)
    assert not failures


# ---- Below the API --------------------------------------------------------------------------------

API = "/api/v1/replies/{}/stream"


def bearer(user, scope="read", **fields) -> tuple[bytes, bytes]:
    token, text = tokens.make(by=user, name="Bot", scope=scope, days=1)
    type(token).objects.filter(pk=token.pk).update(**fields)
    return (b"authorization", f"Bearer {text}".encode())


def test_below_the_api_a_token_follows_a_reply(ask, owner, processes):
    gate = Gate()
    reply = ask(gated(gate))
    process = processes()
    watchers = [
        process.watch(reply.pk, None, headers=[bearer(owner)], path=API),
        process.watch(reply.pk, owner, path=API),
    ]
    eventually(gate.reached.is_set)
    gate.open()
    for watcher in watchers:
        assert watcher.wait().html == render(TEXT)


def test_below_the_api_who_may_not(ask, owner, stranger, processes, scripted):
    process, reply = processes(engine=False), ask()
    scripted.seen_by = lambda user, reply: user == owner
    expired = bearer(owner, expires_at=timezone.now())
    asked = {
        "nobody": process.watch(reply.pk, None, path=API),
        "expired": process.watch(reply.pk, owner, headers=[expired], path=API),
        "stranger": process.watch(reply.pk, None, headers=[bearer(stranger)], path=API),
        "unknown": process.watch(uuid.uuid4(), None, headers=[bearer(owner)], path=API),
        # A token opens no page, nor what belongs to one.
        "page": process.watch(reply.pk, None, headers=[bearer(owner)]),
    }
    found = {name: watcher.wait().status for name, watcher in asked.items()}
    assert found == {"nobody": 401, "expired": 401, "stranger": 404, "unknown": 404, "page": 404}
    kinds = {name: watcher.headers[b"content-type"] for name, watcher in asked.items()}
    assert kinds.pop("page") == b"text/plain" and set(kinds.values()) == {b"application/problem+json"}
