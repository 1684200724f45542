"""Sessions through the API: the same actions as on the pages, told apart by their way."""

import pytest

from flowpilot.replies.models import Reply
from flowpilot.replies.testing import drain
from pilot.lifecycle import Move, Phase, phase
from pilot.models import AISession, ChatMessage
from tests.calling import Api, refusal, with_token
from tests.factories.pilot import escalate, fresh, make_fix, make_session, make_task, resolve, run, settle

pytestmark = pytest.mark.django_db


def path(session, operation: str = "") -> str:
    return f"/ai-sessions/{session.pk}{operation and '/' + operation}"


def state(session) -> int:
    session.refresh_from_db()
    return session.state_version


def kinds(session, via="api") -> list[str]:
    return list(session.events.filter(via=via).values_list("kind", flat=True))


class TestOpening:
    TICKET = {"title": "Printer offline", "problem": "Nobody\r\ncan print.", "client": "Contoso", "ticket_ref": "T-1"}

    def test_a_problem_is_the_first_message(self, api, owner):
        answer = api.post("/ai-sessions", self.TICKET)
        assert answer.status_code == 201
        session = AISession.objects.get()
        assert answer.json()["id"] == str(session.pk) and session.owner == owner
        assert session.problem == "Nobody\ncan print." and kinds(session) == ["session_opened"]
        assert ChatMessage.objects.get(role="user").text == session.problem and Reply.objects.count() == 1

    def test_the_same_key_opens_once(self, api):
        answers = [api.post("/ai-sessions", self.TICKET, idempotency_key="a1").json() for _ in range(2)]
        assert answers[0] == answers[1] and AISession.objects.count() == 1
        api.post("/ai-sessions", self.TICKET)
        assert AISession.objects.count() == 2

    @pytest.mark.parametrize(
        "change, field",
        [
            ({"title": ""}, "title"),
            ({"title": "  "}, "title"),
            ({"title": None}, "title"),
            ({"title": "a\nb"}, "title"),
            ({"title": "x" * 201}, "title"),
            ({"problem": "a\0b"}, "problem"),
            ({"owner": "x"}, "owner"),
            ({"account_id": "x"}, "account_id"),
            ({"status": "resolved"}, "status"),
        ],
    )
    def test_what_cannot_be_taken(self, api, change, field):
        assert list(refusal(api.post("/ai-sessions", self.TICKET | change), 400, "invalid")["errors"]) == [field]
        assert not AISession.objects.exists()

    def test_who_may(self, viewer, owner):
        refusal(Api(viewer).post("/ai-sessions", self.TICKET), 403, "forbidden")
        refusal(with_token(owner, "read").post("/ai-sessions", self.TICKET), 403, "read_only_token")


class TestListing:
    def ids(self, api, query="") -> list[str]:
        return [one["title"] for one in api.get(f"/ai-sessions{query}").json()["items"]]

    def test_filters(self, api, owner, admin, stranger):
        make_session(owner, title="One", ticket_ref="T-1", client="Contoso")
        resolve(make_session(owner, title="Two", ticket_ref="T-2"))
        make_session(admin, title="Three")
        make_session(stranger, title="Four", ticket_ref="T-1")
        assert self.ids(api) == ["Two", "One"]
        assert self.ids(api, "?status=open") == ["One"]
        assert self.ids(api, "?ticket_ref=T-1") == ["One"]
        assert self.ids(api, "?client=Contoso&q=one") == ["One"]
        assert self.ids(Api(admin)) == ["Three", "Two", "One"]
        assert self.ids(Api(admin), f"?owner_id={admin.pk}") == ["Three"]
        refusal(api.get("/ai-sessions?status=lost"), 400, "invalid")
        refusal(api.get("/ai-sessions?owner_id=x"), 400, "invalid")
        refusal(api.get("/ai-sessions?q=%00"), 400, "invalid")


class TestEditing:
    def test_what_changed_is_told(self, api, session):
        before = state(session)
        answer = api.patch(path(session), {"ticket_ref": "T-9", "title": session.title, "state_version": before})
        assert answer.json()["ticket_ref"] == "T-9" and state(session) == before + 1
        assert kinds(session) == ["session_edited"]
        assert api.get(path(session, "timeline")).json()["items"][-1]["sentence"].endswith("of the ticket: ticket.")

    def test_nothing_new_is_no_change(self, api, session):
        before = state(session)
        assert api.patch(path(session), {"title": session.title}).status_code == 200
        assert state(session) == before and not kinds(session)

    def test_an_older_state(self, api, session):
        said = refusal(api.patch(path(session), {"title": "Other", "state_version": 99}), 409, "outdated")
        assert said["present"]["ai_session"]["title"] == session.title

    @pytest.mark.parametrize("body", [{"title": " "}, {"title": None}, {"status": "resolved"}, {"owner_id": "x"}])
    def test_what_cannot_be_taken(self, api, session, body):
        refusal(api.patch(path(session), body), 400, "invalid")

    def test_a_closed_one(self, api, session):
        refusal(api.patch(path(resolve(session)), {"title": "Other"}), 409, "session_closed")


