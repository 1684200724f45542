"""The page handler against everything that a client or a proxy can do to a request."""

import asyncio
import json
import threading

import pytest
from django.http import FileResponse, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from flowpilot.web import pages
from flowpilot.web.pages import PageHandler

reached = []
threads = set()
gate = threading.Event()


@csrf_exempt
def echo(request):
    """Says what arrived."""
    reached.append(request.method)
    posted = {name: request.POST.getlist(name) for name in request.POST}
    names = {name: upload.size for name, upload in request.FILES.items()}
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR")
    return JsonResponse(
        {"post": posted, "files": names, "raw": len(request.body) if not names else 0, "for": forwarded}
    )


def waiting(request):
    threads.add(threading.current_thread().name)
    reached.append("waiting")
    gate.wait(10)
    return HttpResponse("waited")


def streamed(request):
    return StreamingHttpResponse(iter([b"one ", b"two"]), headers={"X-Kept": "yes"})


def file(request):
    from io import BytesIO

    response = FileResponse(BytesIO(b"content"), filename="a.txt")
    response.set_cookie("kept", "1")
    return response


def broken(request):
    raise RuntimeError


urlpatterns = [
    path("echo/", echo),
    path("waiting/", waiting),
    path("streamed/", streamed),
    path("file/", file),
    path("broken/", broken),
]


@pytest.fixture
def handler(settings):
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
    reached.clear(), threads.clear(), gate.clear()
    handler = PageHandler(threads=4)
    yield handler
    gate.set()
    handler.close()


FORM = (b"content-type", b"application/x-www-form-urlencoded")


def part(body=b"", more=False):
    return {"type": "http.request", "body": body, "more_body": more}


GONE = {"type": "http.disconnect"}


async def request(handler, url, *messages, headers=(), method="POST"):
    """What is sent for a request that arrives in these messages; nothing more ever comes after them."""
    scope = {
        "type": "http",
        "method": method,
        "path": url,
        "query_string": b"",
        "scheme": "http",
        "headers": [(b"host", b"localhost"), *headers],
    }
    coming, sent = list(messages), []

    async def receive():
        return coming.pop(0) if coming else await asyncio.Event().wait()

    async def send(message):
        sent.append(message)

    await handler(scope, receive, send)
    return sent


def answer(handler, *arguments, **options):
    """Status, headers and body of the answer."""
    sent = asyncio.run(asyncio.wait_for(request(handler, *arguments, **options), 20))
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return sent[0]["status"], dict(sent[0]["headers"]), body


def test_a_form_in_parts_arrives_whole(handler):
    status, _, body = answer(handler, "/echo/", part(b"a=1&b", True), part(b"=2"), headers=[FORM])
    assert (status, json.loads(body)["post"]) == (200, {"a": ["1"], "b": ["2"]})


def test_a_chunked_multipart_form_is_read_although_nobody_said_how_long_it_is(handler):
    form = (
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
        b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nfile\r\n--x--\r\n'
    )
    headers = [(b"content-type", b"multipart/form-data; boundary=x"), (b"transfer-encoding", b"chunked")]
    status, _, body = answer(handler, "/echo/", part(form), headers=headers)
    assert (status, json.loads(body)) == (200, {"post": {"a": ["1"]}, "files": {"f": 4}, "raw": 0, "for": None})


def test_a_body_that_is_cut_off_is_never_processed(handler):
    assert asyncio.run(request(handler, "/echo/", part(b"a=1", True), GONE, headers=[FORM])) == []
    assert reached == []


def test_unfinished_bodies_hold_no_thread(handler):
    async def run():
        stuck = [asyncio.create_task(request(handler, "/echo/", part(b"a", True))) for _ in range(50)]
        sent = await asyncio.wait_for(request(handler, "/echo/", part(b"a=1"), headers=[FORM]), 5)
        for task in stuck:
            task.cancel()
        return sent

    assert asyncio.run(run())[0]["status"] == 200
    assert reached == ["POST"]


def test_a_body_that_never_ends_is_given_up(handler, monkeypatch):
    monkeypatch.setattr(pages, "BODY_SECONDS", 0.05)
    status, headers, _ = answer(handler, "/echo/", part(b"a", True))
    assert (status, headers[b"Connection"]) == (408, b"close")
    assert reached == []


