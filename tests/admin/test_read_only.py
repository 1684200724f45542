import pytest
from django.contrib import admin

from flowpilot.people.models import Account, User
from flowpilot.replies.models import Reply
from pilot.models import AISession, RunStamp, SessionEvent
from script_builder.models import ScriptBuilderSession, ScriptTemplate
from tests.admin.test_scope import url

RECORD = [model for model in admin.site._registry if model not in (Account, User)]


@pytest.fixture(params=["as_admin", "as_superuser"])
def inspector(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def as_superuser(client_of, superuser):
    return client_of(superuser)


def test_the_record_is_read_and_never_changed(inspector, mine):
    for row in mine.rows():
        if type(row) not in RECORD:
            continue
        before = type(row).objects.filter(pk=row.pk).values().get()
        assert inspector.get(url(row, "change", row.pk)).status_code == 200
        assert inspector.post(url(row, "change", row.pk), {"title": "Forged", "name": "Forged"}).status_code == 403
        assert inspector.get(url(row, "add")).status_code == 403
        assert inspector.post(url(row, "add"), {"title": "Forged", "name": "Forged"}).status_code == 403
        assert type(row).objects.filter(pk=row.pk).values().get() == before
        assert type(row).objects.filter(pk=row.pk).exists()


def test_an_admin_deletes_nothing(as_admin, mine):
    for row in mine.rows():
        assert as_admin.post(url(row, "delete", row.pk), {"post": "yes"}).status_code == 403
        as_admin.post(url(row, "changelist"), {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"})
        assert type(row).objects.filter(pk=row.pk).exists()


def test_a_superuser_deletes_nothing_but_sessions(as_superuser, mine):
    for row in mine.rows():
        if row == mine.session:
            continue
        assert as_superuser.post(url(row, "delete", row.pk), {"post": "yes"}).status_code == 403
        assert type(row).objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("way", ["one", "selected"])
def test_a_superuser_deletes_a_session_whole(as_superuser, mine, theirs, way):
    if way == "one":
        path, form = url(mine.session, "delete", mine.session.pk), {"post": "yes"}
        assert as_superuser.get(path).status_code == 200
    else:
        path = url(AISession, "changelist")
        form = {"action": "delete_selected", "_selected_action": [mine.session.pk], "post": "yes"}
    assert as_superuser.post(path, form).status_code == 302
    assert list(AISession.objects.all()) == [theirs.session]
    assert list(RunStamp.objects.all()) == [theirs.stamp]
    assert SessionEvent.objects.filter(session=theirs.session).count() == SessionEvent.objects.count() == 1
    assert set(Reply.objects.all()) == set(theirs.replies)
    assert not ScriptBuilderSession.objects.filter(pk=mine.inline.pk).exists()
    mine.standalone.refresh_from_db()
    assert mine.standalone.ai_session is None and mine.standalone.source_fix is None
    assert ScriptTemplate.objects.filter(pk=mine.template.pk).exists()
