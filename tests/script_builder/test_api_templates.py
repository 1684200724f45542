"""The library through the API: found, described, published, put away, restored and deleted as on its pages."""

import pytest

from script_builder.models import ScriptTemplate
from tests.calling import Api, refusal, with_token
from tests.factories.pilot import make_fix
from tests.factories.script_builder import TemplateFactory
from tests.script_builder.together import together

pytestmark = pytest.mark.django_db
PATH = "/script-templates"


@pytest.fixture
def template(owner):
    return TemplateFactory(created_by=owner, name="Restart the print spooler", category="Printing", tags=["queue"])


@pytest.fixture
def two(template, owner):
    """The template with a second version."""
    template.versions.create(number=2, text="Get-Service\n", created_by=owner)
    return template


def path(template, *more) -> str:
    return "/".join([PATH, str(template.pk), *map(str, more)])


def names(api, query="") -> list[str]:
    return [one["name"] for one in api.get(f"{PATH}{query}").json()["items"]]


class TestFinding:
    def test_words_and_filters(self, api, template, owner, stranger):
        TemplateFactory(created_by=owner, name="Clear a cache", language="bash", risk="high", run_as="root")
        TemplateFactory(created_by=owner, name="Another draft", status="draft")
        TemplateFactory(created_by=stranger, name="Restart the print spooler")
        assert names(api) == ["Another draft", "Clear a cache", "Restart the print spooler"]
        assert names(api, "?q=prnt%20spoler") == ["Restart the print spooler"]
        assert names(api, "?q=nothing%20of%20it") == []
        for query in ("language=bash", "risk=high", "run_as=root", "q=cache&language=bash"):
            assert names(api, f"?{query}") == ["Clear a cache"]
        for query in ("category=Printing", "tag=Queue"):
            assert names(api, f"?{query}") == ["Restart the print spooler"]
        assert names(api, "?status=draft") == ["Another draft"]

    @pytest.mark.parametrize("query", ["status=lost", "risk=none", "language=cobol", "run_as=", "q=%00", "tags=x"])
    def test_what_is_no_filter(self, api, query):
        assert list(refusal(api.get(f"{PATH}?{query}"), 400, "invalid")["errors"]) == [query.split("=")[0]]

    def test_in_pages(self, api, owner):
        for number in range(5):
            TemplateFactory(created_by=owner, name=f"Printer {number}")
        first = api.get(f"{PATH}?q=printer&limit=3").json()
        rest = api.get(f"{PATH}?q=printer&limit=3&cursor={first['next']}").json()
        seen = [one["name"] for one in first["items"] + rest["items"]]
        assert seen == [f"Printer {number}" for number in range(5)] and rest["next"] is None


class TestDetails:
    def test_what_is_sent_is_different_and_found_by_it(self, api, template):
        body = {"name": " Clear it ", "tags": ["a", "a", "b "], "risk": "high", "needs_admin": True}
        told = api.patch(path(template), body).json()
        assert (told["name"], told["tags"], told["risk"], told["needs_admin"]) == ("Clear it", ["a", "b"], "high", True)
        assert told["category"] == "Printing" and names(api, "?q=clear") == ["Clear it"]

    @pytest.mark.parametrize(
        "body, field",
        [
            ({"name": "  "}, "name"),
            ({"name": None}, "name"),
            ({"tags": ["a,b"]}, "tags.0"),
            ({"tags": ["x" * 41]}, "tags.0"),
            ({"tags": ["x"] * 13}, "tags"),
            ({"risk": "none"}, "risk"),
            ({"status": "published"}, "status"),
            ({"account": "x"}, "account"),
            ({"needs_admin": "yes"}, "needs_admin"),
        ],
    )
    def test_what_cannot_be_taken(self, api, template, body, field):
        assert list(refusal(api.patch(path(template), body), 400, "invalid")["errors"]) == [field]
        template.refresh_from_db()
        assert template.name == "Restart the print spooler"

    def test_an_archived_one_is_said_before_what_is_wrong(self, api, template):
        api.post(path(template, "archive"))
        said = refusal(api.patch(path(template), {"name": ""}), 409, "archived")
        assert said["present"]["script_template"]["archived_at"]


