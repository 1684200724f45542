"""`PATCH …/suggested-fixes/{fix_id}/script`: a drafted script is attached, and is no run."""

import pytest

from pilot.lifecycle import Phase
from pilot.models import RunStamp
from tests.calling import Api, refusal, with_token
from tests.factories.pilot import PARAMETERS, SCRIPT, fresh, make_fix, make_session, make_template, resolve

pytestmark = pytest.mark.django_db


def path(fix, session=None) -> str:
    return f"/ai-sessions/{(session or fix.session).pk}/suggested-fixes/{fix.pk}/script"


def version_of(session) -> int:
    session.refresh_from_db()
    return session.state_version


def test_it_attaches_the_script_and_stamps_nothing(api, session, fix):
    before = version_of(session)
    answer = api.patch(path(fix), {"ai_drafted_script": SCRIPT, "ai_drafted_parameters": {"host": {"type": "host"}}})
    assert answer.status_code == 200
    now = fresh(fix)
    assert now.ai_drafted_script == SCRIPT
    assert now.ai_drafted_parameters["host"]["type"] == "host"
    assert now.applied_at is None and not RunStamp.objects.exists()
    assert version_of(session) == before + 1
    shown = answer.json()
    assert (shown["id"], shown["status"], shown["phase"]) == (str(fix.pk), "proposed", "unrun")
    assert shown["ai_drafted_script"] == SCRIPT and shown["applied_at"] is None
    assert session.events.filter(kind="fix_drafted", via="api", by=session.owner).count() == 1


def test_a_run_fix_keeps_its_moment(api, session):
    fix = make_fix(session, Phase.VERIFYING)
    assert api.patch(path(fix), {"ai_drafted_script": SCRIPT}).status_code == 200
    assert fresh(fix).applied_at == fix.applied_at and RunStamp.objects.count() == 1


@pytest.mark.parametrize("sent", [{}, {"ai_drafted_parameters": None}])
def test_parameters_left_out_or_null_are_cleared(api, session, sent):
    fix = make_fix(session, script="Connect-Host {{ host }} {{ password }}\n", parameters=PARAMETERS)
    assert fix.ai_drafted_parameters
    assert api.patch(path(fix), {"ai_drafted_script": SCRIPT} | sent).status_code == 200
    assert fresh(fix).ai_drafted_parameters is None


@pytest.mark.parametrize(
    "body, field",
    [
        ("", "body"),
        ({}, "ai_drafted_script"),
        ({"ai_drafted_script": ""}, "ai_drafted_script"),
        ({"ai_drafted_script": " \n"}, "ai_drafted_script"),
        ({"ai_drafted_script": "x" * 50_001}, "ai_drafted_script"),
        ({"ai_drafted_script": "a\0b"}, "ai_drafted_script"),
        ({"ai_drafted_script": "\ud800"}, "ai_drafted_script"),
        ({"ai_drafted_script": 7}, "ai_drafted_script"),
        ({"ai_drafted_script": SCRIPT, "ai_drafted_parameters": []}, "ai_drafted_parameters"),
        ({"ai_drafted_script": SCRIPT, "ai_drafted_parameters": {"a b": {}}}, "ai_drafted_parameters.a b"),
        ({"ai_drafted_script": SCRIPT, "ai_drafted_parameters": {"a": {"type": "no"}}}, "ai_drafted_parameters.a"),
        *(
            ({"ai_drafted_script": SCRIPT, "ai_drafted_parameters": {"a": bad}}, "ai_drafted_parameters.a")
            for bad in ({"label": "a\0b"}, {"help": "\0"}, {"type": "choice", "choices": ["a", "\0"]})
        ),
        ({"ai_drafted_script": SCRIPT, "applied_at": "2026-01-01T00:00:00Z"}, "applied_at"),
        ({"ai_drafted_script": SCRIPT, "version": "1"}, "version"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_with_its_field(api, session, fix, body, field):
    before = version_of(session)
    assert list(refusal(api.patch(path(fix), body), 400, "invalid")["errors"]) == [field]
    assert fresh(fix).version == fix.version and version_of(session) == before


@pytest.mark.parametrize("body", ["{", "[1", "\xff", "nan", '{"a":' * 20_000])
def test_malformed_json(api, fix, body):
    refusal(api.patch(path(fix), body), 400)


def test_the_longest_script(api, fix):
    script = "é" * 49_999 + "\r\n"
    assert api.patch(path(fix), {"ai_drafted_script": script}).status_code == 200
    assert fresh(fix).ai_drafted_script == "é" * 49_999 + "\n"


def test_a_body_that_is_too_large(api, fix):
    refusal(api.patch(path(fix), {"ai_drafted_script": "x" * 2_600_000}), 413, "too_large")


@pytest.mark.parametrize("at", [Phase.SUCCESS, Phase.FAILED, Phase.DISMISSED])
@pytest.mark.parametrize("body", [{"ai_drafted_script": SCRIPT}, {}])
def test_a_closed_fix_is_refused_before_its_input_is_looked_at(api, session, at, body):
    fix = make_fix(session, at)
    said = refusal(api.patch(path(fix), body), 409, "fix_changed")
    assert said["present"]["suggested_fix"]["status"] == fix.status
    assert fresh(fix).ai_drafted_script is None


def test_an_older_version_is_refused_with_the_present_state(api, fix):
    make = {"ai_drafted_script": SCRIPT, "version": fix.version}
    assert api.patch(path(fix), make).status_code == 200
    said = refusal(api.patch(path(fix), make | {"ai_drafted_script": "Other\n"}), 409, "fix_changed")
    assert said["present"]["suggested_fix"]["ai_drafted_script"] == SCRIPT


def test_a_closed_session(api, session, fix):
    resolve(session)
    said = refusal(api.patch(path(fix), {"ai_drafted_script": SCRIPT}), 409, "session_closed")
    assert said["present"]["ai_session"]["status"] == "resolved"


def test_not_there_not_of_this_session_and_not_yours_look_the_same(api, owner, stranger, fix):
    other = make_session(owner, title="Another")
    unknown = f"/ai-sessions/{other.pk}/suggested-fixes/{other.pk}/script"
    body = {"ai_drafted_script": SCRIPT}
    answers = [
        api.patch(path(fix, session=other), body),
        api.patch(unknown, body),
        Api(stranger).patch(path(fix), body),
        with_token(stranger).patch(path(fix), body),
        Api(stranger).patch(path(fix), {}),
    ]
    assert {answer.content for answer in answers} == {answers[0].content}
    refusal(answers[0], 404, "not_found")
    assert fresh(fix).ai_drafted_script is None


def test_an_id_that_is_none(api, session, fix):
    said = refusal(api.patch(f"/ai-sessions/{session.pk}/suggested-fixes/no-id/script", {}), 400, "invalid")
    assert list(said["errors"]) == ["fix_id"]


def test_who_may_only_read(viewer, teammate, fix):
    refusal(Api(viewer).patch(path(fix), {"ai_drafted_script": SCRIPT}), 403, "forbidden")
    refusal(Api(teammate).patch(path(fix), {"ai_drafted_script": SCRIPT}), 404)


def test_a_fix_with_a_template_may_have_a_draft_too(api, session, owner):
    fix = make_fix(session, template=make_template(owner))
    assert api.patch(path(fix), {"ai_drafted_script": SCRIPT}).status_code == 200
