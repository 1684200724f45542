"""What the pages do with a fix besides running it, through the API: engage, fill in, submit, read, confirm."""

import pytest

from flowpilot.ai.tools import ProposeOutcome
from flowpilot.replies.models import Reply
from pilot.actions import proposals
from pilot.actions.drafts import open_inline
from pilot.lifecycle import Phase, phase
from pilot.models import RunStamp
from tests.calling import Api, refusal, with_token
from tests.factories.pilot import FILLED, SECRET, fresh, make_fix, resolve
from tests.script_builder.together import together

pytestmark = pytest.mark.django_db
VERIFIED = {"verify_command": "Get-Service Spooler", "verify_expected": "Running"}
WRITES = ["engage", "submit", "render", "output", "ai-outcome-proposal/confirm"]


def path(fix, operation: str) -> str:
    return f"/ai-sessions/{fix.session_id}/suggested-fixes/{fix.pk}/{operation}"


@pytest.fixture
def verifying(session):
    return make_fix(session, Phase.VERIFYING, **VERIFIED)


def test_an_engaged_fix_is_not_run(api, fix):
    told = api.post(path(fix, "engage")).json()
    assert told["engaged_at"] and told["applied_at"] is None
    assert api.post(path(fix, "engage")).json()["engaged_at"] == told["engaged_at"]
    assert not RunStamp.objects.exists()


class TestSubmitting:
    def test_it_is_the_fixs_draft_and_the_buffer_is_empty(self, api, owner, fix):
        drafting = open_inline(fix=fix, by=owner)
        body = {"script": "param([string]$Name)\r\nGet-Service $Name\r\n", "version": fix.version}
        told = api.post(path(fix, "submit"), body).json()
        assert "\r" not in told["ai_drafted_script"] and told["applied_at"] is None
        assert list(told["ai_drafted_parameters"]) == ["name"]
        drafting.refresh_from_db()
        assert drafting.buffer == "" and fix.session.events.filter(kind="fix_drafted", via="api").count() == 1

    def test_in_another_language(self, api, fix):
        told = api.post(path(fix, "submit"), {"script": "lpstat\n", "language": "bash"}).json()
        assert told["language"] == "bash"

    def test_the_scaffold_alone(self, api, owner, fix):
        scaffold = open_inline(fix=fix, by=owner).buffer
        assert list(refusal(api.post(path(fix, "submit"), {"script": scaffold}), 400)["errors"]) == ["script"]

    @pytest.mark.parametrize("script", ["", " \n", "a\0b", "x" * 50_001, None, 5])
    def test_what_cannot_be_taken(self, api, fix, script):
        assert list(refusal(api.post(path(fix, "submit"), {"script": script}), 400)["errors"]) == ["script"]

    def test_a_colleagues_draft_came_first(self, api, fix):
        seen = fix.version
        api.post(path(fix, "submit"), {"script": "One\n", "version": seen})
        said = refusal(api.post(path(fix, "submit"), {"script": "Two\n", "version": seen}), 409, "fix_changed")
        assert said["present"]["suggested_fix"]["ai_drafted_script"] == "One\n"
        assert api.post(path(fix, "submit"), {"script": "Two\n", "version": seen + 1}).status_code == 200


class TestFillingIn:
    def test_the_text_to_run(self, api, secret_draft_fix):
        told = api.post(path(secret_draft_fix, "render"), {"parameters": FILLED}).json()
        assert SECRET in told["text"] and SECRET not in told["stamp_text"] and len(told["sha256"]) == 64
        assert not RunStamp.objects.exists() and fresh(secret_draft_fix).version == secret_draft_fix.version

    def test_what_cannot_be_filled_in(self, api, secret_draft_fix):
        said = refusal(api.post(path(secret_draft_fix, "render"), {"parameters": {"host": "srv"}}), 400)
        assert list(said["errors"]) == ["parameters.password"]

    def test_without_a_draft(self, api, fix):
        refusal(api.post(path(fix, "render"), {"parameters": {}}), 409, "no_draft")