class TestStanding:
    def test_from_draft_to_archive_and_back(self, api, owner):
        draft = TemplateFactory(created_by=owner, name="Draft", status="draft")
        assert api.post(path(draft, "publish")).json()["status"] == "published"
        refusal(api.post(path(draft, "publish")), 409, "not_a_draft")
        refusal(api.post(path(draft, "bring-back")), 409, "not_archived")
        assert api.post(path(draft, "archive")).json()["archived_at"]
        refusal(api.post(path(draft, "archive")), 409, "archived")
        assert names(api) == [] and names(api, "?status=archived") == ["Draft"]
        assert api.post(path(draft, "bring-back")).json()["archived_at"] is None
        assert names(api) == ["Draft"]

    def test_deleting(self, api, template, owner, ai_session):
        used = TemplateFactory(created_by=owner)
        make_fix(ai_session, template=used)
        said = refusal(api.delete(path(used)), 409, "in_use")
        assert said["present"]["script_template"]["id"] == str(used.pk)
        answer = api.delete(path(template))
        assert answer.status_code == 204 and not answer.content
        refusal(api.delete(path(template)), 404)


class TestRestoring:
    def test_an_earlier_version_is_the_newest_again(self, api, two):
        told = api.post(path(two, "versions", 1, "restore"), {"newest_version": 2}).json()
        assert (told["number"], told["text"]) == (3, two.versions.get(number=1).text)
        again = api.post(path(two, "versions", 1, "restore"), {"newest_version": 3}).json()
        assert again["number"] == 3 and two.versions.count() == 3

    def test_another_came_first(self, api, two):
        said = refusal(api.post(path(two, "versions", 1, "restore"), {"newest_version": 1}), 409, "stale_version")
        assert said["present"]["script_template"]["newest_version"] == 2 == two.versions.count()

    def test_it_does_not_hold_in_the_present_language(self, api, two):
        two.versions.create(number=3, text="echo {{ nobody }}\n", created_by=two.created_by)
        two.versions.create(number=4, text="ls\n", created_by=two.created_by)
        refusal(api.post(path(two, "versions", 3, "restore"), {"newest_version": 4}), 409, "unsound")

    def test_what_is_not_there_or_not_said(self, api, two):
        refusal(api.post(path(two, "versions", 9, "restore"), {"newest_version": 2}), 404)
        refusal(api.post(path(two, "versions", 0, "restore"), {"newest_version": 2}), 404)
        assert list(refusal(api.post(path(two, "versions", 1, "restore"), {}), 400)["errors"]) == ["newest_version"]


WRITES = [("PATCH", ""), ("DELETE", ""), ("POST", "publish"), ("POST", "archive"), ("POST", "bring-back"),
          ("POST", "versions/1/restore")]  # fmt: skip


@pytest.mark.parametrize("method, operation", WRITES)
def test_who_may(template, stranger, viewer, owner, method, operation):
    there = path(template, operation).rstrip("/")
    refusal(Api(stranger).call(method, there), 404, "not_found")
    refusal(Api(viewer).call(method, there), 403, "forbidden")
    refusal(with_token(owner, "read").call(method, there), 403, "read_only_token")
    refusal(Api().call(method, there), 401, "not_authenticated")
    refusal(Api(owner).call("PUT", there), 405, "method_not_allowed")


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_restored_by_several_at_once_there_is_one_version_more(owner, template):
    template.versions.create(number=2, text="Get-Service\n", created_by=owner)
    clients = iter([Api(owner) for _ in range(6)])
    restore = path(template, "versions", 1, "restore")
    answers = together(6, lambda: next(clients).post(restore, {"newest_version": 2}))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 5
    assert ScriptTemplate.objects.get().versions.count() == 3
