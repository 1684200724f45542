"""Runbooks and the record's files through the API, and what waits for somebody."""

from datetime import timedelta

import pytest
from django.utils import timezone

from flowpilot.ai import course, library
from flowpilot.replies.models import Reply
from flowpilot.runbooks.models import AccountRunbook
from pilot.lifecycle import Phase
from pilot.models import SuggestedFix
from tests.calling import Api, refusal, with_token
from tests.conventions.source import ROOT
from tests.factories.pilot import escalate, make_fix, make_session, resolve

pytestmark = pytest.mark.django_db


def path(session, operation: str = "runbooks") -> str:
    return f"/ai-sessions/{session.pk}/{operation}"


def numbers(api, session, query="") -> list[str]:
    return [one["number"] for one in api.get(path(session, f"runbooks?limit=100{query}")).json()["items"]]


def runbook_of(user) -> str:
    """The number of a runbook of this user's account."""
    text = (ROOT / "docs/runbook-template.yaml").read_text()
    number = library.parse(text).number
    AccountRunbook.objects.create(
        account=user.account, number=number, title="Own", text=text, created_by=user, updated_by=user
    )
    return number


class TestListing:
    def test_all_in_pages(self, api, session):
        assert numbers(api, session) == sorted(library.runbooks())
        seen, cursor = [], ""
        while cursor is not None:
            page = api.get(path(session, f"runbooks?limit=10&cursor={cursor}")).json()
            seen += [one["number"] for one in page["items"]]
            assert len(page["items"]) <= 10
            cursor = page["next"]
        assert seen == sorted(library.runbooks())

    def test_by_words(self, api, session):
        found = numbers(api, session, "&q=print%20queue%20stuck")
        assert 0 < len(found) < len(library.runbooks()) and numbers(api, session, "&q=zzzz") == []

    def test_the_accounts_own(self, api, session, owner):
        number = runbook_of(owner)
        own = [one for one in api.get(path(session, "runbooks?limit=100")).json()["items"] if one["own"]]
        assert [one["number"] for one in own] == [number]

    @pytest.mark.parametrize("query", ["limit=0", "limit=101", "cursor=x", "number=W01", "q=%00"])
    def test_what_is_no_page(self, api, session, query):
        assert list(refusal(api.get(path(session, f"runbooks?{query}")), 400)["errors"]) == [query.split("=")[0]]

    def test_a_viewer_reads_and_a_stranger_does_not(self, session, viewer, stranger):
        assert Api(viewer).get(path(session)).status_code == 200
        refusal(Api(stranger).get(path(session)), 404, "not_found")


class TestPicking:
    def test_it_is_a_message_and_sent_again_the_same(self, api, session):
        answers = [api.post(path(session), {"number": "W01"}, idempotency_key="k") for _ in range(2)]
        assert answers[0].status_code == 201 and answers[0].json() == answers[1].json()
        assert course.picked(answers[0].json()["message"]["text"]) == "W01" and Reply.objects.count() == 1
        refusal(api.post(path(session), {"number": "W02"}, idempotency_key="k"), 409, "key_reused")
        assert api.post(path(session), {"number": "W02"}).status_code == 201

    @pytest.mark.parametrize("number", ["W99", "", "w01 ", None, 1])
    def test_what_is_none(self, api, session, number):
        assert list(refusal(api.post(path(session), {"number": number}), 400)["errors"]) == ["number"]
        assert not session.messages.exists()

    def test_one_of_another_accounts_is_none(self, api, as_owner, session, stranger):
        number = runbook_of(stranger)
        assert list(refusal(api.post(path(session), {"number": number}), 400)["errors"]) == ["number"]
        as_owner.post(f"/sessions/{session.pk}/runbooks/", {"number": number, "key": "k"})
        assert not session.messages.exists()

    def test_who_may_and_when(self, api, session, stranger, viewer, owner):
        refusal(Api(stranger).post(path(session)), 404, "not_found")
        refusal(Api(viewer).post(path(session)), 403, "forbidden")
        refusal(with_token(owner, "read").post(path(session)), 403, "read_only_token")
        refusal(api.patch(path(session)), 405)
        refusal(api.post(path(resolve(session)), {"number": "W01"}), 409, "session_closed")


def test_the_record_as_markdown(api, session, stranger):
    make_fix(session, Phase.SUCCESS)
    resolve(session, notes="It prints.")
    every = api.get(path(session, "timeline/markdown")).json()["text"]
    some = api.get(path(session, "timeline/markdown?group=session")).json()["text"]
    assert "Restart the spooler" in every and "Restart the spooler" not in some and "resolved" in some
    [closed] = api.get(path(session, "closings")).json()["items"]
    there = path(session, f"closings/{closed['id']}/markdown")
    assert "It prints." in api.get(there).json()["text"]
    refusal(Api(stranger).get(there), 404, "not_found")
    refusal(api.get(path(make_session(session.owner), f"closings/{closed['id']}/markdown")), 404)
    refusal(api.get(path(session, "timeline/markdown?group=none")), 400)


def test_what_waits_for_me(owner, teammate):
    make_session(owner, title="Nothing")
    late = make_fix(make_session(owner, title="Late"), Phase.VERIFYING)
    SuggestedFix.objects.filter(pk=late.pk).update(applied_at=timezone.now() - timedelta(days=1))
    escalate(make_session(owner, title="Handed"), to=teammate)

    def waiting(user) -> list[str]:
        return [one["title"] for one in Api(user).get("/ai-sessions?status=waiting").json()["items"]]

    assert (waiting(owner), waiting(teammate)) == (["Late"], ["Handed"])
