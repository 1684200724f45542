"""`GET /replies/<id>/stream/`: a reply as it comes, as server-sent events.

A view of the reply and never its cause. A stream holds no thread and no connection; it asks for one of two threads
when it begins and every few seconds after that, to find out whether this user may still see what it shows.
"""

import asyncio
import re
from contextlib import suppress
from importlib import import_module
from io import BytesIO

from django.conf import settings
from django.contrib.auth import get_user
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest

from flowpilot.people.callers import identify
from flowpilot.replies.board import Board
from flowpilot.replies.kinds import kind
from flowpilot.replies.models import Reply
from flowpilot.web import problems
from flowpilot.web.threads import DatabaseThreads

_ID = "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
# A page's address, and the API's.
PATH = re.compile(f"/replies/{_ID}/stream/|/api/v1/replies/{_ID}/stream")
PING_SECONDS = 15
ACCESS_SECONDS = 4  # with the time it takes to ask, whoever lost the right sees nothing more after five
# How long a client may be ahead of this process before it is told to begin again: the page may have read the
# database a moment before the news came here.
PATIENCE_SECONDS = 2
_POSITION = re.compile(r"\d{1,9}", re.ASCII)


class ReplyStreams:
    """The ASGI endpoint of all streams of this process."""

    def __init__(self, board: Board, threads: DatabaseThreads):
        self._board = board
        self._threads = threads

    async def __call__(self, scope, receive, send, pk):
        """Serves one stream until the reply, the client or the right to see it has gone."""
        if scope["method"] != "GET":
            await answer(scope, send, 405, "Only GET.")
            return
        wanted = asyncio.Event()
        gone = asyncio.create_task(disconnected(receive))
        gone.add_done_callback(lambda _: wanted.set())
        try:
            status = await self._threads.run(admit, scope, pk)
            if status == 200:
                await self._serve(scope, send, pk, wanted, gone)
            else:
                await answer(scope, send, status, {404: "Not found.", 401: "Sign in."}.get(status, "Bad request."))
        except asyncio.CancelledError:
            # The server stops. Without a close event the client comes back, to the next process.
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            gone.cancel()

    async def _serve(self, scope, send, pk, wanted, gone):
        clock = asyncio.get_running_loop().time
        position = position_of(scope)
        begun = asked = sent = clock()
        await send({"type": "http.response.start", "status": 200, "headers": headers(b"text/event-stream")})
        await send({"type": "http.response.body", "body": b"retry: 1000\n\n", "more_body": True})
        with self._board.watching(pk, wanted):
            while not gone.done():
                with suppress(TimeoutError):
                    async with asyncio.timeout_at(min(asked + ACCESS_SECONDS, sent + PING_SECONDS)):
                        await wanted.wait()
                if clock() >= asked + ACCESS_SECONDS:
                    if await self._threads.run(admit, scope, pk) != 200:
                        await self._last(send, b'event: close\ndata: {"state":"refused","label":"","html":""}\n\n')
                        return
                    asked = clock()
                events = b""
                if wanted.is_set():
                    wanted.clear()
                    shown = self._board.shown(pk)
                    ahead = position is not None and position > shown.count and not shown.ended
                    if not ahead or clock() > begun + PATIENCE_SECONDS:
                        events, position = shown.since(position), shown.count
                        if shown.ended:
                            await self._last(send, events)
                            return
                if not events and clock() >= sent + PING_SECONDS:
                    events = b": ping\n\n"
                if events:
                    await send({"type": "http.response.body", "body": events, "more_body": True})
                    sent = clock()

    async def _last(self, send, events):
        await send({"type": "http.response.body", "body": events, "more_body": False})


def admit(scope, pk) -> int:
    """The status that this request deserves: 200, 400, or 404 for what is not there and what is not to be seen.

    Below the API a personal access token counts too, and nobody at all is 401.
    """
    try:
        request = ASGIRequest(scope, BytesIO())
        request.get_host()
    except (DisallowedHost, UnicodeDecodeError):
        return 400
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    request.user = get_user(request)
    if scope["path"].startswith(problems.PREFIX):
        user, _ = identify(request)
    else:
        user = request.user if request.user.is_authenticated else None
    if user is None:
        return 401 if scope["path"].startswith(problems.PREFIX) else 404
    reply = Reply.objects.filter(pk=pk).first()
    return 200 if reply and kind(reply.kind).may_watch(user, reply) else 404


def position_of(scope) -> int | None:
    """How many characters the client says it shows; None where what it says cannot be true."""
    request = ASGIRequest(scope, BytesIO())
    said = request.headers.get("Last-Event-ID") or request.GET.get("from") or "0"
    return int(said) if _POSITION.fullmatch(said) else None


async def disconnected(receive) -> None:
    """Returns when the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


def headers(content_type: bytes) -> list[tuple[bytes, bytes]]:
    """What a stream says of itself; what keeps caches and proxies from holding events back."""
    return [
        (b"content-type", content_type),
        (b"cache-control", b"no-cache, no-store, no-transform"),
        (b"x-accel-buffering", b"no"),
        (b"vary", b"Cookie, Authorization"),
    ]


async def answer(scope, send, status: int, sentence: str) -> None:
    """A short answer that is no stream."""
    kind, body = b"text/plain", sentence.encode()
    if scope["path"].startswith(problems.PREFIX):
        kind, body = problems.MEDIA_TYPE.encode(), problems.plain(status).content
    await send({"type": "http.response.start", "status": status, "headers": headers(kind)})
    await send({"type": "http.response.body", "body": body})
