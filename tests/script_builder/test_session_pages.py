import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from pilot.models import AISession
from script_builder.actions import sessions as actions
from script_builder.models import ScriptBuilderMessage, ScriptBuilderSession, ScriptTemplate
from tests.factories.script_builder import DraftingFactory, InlineFactory, TemplateFactory
from tests.script_builder.together import together

pytestmark = pytest.mark.django_db

LIST, NEW = "/script-builder/", "/script-builder/new/"
WRITES = ["delete", "rename", "save", "save_template", "take_newest"]


def url(name, drafting):
    return reverse(f"script_builder:{name}", args=[drafting.pk])


@pytest.fixture
def form(drafting):
    return {"text": "ls -l\r\n", "revision": 0, "language": "bash", "name": "List files", "publish": "yes"}


class TestList:
    def test_it_shows_my_standalone_sessions(self, as_owner, drafting, inline, teammate):
        theirs = DraftingFactory(user=teammate, title="Not yours")
        page = as_owner.get(LIST).content.decode()
        assert drafting.title in page
        assert url("delete", drafting) in page
        assert inline.title not in page
        assert theirs.title not in page
        assert "1 of 5 sessions" in page
        assert "as many as there may be" not in page

    def test_it_says_when_the_cap_is_reached(self, as_owner, owner):
        DraftingFactory.create_batch(5, user=owner)
        assert "as many as there may be" in as_owner.get(LIST).content.decode()

    def test_empty(self, as_owner, as_viewer):
        for browser in (as_owner, as_viewer):
            assert "No sessions yet" in browser.get(LIST).content.decode()

    def test_hostile_titles_are_text(self, as_owner, owner):
        drafting = DraftingFactory(user=owner, title="<script>alert(1)</script>")
        for path in (LIST, url("session", drafting)):
            assert "<script>alert" not in as_owner.get(path).content.decode()


class TestPage:
    def test_it_shows_the_script_as_it_is(self, as_owner, owner):
        drafting = DraftingFactory(user=owner, buffer="\n\n<b> & </textarea>\n")
        answer = as_owner.get(url("session", drafting))
        assert answer.status_code == 200
        # The first line break after the tag is HTML's own.
        assert "\n\n\n&lt;b&gt; &amp; &lt;/textarea&gt;\n</textarea>" in answer.content.decode()

    def test_it_shows_the_parameters_of_the_draft(self, as_owner, drafting):
        drafting.parameters = {"unit": {"type": "text", "label": "Unit", "required": True}}
        drafting.save()
        page = as_owner.get(url("session", drafting)).content.decode()
        assert "{{ unit }}" in page

    def test_who_may_only_read_has_no_buttons(self, as_reader, drafting):
        page = as_reader().get(url("session", drafting)).content.decode()
        assert "readonly" in page
        assert "Save draft" not in page
        assert "data-buffer data-url" not in " ".join(page.split())
        assert url("delete", drafting) not in as_reader().get(LIST).content.decode()

    def test_what_is_not_there(self, as_owner):
        assert as_owner.get(f"{LIST}{uuid.uuid4()}/").status_code == 404

    def test_read_only(self, as_reader, drafting, form):
        browser = as_reader()
        for name in WRITES:
            assert browser.post(url(name, drafting), form).status_code == 403
        assert ScriptBuilderSession.objects.filter(pk=drafting.pk, buffer_revision=0).exists()


class TestDelete:
    def test_it_is_gone(self, as_owner, drafting):
        answer = as_owner.post(url("delete", drafting), follow=True)
        assert answer.redirect_chain == [(LIST, 302)]
        assert "was deleted" in answer.content.decode()
        assert not ScriptBuilderSession.objects.exists()

    def test_twice(self, as_owner, drafting):
        as_owner.post(url("delete", drafting))
        assert as_owner.post(url("delete", drafting)).status_code == 404

    def test_with_htmx(self, as_owner, drafting):
        answer = as_owner.post(url("delete", drafting), headers={"HX-Request": "true"})
        assert answer["HX-Redirect"] == LIST


