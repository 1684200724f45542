"""How much somebody may read, send and ask for: enough for everybody at work, and not without end."""

import pytest

from flowpilot.people import limits
from flowpilot.people.models import Usage
from flowpilot.replies.models import Reply
from flowpilot.web.http import LimitReached
from pilot.actions import fixes
from pilot.models import AISession, ChatMessage
from script_builder.models import ScriptBuilderMessage
from tests.calling import Api, refusal, with_token
from tests.factories.pilot import make_fix, make_session, make_task
from tests.factories.script_builder import DraftingFactory
from tests.script_builder.together import together

pytestmark = pytest.mark.django_db
ALL = [limits.WRITES, limits.READS, limits.PAGES, limits.REPLIES]
TYPED = "Nobody in Sales can print since this morning, and the queue is stuck."


@pytest.fixture(autouse=True)
def a_window_that_does_not_turn(monkeypatch):
    monkeypatch.setattr(limits, "time", lambda: 1_800_000_010)


@pytest.fixture
def htmx(client_of, owner):
    """The owner's browser, with htmx."""
    browser = client_of(owner)
    browser.defaults["HTTP_HX_REQUEST"] = "true"
    return browser


def spent(limit, *users) -> int:
    """How many go through in turn before one is refused."""
    for done in range(200):
        try:
            limits.spend(limit, users[done % len(users)])
        except LimitReached:
            return done
    return 200


class TestCounting:
    @pytest.mark.parametrize("limit", ALL, ids=lambda one: one.kind)
    def test_as_many_as_the_settings_say_and_no_more(self, owner, teammate, stranger, settings, limit):
        setattr(settings, limit.of_user, 20)
        setattr(settings, limit.of_account, 30)
        assert spent(limit, owner) == 20
        assert spent(limit, teammate) == 10, "what is left of the account's"
        assert spent(limit, stranger) == 20

    def test_what_is_refused_to_one_is_left_to_the_others(self, owner, teammate, settings):
        settings.API_WRITES_PER_MINUTE, settings.API_ACCOUNT_WRITES_PER_MINUTE = 3, 6
        for _ in range(20):
            spent(limits.WRITES, owner)
        assert spent(limits.WRITES, teammate) == 3

    def test_it_begins_anew_with_the_window(self, owner, settings, monkeypatch):
        settings.API_READS_PER_MINUTE = settings.REPLIES_PER_HOUR = 4
        assert (spent(limits.READS, owner), spent(limits.REPLIES, owner)) == (4, 4)
        monkeypatch.setattr(limits, "time", lambda: 1_800_000_070)
        assert (spent(limits.READS, owner), spent(limits.REPLIES, owner)) == (4, 0)

    def test_ten_reads_ask_the_database_once(self, owner, django_assert_num_queries):
        with django_assert_num_queries(1):
            for _ in range(10):
                limits.spend(limits.READS, owner)
        with django_assert_num_queries(1):
            limits.spend(limits.WRITES, owner)

    def test_who_is_refused_asks_it_no_more(self, owner, settings, django_assert_num_queries):
        settings.API_READS_PER_MINUTE = 1
        spent(limits.READS, owner)
        with django_assert_num_queries(0), pytest.raises(LimitReached) as refused:
            limits.spend(limits.READS, owner)
        assert refused.value.seconds == 50

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.postgres
    @pytest.mark.parametrize("limit", [limits.WRITES, limits.READS], ids=lambda one: one.kind)
    def test_many_at_once(self, owner, teammate, settings, limit):
        setattr(settings, limit.of_user, 20)
        setattr(settings, limit.of_account, 30)
        users = iter([owner, teammate] * 20)
        refused = together(40, lambda: limits.spend(limit, next(users)))
        fits = [one for one in refused if one is None]
        assert {type(one) for one in refused} == {type(None), LimitReached}
        # Of what is taken ten at a time some may be lost, and none is ever given twice.
        assert len(fits) == 30 if limit.step == 1 else 10 <= len(fits) <= 30
        assert Usage.objects.get(kind=limit.kind, of=owner.account_id).count >= 30