@pytest.mark.parametrize("declared", [[], [(b"content-length", b"3")], [(b"content-length", b"99999999")]])
def test_a_body_that_is_too_large_is_refused_whatever_was_declared(handler, settings, declared):
    settings.REQUEST_BODY_MAX = 1000
    parts = [part(b"x" * 400, True)] * 10
    status, headers, _ = answer(handler, "/echo/", *parts, headers=[FORM, *declared])
    assert (status, headers[b"Connection"]) == (413, b"close")
    assert reached == []


def test_a_header_with_an_underscore_does_not_pass_for_the_proxys(handler):
    forged = [(b"x_forwarded_for", b"1.2.3.4"), (b"x_forwarded-for", b"1.2.3.4")]
    _, _, body = answer(handler, "/echo/", part(), headers=forged)
    assert json.loads(body)["for"] is None
    _, _, body = answer(handler, "/echo/", part(), headers=[*forged, (b"x-forwarded-for", b"5.6.7.8")])
    assert json.loads(body)["for"] == "5.6.7.8"


def test_thousands_of_headers_are_refused(handler):
    status, _, _ = answer(handler, "/echo/", part(), headers=[(b"x-a", b"1")] * 5000)
    assert status == 431
    assert reached == []


@pytest.mark.parametrize("host", [b"evil.example", b"a\nb", b"\xff"])
def test_a_foreign_host_is_refused(handler, host):
    assert answer(handler, "/echo/", part(), headers=[(b"host", host)])[0] == 400


def test_a_page_that_breaks_is_a_500_and_the_next_one_works(handler):
    assert answer(handler, "/broken/", part(), method="GET")[0] == 500
    assert answer(handler, "/echo/", part(), method="GET")[0] == 200


@pytest.mark.parametrize("query", [b"\xff", b"a=%ff", b"a=\x00"])
def test_odd_bytes_in_the_address_are_no_500(handler, query):
    async def run():
        sent = []

        async def receive():
            return part()

        async def send(message):
            sent.append(message)

        await handler(
            {
                "type": "http",
                "method": "GET",
                "path": "/echo/",
                "query_string": query,
                "headers": [(b"host", b"localhost")],
            },
            receive,
            send,
        )
        return sent[0]["status"]

    assert asyncio.run(run()) in (200, 400)


def test_more_requests_than_threads_wait_and_the_loop_does_not(handler):
    async def run():
        tasks = [asyncio.create_task(request(handler, "/waiting/", part(), method="GET")) for _ in range(12)]
        while len(reached) < 4:
            await asyncio.sleep(0.005)
        ticks = 0
        for _ in range(20):
            await asyncio.sleep(0)
            ticks += 1
        assert len(reached) == 4
        gate.set()
        return [sent[0]["status"] for sent in await asyncio.gather(*tasks)], ticks

    assert asyncio.run(run()) == ([200] * 12, 20)
    assert len(threads) == 4


def test_a_client_that_leaves_while_its_page_is_made_harms_nobody(handler):
    async def run():
        left = asyncio.create_task(request(handler, "/waiting/", part(), GONE, method="GET"))
        while not reached:
            await asyncio.sleep(0.005)
        left.cancel()
        gate.set()
        return await request(handler, "/echo/", part(), method="GET")

    assert asyncio.run(run())[0]["status"] == 200


def test_streamed_answers_and_files_are_sent_whole_with_headers_and_cookies(handler):
    status, headers, body = answer(handler, "/streamed/", part(), method="GET")
    assert (status, headers[b"X-Kept"], body) == (200, b"yes", b"one two")
    status, headers, body = answer(handler, "/file/", part(), method="GET")
    assert (status, body) == (200, b"content")
    assert b'filename="a.txt"' in headers[b"Content-Disposition"]
    assert headers[b"Set-Cookie"].startswith(b"kept=1")


@pytest.mark.django_db(transaction=True)
def test_each_thread_closes_its_own_connection_at_the_end(settings):
    from django.db import connection, connections

    from flowpilot.web.threads import DatabaseThreads

    pool, together, found = DatabaseThreads(3, "test"), threading.Barrier(3), []

    def work():
        together.wait(5)
        with connection.cursor() as cursor:
            cursor.execute("select 1")
        found.append(connections["default"])

    async def run():
        await asyncio.gather(*(pool.run(work) for _ in range(3)))

    asyncio.run(run())
    assert len(set(map(id, found))) == 3
    assert all(own.connection is not None for own in found)
    pool.close()
    assert all(own.connection is None for own in found)
