"""How many queries a page takes, however much there is to show."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from flowpilot.replies.models import Reply
from pilot.actions import drafts
from pilot.lifecycle import Phase
from pilot.models import ChatMessage
from script_builder.models import ScriptBuilderMessage
from tests.factories.pilot import make_fix, make_session, make_task, make_template

MOST = 12


def fill(session, turns: int) -> None:
    """A chat of so many turns: messages, complete replies and notes; and what else grows with a session."""
    for number in range(turns // 3 + 1):
        ChatMessage.objects.create(session=session, role="user", author=session.owner, text=f"Message {number}.")
        turn = ChatMessage.objects.ask_next(session, session.owner)
        Reply.objects.filter(pk=turn.reply_id).update(
            state="done", text="Yes.", html="<p>Yes.</p>", finished_at=timezone.now()
        )
        ChatMessage.objects.note(session, f"Line {number}.")
        if number % 10 == 0:
            make_task(session, text=f"Question {number}?")
            make_fix(session, Phase.FAILED, title=f"Fix {number}")


def queries(browser, path) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert browser.get(path).status_code == 200
    return len(captured)


KINDS = {"template": Phase.VERIFYING, "draft": Phase.UNRUN, "neither": Phase.UNRUN}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("query", ["", "?open=resolve"])
def test_the_session_page(as_owner, owner, kind, query):
    counted = []
    for turns in (5, 200):
        session = make_session(owner, title=f"{turns} turns")
        fill(session, turns)
        how = {"template": {"template": make_template(owner)}, "draft": {"script": "ls\n"}, "neither": {}}[kind]
        make_fix(session, KINDS[kind], **how)
        counted.append(queries(as_owner, f"/sessions/{session.pk}/{query}"))
    assert counted[0] == counted[1] <= MOST + (3 if query else 0), counted


def test_the_session_page_with_a_builder_chat(as_owner, owner):
    counted = []
    for turns in (5, 45):
        session = make_session(owner)
        fill(session, turns)
        drafting = drafts.open_inline(fix=make_fix(session), by=owner)
        for number in range(turns):
            ScriptBuilderMessage.objects.create(session=drafting, role="user", author=owner, text=f"Message {number}.")
            turn = ScriptBuilderMessage.objects.ask_next(drafting, owner)
            Reply.objects.filter(pk=turn.reply_id).update(state="done", finished_at=timezone.now())
        counted.append(queries(as_owner, f"/sessions/{session.pk}/?tab=script_builder"))
    assert counted[0] == counted[1] <= MOST + 3, counted


def test_the_list(as_owner, owner):
    counted = []
    for rows in (5, 55):
        for number in range(rows):
            make_session(owner, title=f"Ticket {number}")
        counted.append(queries(as_owner, "/sessions/"))
    assert counted[0] == counted[1] <= MOST, counted


@pytest.mark.parametrize("path", ["live/", "live/?page-seen={first}", "timeline/"])
def test_what_grows_with_the_session_does_not_grow_in_queries(as_owner, htmx, owner, path):
    counted = []
    for turns in (5, 200):
        session = make_session(owner)
        fill(session, turns)
        address = path.format(first=session.messages.first().pk)
        counted.append(queries(htmx if "live" in path else as_owner, f"/sessions/{session.pk}/{address}"))
    assert counted[0] == counted[1] <= MOST, counted