class TestSave:
    def test_it_keeps_text_and_language(self, as_owner, drafting, form):
        answer = as_owner.post(url("save", drafting), form, follow=True)
        assert answer.redirect_chain == [(url("session", drafting), 302)]
        assert "Draft saved." in answer.content.decode()
        drafting.refresh_from_db()
        assert (drafting.buffer, drafting.language, drafting.buffer_revision) == ("ls -l\n", "bash", 1)
        assert not ScriptTemplate.objects.exists()

    def test_blank_may_be_kept(self, as_owner, drafting, form):
        as_owner.post(url("save", drafting), form | {"text": ""})
        drafting.refresh_from_db()
        assert drafting.buffer == ""

    def test_a_stale_one_is_refused_and_loses_nothing(self, as_owner, owner, drafting, form):
        actions.save_buffer(session=drafting, by=owner, text="the other tab's", revision=0)
        answer = as_owner.post(url("save", drafting), form)
        assert answer.status_code == 409
        page = answer.content.decode()
        assert "ls -l" in page
        assert "the other tab&#x27;s" in page
        assert 'name="revision" value="1"' in page
        drafting.refresh_from_db()
        assert drafting.buffer == "the other tab's"
        assert as_owner.post(url("save", drafting), form | {"revision": 1}).status_code == 302

    @pytest.mark.parametrize(
        "wrong", [{"text": "x" * 50_001}, {"text": "a\0"}, {"revision": "many"}, {"revision": ""}, {"language": "perl"}]
    )
    def test_invalid(self, as_owner, drafting, form, wrong):
        answer = as_owner.post(url("save", drafting), form | wrong)
        assert answer.status_code == 422
        assert (form | wrong)["text"].strip("\0\r\n") in answer.content.decode().replace("\0", "")
        drafting.refresh_from_db()
        assert drafting.buffer_revision == 0


class TestSaveTemplate:
    def test_it_makes_a_template(self, as_owner, drafting, form):
        answer = as_owner.post(url("save_template", drafting), form, follow=True)
        assert answer.redirect_chain == [(url("session", drafting), 302)]
        template = ScriptTemplate.objects.get()
        assert (template.name, template.language, template.newest.text) == ("List files", "bash", "ls -l\n")
        page = " ".join(answer.content.decode().split())
        assert f'From <a href="{template.get_absolute_url()}">List files</a>, version 1' in page
        assert "Save as version 2" in page

    def test_it_says_that_the_fix_uses_it(self, as_owner, drafting, form, fix):
        ScriptBuilderSession.objects.filter(pk=drafting.pk).update(source_fix=fix, ai_session=fix.session)
        page = as_owner.post(url("save_template", drafting), form, follow=True).content.decode()
        assert f"for the fix “{fix}”, which uses it" in page
        fix.refresh_from_db()
        assert fix.script_template == ScriptTemplate.objects.get()
        assert fix.applied_at is None

    def test_stale(self, as_owner, owner, drafting, form):
        actions.save_buffer(session=drafting, by=owner, text="the other tab's", revision=0)
        answer = as_owner.post(url("save_template", drafting), form)
        assert answer.status_code == 409
        assert 'value="List files"' in answer.content.decode()
        assert not ScriptTemplate.objects.exists()

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            ({"name": " "}, "Name the template."),
            ({"name": "x" * 201}, "at most 200 characters"),
            ({"text": "  "}, "The script is empty"),
            ({"text": "echo {{ who }}"}, "There is no parameter named who"),
        ],
    )
    def test_invalid(self, as_owner, drafting, form, wrong, says):
        answer = as_owner.post(url("save_template", drafting), form | wrong)
        assert answer.status_code == 422
        page = answer.content.decode()
        assert says in page
        assert (form | wrong)["text"].strip() in page
        assert not ScriptTemplate.objects.exists()

    def test_draft_or_published_is_said_when_it_is_saved(self, as_owner, drafting, form):
        as_owner.post(url("save_template", drafting), form | {"publish": ""})
        assert ScriptTemplate.objects.get().status == "draft"
        as_owner.post(url("save_template", drafting), form | {"publish": "yes", "made_from": 1})
        assert ScriptTemplate.objects.get().status == "published"

    def test_the_next_version_has_its_note_and_names_what_it_was_made_from(self, as_owner, drafting, form):
        as_owner.post(url("save_template", drafting), form)
        more = {"text": "ls -la\n", "revision": 1, "made_from": 1, "note": "Hidden ones too"}
        as_owner.post(url("save_template", drafting), form | more)
        newest = ScriptTemplate.objects.get().newest
        assert (newest.number, newest.note, newest.text) == (2, "Hidden ones too", "ls -la\n")
        drafting.refresh_from_db()
        assert drafting.made_from == newest

    def test_as_a_template_of_its_own(self, as_owner, drafting, form):
        as_owner.post(url("save_template", drafting), form)
        as_owner.post(url("save_template", drafting), form | {"as_new": "yes", "name": "Another", "made_from": 1})
        assert set(ScriptTemplate.objects.values_list("name", flat=True)) == {"List files", "Another"}
        drafting.refresh_from_db()
        assert (drafting.template.name, drafting.made_from.number) == ("Another", 1)

    def test_an_untouched_scaffold_is_no_template(self, as_owner, drafting, form):
        ScriptBuilderSession.objects.filter(pk=drafting.pk).update(scaffold="# Map it\n\n")
        answer = as_owner.post(url("save_template", drafting), form | {"text": "# Map it\r\n"})
        assert answer.status_code == 422
        assert "still the empty scaffold" in answer.content.decode()


