import pytest

from tests.conventions.world import snapshot
from tests.factories.pilot import escalate, make_session, resolve
from tests.pilot.reading import text_of


def listed(browser, query="") -> list[str]:
    """The titles on the page, in their order."""
    answer = browser.get(f"/sessions/{query}")
    assert answer.status_code == 200
    return [session.title for session in answer.context["page"]]


def test_the_newest_come_first(as_owner, owner):
    for title in ("First", "Second", "Third"):
        make_session(owner, title=title)
    assert listed(as_owner) == ["Third", "Second", "First"]


def test_an_empty_list_says_what_to_do(as_owner):
    assert "No sessions yet" in text_of(as_owner.get("/sessions/"))


def test_who_sees_which(client_of, owner, teammate, admin, viewer, stranger, account):
    make_session(owner, title="Mine")
    make_session(teammate, title="Theirs")
    make_session(stranger, title="Elsewhere")
    people = {"owner": owner, "teammate": teammate, "admin": admin, "viewer": viewer, "stranger": stranger}

    def seen() -> dict:
        return {name: sorted(listed(client_of(user))) for name, user in people.items()}

    alone = {"owner": ["Mine"], "teammate": ["Theirs"], "stranger": ["Elsewhere"]}
    assert seen() == alone | {"admin": ["Mine", "Theirs"], "viewer": ["Mine", "Theirs"]}
    account.share_sessions = True
    account.save()
    assert seen()["owner"] == seen()["teammate"] == ["Mine", "Theirs"]
    assert seen()["stranger"] == ["Elsewhere"]


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("printer", ["A"]),
        ("PRINTER offline", ["A"]),
        ("printer acme", []),
        ("hl-7", ["B"]),
        ("northwind", ["B"]),
        ("pc-9", ["B"]),
        ("%", []),
        ("", ["B", "A"]),
        ("   ", ["B", "A"]),
        ("%00", ["B", "A"]),
    ],
)
def test_search_looks_for_every_word(as_owner, owner, q, found):
    make_session(owner, title="A", problem="The printer is offline.")
    make_session(owner, title="B", client="Northwind", ticket_ref="HL-7", device="PC-9")
    assert listed(as_owner, f"?q={q}") == found


def test_a_search_of_a_thousand_words_is_answered(as_owner, owner):
    make_session(owner, title="a b c")
    assert listed(as_owner, "?q=" + "+".join(["a"] * 1500)) == ["a b c"]


def test_a_search_finds_nothing_of_others(as_stranger, owner):
    make_session(owner, title="Printer offline")
    answer = as_stranger.get("/sessions/?q=printer")
    assert "Printer offline" not in text_of(answer)
    assert answer.context["counts"]["all"] == 0


@pytest.fixture
def three(owner):
    make_session(owner, title="Open")
    resolve(make_session(owner, title="Resolved"))
    escalate(make_session(owner, title="Escalated"))


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ("open", ["Open"]),
        ("resolved", ["Resolved"]),
        ("escalated", ["Escalated"]),
        ("", ["Escalated", "Resolved", "Open"]),
        ("lost", ["Escalated", "Resolved", "Open"]),
    ],
)
def test_the_status_filters_and_every_count_is_shown(as_owner, three, status, found):
    assert listed(as_owner, f"?status={status}") == found
    counts = as_owner.get(f"/sessions/?status={status}&q=e").context["counts"]
    assert counts == {"all": 3, "open": 1, "resolved": 1, "escalated": 1}


def test_counts_are_of_what_was_searched_for(as_owner, three):
    assert as_owner.get("/sessions/?q=resolved").context["counts"] == {
        **{"all": 1, "open": 0, "resolved": 1, "escalated": 0},
    }


def test_pages_of_twenty_five(as_owner, owner):
    for number in range(26):
        make_session(owner, title=str(number))
    assert len(listed(as_owner)) == 25
    for page, titles in (("2", ["0"]), ("99", ["0"])):
        assert listed(as_owner, f"?page={page}") == titles
    assert listed(as_owner, "?page=x")[0] == "25"
    assert "?page=2" in text_of(as_owner.get("/sessions/"))


def test_filters_travel_with_the_page(as_owner, owner):
    for number in range(26):
        make_session(owner, title=f"Printer {number}")
    shown = text_of(as_owner.get("/sessions/?q=printer&status=open"))
    assert "q=printer&status=open&page=2" in shown


def test_titles_are_text(as_owner, owner):
    make_session(owner, title="<img src=x onerror=alert(1)>", client="<b>Acme</b>")
    shown = as_owner.get("/sessions/").content
    assert b"<img src=x" not in shown and b"<b>Acme" not in shown


def test_only_who_writes_is_offered_a_new_one(as_owner, as_viewer):
    assert "New session" in text_of(as_owner.get("/sessions/"))
    assert "New session" not in text_of(as_viewer.get("/sessions/"))


def test_a_superuser_without_an_account_has_none(client_of, superuser):
    assert client_of(superuser).get("/sessions/").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_is_read_only(as_owner, method):
    before = snapshot()
    assert getattr(as_owner, method)("/sessions/").status_code == 405
    assert snapshot() == before
