"""An operation that takes no body says so where one is sent, after it has said who may and whether it can be."""

import pytest

from tests.calling import Api, refusal
from tests.factories.pilot import escalate, make_session, resolve

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(owner, teammate) -> str:
    return f"/ai-sessions/{escalate(make_session(owner), to=teammate).pk}/withdraw"


@pytest.mark.parametrize("body", ["", " \n", "{}", " { } "])
def test_nothing_is_fine(api, path, body):
    assert api.call("POST", path, body).json()["status"] == "open"


@pytest.mark.parametrize("body, field", [('{"held": true}', "held"), ("[]", "body"), ("5", "body"), ("null", "body")])
def test_what_is_sent_is_refused(api, path, body, field):
    assert list(refusal(api.call("POST", path, body), 400, "invalid")["errors"]) == [field]


@pytest.mark.parametrize("body", ["{", "NaN", "\xff", b"\xff\xfe"])
def test_what_is_no_json(api, path, body):
    refusal(api.call("POST", path, body), 400, "not_json")


def test_who_may_and_what_can_be_come_first(owner, stranger, viewer, path):
    refusal(Api(stranger).post(path, {"x": 1}), 404)
    refusal(Api(viewer).post(path, {"x": 1}), 403)
    session = resolve(make_session(owner, title="Another"))
    refusal(Api(owner).post(f"/ai-sessions/{session.pk}/withdraw", {"x": 1}), 409, "not_escalated")
    refusal(Api(owner).post(f"/ai-sessions/{session.pk}/messages/{session.pk}/stop", {"x": 1}), 404)


@pytest.mark.parametrize(
    "method, path", [("GET", "/me"), ("GET", "/ai-sessions"), ("GET", "/openapi.json"), ("DELETE", "")]
)
def test_whatever_the_method(api, owner, method, path):
    drafting = api.post("/script-builder/sessions").json()["id"]
    refusal(api.call(method, path or f"/script-builder/sessions/{drafting}", {"x": 1}), 400, "invalid")


def test_operations_that_take_one_still_do(api):
    assert api.post("/ai-sessions", {"title": "Printer offline"}).status_code == 201
    assert list(refusal(api.post("/ai-sessions", {"title": "x", "y": 1}), 400)["errors"]) == ["y"]
