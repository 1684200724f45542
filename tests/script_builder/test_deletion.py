"""Deleting an AI session deletes its inline scratch sessions and keeps standalone ones, unlinked."""

import pytest
from django.urls import reverse

from pilot.models import AISession
from script_builder.models import ScriptBuilderMessage, ScriptBuilderSession
from tests.factories.script_builder import DraftingFactory, InlineFactory

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def standalone(owner, ai_session, fix):
    return DraftingFactory(user=owner, ai_session=ai_session, source_fix=fix)


@pytest.fixture
def elsewhere(owner, teammate, account):
    """What belongs to another AI session stays as it is."""
    other = AISession.objects.create(account=account, owner=owner, title="Slow VPN")
    return InlineFactory(user=owner, ai_session=other)


def by_instance(ai_session, browser):
    ai_session.delete()


def by_queryset(ai_session, browser):
    AISession.objects.filter(pk=ai_session.pk).delete()


def by_admin(ai_session, browser):
    path = reverse("admin:pilot_aisession_delete", args=[ai_session.pk])
    assert browser.post(path, {"post": "yes"}).status_code == 302


def by_admins_list(ai_session, browser):
    form = {"action": "delete_selected", "_selected_action": [ai_session.pk], "post": "yes"}
    assert browser.post(reverse("admin:pilot_aisession_changelist"), form).status_code == 302


@pytest.mark.parametrize("delete", [by_instance, by_queryset, by_admin, by_admins_list])
def test_inline_goes_and_standalone_stays(
    delete, ai_session, inline, standalone, elsewhere, owner, teammate, client_of, superuser
):
    ScriptBuilderMessage.objects.create(session=inline, role="user", author=owner, text="Shorter, please.")
    InlineFactory(user=teammate, ai_session=ai_session)
    delete(ai_session, client_of(superuser))
    assert not AISession.objects.filter(pk=ai_session.pk).exists()
    assert set(ScriptBuilderSession.objects.all()) == {standalone, elsewhere}
    standalone.refresh_from_db()
    assert (standalone.ai_session_id, standalone.source_fix_id) == (None, None)
    assert standalone.buffer == "Get-Service Spooler\n"
    elsewhere.refresh_from_db()
    assert elsewhere.ai_session_id is not None
    assert not ScriptBuilderMessage.objects.exists()


def test_many_at_once(owner, account, ai_session, inline, standalone, elsewhere):
    AISession.objects.all().delete()
    assert list(ScriptBuilderSession.objects.all()) == [standalone]


def test_a_deleted_fix_unlinks_its_drafting_sessions(fix, inline, standalone):
    fix.delete()
    for drafting in (inline, standalone):
        drafting.refresh_from_db()
        assert drafting.source_fix_id is None
