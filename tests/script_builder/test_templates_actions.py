import pytest
from django.http import Http404

from flowpilot.ai import library
from script_builder.actions import sessions, templates
from script_builder.models import ScriptBuilderSession, ScriptTemplate, ScriptTemplateVersion
from script_builder.parameters import InvalidParameters
from script_builder.scripts import InvalidScript
from tests.factories.script_builder import TemplateFactory
from tests.script_builder.together import together

pytestmark = pytest.mark.django_db

KEY = "clear-print-queue"


class Refusing:
    """A host that takes part in the save's transaction and fails in it."""

    def template_saved(self, drafting, version, by, via):
        raise RuntimeError("The link could not be made.")


@pytest.fixture
def save(drafting, owner):
    def saving(**changes):
        return templates.save(**{"drafting": drafting, "by": owner, "name": "Map", "text": "ls\n"} | changes)

    return saving


class TestLibrary:
    def test_the_first_need_installs_it(self, account, owner):
        template = templates.library_template(account=account, key=KEY, by=owner)
        source = library.templates()[KEY]
        assert template.status == ScriptTemplate.Status.PUBLISHED
        assert (template.name, template.language, template.run_as) == (source.name, source.language, source.run_as)
        assert (template.newest.number, template.newest.text) == (1, source.script)
        assert set(template.newest.parameters) == set(source.parameters)

    def test_the_second_finds_it_and_another_account_has_its_own(self, account, owner, stranger):
        template = templates.library_template(account=account, key=KEY, by=owner)
        assert templates.library_template(account=account, key=KEY, by=owner) == template
        assert templates.library_template(account=stranger.account, key=KEY, by=stranger) != template

    def test_what_the_account_made_of_it_stays(self, account, owner):
        template = templates.library_template(account=account, key=KEY, by=owner)
        template.versions.create(number=2, text="ours", created_by=owner)
        assert templates.library_template(account=account, key=KEY, by=owner).newest.text == "ours"

    def test_all_of_it(self, account, owner):
        assert {one.library_key for one in templates.install_library(account=account, by=owner)} == set(
            library.templates()
        )

    def test_a_key_that_there_is_not(self, account, owner):
        with pytest.raises(KeyError):
            templates.library_template(account=account, key="nothing", by=owner)


class TestMakeDraft:
    def test_one_a_fix_and_asked_again_the_same(self, account, owner, fix):
        asked = {"account": account, "by": owner, "source_fix_id": fix.pk, "name": fix.title, "language": "bash"}
        draft = templates.make_draft(**asked, text="ls {{ x }}\r\n", parameters={"x": {}})
        assert draft.status == ScriptTemplate.Status.DRAFT
        assert (draft.newest.text, set(draft.newest.parameters)) == ("ls {{ x }}\n", {"x"})
        assert templates.make_draft(**asked, text="other", parameters=None) == draft
        assert ScriptTemplateVersion.objects.count() == 1

    def test_what_the_script_declares_becomes_its_parameters(self, account, owner, fix):
        draft = templates.make_draft(
            account=account, by=owner, source_fix_id=fix.pk, name="x", text="a=$1\n", parameters=None, language="bash"
        )
        assert draft.newest.text == 'set -- {{ a }} "$@"\na=$1\n'
        assert set(draft.newest.parameters) == {"a"}

    def test_no_template_without_its_version(self, account, owner, fix):
        with pytest.raises(InvalidScript):
            templates.make_draft(
                account=account, by=owner, source_fix_id=fix.pk, name="x", text=" ", parameters=None, language="bash"
            )
        assert not ScriptTemplate.objects.exists()


