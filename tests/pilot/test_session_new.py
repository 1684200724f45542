import pytest

from flowpilot.replies.models import Reply
from pilot.models import AISession, ChatMessage
from tests.conventions.world import snapshot
from tests.pilot.reading import text_of

TICKET = {
    "title": "Printer offline",
    "problem": "It is offline.\r\nSince Monday.",
    "client": "Northwind",
    "ticket_ref": "HL-7",
    "device": "PC-9",
    "operating_system": "Windows 11",
}


def test_it_opens_a_session_and_asks_the_assistant(as_owner, owner):
    answer = as_owner.post("/sessions/new/", TICKET)
    session = AISession.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/sessions/{session.pk}/")
    said = TICKET | {"problem": "It is offline.\nSince Monday."}
    assert {name: getattr(session, name) for name in said} == said
    assert (session.owner, session.account, session.status) == (owner, owner.account, "open")
    first, second = ChatMessage.objects.all()
    assert (first.role, first.author, first.text) == ("user", owner, said["problem"])
    assert (second.role, second.reply) == ("assistant", Reply.objects.get())
    event = session.events.get()
    assert (event.kind, event.by, event.via) == ("session_opened", owner, "person")


def test_with_htmx(htmx):
    answer = htmx.post("/sessions/new/", TICKET)
    assert (answer.status_code, answer["HX-Redirect"]) == (200, f"/sessions/{AISession.objects.get().pk}/")


def test_without_a_problem_nothing_is_asked(as_owner):
    as_owner.post("/sessions/new/", {"title": "Printer offline", "problem": " \n"})
    assert AISession.objects.count() == 1
    assert not ChatMessage.objects.exists() and not Reply.objects.exists()


def test_a_viewer_opens_none(as_viewer):
    before = snapshot()
    assert as_viewer.get("/sessions/new/").status_code == 403
    assert as_viewer.post("/sessions/new/", TICKET).status_code == 403
    assert snapshot() == before


@pytest.mark.parametrize("method", ["put", "delete"])
def test_method(as_owner, method):
    assert getattr(as_owner, method)("/sessions/new/").status_code == 405


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": " ", "problem": " "}, "Say what the problem is, or give the session a title."),
        ({"title": "x" * 201}, "200"),
        ({"problem": "x" * 20_001}, "20000"),
        ({"client": "a\0b"}, "Null characters"),
    ],
)
def test_wrong_input_is_said_and_nothing_typed_is_lost(as_owner, wrong, words):
    before = snapshot()
    answer = as_owner.post("/sessions/new/", TICKET | wrong)
    assert answer.status_code == 422
    shown = text_of(answer)
    assert words in shown and "HL-7" in shown and "Windows 11" in shown
    assert snapshot() == before


def test_nobody_opens_one_for_somebody_else(as_owner, owner, teammate, stranger):
    """What the form does not name is not taken from it."""
    more = {"owner": teammate.pk, "account": stranger.account_id, "status": "resolved", "state_version": 7}
    as_owner.post("/sessions/new/", TICKET | more)
    session = AISession.objects.get()
    assert (session.owner, session.account, session.status) == (owner, owner.account, "open")


def test_a_title_that_was_not_given_is_the_problems_first_line(as_owner):
    as_owner.post("/sessions/new/", {"problem": "\n Cannot print. \nSince Monday."})
    as_owner.post("/sessions/new/", {"problem": "word " * 40})
    long, short = AISession.objects.all()
    assert short.title == "Cannot print." and short.problem == "Cannot print. \nSince Monday."
    assert len(long.title) == 90 and long.title.endswith("…")


def test_a_sample_is_one_click_away_until_the_first_session(as_owner, settings):
    settings.DEMO = False
    page = as_owner.get("/sessions/new/")
    sample = page.context["samples"][0]
    assert sample.problem in text_of(page)
    as_owner.post("/sessions/new/", vars(sample))
    assert AISession.objects.get().title == sample.title and Reply.objects.count() == 1
    assert not as_owner.get("/sessions/new/").context["samples"]


def test_the_demo_offers_samples_always(as_owner, session, settings):
    settings.DEMO = True
    assert as_owner.get("/sessions/new/").context["samples"]
