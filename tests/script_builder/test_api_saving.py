"""A standalone drafting session through the API, from a template's script or none to the library."""

import pytest

from script_builder.models import ScriptTemplate, ScriptTemplateVersion
from tests.calling import Api, refusal, with_token
from tests.factories.pilot import PARAMETERS, SCRIPT, make_fix
from tests.factories.script_builder import TemplateFactory
from tests.script_builder.together import together

pytestmark = pytest.mark.django_db
PATH = "/script-builder/sessions"
BODY = {"name": "Restart it", "text": "Restart-Service Spooler\r\n", "revision": 0}


def path(drafting, operation: str) -> str:
    return f"{PATH}/{drafting.pk}/{operation}"


@pytest.fixture
def template(owner):
    return TemplateFactory(created_by=owner, name="Restart the spooler", language="bash", text="lpstat\n")


class TestBeginningFromATemplate:
    def test_with_its_script_in_its_language(self, api, template, owner):
        told = api.post(PATH, {"title": "Spooler", "template_id": str(template.pk)}).json()
        assert (told["text"], told["language"], told["template_version"]) == ("lpstat\n", "bash", 1)
        template.versions.create(number=2, text="lpstat -t\n", created_by=owner)
        old = api.post(PATH, {"template_id": str(template.pk), "template_version": 1}).json()
        new = api.post(PATH, {"template_id": str(template.pk)}).json()
        assert (old["text"], new["text"], new["template_version"]) == ("lpstat\n", "lpstat -t\n", 2)
        assert [one["template_version"] for one in api.get(PATH).json()["items"]] == [2, 1, 1]

    def test_what_is_not_there(self, api, template, stranger):
        refusal(api.post(PATH, {"template_id": str(template.pk), "template_version": 9}), 404)
        refusal(Api(stranger).post(PATH, {"template_id": str(template.pk)}), 404, "not_found")

    @pytest.mark.parametrize("more", [{"text": "ls"}, {"language": "bash"}])
    def test_it_takes_the_script_from_there(self, api, template, more):
        said = refusal(api.post(PATH, {"template_id": str(template.pk)} | more), 400, "invalid")
        assert list(said["errors"]) == list(more)

    def test_a_version_of_nothing(self, api):
        assert list(refusal(api.post(PATH, {"template_version": 1}), 400)["errors"]) == ["template_id"]


