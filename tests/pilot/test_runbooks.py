"""Browsing the runbooks and picking one."""

import re

import pytest
from django.urls import reverse

from flowpilot.ai import course, library
from flowpilot.replies.models import Reply
from flowpilot.replies.testing import drain
from flowpilot.runbooks.models import AccountRunbook
from tests.ai.own import TEMPLATE, own
from tests.conventions.world import snapshot
from tests.factories.pilot import make_session, resolve
from tests.pilot.reading import regions, text_of


@pytest.fixture
def path(session):
    return reverse("pilot:runbooks", args=[session.pk])


@pytest.fixture
def mine(owner):
    """The account's own runbook A01."""
    return make_own(owner)


def make_own(by, text: str = TEMPLATE, **fields) -> AccountRunbook:
    book = AccountRunbook(account=by.account, text=text, created_by=by, updated_by=by, **fields)
    book.full_clean()
    book.save()
    return book


def numbers(answer) -> list[str]:
    """The runbooks that the list shows, in its order."""
    return re.findall(r'id="runbook-(\w+)"', text_of(answer))


def test_all_of_them_stand_there_with_what_tells_them_apart(as_owner, path):
    answer = as_owner.get(path)
    assert answer.status_code == 200
    assert numbers(answer) == sorted(library.runbooks())
    for book in library.runbooks().values():
        assert book.title in text_of(answer) and book.apart in text_of(answer)


def test_the_session_leads_there(as_owner, session, path):
    assert f'href="{path}"' in text_of(as_owner.get(session.get_absolute_url()))


@pytest.mark.parametrize(
    ("words", "first"),
    [("w10", "W10"), ("cant print evrything stuck", "W02"), ("spooler", "W02"), ("4740", "W10"), ("disk full", "W04")],
)
def test_the_search_finds_by_word_by_meaning_and_by_number(as_owner, path, words, first):
    assert numbers(as_owner.get(path, {"q": words}))[0] == first


@pytest.mark.parametrize("words", ["zebra crossing", "%", "z\0q", "x" * 5000])
def test_a_search_that_finds_nothing_says_so(as_owner, path, words):
    answer = as_owner.get(path, {"q": words})
    assert answer.status_code == 200
    assert numbers(answer) == [] and "No runbook has to do with that" in text_of(answer)


def test_picking_one_is_a_message_and_the_assistant_turns_to_it(htmx, session, owner, path):
    answer = htmx.post(path, {"number": "W10", "key": "k"})
    assert answer.status_code == 200
    message = session.messages.get(role="user")
    assert (message.text, message.author) == (course.pick(library.runbooks()["W10"]), owner)
    assert message.text in regions(answer)["#turns"]
    drain()
    assert {task.source.partition("/")[0] for task in session.tasks.all()} == {"W10"}
    htmx.post(path, {"number": "W02", "key": "k2"})
    drain()
    assert session.tasks.last().source.startswith("W02/")


def test_without_htmx(as_owner, session, path):
    answer = as_owner.post(path, {"number": "W10", "key": "k"})
    assert (answer.status_code, answer["Location"]) == (302, session.get_absolute_url())
    assert course.pick(library.runbooks()["W10"]) in text_of(as_owner.get(answer["Location"]))


def test_pressed_twice_it_is_picked_once(as_owner, session, path):
    for _ in range(2):
        assert as_owner.post(path, {"number": "W10", "key": "k"}).status_code == 302
    assert session.messages.filter(role="user").count() == Reply.objects.count() == 1


def test_a_stranger_finds_nothing(as_stranger, path):
    assert as_stranger.get(path).status_code == 404
    assert as_stranger.post(path, {"number": "W10", "key": "k"}).status_code == 404


def test_a_viewer_reads_and_does_not_pick(as_viewer, path):
    answer = as_viewer.get(path)
    assert answer.status_code == 200 and "Work with it" not in text_of(answer)
    before = snapshot()
    assert as_viewer.post(path, {"number": "W10", "key": "k"}).status_code == 403
    assert snapshot() == before


def test_a_closed_session_is_409(htmx, as_owner, session, path):
    resolve(session)
    before = snapshot()
    answer = htmx.post(path, {"number": "W10", "key": "k"})
    assert answer.status_code == 409
    assert "This session is closed." in regions(answer)["#notice"]
    assert as_owner.post(path, {"number": "W10", "key": "k"}).status_code == 409
    assert "Work with it" not in text_of(as_owner.get(path))
    assert snapshot() == before


@pytest.mark.parametrize(
    "body", [{}, {"number": "W10"}, {"number": "Z99", "key": "k"}, {"number": "W10", "key": "k" * 65}, {"key": "k"}]
)
def test_invalid(htmx, as_owner, path, body):
    before = snapshot()
    for browser in (htmx, as_owner):
        answer = browser.post(path, body)
        assert answer.status_code == 422
        assert "Choose one of the runbooks." in text_of(answer)
    assert snapshot() == before


def test_the_accounts_own_stand_there_are_picked_and_win(as_owner, owner, session, path, mine):
    make_own(owner, own(number="W02", title="Printing at our house"))
    make_own(owner, own(number="A02", title="Out of use"), is_active=False)
    answer = as_owner.get(path)
    assert numbers(answer) == ["A01", *sorted(library.runbooks())]
    assert "Printing at our house" in text_of(answer) and library.runbooks()["W02"].title not in text_of(answer)
    assert text_of(answer).count("Your own") == 2
    assert "A01" in numbers(as_owner.get(path, {"q": "copier does not send scans"}))[:2]
    as_owner.post(path, {"number": "A01", "key": "k"})
    drain()
    assert session.tasks.first().source.startswith("A01/")


def test_another_accounts_own_do_not_exist(as_owner, stranger, path):
    make_own(stranger)
    assert "A01" not in numbers(as_owner.get(path))
    assert as_owner.post(path, {"number": "A01", "key": "k"}).status_code == 422


def test_an_own_runbook_is_worked_to_its_fix_and_kept_on_the_record(owner, mine):
    session = make_session(owner, problem="Nobody gets scans by e-mail from the copier any more")
    drain()
    assert session.tasks.filter(source__startswith="A01/").exists()
    make_own(owner, own(number="A05"))
    session.messages.model.objects.ask(session, owner, "go on", "k2")
    drain()
    fix = session.fixes.get()
    assert fix.source == "A01/fix/new-password"
