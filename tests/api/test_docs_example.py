"""The worked example of docs/api.md is done as it stands there."""

import json
import re

import pytest

from flowpilot.api import api as product
from flowpilot.replies.testing import drain
from pilot.lifecycle import Phase, phase
from pilot.models import AISession, RunStamp
from tests.calling import with_token
from tests.conventions.source import ROOT
from tests.factories.pilot import make_fix, make_task

pytestmark = pytest.mark.django_db
TEXT = (ROOT / "docs/api.md").read_text()
REQUESTS = re.findall(r"```http\n(.*?)```", TEXT, re.DOTALL)
MENTIONED = re.findall(r"`(GET|POST|PATCH|DELETE) (/[^`]+)`", TEXT)
STREAM = ("GET", "/api/v1/replies/{}/stream")


def parts(request: str) -> tuple[str, str, dict, str]:
    """Method, address, headers and body of a request as it is written down."""
    head, _, body = request.partition("\n\n")
    line, *headers = head.strip().splitlines()
    method, path = line.split()
    return method, path, dict(header.split(": ") for header in headers), body


def test_from_opening_to_outcome(owner):
    client, known, answers = with_token(owner), {}, []
    for request in REQUESTS:
        method, path, headers, body = parts(request)
        if "{session}" in path and "fix" not in known:
            # What the assistant would ask and propose, in its place.
            session = AISession.objects.get()
            known |= {"session": str(session.pk), "fix": str(make_fix(session, title="Restart it").pk)}
            known["task"] = str(make_task(session, text="How is the service?").pk)
        for name, value in known.items():
            path = path.replace(f"{{{name}}}", value)
            body = body.replace(f"{{{name}}}", value)
        answer = client.call(method, path, body, **headers)
        assert answer.status_code in (200, 201), (request, answer.content)
        answers.append((method, path, answer.json()))
        if path.endswith("resolution-notes"):
            shown = answer.json()
            known |= {"notes": json.dumps(shown["text"])[1:-1], "state_version": str(shown["state_version"])}
        drain()
    assert len(answers) == len(REQUESTS) > 8
    session = AISession.objects.get()
    assert session.status == "resolved" and "Spooler" in session.closings.get().text
    fix = session.fixes.get(pk=known["fix"])
    assert phase(fix) == Phase.SUCCESS and RunStamp.objects.get().text == "Restart-Service 'Spooler'\n"


def without_names(path: str) -> str:
    return re.sub(r"{\w+}", "{}", path.partition("?")[0])


def test_every_operation_stands_there_and_whatever_stands_there_exists():
    described = {
        (method.upper(), without_names(path))
        for path, methods in product.get_openapi_schema()["paths"].items()
        for method in methods
    }
    assert {(method, without_names(path)) for method, path, *_ in map(parts, REQUESTS)} <= described
    mentioned = [(method, without_names(f"/api/v1{path}")) for method, path in MENTIONED]
    assert set(mentioned) == described | {STREAM} and len(mentioned) == len(set(mentioned))
