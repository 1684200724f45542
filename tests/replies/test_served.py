"""Real server processes: killed in the middle of a reply, or told to end with twenty people watching."""

import signal
import threading
from datetime import timedelta

import httpx
import pytest
from django.db import connection, models
from django.db.models.functions import Now

from flowpilot.replies.models import Piece, Reply
from flowpilot.web.blocks import render
from tests.replies.processes import Shows, cookie_of, eventually
from tests.replies.servers import Server

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
State = Reply.State


class Browser(Shows, threading.Thread):
    """A client in a thread; reads one stream until it ends, however it ends."""

    def __init__(self, server, pk, cookie, last_event_id=None, **shown):
        Shows.__init__(self, **shown)
        threading.Thread.__init__(self)
        self.url = f"http://127.0.0.1:{server.port}/replies/{pk}/stream/"
        self.sends = {"Cookie": cookie} | ({"Last-Event-ID": str(last_event_id)} if last_event_id else {})
        self.start()

    def run(self):
        try:
            with httpx.stream("GET", self.url, headers=self.sends, timeout=30, trust_env=False) as answer:
                for text in answer.iter_text():
                    self.take(text)
        except (httpx.ReadError, httpx.RemoteProtocolError):
            pass  # the server has gone


@pytest.fixture
def serve(tmp_path):
    servers = []

    def start():
        servers.append(Server(tmp_path, connection.settings_dict["NAME"]))
        return servers[-1]

    yield start
    for server in servers:
        if server.process.poll() is None:
            server.end()


def test_killed_in_the_middle_all_that_was_shown_is_kept_and_it_ends_interrupted(ask, owner, serve):
    cookie, reply, server = cookie_of(owner), ask(), serve()
    browser = Browser(server, reply.pk, cookie)
    eventually(lambda: browser.count > 300)
    server.end(signal.SIGKILL)
    browser.join(10)
    assert browser.close is None
    reply.refresh_from_db()
    assert reply.state == State.RUNNING
    stored = "".join(Piece.objects.order_by("start").values_list("text", flat=True))
    assert len(stored) >= browser.count

    # The fifteen seconds of the lease, without waiting for them.
    past = models.ExpressionWrapper(Now() - timedelta(seconds=1), output_field=models.DateTimeField())
    Reply.objects.update(lease_until=past)
    again = Browser(serve(), reply.pk, cookie, browser.count, html=browser.html, tail=browser.tail, count=browser.count)
    again.join(20)
    assert again.close["state"] == "interrupted"
    assert "reset" not in again.names
    reply.refresh_from_db()
    assert (reply.state, reply.text) == (State.INTERRUPTED, stored)
    assert reply.html == again.html == render(stored)
    assert not Piece.objects.exists()


def test_told_to_end_with_twenty_streams_it_finishes_its_replies_and_the_next_process_shows_them(ask, owner, serve):
    cookie, replies, server = cookie_of(owner), [ask() for _ in range(20)], serve()
    browsers = [Browser(server, reply.pk, cookie) for reply in replies]
    eventually(lambda: all(browser.count > 100 for browser in browsers), 30)
    server.process.send_signal(signal.SIGTERM)
    for browser in browsers:
        browser.join(10)
        assert browser.close is None
    assert server.process.poll() is None  # it drains
    # Until its end is announced to the engine, it may still take up what is asked.
    eventually(lambda: "Waiting for application shutdown" in server.log.read_text(), 30)
    later = ask()
    server.release.touch()
    server.process.wait(30)
    assert "Traceback" not in server.log.read_text()
    assert "Exception" not in server.log.read_text()
    assert {(reply.state, reply.text.endswith("The end.")) for reply in Reply.objects.exclude(pk=later.pk)} == {
        (State.DONE, True)
    }
    assert Reply.objects.get(pk=later.pk).state == State.QUEUED

    following = serve()
    for browser, reply in zip(browsers, replies, strict=True):
        state = {"html": browser.html, "tail": browser.tail, "count": browser.count}
        again = Browser(following, reply.pk, cookie, browser.count, **state)
        again.join(20)
        assert again.html == Reply.objects.get(pk=reply.pk).html
        assert again.close["state"] == "done"
