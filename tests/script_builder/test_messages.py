"""The builder's chat: asking the drafting assistant, stopping its reply, asking again."""

import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from flowpilot.replies import store
from flowpilot.replies.models import Reply
from flowpilot.web.http import WrongState
from script_builder.actions import messages
from script_builder.models import ScriptBuilderMessage, ScriptBuilderSession
from tests.conventions.world import snapshot
from tests.factories.script_builder import DraftingFactory
from tests.script_builder.together import together

pytestmark = pytest.mark.django_db

SAID = {"text": "Draft it,\r\nonly for one user.  ", "key": "k"}
ENDS = ["done", "failed", "stopped", "interrupted"]


@pytest.fixture(params=["drafting", "inline"])
def any_session(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def htmx(owner):
    """The owner's browser, with htmx."""
    browser = Client(headers={"hx-request": "true"})
    browser.force_login(owner)
    return browser


@pytest.fixture
def asked(owner):
    """`asked(drafting, state)`: an assistant's turn whose reply is in that state."""

    def make(drafting, state="interrupted") -> ScriptBuilderMessage:
        turn = ScriptBuilderMessage.objects.ask_next(drafting, owner)
        if state == "running":
            store.claim(uuid.uuid4(), 1)
        elif state != "queued":
            Reply.objects.filter(pk=turn.reply_id).update(state=state, finished_at=timezone.now())
        return turn

    return make


def url(name, drafting, turn=None):
    return reverse(f"script_builder:{name}", args=[drafting.pk, *([turn.pk] if turn else [])])


def urls(drafting, turn) -> list[tuple[str, dict]]:
    """Each of the three writes, with what it sends."""
    return [(url("message", drafting), SAID), (url("stop", drafting, turn), {}), (url("retry", drafting, turn), {})]


def turns(answer) -> list[str]:
    return re.findall(r'data-turn="([^"]+)"', answer.content.decode())


def close(ai_session, owner):
    ai_session.status, ai_session.closed_at, ai_session.closed_by = "resolved", timezone.now(), owner
    ai_session.save()


# ---- works --------------------------------------------------------------------------------------


def test_a_message_is_posted_and_its_reply_is_asked_for(htmx, owner, any_session):
    answer = htmx.post(url("message", any_session), SAID)
    assert answer.status_code == 200
    user, assistant = any_session.messages.all()
    assert (user.role, user.author, user.key) == ("user", owner, "k")
    assert user.text == "Draft it,\nonly for one user.  "
    reply = assistant.reply
    assert (reply.kind, reply.conversation, reply.asked_by) == ("builder", any_session.pk, owner)
    assert (reply.state, reply.account_id) == ("queued", owner.account_id)
    assert turns(answer) == [str(user.pk), str(assistant.pk)]


def test_the_answer_holds_the_new_turns_and_nothing_else_of_the_page(htmx, any_session):
    """Neither the editor nor any region of the page around it."""
    earlier = ScriptBuilderMessage.objects.note(any_session, "An earlier line.")
    shown = htmx.post(url("message", any_session), SAID | {"page-builder-seen": str(earlier.pk)}).content.decode()
    assert str(earlier.pk) not in shown
    targets = re.findall(r'hx-target="([^"]+)"', shown)
    assert targets == ["#builder-turns", "#builder-message-error"]
    assert "data-buffer" not in shown and "<!doctype" not in shown.lower()


@pytest.mark.parametrize("seen", ["", "none", "a\0b", str(uuid.UUID(int=7))])
def test_a_page_that_says_nothing_of_use_gets_the_turns(htmx, inline, seen):
    there = ScriptBuilderMessage.objects.note(inline, "An earlier line.")
    answer = htmx.post(url("message", inline), SAID | {"page-builder-seen": seen})
    assert turns(answer)[0] == str(there.pk) and len(turns(answer)) == 3


def test_another_sessions_turn_is_not_the_one_that_the_page_shows(htmx, drafting, inline):
    mine = ScriptBuilderMessage.objects.note(inline, "Mine.")
    other = ScriptBuilderMessage.objects.note(drafting, "Later, and of another session.")
    assert str(mine.pk) in turns(htmx.post(url("message", inline), SAID | {"page-builder-seen": str(other.pk)}))


@pytest.mark.parametrize("state", ["queued", "running"])
def test_stop_asks_the_reply_to_end(htmx, any_session, asked, state):
    turn = asked(any_session, state)
    assert htmx.post(url("stop", any_session, turn)).status_code == 200
    reply = Reply.objects.get()
    assert reply.stop_requested_at is not None
    assert reply.state == ("stopped" if state == "queued" else "running")


@pytest.mark.parametrize("state", ["failed", "stopped", "interrupted"])
def test_retry_is_a_new_turn_and_the_old_one_stays(htmx, owner, any_session, asked, state):
    turn = asked(any_session, state)
    answer = htmx.post(url("retry", any_session, turn), {"page-builder-seen": str(turn.pk)})
    again = any_session.messages.get(retry_of=turn)
    assert (answer.status_code, turns(answer)) == (200, [str(again.pk)])
    assert (again.reply.state, again.reply.asked_by) == ("queued", owner)
    turn.reply.refresh_from_db()
    assert turn.reply.state == state
    before = snapshot()
    assert htmx.post(url("retry", any_session, turn)).status_code == 200
    assert snapshot() == before


# ---- without htmx -------------------------------------------------------------------------------


def test_without_htmx_it_leads_back_to_where_it_is_drafted(as_owner, ai_session, drafting, inline, asked):
    pages = {drafting: f"/script-builder/{drafting.pk}/", inline: f"/sessions/{ai_session.pk}/?tab=script_builder"}
    for session, page in pages.items():
        for path, body in urls(session, asked(session)):
            answer = as_owner.post(path, body)
            assert (answer.status_code, answer["Location"]) == (302, page)


@pytest.mark.parametrize("text", ["  ", "x" * 50_001])
def test_without_htmx_a_refused_message_is_shown_and_not_lost(as_owner, inline, text):
    answer = as_owner.post(url("message", inline), {"text": text, "key": "k"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "<!doctype html>" in page.lower()
    assert text in page and inline.page_url() in page


# ---- who ----------------------------------------------------------------------------------------


def test_nobody_else(as_stranger, as_teammate, as_admin, as_viewer, any_session, asked):
    """A colleague's drafting session does not exist, whatever they may see of the session that it is in."""
    turn = asked(any_session)
    before = snapshot()
    for browser in (as_stranger, as_teammate, as_admin, as_viewer):
        assert [browser.post(path, body).status_code for path, body in urls(any_session, turn)] == [404] * 3
    assert snapshot() == before


def test_read_only(as_reader, any_session, asked):
    turn, browser = asked(any_session), as_reader()
    before = snapshot()
    assert [browser.post(path, body).status_code for path, body in urls(any_session, turn)] == [403] * 3
    assert snapshot() == before


def test_an_inline_session_follows_its_ai_session(as_teammate, owner, teammate, inline, asked):
    """Somebody who worked it once and may not see it any more."""
    turn = asked(inline)
    ScriptBuilderSession.objects.filter(pk=inline.pk).update(user=teammate)
    before = snapshot()
    assert [as_teammate.post(path, body).status_code for path, body in urls(inline, turn)] == [404] * 3
    assert snapshot() == before
    owner.account.share_sessions = True
    owner.account.save()
    assert [as_teammate.post(path, body).status_code for path, body in urls(inline, turn)] == [403] * 3


def test_turns_of_another_session_and_of_people_are_no_replies(as_owner, owner, drafting, inline, asked):
    elsewhere = asked(drafting)
    said = ScriptBuilderMessage.objects.create(session=inline, role="user", author=owner, text="Hello")
    before = snapshot()
    for name in ("stop", "retry"):
        for turn in (elsewhere, said):
            assert as_owner.post(url(name, inline, turn)).status_code == 404
    assert snapshot() == before


# ---- method -------------------------------------------------------------------------------------


def test_method(as_owner, any_session, asked):
    for path, _ in urls(any_session, asked(any_session)):
        for answer in (as_owner.get(path), as_owner.put(path), as_owner.delete(path)):
            assert answer.status_code == 405


# ---- state --------------------------------------------------------------------------------------


def test_a_closed_ai_session_takes_no_more(htmx, as_owner, owner, ai_session, inline, asked):
    """Also of what would be invalid otherwise; and what was typed is not lost."""
    turn = asked(inline)
    close(ai_session, owner)
    before = snapshot()
    for browser in (htmx, as_owner):
        wrong = [*urls(inline, turn), (url("message", inline), {"text": " ", "key": ""})]
        assert [browser.post(path, body).status_code for path, body in wrong] == [409] * 4
    assert "only for one user." in as_owner.post(url("message", inline), SAID).content.decode()
    assert snapshot() == before


def test_the_same_key_with_another_text_is_refused(htmx, any_session):
    htmx.post(url("message", any_session), SAID)
    before = snapshot()
    answer = htmx.post(url("message", any_session), SAID | {"text": "Something else."})
    assert answer.status_code == 409
    assert "already sent with another text" in answer.content.decode()
    assert snapshot() == before


@pytest.mark.parametrize("state", ["queued", "running", "done"])
def test_what_is_under_way_or_complete_is_not_asked_for_again(htmx, inline, asked, state):
    turn = asked(inline, state)
    before = snapshot()
    assert htmx.post(url("retry", inline, turn)).status_code == 409
    assert snapshot() == before


@pytest.mark.parametrize("state", ENDS)
def test_stopping_what_is_over_changes_nothing(htmx, inline, asked, state):
    turn = asked(inline, state)
    before = snapshot()
    assert htmx.post(url("stop", inline, turn)).status_code == 200
    assert snapshot() == before


# ---- invalid ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"text": " \n "}, "Write a message first."),
        ({"text": "x" * 50_001}, "That is too long for one message"),
        ({"text": "a\0b"}, ""),
        ({"key": ""}, ""),
        ({"key": "k" * 65}, ""),
    ],
)
def test_invalid(htmx, any_session, wrong, says):
    before = snapshot()
    answer = htmx.post(url("message", any_session), SAID | wrong)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert snapshot() == before


# ---- race ---------------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_one_key_posts_once(self, owner, inline):
        found = together(8, lambda: messages.post(drafting=inline, by=owner, text="Draft it.", key="k"))
        assert len({turn.pk for turn in found}) == 1
        assert ScriptBuilderMessage.objects.filter(role="user").count() == 1
        assert Reply.objects.count() == 1

    def test_one_key_with_two_texts_posts_one_of_them(self, owner, inline):
        texts = iter(["One.", "Two."])
        found = together(2, lambda: messages.post(drafting=inline, by=owner, text=next(texts), key="k"))
        assert sum(isinstance(one, WrongState) for one in found) == 1
        assert Reply.objects.count() == 1

    def test_retrying_twice(self, owner, inline, asked):
        turn = ScriptBuilderMessage.objects.select_related("reply", "session").get(pk=asked(inline).pk)
        found = together(4, lambda: messages.retry(turn=turn, by=owner))
        assert len({again.pk for again in found}) == 1
        assert Reply.objects.count() == 2


def test_two_people_may_use_one_key(owner, teammate):
    """A key is the sender's own name for a message, in one session."""
    for person in (owner, teammate):
        drafting = DraftingFactory(user=person)
        messages.post(drafting=drafting, by=person, text="Draft it.", key="k")
    assert ScriptBuilderMessage.objects.filter(key="k").count() == 2
