"""Text written from the record: it says when it is outdated, and a fresh one never goes over what was edited."""

import re

import pytest
from django.urls import reverse

from pilot import notes
from pilot.lifecycle import Phase
from tests.conventions.world import snapshot
from tests.factories.pilot import make_fix, make_task
from tests.pilot.reading import regions, surface, text_of

DIALOGS = {"resolve": ("notes", notes.resolution_notes), "escalate": ("summary", notes.handoff_summary)}


@pytest.fixture(params=DIALOGS)
def dialog(request):
    """Its URL's name, the field of its text, and what writes that text."""
    return (request.param, *DIALOGS[request.param])


def shown(browser, session, dialog) -> dict:
    """The fields of the dialog as it opens."""
    answer = browser.get(reverse(f"pilot:{dialog[0]}", args=[session.pk]))
    return fields(answer) | {"page-surface": surface(answer)}


def fields(answer) -> dict:
    text = text_of(answer)
    found = dict(re.findall(r'<input type="hidden" name="(v|written)" value="([^"]*)">', text))
    area = re.search(r'<textarea class="input" id="preview" name="(\w+)"[^>]*>\n(.*?)</textarea>', text, re.DOTALL)
    return found | {area[1]: area[2]}


def post(browser, session, dialog, body):
    return browser.post(reverse(f"pilot:{dialog[0]}", args=[session.pk]), body)


def test_it_is_written_from_the_record_and_knows_of_which_state(htmx, session, dialog):
    name, field, write = dialog
    make_task(session)
    opened = shown(htmx, session, dialog)
    session.refresh_from_db()
    assert (opened[field], opened["v"]) == (write(session), str(session.state_version))
    answer = htmx.get(reverse(f"pilot:{name}", args=[session.pk]))
    assert f'data-preview="{session.state_version}"' in text_of(answer)


def test_untouched_it_is_written_afresh_in_place(htmx, as_owner, session, dialog):
    _, field, write = dialog
    opened = shown(htmx, session, dialog)
    make_fix(session, title="Restart it")
    before = snapshot()
    for browser in (htmx, as_owner):
        answer = post(browser, session, dialog, opened | {"fresh": "beside"})
        assert answer.status_code in (200, 302)
        session.refresh_from_db()
        assert fields(answer)[field] == write(session) and "Restart it" in write(session)
        assert fields(answer)["v"] == str(session.state_version)
        assert "fresh-text" not in text_of(answer)
    assert snapshot() == before


def test_edited_it_stays_with_the_fresh_one_beside_it(htmx, session, dialog):
    _, field, write = dialog
    opened = shown(htmx, session, dialog) | {field: "My own\r\nwords."}
    make_fix(session, title="Restart it")
    before = snapshot()
    answer = post(htmx, session, dialog, opened | {"fresh": "beside"})
    assert fields(answer)[field] == "My own\nwords."
    beside = text_of(answer).partition('id="fresh-text"')[2]
    session.refresh_from_db()
    assert write(session).strip() in beside and "Restart it" in beside
    replaced = post(htmx, session, dialog, fields(answer) | {"fresh": "replace"})
    assert fields(replaced)[field] == write(session)
    assert snapshot() == before


def test_an_outdated_one_is_not_confirmed_and_nothing_typed_is_lost(htmx, session, dialog):
    field = dialog[1]
    opened = shown(htmx, session, dialog) | {field: "My own words.", "reason": "Beyond me.", "party": "Vendor"}
    make_fix(session, title="Restart it")
    before = snapshot()
    answer = post(htmx, session, dialog, opened)
    assert answer.status_code == 409 and fields(answer)[field] == "My own words."
    assert "Something changed since this was written." in regions(answer)["#notice"]
    assert "Restart it" in text_of(answer).partition('id="fresh-text"')[2]
    assert snapshot() == before
    assert post(htmx, session, dialog, opened | fields(answer)).status_code == 200


def test_a_shown_dialog_is_left_alone_by_anothers_change(htmx, session, dialog):
    opened = shown(htmx, session, dialog)
    make_fix(session, Phase.FAILED)
    live = htmx.get(reverse("pilot:live", args=[session.pk]), {"page-surface": opened["page-surface"]})
    assert surface(live) == opened["page-surface"], "the same surface, which the browser leaves as it is"


def test_asking_for_a_fresh_one_is_a_write_of_nothing_but_for_who_works_it(htmx_of, session, viewer, stranger, dialog):
    browsers = {403: htmx_of(viewer), 404: htmx_of(stranger)}
    for code, browser in browsers.items():
        assert post(browser, session, dialog, {"fresh": "beside"}).status_code == code