class TestMessages:
    def test_the_reply_is_there_at_once_and_fills(self, api, session):
        answer = api.post(path(session, "messages"), {"text": "It is\r\noffline."}, idempotency_key="m1")
        assert answer.status_code == 201
        posted = answer.json()
        assert posted["message"]["text"] == "It is\noffline."
        reply = posted["reply"]["reply"]
        assert reply["state"] == "queued" and reply["stream"] == f"/api/v1/replies/{reply['id']}/stream"
        drain()
        turns = api.get(path(session, "messages")).json()["items"]
        assert [turn["role"] for turn in turns][:2] == ["user", "assistant"]
        assert turns[1]["reply"]["state"] == "done" and turns[1]["reply"]["text"] and not turns[1]["reply"]["stream"]

    def test_the_same_key(self, api, session):
        answers = [api.post(path(session, "messages"), {"text": "Hi."}, idempotency_key="k").json() for _ in range(3)]
        assert answers[0] == answers[1] == answers[2] and Reply.objects.count() == 1
        refusal(api.post(path(session, "messages"), {"text": "Ho."}, idempotency_key="k"), 409, "key_reused")
        assert api.post(path(session, "messages"), {"text": "Hi."}).status_code == 201
        assert Reply.objects.count() == 2

    @pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": " \n"}, {"text": "x" * 50_001}, {"text": 5}])
    def test_what_cannot_be_taken(self, api, session, body):
        assert list(refusal(api.post(path(session, "messages"), body), 400, "invalid")["errors"]) == ["text"]

    @pytest.mark.parametrize("key", ["x" * 65, "a b", "é"])
    def test_a_key_that_is_none(self, api, session, key):
        refusal(api.post(path(session, "messages"), {"text": "Hi."}, idempotency_key=key), 400, "invalid")

    def test_stop_and_retry(self, api, session):
        turn = api.post(path(session, "messages"), {"text": "Hi."}).json()["reply"]["id"]
        refusal(api.post(path(session, f"messages/{turn}/retry")), 409, "reply_not_over")
        assert api.post(path(session, f"messages/{turn}/stop")).json()["reply"]["state"] == "stopped"
        answers = [api.post(path(session, f"messages/{turn}/retry")) for _ in range(2)]
        assert answers[0].status_code == 201 and answers[0].json() == answers[1].json()
        assert answers[0].json()["retry_of"] == turn


class TestTasks:
    def test_answered(self, api, session):
        task = make_task(session)
        answer = api.patch(path(session, f"tasks/{task.pk}"), {"state": "answered", "answer": " Today. "})
        assert (answer.json()["state"], answer.json()["answer"]) == ("answered", "Today.")
        assert kinds(session) == ["task_answered"] and Reply.objects.count() == 1
        said = refusal(api.patch(path(session, f"tasks/{task.pk}"), {"state": "wrong"}), 400)
        assert list(said["errors"]) == ["state"]
        said = refusal(api.patch(path(session, f"tasks/{task.pk}"), {"state": "skipped"}), 409, "task_closed")
        assert said["present"]["task"]["answer"] == "Today."
        assert [one["id"] for one in api.get(path(session, "tasks?state=answered")).json()["items"]] == [str(task.pk)]
        assert api.get(path(session, "tasks?state=open")).json()["items"] == []

    def test_an_answer_is_needed(self, api, session):
        said = refusal(api.patch(path(session, f"tasks/{make_task(session).pk}"), {"state": "answered"}), 400)
        assert list(said["errors"]) == ["answer"]


