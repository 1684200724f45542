"""What the command palette finds, for whom, and where it leads."""

import re
import uuid
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from flowpilot.ai import course, library
from tests.factories.pilot import make_session, make_template
from tests.pilot.reading import text_of

MOST = 6  # the visit, the user, and four of the palette's own


def look(browser, **sent):
    answer = browser.get(f"/palette/?{urlencode(sent)}")
    assert answer.status_code == 200
    return answer


def found(answer) -> dict[str, str]:
    """What was found: where each leads, by its title."""
    options = re.findall(r'href="([^"]+)" role="option".*?palette__title">([^<]+)<', text_of(answer), re.DOTALL)
    return {title: url for url, title in options}


def test_words_find_sessions_templates_and_runbooks(as_owner, owner):
    session = make_session(owner, title="Spooler on floor 2", client="Heron Legal", ticket_ref="HL-1")
    template = make_template(owner, name="Restart the spooler")
    make_template(owner, name="Map a drive")
    answer = look(as_owner, q="spooler")
    assert list(found(answer).items())[:3] == [
        ("Spooler on floor 2", f"/sessions/{session.pk}/"),
        ("Restart the spooler", f"/scripts/{template.pk}/"),
        ("Print spooler stuck, or jobs that cannot be deleted", "/sessions/new/?runbook=W02"),
    ]
    assert "Map a drive" not in found(answer)
    assert "Heron Legal · HL-1" in text_of(answer)
    assert list(found(look(as_owner, q="heron"))) == ["Spooler on floor 2"]
    assert found(look(as_owner, q="zzzz qqqq")) == {}


def test_without_words_it_shows_the_recent_sessions(as_owner, owner):
    for number in range(7):
        make_session(owner, title=f"Session {number}")
    make_template(owner, name="Session cleaner")
    assert list(found(look(as_owner))) == [f"Session {number}" for number in (6, 5, 4, 3, 2)]
    assert list(found(look(as_owner, q="  "))) == [f"Session {number}" for number in (6, 5, 4, 3, 2)]


def test_at_most_five_of_each(as_owner, owner):
    for number in range(7):
        make_session(owner, title=f"Printer {number}")
        make_template(owner, name=f"Printer script {number}")
    titles = list(found(look(as_owner, q="printer")))
    assert len([title for title in titles if title.startswith("Printer script")]) == 5
    assert len(titles) <= 15 and len([title for title in titles if re.match(r"Printer \d", title)]) == 5


def test_an_archived_template_is_not_offered(as_owner, owner):
    template = make_template(owner, name="Old spooler")
    as_owner.post(reverse("script_builder:template_archive", args=[template.pk]))
    assert "Old spooler" not in found(look(as_owner, q="old spooler"))


def test_a_stranger_finds_nothing_of_others(as_stranger, as_teammate, owner):
    make_session(owner, title="Walrus offline")
    make_template(owner, name="Walrus script")
    for q in ("walrus", ""):
        assert not [title for title in found(look(as_stranger, q=q)) if "Walrus" in title]
    # The library is the account's, a session its owner's.
    assert list(found(look(as_teammate, q="walrus"))) == ["Walrus script"]
    assert found(look(as_teammate)) == {}


def test_a_viewer_finds_what_can_be_read(as_viewer, owner):
    session = make_session(owner, title="Spooler on floor 2")
    assert list(found(look(as_viewer, q="spooler"))) == ["Spooler on floor 2"]
    assert f"/sessions/{session.pk}/runbooks/?q=W02" in found(look(as_viewer, q="spooler", session=session.pk)).values()


def test_in_a_session_a_runbook_leads_to_the_runbooks_of_the_session(as_owner, owner):
    session = make_session(owner)
    leads = found(look(as_owner, q="spooler", session=session.pk)).values()
    assert f"/sessions/{session.pk}/runbooks/?q=W02" in leads
    assert "W02" in text_of(as_owner.get(f"/sessions/{session.pk}/runbooks/?q=W02"))
    for nonsense in ("", "x", "'><script>", str(uuid.uuid4()) + "0"):
        assert "/sessions/new/?runbook=W02" in found(look(as_owner, q="spooler", session=nonsense)).values()


def test_a_new_session_begins_with_the_runbook_that_was_picked(as_owner):
    form = as_owner.get("/sessions/new/?runbook=W02").context["form"]
    book = library.books()["W02"]
    assert (form.initial["title"], course.picked(form.initial["problem"])) == (book.title, "W02")
    assert as_owner.get("/sessions/new/?runbook=W99").context["form"].initial == {}


def test_what_is_found_is_text(as_owner, owner):
    make_session(owner, title="<img src=x onerror=alert(1)>", client='"><b>x')
    answer = look(as_owner, q="<img").content.decode()
    assert "&lt;img src=x" in answer and "<img" not in answer and "<b>" not in answer


@pytest.mark.parametrize("q", ["\0", "%", "_", "a" * 3000, "ü \U0001f642", "'; --", "p q r s t u v w x y z"])
def test_odd_words_are_no_error(as_owner, q):
    look(as_owner, q=q)


def test_few_queries_however_much_there_is(as_owner, owner):
    counted = []
    for number in range(12):
        make_session(owner, title=f"Printer {number}")
        make_template(owner, name=f"Printer script {number}")
        if number in (0, 11):
            with CaptureQueriesContext(connection) as captured:
                look(as_owner, q="printer script")
            counted.append(len(captured))
    assert counted[0] == counted[1] <= MOST, counted


def test_who_is_not_signed_in_is_led_there(client):
    answer = client.get("/palette/?q=x", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/scripts/"})
    assert "/sign-in/?next=/scripts/" in str(answer.headers)
    assert b"palette-found" not in answer.content


def test_it_is_only_read(as_owner):
    assert {as_owner.generic(method, "/palette/").status_code for method in ("POST", "PUT", "DELETE")} == {405}