@pytest.fixture
def overtaken(owner, drafting, teammate):
    """The owner's session on version 1 of a template, of which a colleague saved version 2 meanwhile."""
    template = TemplateFactory(created_by=owner, name="List files", language="bash", text="ls\n")
    ScriptBuilderSession.objects.filter(pk=drafting.pk).update(
        template=template, made_from=template.newest, buffer="ls -l\n", language="bash"
    )
    template.versions.create(number=2, text="ls -t\n", created_by=teammate)
    drafting.refresh_from_db()
    return drafting


class TestOvertaken:
    def test_the_page_says_that_a_newer_one_is_there(self, as_owner, overtaken):
        page = as_owner.get(url("session", overtaken)).content.decode()
        assert "Version 2 of “List files” is newer than version 1" in page

    def test_a_stale_save_is_shown_the_difference_and_loses_nothing(self, as_owner, overtaken, form):
        answer = as_owner.post(url("save_template", overtaken), form | {"made_from": 1, "note": "Long"})
        assert answer.status_code == 409
        page = answer.content.decode()
        assert "Version 2 was saved meanwhile, by Teammate." in page
        assert '<textarea data-old hidden aria-label="Version 2">\nls -t\n</textarea>' in page
        assert page.count("ls -l") == 2
        assert 'value="Long"' in page
        assert 'name="made_from" value="2"' in page
        assert overtaken.template.versions.count() == 2

    def test_mine_can_be_saved_on_top_of_it(self, as_owner, overtaken, form):
        answer = as_owner.post(url("save_template", overtaken), form | {"made_from": 2})
        assert answer.status_code == 302
        newest = overtaken.template.newest
        assert (newest.number, newest.text) == (3, "ls -l\n")

    def test_or_theirs_is_taken(self, as_owner, overtaken):
        answer = as_owner.post(url("take_newest", overtaken), follow=True)
        assert "Version 2 is in the editor." in answer.content.decode()
        overtaken.refresh_from_db()
        assert (overtaken.buffer, overtaken.made_from.number, overtaken.buffer_revision) == ("ls -t\n", 2, 1)

    def test_the_very_same_script_is_no_conflict(self, as_owner, overtaken, form):
        assert (
            as_owner.post(url("save_template", overtaken), form | {"made_from": 1, "text": "ls -t"}).status_code == 409
        )
        same = form | {"made_from": 1, "text": "ls -t\n"}
        assert as_owner.post(url("save_template", overtaken), same).status_code == 302
        assert overtaken.template.versions.count() == 2

    def test_without_a_template_there_is_nothing_to_take(self, as_owner, drafting):
        assert as_owner.post(url("take_newest", drafting)).status_code == 409

    def test_an_archived_template_gets_no_version_but_may_be_saved_apart(self, as_owner, owner, overtaken, form):
        ScriptTemplate.objects.update(archived_at=timezone.now(), archived_by=owner)
        answer = as_owner.post(url("save_template", overtaken), form | {"made_from": 2})
        assert answer.status_code == 409
        assert "This template is archived." in answer.content.decode()
        assert overtaken.template.versions.count() == 2
        assert (
            as_owner.post(url("save_template", overtaken), form | {"made_from": 2, "as_new": "yes"}).status_code == 302
        )
        assert ScriptTemplate.objects.count() == 2


