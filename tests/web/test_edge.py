"""The outermost layer: what every class of answer says to a browser, and whose word on a request's origin counts."""

import asyncio
import json

import pytest
from django.http import JsonResponse
from django.urls import include, path

from flowpilot.asgi import Application
from flowpilot.replies.stream import headers as stream_headers
from flowpilot.web.edge import ALWAYS, Edge
from tests.replies.processes import cookie_of

FORM = (b"content-type", b"application/x-www-form-urlencoded")
JSON = (b"content-type", b"application/json")
UNKNOWN = "00000000-0000-0000-0000-000000000000"


def origin(request):
    """Where a request comes from, as a page sees it."""
    forwarded = sorted(name for name in request.META if "FORWARDED" in name)
    return JsonResponse({"client": request.META.get("REMOTE_ADDR"), "secure": request.is_secure(), "names": forwarded})


def broken(request):
    raise RuntimeError("a fault of ours")


urlpatterns = [path("origin/", origin), path("broken/", broken), path("", include("flowpilot.urls"))]


def ask(application, method, target, *, headers=(), body=b"", client="127.0.0.1", scheme="http", host=b"localhost"):
    """Status, headers and body of the answer."""
    where, _, query = target.partition("?")
    scope = {
        "type": "http",
        "method": method,
        "path": where,
        "query_string": query.encode(),
        "scheme": scheme,
        "client": (client, 5000),
        "headers": [(b"host", host), *headers],
    }
    coming, sent = [{"type": "http.request", "body": body, "more_body": False}], []

    async def receive():
        return coming.pop(0) if coming else await asyncio.Event().wait()

    async def send(message):
        sent.append(message)

    asyncio.run(asyncio.wait_for(application(scope, receive, send), 20))
    return sent[0]["status"], dict(sent[0]["headers"]), b"".join(message.get("body", b"") for message in sent[1:])


@pytest.fixture
def application(settings):
    settings.ROOT_URLCONF = __name__
    application = Application()
    yield application
    application.pages.close()
    application.access.close()


# A status of each kind: method, address, what is sent, whether somebody is signed in, and what is answered.
ANSWERS = {
    "page": ("GET", "/sessions/", {}, True, 200),
    "sign-in": ("GET", "/sign-in/", {}, False, 200),
    "fragment": ("GET", "/sessions/", {"headers": [(b"hx-request", b"true")]}, True, 200),
    "redirect": ("GET", "/sessions/", {}, False, 302),
    "htmx redirect": ("GET", "/sessions/", {"headers": [(b"hx-request", b"true")]}, False, 200),
    "invalid": ("POST", "/sessions/new/", {"headers": [FORM]}, True, 403),
    "json": ("GET", "/api/v1/ai-sessions", {}, True, 200),
    "problem 401": ("GET", "/api/v1/ai-sessions", {}, False, 401),
    "problem 400": ("POST", "/api/v1/ai-sessions", {"headers": [JSON], "body": b"{"}, True, 403),
    "problem 404": ("GET", f"/api/v1/ai-sessions/{UNKNOWN}", {}, True, 404),
    "openapi": ("GET", "/api/v1/openapi.json", {}, True, 200),
    "documentation": ("GET", "/api/docs/", {}, True, 200),
    "stream 404": ("GET", f"/replies/{UNKNOWN}/stream/", {}, True, 404),
    "stream 401": ("GET", f"/api/v1/replies/{UNKNOWN}/stream", {}, False, 401),
    "stream 405": ("POST", f"/replies/{UNKNOWN}/stream/", {}, True, 405),
    "csrf": ("POST", "/sign-in/", {"headers": [FORM]}, False, 403),
    "404": ("GET", "/nowhere/", {}, True, 404),
    "405": ("GET", "/sign-out/", {}, True, 405),
    "host": ("GET", "/sessions/", {"host": b"evil.example"}, False, 400),
    "413": ("POST", "/sign-in/", {"headers": [FORM, (b"content-length", b"999999999")]}, False, 413),
    "431": ("GET", "/sign-in/", {"headers": [(b"x-one", b"1")] * 300}, False, 431),
    "500": ("GET", "/broken/", {}, False, 500),
    "admin": ("GET", "/admin/", {}, False, 302),
    "static": ("GET", "/static/brand/favicon.svg", {}, False, 200),
    "health": ("GET", "/healthz", {}, False, 200),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_carries_every_header(name, application, owner):
    method, target, sent, signed_in, status = ANSWERS[name]
    cookie = [(b"cookie", cookie_of(owner).encode())] if signed_in else []
    sent = sent | {"headers": [*sent.get("headers", ()), *cookie]}
    got, headers, _ = ask(application, method, target, **sent)
    headers = {key.decode().lower(): value.decode() for key, value in headers.items()}
    assert got == status
    assert {key.decode() for key in ALWAYS} <= set(headers)
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe-eval" not in policy
    assert "unsafe-inline" not in policy.replace("style-src-attr 'unsafe-inline'", "")
    assert headers["x-content-type-options"] == "nosniff" and headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-resource-policy"] == headers["cross-origin-opener-policy"] == "same-origin"
    assert "no-store" in headers["cache-control"] or name == "static"
    assert "strict-transport-security" not in headers


def test_a_stream_carries_them_too():
    async def stream(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": stream_headers(b"text/event-stream")})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    headers = ask(Edge(stream), "GET", "/")[1]
    assert set(ALWAYS) <= set(headers)
    assert headers[b"content-type"] == b"text/event-stream" and b"no-store" in headers[b"cache-control"]


def test_over_tls_a_browser_is_told_to_stay_there(settings, application):
    settings.SECURE_HSTS_SECONDS = 100
    assert ask(application, "GET", "/healthz", scheme="https")[1][b"strict-transport-security"] == b"max-age=100"
    assert b"strict-transport-security" not in ask(application, "GET", "/healthz")[1]


# ---- Where a request comes from -----------------------------------------------------------------

SAYS = [(b"x-forwarded-for", b"203.0.113.9, 198.51.100.4"), (b"x-forwarded-proto", b"https")]


def seen(settings, *, proxies, client="192.0.2.1", headers=SAYS) -> dict:
    """What a page sees of where the request comes from."""
    settings.TRUSTED_PROXIES, settings.ROOT_URLCONF = proxies, __name__
    application = Application()
    try:
        return json.loads(ask(application, "GET", "/origin/", headers=headers, client=client)[2])
    finally:
        application.pages.close()
        application.access.close()


@pytest.mark.parametrize("proxies", [[], ["192.0.2.2"], ["198.51.100.0/24"]])
def test_nobodys_word_counts_but_a_trusted_proxys(settings, proxies):
    assert seen(settings, proxies=proxies) == {"client": "192.0.2.1", "secure": False, "names": []}


@pytest.mark.parametrize("proxies", [["192.0.2.1"], ["192.0.2.0/24"]])
def test_a_trusted_proxy_says_who_came_to_it_and_how(settings, proxies):
    assert seen(settings, proxies=proxies) == {"client": "198.51.100.4", "secure": True, "names": []}


def test_of_several_proxies_the_last_that_is_not_trusted_is_the_client(settings):
    proxies = ["192.0.2.1", "198.51.100.4"]
    assert seen(settings, proxies=proxies)["client"] == "203.0.113.9"


def test_a_name_with_an_underscore_says_nothing(settings):
    headers = [(b"x_forwarded_for", b"203.0.113.9"), (b"x_forwarded_proto", b"https")]
    assert seen(settings, proxies=["192.0.2.1"], headers=headers) == {
        "client": "192.0.2.1",
        "secure": False,
        "names": [],
    }
