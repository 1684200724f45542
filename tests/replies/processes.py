"""Server processes for tests: an event loop of their own in a thread, and a client that shows what it is sent."""

import asyncio
import json
import threading
import time

from django.test import Client

from flowpilot.replies.board import Board
from flowpilot.replies.engine import Engine
from flowpilot.replies.stream import ReplyStreams
from flowpilot.web.threads import DatabaseThreads


def eventually(condition, seconds=15):
    """What the condition gives as soon as that is true; fails when it never is."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, "It never came true."
        threading.Event().wait(0.01)
    return value


class Gate:
    """Something a speech waits for, on the loop, until the test opens it."""

    def __init__(self):
        self._open = threading.Event()
        self.reached = threading.Event()

    def open(self):
        self._open.set()

    async def __call__(self):
        self.reached.set()
        while not self._open.is_set():
            await asyncio.sleep(0.005)


class Process:
    """What one server process has of replies; with `engine=False` it only watches."""

    def __init__(self, engine=True):
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="test-process")
        self._thread.start()
        self.access = DatabaseThreads(2, "test-access")
        self.engine, self.ended = None, False
        self.run(self._start(engine))

    async def _start(self, engine):
        self.board = Board(self.access)
        self.streams = ReplyStreams(self.board, self.access)
        if engine:
            self.engine = Engine(self.board)
            await self.engine.start()

    def run(self, coroutine, seconds=30):
        """What the coroutine gives, run on this process's loop."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(seconds)

    def watch(self, pk, user, **options) -> "Watcher":
        """A browser that opens the reply's stream here."""
        return Watcher(self, pk, user, **options)

    def stop(self, drain=0.0):
        """What the end of the server process does."""
        if self.ended:
            return
        self.ended = True
        if self.engine:
            self.run(self.engine.stop(drain))
        self.run(self.board.close())
        self.access.close()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)
        self.loop.close()


class Shows:
    """What reply.js shows after the events it was sent."""

    def __init__(self, html="", tail="", count=0):
        self.html, self.tail, self.count = html, tail, count
        self.close = None
        self.history = [(count, html, tail)]
        self.names = []
        self._rest = ""

    def take(self, data: str):
        """Takes some bytes of the stream, whole events or not."""
        *whole, self._rest = (self._rest + data).split("\n\n")
        for event in whole:
            fields = [line.partition(": ")[::2] for line in event.split("\n")]
            self._event(
                {name: value for name, value in fields if name != "data"}, [v for n, v in fields if n == "data"]
            )

    def _event(self, fields, data):
        if not data:
            return
        name, text = fields.get("event", "message"), "\n".join(data)
        self.names.append(name)
        self.count = int(fields.get("id", self.count))
        if name == "message":
            self.tail += text
        elif name in ("block", "reset"):
            found = json.loads(text)
            self.html = found["html"] if name == "reset" else self.html + found["html"]
            self.tail = found["tail"]
        else:
            self.close = json.loads(text)
        if self.close is None:
            self.history.append((self.count, self.html, self.tail))
        elif self.close["state"] != "refused":
            self.html, self.tail = self.html + self.close["html"], ""


class Watcher(Shows):
    """A browser on one stream."""

    def __init__(self, process, pk, user, headers=(), query="", cookie=None, path="/replies/{}/stream/", **shown):
        super().__init__(**shown)
        self.process, self.status, self.headers = process, None, {}
        if cookie is None:
            cookie = cookie_of(user) if user else ""
        self.scope = {
            "type": "http", "method": "GET", "path": path.format(pk), "query_string": query.encode(),
            "headers": [(b"host", b"localhost"), (b"cookie", cookie.encode()), *headers], "scheme": "http",
        }  # fmt: skip
        self._pk = pk
        self.slow = None  # a gate that every send waits for
        process.run(self._open())

    async def _open(self):
        self._gone = asyncio.Event()
        self.task = asyncio.create_task(self.process.streams(self.scope, self._receive, self._send, self._pk))

    async def _receive(self):
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message):
        if self.slow:
            await self.slow()
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], dict(message["headers"])
        elif self.status == 200:
            self.take(message.get("body", b"").decode())

    def disconnect(self):
        """The client goes away."""
        self.process.loop.call_soon_threadsafe(self._gone.set)

    def wait(self, seconds=15):
        """Until the stream has ended."""
        eventually(self.task.done, seconds)
        self.task.result()
        return self


def cookie_of(user) -> str:
    """The session cookie of a browser in which this user is signed in."""
    browser = Client()
    browser.force_login(user)
    return "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())
