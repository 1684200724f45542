"""Where each session stands, as the list and the sidebar say it."""

import pytest

from flowpilot.replies.models import Reply
from pilot import access
from pilot.lifecycle import Phase
from pilot.models import ChatMessage
from pilot.standing import described
from tests.factories.pilot import escalate, make_fix, make_session, make_task, resolve
from tests.pilot.reading import regions, text_of

pytestmark = pytest.mark.postgres


def stands(user) -> dict[str, tuple]:
    """What is said of each of this user's sessions."""
    found = described(access.visible(user), user)
    return {session.title: (session.standing.kind, session.standing.words, session.standing.about) for session in found}


def test_it_says_what_comes_next(owner, teammate):
    make_fix(make_session(owner, title="Proposed"), Phase.UNRUN, title="Restart it")
    make_fix(make_session(owner, title="Run"), Phase.VERIFYING, title="Restart it")
    make_fix(make_session(owner, title="Partly"), Phase.PARTIAL, title="Restart it")
    both = make_session(owner, title="Both")
    make_fix(both, Phase.PARTIAL, title="Older")
    make_fix(both, Phase.UNRUN, title="Newer")
    asked = make_session(owner, title="Asked")
    for text in ("Since when?", "Where?"):
        make_task(asked, text=text)
    make_task(make_session(owner, title="One"))
    make_fix(make_session(owner, title="Failed"), Phase.FAILED)
    asking = make_session(owner, title="Asking")
    ChatMessage.objects.ask_next(asking, owner)
    resolve(make_session(owner, title="Resolved"))
    escalate(make_session(owner, title="Escalated"), to=teammate)
    assert stands(owner) == {
        "Escalated": ("escalated", "Escalated", "to Teammate"),
        "Resolved": ("resolved", "Resolved", ""),
        "Asking": ("replying", "Assistant is replying", ""),
        "Failed": ("open", "Open", ""),
        "One": ("tasks", "1 task open", ""),
        "Asked": ("tasks", "2 tasks open", ""),
        "Both": ("fix", "Fix proposed", "Newer"),
        "Partly": ("partial", "Partly applied", "Restart it"),
        "Run": ("verifying", "Verifying", "Restart it"),
        "Proposed": ("fix", "Fix proposed", "Restart it"),
    }


def test_a_finished_reply_is_no_more_said(owner, session):
    turn = ChatMessage.objects.ask_next(session, owner)
    Reply.objects.filter(pk=turn.reply_id).update(state="done", finished_at=turn.created_at)
    assert stands(owner)[session.title][0] == "open"


def test_a_page_keeps_its_order_and_length(owner):
    for number in range(4):
        make_session(owner, title=str(number))
    assert [session.title for session in described(access.visible(owner)[1:3], owner)] == ["2", "1"]


def test_the_answer_to_a_form_brings_the_sidebar_up_to_date(htmx, session):
    make_fix(session, title="Restart it")
    page = text_of(htmx.get(f"/sessions/{session.pk}/"))
    assert 'title="Fix proposed" id="sidebar-status"' in page
    fix = session.fixes.get()
    answer = htmx.post(f"/sessions/{session.pk}/fixes/{fix.pk}/by-hand/", {"version": fix.version})
    assert 'title="Verifying" id="sidebar-status"' in regions(answer)["#sidebar-status"]


@pytest.mark.parametrize("sessions", [3, 40])
def test_the_list_costs_the_same(as_owner, owner, sessions, django_assert_max_num_queries):
    for number in range(sessions):
        make_fix(make_session(owner, title=str(number)), Phase.VERIFYING)
    as_owner.get("/sessions/")
    with django_assert_max_num_queries(8):
        as_owner.get("/sessions/")


def test_the_session_page_costs_at_most_eight_queries(as_owner, owner, session, django_assert_max_num_queries):
    make_fix(session, Phase.FAILED)
    make_fix(session, Phase.VERIFYING)
    for number in range(60):
        ChatMessage.objects.create(session=session, role="user", author=owner, text=str(number))
        make_session(owner)
    as_owner.get(f"/sessions/{session.pk}/")
    with django_assert_max_num_queries(8):
        as_owner.get(f"/sessions/{session.pk}/")