class TestSave:
    def test_the_first_makes_a_published_template(self, save, drafting, owner, account):
        version = save(text="ls\r\n")
        assert version.number == 1
        assert (version.template.account, version.template.created_by) == (account, owner)
        assert (version.template.name, version.template.status) == ("Map", "published")
        drafting.refresh_from_db()
        assert (drafting.template, drafting.buffer) == (version.template, "ls\n")

    def test_the_next_makes_a_version_and_may_rename(self, save):
        first = save()
        second = save(text="ls -l\n", name="Map it")
        assert (second.template_id, second.number) == (first.template_id, 2)
        assert second.template.name == "Map it"
        first.refresh_from_db()
        assert first.text == "ls\n"

    def test_the_same_again_is_the_same_version(self, save):
        assert save() == save()
        assert ScriptTemplateVersion.objects.count() == 1

    def test_the_drafts_parameters_come_along(self, save, drafting):
        drafting.parameters = {"x": {"type": "number"}}
        drafting.save()
        assert save(text="sleep {{ x }}\n").parameters["x"]["type"] == "number"
        assert set(save(text="sleep 1\n", parameters={}).parameters) == set()

    def test_what_the_script_declares_becomes_its_parameters(self, save, drafting):
        version = save(text="param([int]$Days = 30)\n", revision=0)
        assert version.text == "param([int]$Days = {{ days }})\n"
        assert version.parameters["days"]["default"] == "30"
        drafting.refresh_from_db()
        assert (drafting.buffer, drafting.parameters) == (version.text, version.parameters)

    def test_the_same_typed_text_again_is_the_same_version(self, save):
        first = save(text="param([int]$Days = 30)\n", revision=0)
        assert save(text="param([int]$Days = 30)\n", revision=0) == first
        assert save(text=first.text, revision=1) == first

    def test_what_is_said_of_a_parameter_already_stays(self, save):
        given = {"days": {"type": "number", "label": "How long", "default": "7"}}
        assert save(text="param([int]$Days = 30)\n", parameters=given).parameters["days"]["default"] == "7"

    @pytest.mark.parametrize("text", [" ", "a\0", "echo {{ nobody }}"])
    def test_a_script_that_is_no_template_is_refused(self, save, text):
        with pytest.raises(InvalidScript):
            save(text=text)
        assert not ScriptTemplate.objects.exists()

    def test_a_placeholder_inside_quotes_is_refused(self, save):
        with pytest.raises(InvalidScript, match="double quotes"):
            save(text='echo "{{ x }}"', parameters={"x": {}}, language="bash")

    def test_wrong_parameters_are_refused(self, save):
        with pytest.raises(InvalidParameters):
            save(parameters={"x": {"type": "colour"}})

    def test_a_stale_buffer_is_refused_and_saves_nothing(self, save, drafting, owner):
        sessions.save_buffer(session=drafting, by=owner, text="theirs", revision=0)
        with pytest.raises(sessions.StaleBuffer) as refused:
            save(revision=0)
        assert refused.value.present.buffer == "theirs"
        assert not ScriptTemplate.objects.exists()
        assert save(revision=1).text == "ls\n"

    def test_the_fix_that_it_was_built_for_uses_it_while_unrun(self, save, drafting, fix):
        ScriptBuilderSession.objects.filter(pk=drafting.pk).update(source_fix=fix)
        version = save()
        fix.refresh_from_db()
        assert fix.script_template == version.template
        assert fix.applied_at is None

    def test_where_the_host_fails_nothing_is_saved(self, save, drafting, monkeypatch):
        monkeypatch.setattr(templates, "host", Refusing)
        with pytest.raises(RuntimeError):
            save()
        assert not ScriptTemplate.objects.exists()
        drafting.refresh_from_db()
        assert (drafting.template, drafting.buffer_revision) == (None, 0)

    def test_nobody_elses_and_no_inline_session(self, save, inline, teammate):
        for changes in ({"by": teammate}, {"drafting": inline}):
            with pytest.raises(Http404):
                save(**changes)

    def test_a_deleted_session_leaves_its_template(self, save, drafting, owner):
        version = save()
        sessions.delete(session=drafting, by=owner)
        assert ScriptTemplateVersion.objects.filter(pk=version.pk).exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_one_template_of_a_library_script(self, account, owner):
        found = together(12, lambda: templates.library_template(account=account, key=KEY, by=owner))
        assert len({one.pk for one in found}) == 1
        assert ScriptTemplateVersion.objects.count() == 1

    def test_one_draft_a_fix(self, account, owner, fix):
        found = together(
            12,
            lambda: templates.make_draft(
                account=account, by=owner, source_fix_id=fix.pk, name="x", text="ls", parameters=None, language="bash"
            ),
        )
        assert len({one.pk for one in found}) == 1

    def test_a_double_click_saves_one_template_of_one_version(self, save):
        found = together(8, save)
        assert len({one.pk for one in found}) == 1
        assert ScriptTemplate.objects.count() == 1

    def test_versions_are_numbered_without_a_gap(self, owner, drafting, save):
        drafting.template = TemplateFactory(created_by=owner)
        drafting.save()
        texts = iter([f"echo {n}\n" for n in range(6)])
        found = together(6, lambda: save(text=next(texts)))
        assert sorted(one.number for one in found) == [2, 3, 4, 5, 6, 7]
