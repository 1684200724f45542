"""What a browser, a proxy or a crafted request can be made to do to the product."""

import json
import re
from pathlib import Path

import pytest
from django.forms import BaseForm
from django.test import Client

from tests.conventions import world as worlds
from tests.conventions.test_source import ROOT

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
DEEP = 10_000
FLOORS = ("flowpilot", "pilot", "script_builder")
NAMES = ("title", "text", "version", "kind", "status", "outcome", "state")
ODD = {
    "deep list": "[" * DEEP + "]" * DEEP,
    "deep object": '{"a":' * DEEP + "1" + "}" * DEEP,
    "null": "null",
    "number": "7",
    "text": '"x"',
    "list": "[]",
    "empty": "{}",
    "nulls": json.dumps(dict.fromkeys(NAMES)),
    "lists": json.dumps({name: [[]] for name in NAMES}),
    "infinite": '{"version": 1e999}',
    "huge": '{"version": 1' + "0" * 5000 + "}",
    "surrogate": '{"title": "\\ud800", "text": "\\ud800"}',
    "twice": '{"version": 1, "version": "x"}',
    "no text": b"\xff\xfe\x00",
}


@pytest.fixture
def addresses(account, owner) -> list[tuple[str, str]]:
    world = worlds.build(account, owner)
    every = [(name, worlds.address(route, world)) for name, route in worlds.routes()]
    # After signing out, nothing would be reached.
    return [(name, path) for name, path in every if name != "people:sign_out"]


@pytest.mark.parametrize("htmx", [False, True])
def test_a_forged_request_changes_nothing(owner, addresses, htmx):
    """Another site can send the cookie along; the page's own token it has not."""
    browser = Client(enforce_csrf_checks=True, headers={"hx-request": "true"} if htmx else None)
    browser.force_login(owner)
    before = worlds.snapshot()
    taken = [
        f"{answer.status_code} {method} {path}"
        for _, path in addresses
        for method in UNSAFE
        if (answer := browser.generic(method, path, "", content_type="application/x-www-form-urlencoded")).status_code
        not in (403, 405)
    ]
    assert not taken and worlds.snapshot() == before


@pytest.mark.parametrize("odd", ODD)
def test_no_odd_body_is_a_fault_of_ours(as_owner, addresses, odd):
    as_owner.raise_request_exception = False
    faults = [
        f"{answer.status_code} {method} {path}"
        for name, path in addresses
        if name.startswith("api:")
        for method in UNSAFE
        if (answer := as_owner.generic(method, path, ODD[odd], content_type="application/json")).status_code >= 500
    ]
    assert not faults


def test_no_odd_form_is_a_fault_of_ours(as_owner, addresses, settings):
    settings.PAGE_WRITES_PER_MINUTE = 10_000
    as_owner.raise_request_exception = False
    names = re.compile(r'name="([\w-]+)"')
    forms = [form for form in every(BaseForm) if form.__module__.split(".")[0] in FLOORS]
    fields = {name for path in Path(ROOT, "templates").rglob("*.html") for name in names.findall(path.read_text())}
    fields |= {name for form in forms for name in form.base_fields}
    assert len(fields) > 20 and "days" in fields
    for value in ("", "x", "-1", "9" * 400, "[]", "\0", "\ud7ff\u202e", "00000000-0000-0000-0000-000000000000"):
        for name, path in addresses:
            if not name.startswith("api:"):
                answer = as_owner.post(path, dict.fromkeys(fields - {"csrfmiddlewaretoken"}, value))
                assert answer.status_code < 500, (path, value)


def every(kind) -> list:
    """The kind and whatever is made of it."""
    return [kind, *(below for one in kind.__subclasses__() for below in every(one))]


def test_nothing_that_was_sent_is_spread_into_a_query():
    """`filter(**request.GET)` would let whoever asks choose what is compared with what."""
    spread = re.compile(r"\*\*\s*\(?\s*(self\.)?request\.|\*\*json\.loads")
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for folder in FLOORS
        for path in Path(ROOT, folder).rglob("*.py")
        for line in path.read_text().splitlines()
        if spread.search(line)
    ]
    assert not found


@pytest.mark.parametrize(
    "path",
    [
        "/static/../flowpilot/settings.py",
        "/static/%2e%2e/flowpilot/settings.py",
        "/static/..%2f..%2f.env",
        "/static/....//....//.env",
        "/static//etc/passwd",
        "/flowpilot.sqlite3",
    ],
)
def test_no_file_but_the_built_ones_is_served(client, db, path):
    answer = client.get(path)
    assert answer.status_code == 404, path


def test_a_multipart_form_of_blanks_is_soon_read(as_owner):
    """Base64 that is nearly all white space was read over and over."""
    body = b"\r\n".join(
        [
            b"--b",
            b'Content-Disposition: form-data; name="title"; filename="x"',
            b"Content-Type: text/plain",
            b"Content-Transfer-Encoding: base64",
            b"",
            b"YQ" + b" " * 2_000_000 + b"==",
            b"--b--",
            b"",
        ]
    )
    answer = as_owner.generic("POST", "/sessions/new/", body, content_type="multipart/form-data; boundary=b")
    assert answer.status_code in (400, 413, 422)