class TestNew:
    def test_it_opens_on_a_scaffold(self, as_owner, owner):
        answer = as_owner.post(NEW, {"title": "Map a drive", "language": "bash"})
        drafting = ScriptBuilderSession.objects.get()
        assert answer["Location"] == url("session", drafting)
        assert (drafting.user, drafting.origin, drafting.language) == (owner, "standalone", "bash")
        assert drafting.buffer == drafting.scaffold == "#!/usr/bin/env bash\n# Map a drive\n\n"

    def test_it_opens_on_a_version_of_a_template(self, as_owner, owner):
        template = TemplateFactory(created_by=owner, language="python", text="print(1)\n", name="Print")
        template.versions.create(number=2, text="print(2)\n", created_by=owner)
        for number, text in ((1, "print(1)\n"), ("", "print(2)\n")):
            sent = {"title": "Print", "language": "bash", "template": template.pk, "number": number}
            as_owner.post(NEW, sent)
            drafting = ScriptBuilderSession.objects.latest("created_at")
            assert (drafting.buffer, drafting.language, drafting.template) == (text, "python", template)
            assert drafting.made_from.text == text

    def test_strangers_templates_are_not_there(self, as_stranger, owner):
        template = TemplateFactory(created_by=owner)
        sent = {"title": "Print", "language": "bash", "template": template.pk}
        assert as_stranger.post(NEW, sent).status_code == 404
        assert not ScriptBuilderSession.objects.exists()

    def test_at_the_cap_it_lists_the_five_and_loses_nothing(self, as_owner, owner, ai_session, fix):
        template = TemplateFactory(created_by=owner)
        five = DraftingFactory.create_batch(5, user=owner)
        sent = {"title": "Map <b>", "language": "python", "template": template.pk, "number": 1}
        answer = as_owner.post(NEW, sent)
        assert answer.status_code == 409
        page = answer.content.decode()
        assert "as many as there may be" in page
        assert 'value="Map &lt;b&gt;"' in page
        assert '<option value="python" selected>' in page
        assert f'name="template" value="{template.pk}"' in page
        for drafting in five:
            assert f'form="new-session" name="instead_of" value="{drafting.pk}"' in page
        assert ScriptBuilderSession.objects.count() == 5

        answer = as_owner.post(NEW, sent | {"instead_of": five[3].pk})
        assert answer.status_code == 302
        assert not ScriptBuilderSession.objects.filter(pk=five[3].pk).exists()
        assert ScriptBuilderSession.objects.filter(title="Map <b>").exists()

    def test_nobody_elses_session_makes_room(self, as_owner, owner, teammate):
        DraftingFactory.create_batch(5, user=owner)
        theirs = DraftingFactory(user=teammate)
        sent = {"title": "Map", "language": "bash", "instead_of": theirs.pk}
        assert as_owner.post(NEW, sent).status_code == 409
        assert ScriptBuilderSession.objects.filter(pk=theirs.pk).exists()

    def test_inline_ones_take_no_room(self, as_owner, owner):
        for number in range(5):
            session = AISession.objects.create(account=owner.account, owner=owner, title=f"Ticket {number}")
            InlineFactory(user=owner, ai_session=session)
        for number in range(5):
            assert as_owner.post(NEW, {"title": f"S {number}", "language": "bash"}).status_code == 302
        assert as_owner.post(NEW, {"title": "One more", "language": "bash"}).status_code == 409
        assert "5 of 5 sessions" in as_owner.get(LIST).content.decode()

    @pytest.mark.parametrize("wrong", [{"title": " "}, {"title": "x" * 201}, {"language": "perl"}, {"template": "x"}])
    def test_invalid(self, as_owner, wrong):
        answer = as_owner.post(NEW, {"title": "Map", "language": "bash"} | wrong)
        assert answer.status_code == 422
        assert not ScriptBuilderSession.objects.exists()

    def test_method_and_rights(self, as_owner, as_viewer):
        assert as_owner.get(NEW).status_code == 405
        assert as_viewer.post(NEW, {"title": "Map", "language": "bash"}).status_code == 403


