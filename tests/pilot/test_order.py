"""Wrong state before invalid input, also where what was sent is invalid on top: product, section 3.1."""

import pytest

from pilot.lifecycle import Phase
from tests.calling import refusal
from tests.factories.pilot import PARAMETERS, SECRET_SCRIPT, make_fix, resolve

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("body", [{}, {"summary": " "}, {"reason": ""}])
def test_a_handoff_that_lacks_something_while_a_run_waits(api, htmx, session, body):
    make_fix(session, Phase.VERIFYING)
    session.refresh_from_db()
    seen = {"reason": "Beyond me.", "summary": "So far.", "party": "Vendor"} | body
    api_body = seen | {"state_version": session.state_version}
    refusal(api.post(f"/ai-sessions/{session.pk}/escalate", api_body), 409, "outcome_required")
    assert htmx.post(f"/sessions/{session.pk}/escalate/", seen | {"v": session.state_version}).status_code == 409


@pytest.mark.parametrize("name", ["resolve", "escalate"])
def test_a_text_of_an_older_state_that_lacks_something(api, session, name):
    body = {"notes": " "} if name == "resolve" else {"summary": " ", "reason": " "}
    seen = {"state_version": session.state_version}
    make_fix(session)
    refusal(api.post(f"/ai-sessions/{session.pk}/{name}", body | seen), 409, "outdated")


def test_reopening_what_is_open_with_no_answer_that_can_be(api, htmx, session):
    refusal(api.post(f"/ai-sessions/{session.pk}/reopen", {"held": "maybe"}), 409, "not_closed")
    assert htmx.post(f"/sessions/{session.pk}/reopen/", {"held": "maybe"}).status_code == 409
    resolve(session)
    refusal(api.post(f"/ai-sessions/{session.pk}/reopen", {"held": "maybe"}), 400, "invalid")
    assert htmx.post(f"/sessions/{session.pk}/reopen/", {"held": "maybe"}).status_code == 422


@pytest.mark.parametrize(
    ("at", "method", "name", "body"),
    [
        (Phase.UNRUN, "PATCH", "script", {"ai_drafted_script": " \n"}),
        (Phase.UNRUN, "PATCH", "script", {"ai_drafted_script": "ls\n", "ai_drafted_parameters": {"x": {"type": "no"}}}),
        (Phase.UNRUN, "POST", "apply", {"kind": "draft"}),
        (Phase.UNRUN, "POST", "apply", {"kind": "template"}),
        (Phase.UNRUN, "POST", "decision", {"decision": "draft_template"}),
        (Phase.VERIFYING, "PATCH", "outcome", {"outcome": "applied_partial", "notes": " "}),
        (Phase.SUCCESS, "POST", "correct", {"outcome": "applied_failed", "reason": " "}),
    ],
)
def test_a_call_for_an_older_version_that_lacks_something(api, session, at, method, name, body):
    ran = {"host": "srv-1", "password": "x"}
    fix = make_fix(session, at, script=SECRET_SCRIPT, parameters=PARAMETERS, ran=ran)
    path = f"/ai-sessions/{session.pk}/suggested-fixes/{fix.pk}/{name}"
    refusal(api.call(method, path, body), 400, "invalid")
    refusal(api.call(method, path, body | {"version": fix.version}), 400, "invalid")
    refusal(api.call(method, path, body | {"version": fix.version + 1}), 409, "fix_changed")
