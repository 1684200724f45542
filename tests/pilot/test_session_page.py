import re

import pytest

from flowpilot.replies.models import Reply
from flowpilot.replies.testing import drain
from pilot.actions import messages
from pilot.lifecycle import Phase
from pilot.models import ChatMessage
from tests.conventions.world import snapshot
from tests.factories.pilot import make_fix, make_session, make_task, make_template, resolve
from tests.pilot.reading import surface, text_of, turns


def page(browser, session, query=""):
    return browser.get(f"/sessions/{session.pk}/{query}")


def test_it_shows_the_session_with_its_three_regions(as_owner, session, owner):
    messages.post(session=session, by=owner, text="It is **offline**.", key="k")
    drain()
    make_task(session)
    make_fix(session)
    shown = text_of(page(as_owner, session))
    for part in ("sessions-drawer", "chat-panel", "transcript", "fix-slot", "composer", "task-lane", "panel-slot"):
        assert f'id="{part}"' in shown
    for words in ("Printer offline", "It is **offline**.", "Since when?", "Restart the spooler"):
        assert words in shown


def test_the_newest_fifty_turns_are_shown_and_earlier_ones_on_demand(as_owner, session):
    notes = [str(ChatMessage.objects.note(session, f"Line {number}.").pk) for number in range(120)]
    assert turns(page(as_owner, session)) == notes[70:]
    path = f"/sessions/{session.pk}/messages/earlier/"
    second = as_owner.get(path, {"before": notes[70]})
    assert turns(second) == notes[20:70]
    assert f'value="{notes[20]}"' in text_of(second)
    third = as_owner.get(path, {"before": notes[20]})
    assert turns(third) == notes[:20]
    assert "Show earlier messages" not in text_of(third)


@pytest.mark.parametrize("before", [None, "", "x", "a\0b", "00000000-0000-0000-0000-000000000007"])
def test_earlier_than_what_is_no_turn_is_404(as_owner, session, before):
    ChatMessage.objects.note(session, "A line.")
    sent = {} if before is None else {"before": before}
    assert as_owner.get(f"/sessions/{session.pk}/messages/earlier/", sent).status_code == 404


def test_earlier_than_a_turn_of_another_session_is_404(as_owner, session, owner):
    other = ChatMessage.objects.note(make_session(owner), "A line.")
    assert as_owner.get(f"/sessions/{session.pk}/messages/earlier/", {"before": str(other.pk)}).status_code == 404


@pytest.mark.parametrize("path", ["", "live/", "timeline/", "messages/earlier/?before=x", "resolve/"])
def test_who_may_read_it(client_of, session, teammate, admin, viewer, stranger, superuser, path):
    people = (teammate, stranger, superuser, admin, viewer)
    answers = [client_of(user).get(f"/sessions/{session.pk}/{path}").status_code for user in people]
    assert answers[:3] == [404, 404, 404]
    assert set(answers[3:]) <= ({404} if "earlier" in path else {200, 302})


def test_who_only_reads_gets_nothing_to_write_with(as_viewer, session):
    make_task(session, choices=["Monday", "Tuesday"])
    make_fix(session, template=make_template(session.owner))
    ChatMessage.objects.ask_next(session, session.owner)
    shown = text_of(page(as_viewer, session, "?open=template"))
    main = shown[shown.index('<main class="centre"') : shown.index('<dialog class="palette"')]
    assert 'method="post"' not in main
    assert "You may read this session; only who works it may change it." in main


def test_a_closed_session_is_read_only_with_its_notes(as_owner, session):
    make_fix(session, Phase.PARTIAL)
    make_task(session)
    resolve(session, "Wrote <b>these</b> notes.")
    answer = page(as_owner, session, "?open=resolve")
    shown = text_of(answer)
    assert "This session is read-only." in shown and "Wrote <b>these</b> notes." in shown
    assert b"<b>these</b>" not in answer.content
    main = shown[shown.index('<main class="centre"') : shown.index('<dialog class="palette"')]
    # The composer waits, out of sight, for the session to open again.
    assert main.count('method="post"') == main.count('id="composer" method="post"') == 1
    assert surface(answer) == ""


@pytest.mark.parametrize(
    ("open_", "kind"), [("template", "template"), ("resolve", "resolve"), ("draft", ""), ("x", ""), ("", "")]
)
def test_the_address_opens_the_surface_that_there_is(as_owner, session, open_, kind):
    make_fix(session, template=make_template(session.owner))
    assert surface(page(as_owner, session, f"?open={open_}")).split("_")[0] == kind


def test_a_reply_offers_stop_while_it_is_made_and_retry_once_it_failed(as_owner, session, owner):
    messages.post(session=session, by=owner, text="Hello.", key="k")
    reply = Reply.objects.get()
    shown = text_of(page(as_owner, session))
    assert "turn-stop" in shown and f'data-reply-stream="/replies/{reply.pk}/stream/"' in shown
    drain()
    shown = text_of(page(as_owner, session))
    assert "turn-stop" not in shown and "turn-retry" not in shown
    Reply.objects.update(state="failed", error="The assistant could not go on.")
    shown = text_of(page(as_owner, session))
    assert "turn-retry" in shown and "turn-stop" not in shown
    assert "The assistant could not go on." in shown


def test_what_people_wrote_is_text(as_owner, owner):
    evil = "<script>alert(1)</script>"
    session = make_session(owner, title=evil, client=evil, device=evil)
    make_task(session, text=evil, why=evil, command=evil, choices=[evil])
    make_fix(session, Phase.PARTIAL, title=evil, why=evil, description=evil, verify_command=evil)
    ChatMessage.objects.create(session=session, role="user", author=owner, text=evil)
    for path in (f"/sessions/{session.pk}/", f"/sessions/{session.pk}/timeline/", "/sessions/"):
        assert b"<script>alert" not in as_owner.get(path).content


@pytest.mark.parametrize(
    "text, folded",
    [("It is offline.", ""), ("word " * 9_000, "Show all 9000 words"), ("line\n" * 40, "Show all 40 words")],
)
def test_a_long_message_is_folded_and_there_as_a_whole(as_owner, session, owner, text, folded):
    ChatMessage.objects.create(session=session, role="user", author=owner, text=text)
    shown = page(as_owner, session).content.decode()
    assert text in shown
    assert [text.strip() for text in re.findall("Show all [^<]*", shown)] == ([folded] if folded else [])


def test_the_sidebar_lists_this_users_sessions(as_owner, owner, teammate):
    session = make_session(owner, title="Mine")
    make_session(teammate, title="Theirs")
    shown = text_of(page(as_owner, session))
    assert 'aria-current="page"' in shown and "Theirs" not in shown


def test_reading_writes_nothing(as_owner, session):
    make_fix(session)
    before = snapshot()
    for path in ("", "?tab=script_builder", "?open=draft", "live/", "timeline/", "resolve/"):
        as_owner.get(f"/sessions/{session.pk}/{path}")
    assert snapshot() == before
