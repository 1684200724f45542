"""Several at one moment through the API: one wins, the rest see how things stand, and nothing is written twice."""

import pytest

from pilot.lifecycle import Phase, phase
from pilot.models import RunStamp, SessionEvent
from tests.calling import Api, refusal
from tests.factories.pilot import SCRIPT, fresh, make_fix, make_session
from tests.script_builder.together import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def at_once(owner, *requests) -> list:
    """What is answered to these requests (method, address, body), sent together."""
    left = iter([(Api(owner), request) for request in requests])

    def send():
        api, request = next(left)
        return api.call(*request)

    return together(len(requests), send)


def path(fix, operation: str) -> str:
    return f"/ai-sessions/{fix.session_id}/suggested-fixes/{fix.pk}/{operation}"


def test_equal_declarations_are_one_stamp_and_all_succeed(owner, draft_fix):
    answers = at_once(owner, *[("POST", path(draft_fix, "apply"), {"kind": "draft"})] * 4)
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len({answer.json()["run_stamp"]["id"] for answer in answers}) == 1 == RunStamp.objects.count()
    assert SessionEvent.objects.filter(kind="fix_run").count() == 1


def test_outcomes_against_each_other(owner, session):
    fix = make_fix(session, Phase.VERIFYING)
    outcomes = ("applied_success", "applied_failed", "applied_partial", "never_applied")
    version = fix.version
    answers = at_once(
        owner,
        *(("PATCH", path(fix, "outcome"), {"outcome": one, "notes": "So.", "version": version}) for one in outcomes),
    )
    refused = [answer for answer in answers if answer.status_code != 200]
    assert len(refused) == 3
    for answer in refused:
        said = refusal(answer, 409, "fix_changed")
        assert said["present"]["suggested_fix"]["phase"] == phase(fresh(fix))
    kinds = ("fix_worked", "fix_failed", "fix_partial", "run_withdrawn")
    assert SessionEvent.objects.filter(kind__in=kinds).count() == 1 and fresh(fix).version == version + 1


def test_dismissing_drafting_and_running(owner, fix):
    version = {"version": fix.version}
    answers = at_once(
        owner,
        ("PATCH", path(fix, "outcome"), {"outcome": "dismissed"} | version),
        ("PATCH", path(fix, "script"), {"ai_drafted_script": SCRIPT} | version),
        ("POST", path(fix, "apply"), {"kind": "by_hand"} | version),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    moves = SessionEvent.objects.filter(kind__in=("fix_dismissed", "fix_drafted", "fix_run"))
    assert moves.count() == 1 and fresh(fix).version == fix.version + 1


def test_resolving_against_an_outcome(owner, session):
    fix = make_fix(session, Phase.VERIFYING)
    session.refresh_from_db()
    here = f"/ai-sessions/{session.pk}"
    answers = at_once(
        owner,
        ("POST", f"{here}/resolve", {"notes": "Done.", "state_version": session.state_version}),
        ("PATCH", path(fix, "outcome"), {"outcome": "applied_failed"}),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]


def test_the_same_message_and_the_same_ticket(owner):
    ticket = {"title": "Printer offline", "problem": "It is offline."}
    left = iter([Api(owner) for _ in range(8)])
    answers = together(8, lambda: next(left).post("/ai-sessions", ticket, idempotency_key="t"))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    session = make_session(owner, title="Another")
    left = iter([Api(owner) for _ in range(8)])
    messages = f"/ai-sessions/{session.pk}/messages"
    answers = together(8, lambda: next(left).post(messages, {"text": "Hi."}, idempotency_key="m"))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1 and session.messages.count() == 2