class TestReadingOutput:
    def test_it_says_and_writes_nothing(self, api, verifying):
        read = [api.post(path(verifying, "output"), {"output": text}).json() for text in ("Running", "Stopped")]
        assert [one["outcome"] for one in read] == ["applied_success", "applied_failed"] and all(
            one["says"] for one in read
        )
        assert phase(fresh(verifying)) == Phase.VERIFYING and fresh(verifying).version == verifying.version

    @pytest.mark.parametrize("output", ["", "  ", None])
    def test_what_cannot_be_taken(self, api, verifying, output):
        assert list(refusal(api.post(path(verifying, "output"), {"output": output}), 400)["errors"]) == ["output"]

    def test_where_nothing_is_known(self, api, session):
        fix = make_fix(session, Phase.VERIFYING)
        refusal(api.post(path(fix, "output"), {"output": "x"}), 409, "nothing_expected")


class TestConfirming:
    @pytest.fixture
    def proposed(self, session, verifying, owner):
        proposals.propose(session=session, call=ProposeOutcome(outcome="worked", evidence="It prints."), by=owner)
        return fresh(verifying)

    def test_the_proposed_outcome_is_written(self, api, proposed):
        shown = api.get(path(proposed, "")[:-1]).json()["ai_outcome_proposal"]
        told = api.post(path(proposed, "ai-outcome-proposal/confirm"), {"proposed_at": shown["proposed_at"]}).json()
        assert (told["status"], told["outcome_notes"]) == ("applied_success", "It prints.")
        assert told["ai_outcome_proposal"] is None
        assert proposed.session.events.filter(kind="fix_worked", via="api").exists()

    def test_another_proposal_came(self, api, proposed, session, owner):
        shown = api.get(path(proposed, "")[:-1]).json()["ai_outcome_proposal"]
        proposals.propose(session=session, call=ProposeOutcome(outcome="failed", evidence="No."), by=owner)
        body = {"proposed_at": shown["proposed_at"]}
        said = refusal(api.post(path(proposed, "ai-outcome-proposal/confirm"), body), 409, "fix_changed")
        assert said["present"]["suggested_fix"]["ai_outcome_proposal"]["evidence"] == "No."

    @pytest.mark.parametrize("moment", ["", "x", "2026-11-25T09:30:00", "2026-13-40T00:00:00Z", 5, None])
    def test_what_is_no_moment(self, api, proposed, moment):
        answer = api.post(path(proposed, "ai-outcome-proposal/confirm"), {"proposed_at": moment})
        assert list(refusal(answer, 400)["errors"]) == ["proposed_at"]

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.postgres
    def test_confirmed_and_declined_at_once(self, owner, proposed):
        seen = {"proposed_at": proposed.ai_outcome_proposed_at.isoformat()}
        requests = [("POST", path(proposed, "ai-outcome-proposal/confirm"), seen)] * 3
        requests += [("DELETE", path(proposed, "ai-outcome-proposal"), None)] * 3
        left = iter([(Api(owner), request) for request in requests])

        def send():
            client, request = next(left)
            return client.call(*request).status_code

        assert sorted(together(6, send)) == [200] + [409] * 5


def test_on_the_way_to_a_hand_over_no_next_step_is_asked_for(api, verifying):
    answer = api.patch(path(verifying, "outcome"), {"outcome": "applied_failed", "asks_next": False})
    assert answer.json()["status"] == "applied_failed" and not Reply.objects.exists()


@pytest.mark.parametrize("operation", WRITES)
def test_who_may_and_when(api, fix, stranger, teammate, viewer, owner, session, operation):
    for somebody in (stranger, teammate):
        refusal(Api(somebody).post(path(fix, operation)), 404, "not_found")
    refusal(Api(viewer).post(path(fix, operation)), 403, "forbidden")
    refusal(with_token(owner, "read").post(path(fix, operation)), 403, "read_only_token")
    refusal(api.get(path(fix, operation)), 405)
    make_fix(session)  # supersedes the other
    refusal(api.post(path(fix, operation)), 409, "fix_changed")
    resolve(session)
    refusal(api.post(path(fix, operation)), 409, "session_closed")
