import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from script_builder.models import ScriptBuilderSession

pytestmark = pytest.mark.django_db

TYPED = {"text": "ls\r\n", "revision": 0}


def url(drafting):
    return reverse("script_builder:buffer", args=[drafting.pk])


@pytest.fixture(params=["drafting", "inline"])
def any_session(request):
    return request.getfixturevalue(request.param)


def state(drafting):
    """What every answer says of the session as it now is."""
    return {
        "text": drafting.buffer,
        "revision": drafting.buffer_revision,
        "language": drafting.language,
        "scaffold": drafting.scaffold,
        "progress": drafting.has_progress,
    }


def untouched(drafting):
    return ScriptBuilderSession.objects.filter(pk=drafting.pk, buffer_revision=0).exists()


def test_works(as_owner, any_session):
    answer = as_owner.post(url(any_session), TYPED)
    any_session.refresh_from_db()
    assert any_session.buffer == "ls\n"
    assert (answer.status_code, answer.json()) == (200, state(any_session))
    assert answer.json()["revision"] == 1 and answer.json()["progress"] is True


@pytest.mark.parametrize("text", ["", " \n", "# Restart it\r\n\r\n"])
def test_blank_and_scaffold_are_no_progress(as_owner, inline, text):
    assert as_owner.post(url(inline), TYPED | {"text": text}).json()["progress"] is False


def test_nobody_else(as_stranger, as_teammate, as_admin, as_viewer, any_session):
    for browser in (as_stranger, as_teammate, as_admin, as_viewer):
        assert browser.post(url(any_session), TYPED).status_code == 404
    assert untouched(any_session)


def test_read_only(as_reader, any_session):
    assert as_reader().post(url(any_session), TYPED).status_code == 403
    assert untouched(any_session)


def test_an_inline_session_follows_its_ai_session(as_teammate, ai_session, owner, teammate, inline):
    """Somebody who worked it once and may not see it any more keeps nothing open through their drafting session."""
    ScriptBuilderSession.objects.filter(pk=inline.pk).update(user=teammate)
    assert as_teammate.post(url(inline), TYPED).status_code == 404
    owner.account.share_sessions = True
    owner.account.save()
    assert as_teammate.post(url(inline), TYPED).status_code == 403
    assert untouched(inline)


def test_method(as_owner, any_session):
    assert as_owner.get(url(any_session)).status_code == 405


def test_without_a_token(owner, any_session):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(owner)
    assert browser.post(url(any_session), TYPED).status_code == 403
    assert untouched(any_session)


def test_stale(as_owner, any_session):
    as_owner.post(url(any_session), TYPED)
    answer = as_owner.post(url(any_session), TYPED | {"text": "pwd\n"})
    assert answer.status_code == 409
    any_session.refresh_from_db()
    assert answer.json() | {"detail": ""} == state(any_session) | {"code": "stale_buffer", "detail": ""}
    assert (any_session.buffer, any_session.buffer_revision) == ("ls\n", 1)


def test_a_closed_ai_session_takes_no_more(as_owner, owner, ai_session, inline, drafting):
    ai_session.status, ai_session.closed_at, ai_session.closed_by = "resolved", timezone.now(), owner
    ai_session.save()
    answer = as_owner.post(url(inline), TYPED)
    assert (answer.status_code, answer.json()["code"]) == (409, "session_closed")
    assert untouched(inline)
    assert as_owner.post(url(drafting), TYPED).status_code == 200


@pytest.mark.parametrize("wrong", [{"text": "x" * 50_001}, {"text": "a\0"}, {"revision": "-1"}, {"revision": ""}])
def test_invalid(as_owner, any_session, wrong):
    answer = as_owner.post(url(any_session), TYPED | wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert answer.json()["detail"]
    assert untouched(any_session)


def test_the_longest_script_of_wide_characters_fits(as_owner, any_session):
    assert as_owner.post(url(any_session), TYPED | {"text": "💾" * 50_000}).status_code == 200