class TestReads:
    def test_of_a_token(self, owner, settings):
        settings.API_READS_PER_MINUTE = 2
        bearer = with_token(owner)
        answers = [bearer.get("/me") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        said = refusal(answers[2], 429, "too_many_requests")
        assert answers[2]["Retry-After"] == "50" and "read" in said["detail"] and said["present"] is None
        refusal(with_token(owner, "read").get("/ai-sessions"), 429)
        assert bearer.post("/ai-sessions", {"title": "x"}).status_code == 201, "writes are counted apart"
        assert Api(owner).get("/me").status_code == 200, "a page of ours reads as pages do"


class TestPages:
    @pytest.fixture(autouse=True)
    def one(self, settings):
        settings.PAGE_WRITES_PER_MINUTE = 1

    def test_without_a_script_it_is_sent_again_from_the_page(self, as_owner, owner):
        ticket = {"title": "Printer offline", "problem": f"{TYPED}\r\n<b>", "client": "Contoso"}
        assert as_owner.post("/sessions/new/", ticket | {"title": "First"}).status_code == 302
        answer = as_owner.post("/sessions/new/", ticket)
        page = answer.content.decode()
        assert answer.status_code == 429 and answer["Retry-After"] == "50" and AISession.objects.count() == 1
        assert f"{TYPED}\r\n&lt;b&gt;</textarea>" in page and 'name="client" value="Contoso"' in page
        assert 'action="/sessions/new/"' in page and page.count('name="csrfmiddlewaretoken"') == page.count("<form")

    def test_with_it_the_form_stays_and_a_sentence_comes(self, htmx, owner):
        path = f"/sessions/{make_session(owner).pk}/messages/"
        assert htmx.post(path, {"text": "One.", "key": "1"}).status_code == 200
        answer = htmx.post(path, {"text": TYPED, "key": "2"})
        said = answer.content.decode()
        assert answer.status_code == 429 and 'hx-target="#notice"' in said and "Nothing you typed is lost" in said
        assert said.count("<hx-partial") == 1 and ChatMessage.objects.filter(role="user").count() == 1

    def test_of_an_editor(self, as_owner, owner):
        path = f"/script-builder/{DraftingFactory(user=owner).pk}/buffer/"
        assert as_owner.post(path, {"text": "ls", "revision": 0}).status_code == 200
        assert as_owner.post(path, {"text": "ls -l", "revision": 1}).status_code == 429

    def test_reading_and_what_must_not_wait(self, as_owner, teammate, client_of, owner):
        as_owner.post("/sessions/new/", {})
        assert as_owner.post("/sessions/new/", {}).status_code == 429
        assert as_owner.get("/sessions/").status_code == 200
        assert client_of(teammate).post("/sessions/new/", {}).status_code == 422
        answer = as_owner.post("/password/", {"old_password": "x"})
        assert answer.status_code != 429
        assert Api(owner).post("/ai-sessions", {"title": "x"}).status_code == 201, "the API counts by itself"
        assert as_owner.post("/sign-out/").status_code == 302

    def test_of_nobody(self, client):
        for _ in range(3):
            assert client.post("/sessions/new/", {}).status_code == 302


class TestReplies:
    @pytest.fixture(autouse=True)
    def two(self, settings):
        settings.REPLIES_PER_HOUR = 2

    def test_chat_and_builder_pages_and_api_alike(self, htmx, api, owner):
        session, drafting = make_session(owner), DraftingFactory(user=owner)
        chat, builder = f"/sessions/{session.pk}/messages/", f"/script-builder/{drafting.pk}/messages/"
        assert htmx.post(chat, {"text": "One.", "key": "1"}).status_code == 200
        posted = api.post(f"/script-builder/sessions/{drafting.pk}/messages", {"text": "Two."})
        assert posted.status_code == 201
        for path in (chat, builder):
            answer = htmx.post(path, {"text": TYPED, "key": "3"})
            assert answer.status_code == 429 and "asked as often" in answer.content.decode()
        for path in (f"/ai-sessions/{session.pk}/messages", f"/script-builder/sessions/{drafting.pk}/messages"):
            answer = api.post(path, {"text": TYPED})
            refusal(answer, 429, "too_many_replies")
            assert answer["Retry-After"] == str(3600 - 1_800_000_010 % 3600)
        refusal(api.post(f"/ai-sessions/{session.pk}/runbooks", {"number": "W01"}), 429, "too_many_replies")
        refusal(api.post("/ai-sessions", {"title": "x", "problem": TYPED}), 429, "too_many_replies")
        assert Reply.objects.count() == 2 and AISession.objects.count() == 1
        assert not ChatMessage.objects.filter(text=TYPED).exists()
        assert not ScriptBuilderMessage.objects.filter(text=TYPED).exists()

    def test_asking_again_everywhere(self, api, owner):
        here = f"/ai-sessions/{make_session(owner).pk}/messages"
        turn = api.post(here, {"text": "One."}).json()["reply"]["id"]
        for _ in range(2):
            api.post(f"{here}/{turn}/stop")
            answer = api.post(f"{here}/{turn}/retry")
            turn = answer.json().get("id")
        refusal(answer, 429, "too_many_replies")

    def test_the_same_once_more_is_no_further_one(self, api, owner):
        here = f"/ai-sessions/{make_session(owner).pk}/messages"
        answers = [api.post(here, {"text": "One."}, idempotency_key="k").status_code for _ in range(5)]
        assert answers == [201] * 5 and Usage.objects.get(kind="reply", of=owner.pk).count == 1

    def test_a_ticket_comes_back_with_its_text(self, as_owner, owner, settings):
        settings.REPLIES_PER_HOUR = 0
        answer = as_owner.post("/sessions/new/", {"title": "Printer offline", "problem": TYPED})
        page = answer.content.decode()
        assert answer.status_code == 429 and TYPED in page and "asked as often" in page
        assert as_owner.post("/sessions/new/", {"title": "Printer offline"}).status_code == 302

    def test_the_record_moves_on_without_a_reply(self, api, owner, settings):
        settings.REPLIES_PER_HOUR = 0
        session = make_session(owner)
        fix, task = make_fix(session), make_task(session)
        fixes.dismiss(fix=fix, version=fix.version, by=owner)
        answer = api.patch(f"/ai-sessions/{session.pk}/tasks/{task.pk}", {"state": "answered", "answer": "Today."})
        assert answer.json()["state"] == "answered" and not Reply.objects.exists()
        assert session.messages.filter(text__startswith="No next step was asked for.").count() == 2

    def test_of_an_account(self, api, teammate, owner, settings):
        settings.ACCOUNT_REPLIES_PER_HOUR = 3
        sessions = {user: make_session(user) for user in (owner, teammate)}
        answers = [
            Api(user).post(f"/ai-sessions/{session.pk}/messages", {"text": "Hi."}).status_code
            for user, session in [*sessions.items()] * 2
        ]
        assert answers == [201, 201, 201, 429]

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.postgres
    def test_a_hundred_at_once(self, owner, settings):
        settings.REPLIES_PER_HOUR = 5
        sessions = [make_session(owner, title=f"Ticket {number}") for number in range(20)]
        left = iter([(Api(owner), f"/ai-sessions/{session.pk}/messages") for session in sessions for _ in range(5)])

        def send():
            client, path = next(left)
            return client.post(path, {"text": "Go."}).status_code

        # In turns of twenty, each of them a connection.
        answers = [status for _ in range(5) for status in together(20, send)]
        assert (answers.count(201), answers.count(429)) == (5, 95) and Reply.objects.count() == 5
