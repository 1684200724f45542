"""Every refusal of the API has one shape, whoever refuses: never a page, never a trace."""

import asyncio
import json

import pytest
from django.test import Client

from flowpilot.web.pages import PageHandler
from tests.calling import PROBLEM, Api, refusal

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/nowhere", "/ai-sessions/", "/script-builder/sessions/", "/api/", "/api/v2/x"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_address_that_is_none(api, path, method):
    refusal(api.call(method, path), 404, "not_found")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "TRACE", "OPTIONS", "HEAD", "BREW"])
def test_a_method_that_is_not_taken(api, method):
    answer = api.call(method, "/script-builder/sessions")
    assert answer.status_code == 405 and answer["Content-Type"] == PROBLEM
    assert {"GET", "POST"} == set(answer["Allow"].replace(" ", "").split(","))


def test_a_host_that_is_not_ours(owner):
    answer = Client(headers={"host": "evil.example"}).get("/api/v1/script-builder/sessions")
    refusal(answer, 400, "bad_request")


def test_nobody(owner):
    answer = Api().get("/script-builder/sessions")
    refusal(answer, 401, "not_authenticated")
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_superuser_without_an_account(superuser):
    refusal(Api(superuser).get("/script-builder/sessions"), 404, "not_found")


def test_a_fault_of_ours_has_a_reference_and_no_trace(api, monkeypatch, caplog, settings):
    secret = "in a message"

    def broken(*args, **kwargs):
        raise ZeroDivisionError(secret)

    monkeypatch.setattr("script_builder.access.list_sessions", broken)
    for settings.DEBUG in (False, True):
        answer = api.get("/script-builder/sessions")
        said = refusal(answer, 500, "server_error")
        assert said["reference"] in caplog.text and "ZeroDivisionError" in caplog.text
        assert b"ZeroDivision" not in answer.content and b"Traceback" not in answer.content
    assert secret not in caplog.text


def test_a_fault_outside_of_the_operations(api, monkeypatch):
    def broken(self, request):
        raise ZeroDivisionError

    monkeypatch.setattr("django.contrib.messages.middleware.MessageMiddleware.process_request", broken)
    api.browser.raise_request_exception = False
    said = refusal(api.get("/script-builder/sessions"), 500, "server_error")
    assert said["reference"]


@pytest.mark.parametrize("path", ["/script-builder/sessions", "/nowhere", "/script-builder/sessions/x"])
def test_a_refusal_carries_the_headers_of_a_page(api, path):
    answer = api.get(path)
    assert answer["Cache-Control"] == "no-store" and answer["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert int(answer["Content-Length"]) == len(answer.content)


def asked(path: str, headers=(), body: bytes = b"") -> tuple[int, str, dict]:
    """What the page handler itself answers."""
    sent = []

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message):
        sent.append(message)

    async def run():
        handler = PageHandler(threads=1)
        scope = {"type": "http", "method": "POST", "path": path, "headers": list(headers), "query_string": b""}
        await handler(scope, receive, send)
        handler.close()

    asyncio.run(run())
    kind = dict(sent[0]["headers"])[b"Content-Type"].decode()
    return sent[0]["status"], kind, json.loads(sent[1]["body"])


def test_a_body_that_is_not_even_read():
    headers = [(b"content-length", b"9000000")]
    status, kind, said = asked("/api/v1/script-builder/sessions", headers)
    assert (status, kind, said["code"]) == (413, PROBLEM, "too_large")


def test_too_many_headers():
    status, kind, said = asked("/api/v1/script-builder/sessions", [(b"x", b"y")] * 300)
    assert (status, kind, said["code"]) == (431, PROBLEM, "headers_too_large")
