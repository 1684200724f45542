"""What stamps a fix as applied and what does not, and how an outcome is written, through pages and API."""

import pytest

from flowpilot.ai.tools import ProposeOutcome
from flowpilot.replies.models import Reply
from pilot.actions import proposals
from pilot.lifecycle import Move, Phase, phase
from pilot.models import RunStamp
from script_builder.models import ScriptBuilderSession, ScriptTemplate
from tests.calling import Api, refusal
from tests.factories.pilot import FILLED, SCRIPT, SECRET, fresh, make_fix, make_session, resolve, settle

pytestmark = pytest.mark.django_db


def path(fix, operation: str) -> str:
    return f"/ai-sessions/{fix.session_id}/suggested-fixes/{fix.pk}/{operation}"


def page(fix, operation: str) -> str:
    return f"/sessions/{fix.session_id}/fixes/{fix.pk}/{operation}/"


def stamped(fix) -> bool:
    """Whether it counts as run; a stamp and the moment come together."""
    ran = fresh(fix).applied_at is not None
    assert RunStamp.objects.filter(fix=fix).exists() == ran
    return ran


class TestWhatStamps:
    @pytest.mark.parametrize("kind", ["fix", "template_fix", "draft_fix"])
    def test_the_apply_button_does_not(self, htmx, request, kind):
        """Whichever surface it opens: drafting, the template's panel, the three cards."""
        fix = request.getfixturevalue(kind)
        assert htmx.post(page(fix, "apply"), {"version": fix.version}).status_code == 200
        assert not stamped(fix)

    @pytest.mark.parametrize("decision", ["one_off", "draft_template"])
    def test_a_decision_to_run_does(self, api, draft_fix, decision):
        answer = api.post(path(draft_fix, "decision"), {"decision": decision})
        assert answer.status_code == 200
        assert stamped(draft_fix) and answer.json()["phase"] == "verifying"
        template = ScriptTemplate.objects.first()
        assert bool(template) == (decision == "draft_template")
        assert answer.json()["draft_template_id"] == (str(template.pk) if template else None)
        assert answer.json()["run_stamp"]["text"] == SCRIPT

    def test_a_decision_to_run_is_one_transaction(self, api, draft_fix, monkeypatch):
        def broken(**kwargs):
            raise RuntimeError

        monkeypatch.setattr("script_builder.actions.templates.make_draft", broken)
        said = refusal(api.post(path(draft_fix, "decision"), {"decision": "draft_template"}), 500, "server_error")
        assert said["reference"] and "RuntimeError" not in str(said)
        assert not stamped(draft_fix)

    def test_only_opening_the_builder_does_not(self, api, draft_fix):
        answers = [api.post(path(draft_fix, "decision"), {"decision": "build_template"}) for _ in range(2)]
        drafting = ScriptBuilderSession.objects.get()
        assert {answer.json()["script_builder_session_id"] for answer in answers} == {str(drafting.pk)}
        assert drafting.buffer == SCRIPT and answers[0].json()["run_stamp"] is None
        assert not stamped(draft_fix)

    def test_opening_it_for_another_version_is_refused(self, api, draft_fix):
        sent = {"decision": "build_template", "version": draft_fix.version + 1}
        refusal(api.post(path(draft_fix, "decision"), sent), 409, "fix_changed")
        assert not ScriptBuilderSession.objects.exists()

    def test_i_ran_this_does_and_generate_does_not(self, api, htmx, template_fix):
        form = {"version": template_fix.version, "template_version": 1}
        assert htmx.post(page(template_fix, "generate"), form).status_code == 200
        assert not stamped(template_fix)
        answer = api.post(path(template_fix, "apply"), {"kind": "template", "template_version": 1})
        assert answer.status_code == 200 and stamped(template_fix)
        assert answer.json()["run_stamp"]["template_version"] == 1

    def test_rendering_a_template_does_not(self, api, template_fix):
        template = template_fix.script_template_id
        answer = api.post(f"/script-templates/{template}/versions/1/render", {})
        assert answer.json()["text"] == SCRIPT and not stamped(template_fix)

    def test_a_draft_does_not(self, api, fix):
        assert api.patch(path(fix, "script"), {"ai_drafted_script": SCRIPT}).status_code == 200
        assert not stamped(fix)

    def test_by_hand_does(self, api, fix):
        answer = api.post(path(fix, "apply"), {"kind": "by_hand", "note": "Pulled the plug.\r\nTwice."})
        assert stamped(fix)
        stamp = answer.json()["run_stamp"]
        assert (stamp["kind"], stamp["text"], stamp["sha256"]) == ("by_hand", None, None)
        assert stamp["note"] == "Pulled the plug.\nTwice."
        assert fix.session.events.filter(kind="fix_run", via="api").count() == 1