class TestSaving:
    def test_a_template_and_its_next_version(self, api, drafting):
        told = api.post(path(drafting, "save-template"), BODY).json()
        assert told["script_template"]["name"] == "Restart it" and told["script_template"]["status"] == "published"
        assert (told["version"]["number"], told["version"]["text"]) == (1, "Restart-Service Spooler\n")
        kept = told["script_builder_session"]
        assert (kept["template_id"], kept["template_version"]) == (told["script_template"]["id"], 1)
        assert kept["text"] == "Restart-Service Spooler\n"
        again = api.post(path(drafting, "save-template"), BODY | {"revision": kept["revision"]}).json()
        assert again["version"]["number"] == 1
        more = {"text": "Get-Service\n", "note": "Shorter", "revision": again["script_builder_session"]["revision"]}
        next_one = api.post(path(drafting, "save-template"), BODY | more).json()
        assert (next_one["version"]["number"], next_one["version"]["note"]) == (2, "Shorter")
        assert next_one["script_template"]["newest_version"] == 2

    def test_a_draft_with_parameters_or_a_template_of_its_own(self, api, drafting):
        script = {"text": "Connect-Host {{ host }} {{ password }}\n", "parameters": PARAMETERS, "publish": False}
        told = api.post(path(drafting, "save-template"), BODY | script).json()
        assert told["script_template"]["status"] == "draft" and set(told["version"]["parameters"]) == set(PARAMETERS)
        revision = {"revision": told["script_builder_session"]["revision"]}
        own = api.post(path(drafting, "save-template"), BODY | script | revision | {"as_new": True}).json()
        assert own["version"]["number"] == 1 and ScriptTemplate.objects.count() == 2

    def test_the_fix_that_it_was_built_for_is_linked_and_the_record_says_how(self, api, ai_session):
        fix = make_fix(ai_session, script=SCRIPT)
        here = f"/ai-sessions/{ai_session.pk}"
        decided = api.post(f"{here}/suggested-fixes/{fix.pk}/decision", {"decision": "build_template"}).json()
        drafting = decided["script_builder_session_id"]
        told = api.post(f"{PATH}/{drafting}/save-template", BODY | {"text": SCRIPT}).json()
        shown = api.get(f"{here}/suggested-fixes/{fix.pk}").json()
        assert shown["script_template_id"] == told["script_template"]["id"]
        linked = api.get(f"{here}/timeline").json()["items"][-1]
        assert (linked["kind"], linked["via"]) == ("fix_linked", "api")

    @pytest.mark.parametrize(
        "change, field",
        [
            ({"name": " "}, "name"),
            ({"name": "x" * 201}, "name"),
            ({"text": " "}, "text"),
            ({"text": "a\0"}, "text"),
            ({"text": "x" * 50_001}, "text"),
            ({"text": "Stop-It {{ who }}"}, "text"),
            ({"parameters": {"who": {"type": "nothing"}}}, "parameters.who"),
            ({"revision": "0"}, "revision"),
            ({"language": "cobol"}, "language"),
            ({"made_from": 0}, "made_from"),
            ({"status": "published"}, "status"),
        ],
    )
    def test_what_cannot_be_taken(self, api, drafting, change, field):
        said = refusal(api.post(path(drafting, "save-template"), BODY | change), 400, "invalid")
        assert list(said["errors"]) == [field]
        assert not ScriptTemplate.objects.exists()

    def test_what_came_first(self, api, drafting, owner):
        api.patch(f"{PATH}/{drafting.pk}", {"text": "Other\n", "revision": 0})
        said = refusal(api.post(path(drafting, "save-template"), BODY), 409, "stale_buffer")
        assert said["present"]["script_builder_session"]["text"] == "Other\n"
        template = ScriptTemplate.objects.get(
            pk=api.post(path(drafting, "save-template"), BODY | {"revision": 1}).json()["script_template"]["id"]
        )
        template.versions.create(number=2, text="ls\n", created_by=owner)
        body = BODY | {"text": "Mine\n", "revision": 2}
        said = refusal(api.post(path(drafting, "save-template"), body), 409, "stale_version")
        assert said["present"]["script_template"]["newest_version"] == 2
        told = api.post(path(drafting, "take-newest")).json()
        assert (told["text"], told["template_version"]) == ("ls\n", 2)
        api.post(f"/script-templates/{template.pk}/archive")
        body |= {"revision": told["revision"]}
        refusal(api.post(path(drafting, "save-template"), body), 409, "archived")


def test_renaming(api, drafting):
    assert api.post(path(drafting, "rename"), {"title": " Map it "}).json()["title"] == "Map it"
    for title in ("", " ", None, "a\nb", "x" * 201):
        assert list(refusal(api.post(path(drafting, "rename"), {"title": title}), 400)["errors"]) == ["title"]


def test_the_newest_of_nothing(api, drafting):
    refusal(api.post(path(drafting, "take-newest")), 409, "no_template")


@pytest.mark.parametrize("operation", ["rename", "save-template", "take-newest"])
def test_who_may(api, drafting, inline, stranger, admin, owner, operation):
    for somebody in (stranger, admin):
        refusal(Api(somebody).post(path(drafting, operation)), 404, "not_found")
    refusal(api.post(path(inline, operation)), 404, "not_found")
    refusal(with_token(owner, "read").post(path(drafting, operation)), 403, "read_only_token")
    refusal(api.get(path(drafting, operation)), 405)
    owner.role = "viewer"
    owner.save()
    refusal(Api(owner).post(path(drafting, operation)), 403, "forbidden")


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_saved_by_several_at_once_it_is_one_version(owner, drafting):
    clients = iter([Api(owner) for _ in range(6)])
    answers = together(6, lambda: next(clients).post(path(drafting, "save-template"), BODY))
    assert {answer.status_code for answer in answers} == {200}
    assert ScriptTemplateVersion.objects.count() == 1