class TestResolving:
    def test_from_the_preview_to_the_notes(self, api, session):
        make_fix(session, Phase.VERIFYING)
        preview = api.get(path(session, "previews/resolution-notes")).json()
        assert "Restart the spooler" in preview["text"]
        body = {"notes": preview["text"], "state_version": preview["state_version"]}
        assert api.post(path(session, "resolve"), body).json()["status"] == "resolved"
        [closed] = api.get(path(session, "closings")).json()["items"]
        assert closed["kind"] == "resolution" and "worked" in closed["text"]
        assert kinds(session) == ["fix_worked", "session_resolved"]

    def test_from_an_older_state(self, api, session):
        preview = api.get(path(session, "previews/resolution-notes")).json()
        make_fix(session)
        body = {"notes": preview["text"], "state_version": preview["state_version"]}
        said = refusal(api.post(path(session, "resolve"), body), 409, "outdated")
        assert said["present"]["ai_session"]["state_version"] > preview["state_version"]

    @pytest.mark.parametrize(
        "change, field",
        [
            ({"notes": " "}, "notes"),
            ({"outcome": "dismissed"}, "outcome"),
            ({"outcome": "applied_partial"}, "outcome_notes"),
            ({"state_version": "4"}, "state_version"),
        ],
    )
    def test_what_cannot_be_taken(self, api, session, change, field):
        make_fix(session, Phase.VERIFYING)
        body = {"notes": "Done.", "state_version": state(session)} | change
        assert list(refusal(api.post(path(session, "resolve"), body), 400, "invalid")["errors"]) == [field]
        assert state(session) and session.is_open


class TestHandingOver:
    def body(self, session, **fields) -> dict:
        return {"reason": "Beyond me.", "summary": "So far.", "state_version": state(session)} | fields

    def test_a_run_waits_for_its_outcome(self, api, session):
        make_fix(session, Phase.VERIFYING)
        refusal(api.post(path(session, "escalate"), self.body(session, party="Vendor")), 409, "outcome_required")

    def test_to_a_teammate_who_takes_over(self, api, session, teammate):
        summary = api.get(path(session, "previews/handoff-summary")).json()
        body = {"reason": "Beyond me.", "summary": summary["text"], "state_version": summary["state_version"]}
        answer = api.post(path(session, "escalate"), body | {"to_user_id": str(teammate.pk)})
        assert answer.json()["handed_to"]["id"] == str(teammate.pk)
        refusal(api.post(path(session, "take-over")), 403, "forbidden")
        answer = Api(teammate).post(path(session, "take-over"))
        assert (answer.json()["status"], answer.json()["taken_over_by"]["id"]) == ("open", str(teammate.pk))
        refusal(Api(teammate).post(path(session, "take-over")), 409, "not_escalated")
        assert kinds(session) == ["session_escalated", "session_taken_over"]

    def test_withdrawing(self, api, session, teammate):
        escalate(session, to=teammate)
        refusal(Api(teammate).post(path(session, "withdraw")), 403, "forbidden")
        assert api.post(path(session, "withdraw")).json()["status"] == "open"
        refusal(api.post(path(session, "withdraw")), 409, "not_escalated")

    @pytest.mark.parametrize("who", ["stranger", "viewer", "owner"])
    def test_only_to_who_can_take_over(self, api, session, request, who):
        somebody = request.getfixturevalue(who)
        said = refusal(api.post(path(session, "escalate"), self.body(session, to_user_id=str(somebody.pk))), 400)
        assert list(said["errors"]) == ["to_user_id"]

    @pytest.mark.parametrize(
        "change, field",
        [({}, "to_user_id"), ({"party": "V", "reason": " "}, "reason"), ({"party": "V", "summary": " "}, "summary")],
    )
    def test_what_cannot_be_taken(self, api, session, change, field):
        said = refusal(api.post(path(session, "escalate"), self.body(session, **change)), 400, "invalid")
        assert list(said["errors"]) == [field]


class TestReopening:
    def test_the_last_fix_did_not_hold(self, api, session):
        fix = settle(make_fix(session, Phase.VERIFYING), Move.WORKED)
        resolve(session)
        assert api.post(path(session, "reopen"), {"held": False}).json()["status"] == "open"
        assert phase(fresh(fix)) == Phase.FAILED
        refusal(api.post(path(session, "reopen")), 409, "not_closed")


class TestReading:
    def test_the_record(self, api, session):
        fix = make_fix(session)
        run(fix, what="By hand.")
        [stamp] = api.get(path(session, "run-stamps")).json()["items"]
        assert (stamp["suggested_fix_id"], stamp["note"]) == (str(fix.pk), "By hand.")
        lines = api.get(path(session, "timeline?group=fixes&limit=1")).json()
        assert lines["items"][0]["kind"] == "fix_proposed" and lines["next"]
        [shown] = api.get(path(session, "suggested-fixes")).json()["items"]
        assert shown == api.get(path(session, f"suggested-fixes/{fix.pk}")).json()

    def test_a_viewer_reads_all_of_it(self, session, viewer):
        make_fix(session)
        for what in ("", "messages", "tasks", "suggested-fixes", "run-stamps", "timeline", "closings"):
            assert Api(viewer).get(path(session, what)).status_code == 200
