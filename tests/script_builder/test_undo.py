"""What was done to a template or to a drafting session, and its way back from the message that says so."""

import re
from html import unescape

import pytest

from script_builder.actions import library
from script_builder.models import ScriptTemplate
from tests.factories.script_builder import DraftingFactory, TemplateFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def template(owner):
    """A published template of two versions."""
    template = TemplateFactory(created_by=owner, text="ls\n")
    template.versions.create(number=2, text="pwd\n", created_by=owner)
    return template


def undo(answer) -> tuple[str, dict]:
    """Where the Undo of this page posts to, and what."""
    form = re.search(r'<form method="post" action="([^"]+)">(?:(?!</form>).)*Undo', answer.content.decode(), re.DOTALL)
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form[0])
    return form[1], {name: unescape(value) for name, value in fields if name != "csrfmiddlewaretoken"}


def test_archiving_and_back_and_away_again(as_owner, template):
    page = template.get_absolute_url()
    archived = as_owner.post(f"{page}archive/", follow=True)
    path, sent = undo(archived)
    assert (path, sent) == (f"{page}bring-back/", {})
    back = as_owner.post(path, sent, follow=True)
    assert not ScriptTemplate.objects.get().is_archived
    as_owner.post(undo(back)[0], follow=True)
    assert ScriptTemplate.objects.get().is_archived


def test_restoring_a_version(as_owner, template):
    page = template.get_absolute_url()
    path, sent = undo(as_owner.post(f"{page}versions/1/restore/", {"made_from": 2}, follow=True))
    assert template.newest.text == "ls\n"
    as_owner.post(path, sent)
    assert (template.newest.number, template.newest.text) == (4, "pwd\n")


def test_restoring_is_not_undone_over_what_a_colleague_saved(as_owner, owner, template):
    page = template.get_absolute_url()
    path, sent = undo(as_owner.post(f"{page}versions/1/restore/", {"made_from": 2}, follow=True))
    template.versions.create(number=4, text="whoami\n", created_by=owner)
    assert as_owner.post(path, sent).status_code == 409
    assert template.newest.text == "whoami\n"


def test_restoring_what_stands_there_already_offers_nothing(as_owner, owner, template):
    library.restore(template=template, by=owner, number=1, made_from=2)
    answer = as_owner.post(f"{template.get_absolute_url()}versions/1/restore/", {"made_from": 3}, follow=True)
    assert template.newest.number == 3
    assert "Undo" not in answer.content.decode()


@pytest.mark.parametrize("title", ["Map the printer", "A & B = “<b>?”", "path?x=1&title=Other#end"])
def test_another_name(as_owner, owner, title):
    drafting = DraftingFactory(user=owner, title=title)
    path, sent = undo(as_owner.post(f"/script-builder/{drafting.pk}/rename/", {"title": "Other"}, follow=True))
    assert sent == {"title": title}
    as_owner.post(path, sent)
    drafting.refresh_from_db()
    assert drafting.title == title


def test_the_first_name_has_no_way_back(as_owner, owner):
    drafting = DraftingFactory(user=owner, title="")
    answer = as_owner.post(f"/script-builder/{drafting.pk}/rename/", {"title": "Dates"}, follow=True)
    assert "Renamed." in answer.content.decode()
    assert "Undo" not in answer.content.decode()


@pytest.mark.parametrize("act", ["publish/", "delete/"])
def test_what_has_no_way_back_offers_none(as_owner, owner, act):
    template = TemplateFactory(created_by=owner, status="draft")
    answer = as_owner.post(f"{template.get_absolute_url()}{act}", follow=True)
    assert "data-message" in answer.content.decode()
    assert "Undo" not in answer.content.decode()
