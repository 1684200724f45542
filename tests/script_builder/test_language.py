"""Another language: a fresh scaffold for an untouched buffer, otherwise only the highlighting."""

import pytest
from django.urls import reverse
from django.utils import timezone

from script_builder.actions import sessions
from script_builder.models import Language, ScriptBuilderSession
from script_builder.scaffold import scaffold
from tests.conventions.world import snapshot
from tests.factories.script_builder import InlineFactory

pytestmark = pytest.mark.django_db

BEGUN = scaffold("Restart it.", "powershell")


@pytest.fixture
def inline(owner, ai_session, fix):
    """The owner's inline session for the fix, untouched."""
    return InlineFactory(
        user=owner, ai_session=ai_session, source_fix=fix, description="Restart it.", buffer=BEGUN, scaffold=BEGUN
    )


def url(drafting):
    return reverse("script_builder:language", args=[drafting.pk])


def sent(text=BEGUN, language="bash", revision=0):
    return {"text": text, "language": language, "revision": revision}


@pytest.mark.parametrize("language", Language.values)
@pytest.mark.parametrize("text", [BEGUN, BEGUN.replace("\n", "\r\n"), "", " \n\t"])
def test_an_untouched_buffer_gets_the_scaffold_of_the_language(as_owner, inline, language, text):
    answer = as_owner.post(url(inline), sent(text, language))
    wanted = scaffold("Restart it.", language)
    inline.refresh_from_db()
    assert answer.status_code == 200
    assert answer.json() == {
        "text": wanted,
        "revision": inline.buffer_revision,
        "language": language,
        "scaffold": wanted,
        "progress": False,
    }
    assert (inline.buffer, inline.scaffold, inline.language, inline.is_untouched) == (wanted, wanted, language, True)
    assert inline.buffer_revision > 0


def test_what_was_written_stays_to_the_letter(as_owner, inline):
    answer = as_owner.post(url(inline), sent(BEGUN + "  Get-Date  \r\n"))
    inline.refresh_from_db()
    assert (inline.language, inline.buffer, inline.scaffold) == ("bash", BEGUN + "  Get-Date  \n", BEGUN)
    assert answer.json()["progress"] is True and answer.json()["text"] == inline.buffer


def test_a_standalone_session_only_changes_its_language(as_owner, drafting):
    assert as_owner.post(url(drafting), sent("print(1)\n", "python")).status_code == 200
    drafting.refresh_from_db()
    assert (drafting.language, drafting.buffer) == ("python", "print(1)\n")


def test_nobody_else(as_stranger, as_teammate, as_admin, as_viewer, inline):
    before = snapshot()
    for browser in (as_stranger, as_teammate, as_admin, as_viewer):
        assert browser.post(url(inline), sent()).status_code == 404
    assert snapshot() == before


def test_read_only(as_reader, inline):
    browser = as_reader()
    before = snapshot()
    assert browser.post(url(inline), sent()).status_code == 403
    assert snapshot() == before


def test_method(as_owner, inline):
    assert as_owner.get(url(inline)).status_code == 405


def test_a_language_that_was_chosen_on_an_older_buffer_is_refused_with_the_present_one(as_owner, owner, inline):
    sessions.save_buffer(session=inline, by=owner, text="one\n", revision=0)
    before = snapshot()
    answer = as_owner.post(url(inline), sent("two\n"))
    assert answer.status_code == 409
    assert answer.json() | {"detail": ""} == {
        "code": "stale_buffer",
        "detail": "",
        "text": "one\n",
        "revision": 1,
        "language": "powershell",
        "scaffold": BEGUN,
        "progress": True,
    }
    assert snapshot() == before


def test_a_closed_ai_session_takes_no_more(as_owner, owner, ai_session, inline):
    ai_session.status, ai_session.closed_at, ai_session.closed_by = "resolved", timezone.now(), owner
    ai_session.save()
    before = snapshot()
    for body in (sent(), sent(language="cobol")):
        answer = as_owner.post(url(inline), body)
        assert (answer.status_code, answer.json()["code"]) == (409, "session_closed")
    assert snapshot() == before


@pytest.mark.parametrize(
    "wrong", [{"language": "cobol"}, {"language": ""}, {"text": "a\0"}, {"text": "x" * 50_001}, {"revision": "²"}]
)
def test_invalid(as_owner, inline, wrong):
    before = snapshot()
    answer = as_owner.post(url(inline), sent() | wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert snapshot() == before


def test_the_scaffold_keeps_the_description_of_its_own_fix(as_owner, inline):
    """Not of the title that somebody may see above it."""
    ScriptBuilderSession.objects.update(title="Another title")
    as_owner.post(url(inline), sent(language="batch"))
    inline.refresh_from_db()
    assert inline.buffer == "REM - Restart it.\n\n"