class TestApply:
    def test_the_same_run_again_adds_nothing(self, api, draft_fix):
        answers = [api.post(path(draft_fix, "apply"), {"kind": "draft"}) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[0].json() == answers[1].json() and RunStamp.objects.count() == 1

    def test_a_secret_is_stamped_without_its_value(self, api, secret_draft_fix, caplog):
        answer = api.post(path(secret_draft_fix, "apply"), {"kind": "draft", "parameters": FILLED})
        assert answer.status_code == 200
        stamp = answer.json()["run_stamp"]
        assert "<secret:password>" in stamp["text"] and stamp["parameters"] == {"host": "srv-print01"}
        assert SECRET not in answer.content.decode() + caplog.text

    @pytest.mark.parametrize(
        "body, field",
        [
            ({}, "kind"),
            ({"kind": "magic"}, "kind"),
            ({"kind": "template"}, "template_version"),
            ({"kind": "draft", "parameters": {"host": "a b"}}, "parameters.host"),
            ({"kind": "draft", "parameters": {"host": ["x"]}}, "parameters.host"),
            ({"kind": "draft", "parameters": {"more": "x"}}, "parameters.more"),
            ({"kind": "draft", "parameters": []}, "parameters"),
            ({"kind": "by_hand", "note": "x" * 5001}, "note"),
            ({"kind": "by_hand", "note": "a\0b"}, "note"),
        ],
    )
    def test_what_cannot_be_taken(self, api, secret_draft_fix, body, field):
        assert field in refusal(api.post(path(secret_draft_fix, "apply"), body), 400, "invalid")["errors"]
        assert not stamped(secret_draft_fix)

    @pytest.mark.parametrize(
        "body, code",
        [({"kind": "draft"}, "no_draft"), ({"kind": "template", "template_version": 1}, "no_such_version")],
    )
    def test_what_the_fix_has_not(self, api, fix, body, code):
        refusal(api.post(path(fix, "apply"), body), 409, code)

    @pytest.mark.parametrize("at", [Phase.SUCCESS, Phase.FAILED, Phase.DISMISSED])
    @pytest.mark.parametrize("operation", ["apply", "decision"])
    def test_a_closed_fix(self, api, session, at, operation):
        refusal(api.post(path(make_fix(session, at), operation), {"nonsense": 1}), 409, "fix_changed")

    def test_another_is_open(self, api, session):
        partial = make_fix(session, Phase.PARTIAL)
        make_fix(session, title="Another")
        refusal(api.post(path(partial, "apply"), {"kind": "by_hand"}), 409, "another_fix_open")


class TestOutcome:
    OUTCOMES = {
        "applied_success": Phase.SUCCESS, "applied_failed": Phase.FAILED, "applied_partial": Phase.PARTIAL,
        "never_applied": Phase.UNRUN,
    }  # fmt: skip

    @pytest.mark.parametrize("outcome", OUTCOMES)
    def test_of_a_run(self, api, session, outcome):
        fix = make_fix(session, Phase.VERIFYING)
        answer = api.patch(path(fix, "outcome"), {"outcome": outcome, "notes": "One of two."})
        assert answer.status_code == 200 and answer.json()["phase"] == self.OUTCOMES[outcome]
        assert phase(fresh(fix)) == self.OUTCOMES[outcome]
        assert session.events.order_by("-created_at").first().via == "api"

    def test_an_unrun_fix_is_dismissed_and_the_assistant_asked(self, api, fix):
        answer = api.patch(path(fix, "outcome"), {"outcome": "dismissed"})
        assert answer.json()["dismissed_reason"] == "engineer" and Reply.objects.count() == 1

    def test_after_didnt_work_the_assistant_is_asked(self, api, session):
        fix = make_fix(session, Phase.VERIFYING)
        api.patch(path(fix, "outcome"), {"outcome": "applied_failed"})
        assert Reply.objects.count() == 1

    @pytest.mark.parametrize("notes", [{}, {"notes": ""}, {"notes": " \n"}])
    def test_partial_needs_notes(self, api, session, notes):
        fix = make_fix(session, Phase.VERIFYING)
        said = refusal(api.patch(path(fix, "outcome"), {"outcome": "applied_partial"} | notes), 400, "invalid")
        assert list(said["errors"]) == ["notes"] and phase(fresh(fix)) == Phase.VERIFYING

    @pytest.mark.parametrize(
        "at, outcome",
        [
            (Phase.UNRUN, "applied_success"),
            (Phase.UNRUN, "never_applied"),
            (Phase.VERIFYING, "dismissed"),
            (Phase.PARTIAL, "applied_partial"),
            (Phase.PARTIAL, "dismissed"),
            (Phase.SUCCESS, "applied_failed"),
            (Phase.FAILED, "never_applied"),
            (Phase.DISMISSED, "dismissed"),
        ],
    )
    def test_what_is_not_possible_from_there(self, api, session, at, outcome):
        fix = make_fix(session, at)
        said = refusal(api.patch(path(fix, "outcome"), {"outcome": outcome, "notes": "x"}), 409, "fix_changed")
        assert said["present"]["suggested_fix"]["phase"] == at
        assert fresh(fix).version == fix.version

    @pytest.mark.parametrize("body", [{}, {"outcome": "proposed"}, {"outcome": None}, {"outcome": 1}, []])
    def test_no_outcome(self, api, session, body):
        refusal(api.patch(path(make_fix(session, Phase.VERIFYING), "outcome"), body), 400, "invalid")

    def test_an_older_version(self, api, session):
        fix = make_fix(session, Phase.VERIFYING)
        body = {"outcome": "applied_success", "version": fix.version - 1}
        refusal(api.patch(path(fix, "outcome"), body), 409, "fix_changed")

    def test_it_clears_the_assistants_proposal(self, api, session, owner):
        fix = make_fix(session, Phase.VERIFYING)
        proposals.propose(session=session, call=ProposeOutcome(outcome="worked", evidence="It prints."), by=owner)
        shown = api.get(f"/ai-sessions/{session.pk}/suggested-fixes/{fix.pk}").json()["ai_outcome_proposal"]
        assert (shown["outcome"], shown["evidence"]) == ("applied_success", "It prints.")
        answer = api.patch(path(fix, "outcome"), {"outcome": "applied_failed"})
        assert answer.json()["ai_outcome_proposal"] is None


class TestNotYet:
    def test_it_takes_the_proposal_away_and_nothing_else(self, api, session, owner):
        fix = make_fix(session, Phase.VERIFYING)
        proposals.propose(session=session, call=ProposeOutcome(outcome="worked", evidence="It prints."), by=owner)
        answer = api.delete(path(fix, "ai-outcome-proposal"))
        assert answer.status_code == 200 and answer.json()["ai_outcome_proposal"] is None
        assert phase(fresh(fix)) == Phase.VERIFYING
        refusal(api.delete(path(fix, "ai-outcome-proposal")), 409, "fix_changed")


class TestCorrect:
    def test_it_turns_the_outcome_round(self, api, session):
        fix = settle(make_fix(session, Phase.VERIFYING), Move.WORKED)
        body = {"outcome": "applied_failed", "reason": "It came back."}
        answer = api.post(path(fix, "correct"), body)
        assert answer.json()["status"] == "applied_failed" and fresh(fix).applied_at == fix.applied_at
        # Sent again, as after a lost answer, it does not turn it back.
        refusal(api.post(path(fix, "correct"), body), 409, "fix_changed")

    @pytest.mark.parametrize("at", [Phase.UNRUN, Phase.VERIFYING, Phase.PARTIAL, Phase.DISMISSED])
    def test_only_a_final_outcome(self, api, session, at):
        refusal(api.post(path(make_fix(session, at), "correct"), {}), 409, "fix_changed")

    @pytest.mark.parametrize("reason", ["", "  "])
    def test_why(self, api, session, reason):
        fix = settle(make_fix(session, Phase.VERIFYING), Move.WORKED)
        said = refusal(api.post(path(fix, "correct"), {"outcome": "applied_failed", "reason": reason}), 400, "invalid")
        assert list(said["errors"]) == ["reason"]


WRITES = [
    ("POST", "apply", {"kind": "by_hand"}),
    ("POST", "decision", {"decision": "one_off"}),
    ("PATCH", "outcome", {"outcome": "dismissed"}),
    ("POST", "correct", {"outcome": "applied_failed", "reason": "No."}),
    ("DELETE", "ai-outcome-proposal", None),
]


@pytest.mark.parametrize("method, operation, body", WRITES)
def test_who_may(method, operation, body, draft_fix, viewer, stranger, teammate, owner):
    refusal(Api(stranger).call(method, path(draft_fix, operation), body), 404, "not_found")
    refusal(Api(teammate).call(method, path(draft_fix, operation), body), 404, "not_found")
    refusal(Api(viewer).call(method, path(draft_fix, operation), body), 403, "forbidden")
    other = make_session(owner, title="Another")
    swapped = path(draft_fix, operation).replace(str(draft_fix.session_id), str(other.pk))
    refusal(Api(owner).call(method, swapped, body), 404, "not_found")
    assert fresh(draft_fix).version == draft_fix.version


@pytest.mark.parametrize("method, operation, body", WRITES)
def test_a_closed_session(api, method, operation, body, draft_fix):
    resolve(draft_fix.session)
    refusal(api.call(method, path(draft_fix, operation), body), 409, "session_closed")
