"""What waits for somebody: on the list, in the sidebar, and as a count in the navigation."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from flowpilot.replies.models import Reply
from pilot.context import count
from pilot.lifecycle import Phase
from pilot.models import ChatMessage, SuggestedFix
from tests.factories.pilot import escalate, make_fix, make_session, resolve
from tests.pilot.reading import regions, text_of


def overdue(session) -> None:
    """A run that has waited an hour for its outcome."""
    fix = make_fix(session, Phase.VERIFYING)
    SuggestedFix.objects.filter(pk=fix.pk).update(applied_at=timezone.now() - timedelta(hours=1))


def cut_off(session, state=Reply.State.INTERRUPTED) -> ChatMessage:
    """A reply that ended that way."""
    turn = ChatMessage.objects.ask_next(session, session.owner)
    Reply.objects.filter(pk=turn.reply_id).update(state=state, finished_at=timezone.now())
    return turn


def waits(browser, query: str = "") -> dict[str, str]:
    """What each session on the list waits for, in the list's order."""
    shown = browser.get(f"/sessions/{query}").context
    return {session.title: session.waits for session in [*shown["urgent"], *shown["page"]]}


def test_what_waits_is_said_on_its_row(as_owner, owner, teammate):
    overdue(make_session(owner, title="Run"))
    cut_off(make_session(owner, title="Reply"))
    cut_off(make_session(owner, title="Failed"), Reply.State.FAILED)
    make_fix(make_session(owner, title="Just run"), Phase.VERIFYING)
    escalate(make_session(teammate, title="Handed"), to=owner)
    make_session(owner, title="Quiet")
    assert waits(as_owner) == {
        "Quiet": "",
        "Handed": "handed",
        "Just run": "",
        "Failed": "reply",
        "Reply": "reply",
        "Run": "outcome",
    }
    assert list(waits(as_owner)) == ["Handed", "Failed", "Reply", "Run", "Quiet", "Just run"]
    shown = text_of(as_owner.get("/sessions/"))
    for words in ("Waits for an outcome", "Reply interrupted", "Handed to you"):
        assert words in shown
    assert list(waits(as_owner, "?status=waiting")) == ["Handed", "Failed", "Reply", "Run"]
    assert count(owner) == 4 and ", 4 waiting for you" in shown


def test_a_reply_that_was_asked_again_does_not_wait(as_owner, owner):
    session = make_session(owner, title="Reply")
    turn = cut_off(session)
    ChatMessage.objects.ask_next(session, owner, retry_of=turn)
    assert waits(as_owner) == {"Reply": ""}


@pytest.mark.parametrize("closes", [resolve, escalate])
def test_a_closed_session_waits_for_nothing(as_owner, owner, closes):
    session = make_session(owner, title="Reply")
    cut_off(session)
    closes(session)
    assert waits(as_owner) == {"Reply": ""} and count(owner) == 0


def test_an_admin_sees_what_waits_and_counts_their_own(as_admin, admin, owner):
    overdue(make_session(owner, title="Run"))
    assert waits(as_admin) == {"Run": "outcome"}
    assert waits(as_admin, "?status=waiting") == {} and count(admin) == 0


def test_nothing_waits_says_so(as_owner):
    shown = text_of(as_owner.get("/sessions/?status=waiting"))
    assert "Nothing waits for you" in shown and "waiting for you</span>" not in shown


def test_a_viewer_has_no_such_filter(as_viewer, owner):
    overdue(make_session(owner, title="Run"))
    shown = text_of(as_viewer.get("/sessions/"))
    assert "Waiting for me" not in shown and "waiting for you" not in shown


def test_it_is_of_ones_own_account_and_sight(as_stranger, stranger, teammate, owner):
    overdue(make_session(owner, title="Run"))
    assert (waits(as_stranger), count(stranger), count(teammate)) == ({}, 0, 0)


def test_the_sidebar_marks_it_and_every_answer_counts_anew(htmx, as_owner, owner, session):
    other = make_session(owner, title="Run")
    overdue(other)
    page = text_of(as_owner.get(f"/sessions/{session.pk}/"))
    assert 'title="Waits for an outcome"' in page and ", 1 waiting for you" in page
    body = {"text": "Hello.", "key": "k"}
    assert ", 1 waiting for you" in regions(htmx.post(reverse("pilot:message", args=[session.pk]), body))["#waits"]
    resolve(other)
    body["key"] = "l"
    assert "waiting" not in regions(htmx.post(reverse("pilot:message", args=[session.pk]), body))["#waits"]
