"""`/script-builder/sessions` of the API: what an origin means for making, listing and counting."""

import uuid

import pytest

from script_builder.access import count_user_sessions, list_sessions
from script_builder.models import Origin, ScriptBuilderSession
from tests.calling import Api, refusal, with_token
from tests.factories.pilot import SCRIPT, make_fix, make_session, resolve
from tests.factories.script_builder import DraftingFactory, InlineFactory
from tests.script_builder.together import together

pytestmark = pytest.mark.django_db
PATH = "/script-builder/sessions"


def inline(session) -> dict:
    return {"origin": "pilot_inline", "ai_session_id": str(session.pk)}


class TestInline:
    def test_the_first_makes_the_row_and_the_second_gives_it_again(self, api, ai_session, fix):
        answers = [api.post(PATH, inline(ai_session)) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [201, 200, 200]
        row = ScriptBuilderSession.objects.get()
        assert {answer.json()["id"] for answer in answers} == {str(row.pk)}
        assert (row.origin, row.ai_session, row.source_fix) == (Origin.PILOT_INLINE, ai_session, fix)
        assert answers[0].json()["text"].startswith("# Restart the spooler")

    def test_the_tab_and_the_api_share_it(self, api, as_owner, ai_session, fix):
        as_owner.post(f"/sessions/{ai_session.pk}/fixes/{fix.pk}/builder/", {"version": fix.version})
        assert api.post(PATH, inline(ai_session)).status_code == 200
        assert ScriptBuilderSession.objects.count() == 1

    def test_without_a_fix_that_needs_a_script(self, api, owner):
        session = make_session(owner)
        assert api.post(PATH, inline(session)).status_code == 201
        make_fix(session, script=SCRIPT)
        assert api.post(PATH, inline(session)).status_code == 200
        assert ScriptBuilderSession.objects.get().source_fix is None

    def test_each_user_has_their_own(self, api, admin, ai_session):
        ids = {client.post(PATH, inline(ai_session)).json()["id"] for client in (api, Api(admin))}
        assert len(ids) == 2

    def test_another_users_session(self, ai_session, stranger, teammate, viewer):
        refusal(Api(stranger).post(PATH, inline(ai_session)), 404, "not_found")
        refusal(Api(teammate).post(PATH, inline(ai_session)), 404, "not_found")
        refusal(Api(viewer).post(PATH, inline(ai_session)), 403, "forbidden")
        refusal(with_token(stranger).post(PATH, inline(ai_session)), 404, "not_found")
        assert not ScriptBuilderSession.objects.exists()

    def test_a_session_that_one_may_only_read(self, ai_session, teammate):
        ai_session.account.share_sessions = True
        ai_session.account.save()
        refusal(Api(teammate).post(PATH, inline(ai_session)), 403, "forbidden")

    def test_the_right_is_checked_before_the_row_is_looked_for(self, owner, teammate, ai_session):
        InlineFactory(user=teammate, ai_session=ai_session)
        refusal(Api(teammate).post(PATH, inline(ai_session)), 404, "not_found")

    def test_a_standalone_one_may_not_name_anothers_session_either(self, ai_session, stranger):
        body = {"origin": "standalone", "ai_session_id": str(ai_session.pk)}
        refusal(Api(stranger).post(PATH, body), 404, "not_found")

    def test_an_unknown_session_looks_like_anothers(self, ai_session, stranger):
        unknown = {"origin": "pilot_inline", "ai_session_id": str(uuid.uuid4())}
        assert Api(stranger).post(PATH, unknown).content == Api(stranger).post(PATH, inline(ai_session)).content

    @pytest.mark.parametrize("body", [{}, {"ai_session_id": None}, {"ai_session_id": "x"}, {"ai_session_id": 1}])
    def test_it_names_its_session(self, api, body):
        said = refusal(api.post(PATH, {"origin": "pilot_inline"} | body), 400, "invalid")
        assert list(said["errors"]) == ["ai_session_id"]

    def test_what_a_fix_says_is_not_said_again(self, api, ai_session):
        said = refusal(api.post(PATH, inline(ai_session) | {"text": "ls"}), 400, "invalid")
        assert list(said["errors"]) == ["text"]

    def test_a_closed_session(self, api, ai_session):
        resolve(ai_session)
        refusal(api.post(PATH, inline(ai_session)), 409, "session_closed")

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.postgres
    def test_fifty_at_once_end_at_one_row(self, owner, ai_session, fix):
        clients = iter([Api(owner) for _ in range(50)])
        answers = together(50, lambda: next(clients).post(PATH, inline(ai_session)))
        assert sorted(answer.status_code for answer in answers) == [200] * 49 + [201]
        row = ScriptBuilderSession.objects.get()
        assert {answer.json()["id"] for answer in answers} == {str(row.pk)}


class TestStandalone:
    def test_it_always_makes_one(self, api):
        bodies = [{}, {"origin": "standalone"}, {"title": "Map", "language": "bash", "text": "lpstat\r\n"}]
        answers = [api.post(PATH, body) for body in bodies]
        assert [answer.status_code for answer in answers] == [201] * 3
        assert len({answer.json()["id"] for answer in answers}) == 3
        assert answers[2].json()["text"] == "lpstat\n" and answers[2].json()["language"] == "bash"

    def test_the_cap_names_the_five(self, api, owner):
        mine = {str(DraftingFactory(user=owner).pk) for _ in range(5)}
        said = refusal(api.post(PATH), 409, "cap_reached")
        assert {one["id"] for one in said["present"]["script_builder_sessions"]} == mine
        assert api.delete(f"{PATH}/{mine.pop()}").status_code == 204
        assert api.post(PATH).status_code == 201

    def test_five_inline_ones_do_not_count(self, api, owner):
        for number in range(5):
            api.post(PATH, inline(make_session(owner, title=f"Ticket {number}")))
        assert count_user_sessions(owner) == 0
        assert [api.post(PATH).status_code for _ in range(6)] == [201] * 5 + [409]

    def test_the_list_holds_standalone_ones_alone(self, api, owner, ai_session, drafting, stranger):
        api.post(PATH, inline(ai_session))
        DraftingFactory(user=stranger)
        assert [one["id"] for one in api.get(PATH).json()["items"]] == [str(drafting.pk)]
        assert list(list_sessions(owner)) == [drafting]
        assert list_sessions(owner, include_inline=True).count() == 2

    def test_who_may(self, viewer):
        refusal(Api(viewer).post(PATH), 403, "forbidden")
        refusal(Api().post(PATH), 401, "not_authenticated")
        assert Api(viewer).get(PATH).json() == {"items": [], "next": None}

    @pytest.mark.parametrize(
        "body, field",
        [
            ({"origin": "other"}, "origin"),
            ({"language": "cobol"}, "language"),
            ({"title": "x" * 201}, "title"),
            ({"text": "x" * 50_001}, "text"),
            ({"user": "me"}, "user"),
            ({"account_id": 1}, "account_id"),
        ],
    )
    def test_what_cannot_be_taken(self, api, body, field):
        assert list(refusal(api.post(PATH, body), 400, "invalid")["errors"]) == [field]

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.postgres
    def test_twenty_at_once_stop_at_five(self, owner):
        clients = iter([Api(owner) for _ in range(20)])
        answers = together(20, lambda: next(clients).post(PATH, {}))
        assert sorted(answer.status_code for answer in answers) == [201] * 5 + [409] * 15
        assert ScriptBuilderSession.objects.count() == 5


class TestOne:
    def test_a_stale_save_shows_what_is_there(self, api, drafting):
        path = f"{PATH}/{drafting.pk}"
        saved = api.patch(path, {"text": "Get-Printer\r\n", "revision": 0})
        assert (saved.json()["text"], saved.json()["revision"]) == ("Get-Printer\n", 1)
        said = refusal(api.patch(path, {"text": "Other", "revision": 0}), 409, "stale_buffer")
        assert said["present"]["script_builder_session"]["text"] == "Get-Printer\n"
        assert api.patch(path, {"text": "lpstat", "revision": 1, "language": "bash"}).json()["language"] == "bash"

    def test_an_inline_one_is_read_and_not_deleted(self, api, inline):
        assert api.get(f"{PATH}/{inline.pk}").json()["origin"] == "pilot_inline"
        refusal(api.delete(f"{PATH}/{inline.pk}"), 404)

    @pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
    def test_anothers(self, stranger, admin, drafting, method):
        for somebody in (stranger, admin):
            refusal(Api(somebody).call(method, f"{PATH}/{drafting.pk}"), 404, "not_found")
