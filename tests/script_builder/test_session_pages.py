import uuid

import pytest
from django.urls import reverse

from script_builder.actions import sessions as actions
from script_builder.models import ScriptBuilderSession, ScriptTemplate
from tests.factories.script_builder import DraftingFactory

pytestmark = pytest.mark.django_db

LIST = "/script-builder/"
WRITES = ["delete", "save", "save_template"]


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

    def test_method(self, as_owner):
        assert as_owner.post(LIST).status_code == 405


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

    def test_strangers_colleagues_and_admins_find_nothing(
        self, as_stranger, as_teammate, as_admin, as_viewer, drafting
    ):
        for browser in (as_stranger, as_teammate, as_admin, as_viewer):
            assert browser.get(url("session", drafting)).status_code == 404
            for name in WRITES:
                assert browser.post(url(name, drafting)).status_code == 404
        assert ScriptBuilderSession.objects.filter(pk=drafting.pk, buffer_revision=0).exists()

    def test_an_inline_session_has_no_page_here(self, as_owner, inline, form):
        assert as_owner.get(url("session", inline)).status_code == 404
        for name in WRITES:
            assert as_owner.post(url(name, inline), form).status_code == 404
        assert ScriptBuilderSession.objects.filter(pk=inline.pk, buffer_revision=0).exists()

    def test_what_is_not_there(self, as_owner):
        assert as_owner.get(f"{LIST}{uuid.uuid4()}/").status_code == 404

    @pytest.mark.parametrize("name", ["session", *WRITES])
    def test_nobody(self, client, drafting, name):
        answer = client.get(url(name, drafting))
        assert answer.status_code == 302
        assert answer["Location"].startswith("/sign-in/")

    def test_method(self, as_owner, drafting):
        assert as_owner.post(url("session", drafting)).status_code == 405
        for name in WRITES:
            assert as_owner.get(url(name, drafting)).status_code == 405

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
