"""Django's pages under ASGI: the body is read and the answer written on the event loop, the rest runs in few threads.

Django's own handler takes a thread and a connection for every request in flight. Here a request occupies a thread
only when its body is complete, from first to last in that one thread, so connections never outnumber the threads.
"""

import asyncio
import contextvars
from functools import partial
from io import BytesIO

from django.conf import settings
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.http import HttpResponse
from django.urls import set_script_prefix

from flowpilot.web import problems
from flowpilot.web.threads import DatabaseThreads

MOST_HEADERS = 200
BODY_SECONDS = 60


class Refused(Exception):
    """A request that is not worth a thread; holds the status and the sentence of the answer."""


class PageHandler(ASGIHandler):
    """Serves the pages in `threads` threads."""

    def __init__(self, threads: int = 4):
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)
        self.threads = DatabaseThreads(threads, "page")

    async def __call__(self, scope, receive, send):
        try:
            async with asyncio.timeout(BODY_SECONDS):
                scope, body = await self.read_request(scope, receive)
        except RequestAborted:
            return
        except TimeoutError:
            await self.refuse(408, "The request did not arrive in time.", scope, send)
            return
        except Refused as refused:
            await self.refuse(*refused.args, scope, send)
            return
        run = contextvars.copy_context().run
        response = await self.threads.run(partial(run, self.respond, scope, body))
        await self.send_response(response, send)

    async def read_request(self, scope, receive):
        """The complete body, and the scope with its true length."""
        if len(scope["headers"]) > MOST_HEADERS:
            raise Refused(431, "The request has too many headers.")
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if length.isdigit() and int(length) > settings.REQUEST_BODY_MAX:
            raise Refused(413, "The request is too large.")
        body = await self.read_body(receive)
        # The length that came, so that a chunked form is read too.
        headers = [(name, value) for name, value in scope["headers"] if name != b"content-length"]
        headers.append((b"content-length", str(len(body.getbuffer())).encode()))
        return {**scope, "headers": headers}, body

    async def read_body(self, receive):
        """The whole body; nothing of a request that was cut off is ever processed."""
        body, size = BytesIO(), 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise RequestAborted
            size += body.write(message.get("body", b""))
            if size > settings.REQUEST_BODY_MAX:
                raise Refused(413, "The request is too large.")
            if not message.get("more_body", False):
                body.seek(0)
                return body

    async def refuse(self, status, sentence, scope, send):
        """Answers without a page, and closes: what else the client sends is not read."""
        if scope["path"].startswith(problems.PREFIX):
            response = problems.plain(status)
        else:
            response = HttpResponse(sentence, status=status, content_type="text/plain")
        response["Connection"] = "close"
        await self.send_response(response, send)

    def respond(self, scope, body):
        """Runs the request from first to last in this thread, which is also where its database connection lives."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, response = self.create_request(scope, body)
        if request is not None:
            response = self.get_response(request)
        content = b"".join(response) if response.streaming else response.content
        response.close()
        body.close()
        whole = HttpResponse(content, status=response.status_code, headers=response.headers)
        whole.cookies = response.cookies
        return whole

    def close(self):
        """Ends the threads and their connections."""
        self.threads.close()
