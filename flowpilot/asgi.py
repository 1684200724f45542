"""The server process: pages, reply streams and the reply engine on one event loop."""

import gc
import os
from uuid import UUID

import django
from django.conf import settings
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flowpilot.settings")
django.setup(set_prefix=False)

from flowpilot.replies.board import Board  # noqa: E402
from flowpilot.replies.engine import Engine  # noqa: E402
from flowpilot.replies.stream import PATH, ReplyStreams  # noqa: E402
from flowpilot.web.edge import Edge  # noqa: E402
from flowpilot.web.pages import PageHandler  # noqa: E402
from flowpilot.web.threads import DatabaseThreads  # noqa: E402


def settle() -> None:
    """Takes what stays for as long as the process lives out of the garbage collector's sight.

    It would go through all of it every few hundred requests, and one of those would wait for a tenth of a second.
    """
    get_resolver().url_patterns  # noqa: B018 - brings in every view, which the first request would do else
    gc.collect()
    gc.freeze()


class Application:
    """Sends each connection where it belongs."""

    def __init__(self):
        self.pages = PageHandler(threads=4)
        self.access = DatabaseThreads(2, "access")
        self.board = Board(self.access)
        self.streams = ReplyStreams(self.board, self.access)
        self.edge = Edge(self.route)

    async def __call__(self, scope, receive, send):
        await self.edge(scope, receive, send)

    async def route(self, scope, receive, send):
        """Pages, streams, and the question whether the process lives."""
        if scope["type"] == "lifespan":
            await self.live(receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close"})
        elif scope["path"] == "/healthz":
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
            await send({"type": "http.response.body", "body": b"ok"})
        elif stream := PATH.fullmatch(scope["path"]):
            await self.streams(scope, receive, send, UUID(stream[stream.lastindex]))
        else:
            await self.pages(scope, receive, send)

    async def live(self, receive, send):
        """Runs the engine from the server's start to its end; streams have ended when that is announced."""
        engine = Engine(self.board)
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await engine.start()
                settle()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await engine.stop(settings.DRAIN_SECONDS)
                await self.board.close()
                self.access.close()
                self.pages.close()
                await send({"type": "lifespan.shutdown.complete"})
                return


application = Application()