class TestRename:
    def test_it_has_another_name(self, as_owner, drafting):
        answer = as_owner.post(url("rename", drafting), {"title": "Map two printers"})
        assert answer["Location"] == url("session", drafting)
        drafting.refresh_from_db()
        assert drafting.title == "Map two printers"

    @pytest.mark.parametrize("title", ["", "  ", "x" * 201])
    def test_invalid(self, as_owner, drafting, title):
        answer = as_owner.post(url("rename", drafting), {"title": title})
        assert answer.status_code == 422
        assert 'id="title-says"' in answer.content.decode()
        drafting.refresh_from_db()
        assert drafting.title == "Map a printer"


class TestChat:
    def test_the_page_has_the_chat_beside_the_script(self, as_owner, owner, drafting):
        ScriptBuilderMessage.objects.create(session=drafting, role="user", author=owner, text="Shorter, please.")
        page = as_owner.get(url("session", drafting)).content.decode()
        assert "Shorter, please." in page
        assert 'id="builder-composer"' in page
        assert "already knows the session" not in page

    def test_who_may_only_read_reads_it_without_a_composer(self, as_reader, owner, drafting):
        ScriptBuilderMessage.objects.create(session=drafting, role="user", author=owner, text="Shorter, please.")
        page = as_reader().get(url("session", drafting)).content.decode()
        assert "Shorter, please." in page
        assert 'id="builder-composer"' not in page

    def test_what_another_accounts_library_has_is_not_told(self, as_owner, stranger, drafting):
        TemplateFactory(created_by=stranger, name=drafting.title)
        assert "In the library already" not in as_owner.get(url("session", drafting)).content.decode()

    def test_a_new_one_is_told_what_the_library_has_already(self, as_owner, owner, drafting):
        TemplateFactory(created_by=owner, name="Map a network printer")
        assert "In the library already" in as_owner.get(url("session", drafting)).content.decode()

    def test_as_many_queries_for_a_long_chat_as_for_a_short_one(self, as_owner, owner, drafting):
        def queries():
            with CaptureQueriesContext(connection) as captured:
                as_owner.get(url("session", drafting))
            return len(captured)

        counted = []
        for turns in (1, 60):
            for _ in range(turns):
                ScriptBuilderMessage.objects.create(session=drafting, role="user", author=owner, text="Shorter.")
            counted.append(queries())
        assert counted[0] == counted[1]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_twelve_new_ones_end_at_exactly_five(self, client_of, owner):
        browsers = iter([client_of(owner) for _ in range(12)])
        sent = {"title": "Map", "language": "bash"}
        answers = together(12, lambda: next(browsers).post(NEW, sent).status_code)
        assert sorted(answers) == [302] * 5 + [409] * 7
        assert ScriptBuilderSession.objects.count() == 5

    def test_of_two_saves_from_one_version_one_is_told(self, client_of, owner, teammate, form):
        template = TemplateFactory(created_by=owner, name="List files", language="bash", text="ls\n")
        sessions = []
        for by in (owner, teammate):
            theirs = DraftingFactory(user=by, template=template, made_from=template.newest, language="bash")
            sessions.append((client_of(by), theirs, form | {"text": f"ls # {by}\n", "made_from": 1}))
        left = iter(sessions)

        def save():
            browser, theirs, sent = next(left)
            return browser.post(url("save_template", theirs), sent).status_code

        assert sorted(together(2, save)) == [302, 409]
        assert [one.number for one in template.versions.order_by("number")] == [1, 2]
