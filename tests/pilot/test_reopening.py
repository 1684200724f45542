"""Taking over, withdrawing a hand-over, and opening a closed session again."""

import pytest
from django.urls import reverse

from pilot.actions import closing
from pilot.lifecycle import Phase, phase
from pilot.models import AISession, Closing
from tests.conventions.world import snapshot
from tests.factories.pilot import escalate, fresh, make_fix, resolve
from tests.pilot.reading import regions, surface, text_of


@pytest.fixture
def posts(htmx_of, session, owner, teammate, admin, viewer, stranger):
    """`posts(user, name, **body)`: that person's POST on the session."""
    browsers = {user: htmx_of(user) for user in (owner, teammate, admin, viewer, stranger)}
    return lambda user, name, **body: browsers[user].post(reverse(f"pilot:{name}", args=[session.pk]), body)


def now(session) -> AISession:
    return AISession.objects.get(pk=session.pk)


# ---- take over ----------------------------------------------------------------------------------


def test_the_teammate_takes_over_and_works_it_beside_the_owner(posts, session, owner, teammate):
    escalate(session, to=teammate)
    answer = posts(teammate, "take_over")
    assert answer["HX-Redirect"] == f"/sessions/{session.pk}/"
    taken = now(session)
    assert (taken.status, taken.owner, taken.taken_over_by) == ("open", owner, teammate)
    assert (taken.handed_to, taken.closed_at, taken.closed_by) == (None, None, None)
    assert taken.state_version > session.state_version
    event = session.events.last()
    assert (event.kind, event.by, event.via) == ("session_taken_over", teammate, "person")
    assert session.messages.last().text == "Teammate took the session over."
    for user in (owner, teammate):
        assert posts(user, "message", text=f"Hello from {user}.", key=str(user.pk)).status_code == 200


def test_without_htmx_it_leads_to_the_session(as_teammate, session, teammate):
    escalate(session, to=teammate)
    answer = as_teammate.post(reverse("pilot:take_over", args=[session.pk]))
    assert (answer.status_code, answer.url) == (302, f"/sessions/{session.pk}/")


def test_only_the_one_it_was_handed_to_takes_over(posts, session, owner, admin, viewer, stranger, teammate):
    escalate(session, to=teammate)
    before = snapshot()
    codes = {user: posts(user, "take_over").status_code for user in (owner, admin, viewer, stranger)}
    assert codes == {owner: 403, admin: 403, viewer: 403, stranger: 404}
    assert snapshot() == before


def test_what_was_handed_outside_or_withdrawn_is_taken_over_by_nobody(posts, session, owner, teammate):
    escalate(session)
    assert posts(owner, "take_over").status_code == 409
    assert posts(teammate, "take_over").status_code == 404


def test_an_owner_takes_back_what_the_teammate_hands_back(posts, session, owner, teammate):
    """Whoever took it over still works it: a hand-over adds, it takes nobody away."""
    escalate(session, to=teammate)
    posts(teammate, "take_over")
    escalate(session, to=owner, by=teammate)
    assert posts(owner, "take_over").status_code == 200
    assert (now(session).owner, now(session).taken_over_by) == (owner, teammate)


def test_taken_over_twice_is_told_the_present_state(posts, session, teammate):
    escalate(session, to=teammate)
    assert posts(teammate, "take_over").status_code == 200
    again = posts(teammate, "take_over")
    assert again.status_code == 409 and "does not stand any more" in regions(again)["#notice"]


# ---- withdraw -----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["owner", "admin"])
def test_the_owner_or_an_admin_withdraws(posts, client_of, session, teammate, request, who):
    user = request.getfixturevalue(who)
    escalate(session, to=teammate)
    assert posts(user, "withdraw").status_code == 200
    assert (now(session).status, now(session).handed_to, now(session).taken_over_by) == ("open", None, None)
    assert session.events.last().kind == "handover_withdrawn"
    assert posts(teammate, "take_over").status_code == 404
    assert session.closings.get().text == "So far.", "what was handed over stays on the record"
    page = text_of(client_of(user).get(f"/sessions/{session.pk}/"))
    assert "Handoff to Teammate, earlier" in " ".join(page.split())


def test_others_do_not_withdraw(posts, session, teammate, viewer, stranger):
    escalate(session, to=teammate)
    before = snapshot()
    codes = {user: posts(user, "withdraw").status_code for user in (teammate, viewer, stranger)}
    assert codes == {teammate: 403, viewer: 403, stranger: 404}
    assert snapshot() == before


@pytest.mark.parametrize("closes", [None, resolve, escalate])
def test_there_is_nothing_to_withdraw(posts, session, owner, closes):
    if closes:
        closes(session)
    before = snapshot()
    assert posts(owner, "withdraw").status_code == 409
    assert snapshot() == before


def test_taking_over_and_withdrawing_exclude_each_other(posts, session, owner, teammate):
    escalate(session, to=teammate)
    assert posts(owner, "withdraw").status_code == 200
    escalate(session, to=teammate)
    assert posts(teammate, "take_over").status_code == 200
    assert posts(owner, "withdraw").status_code == 409
    assert now(session).taken_over_by == teammate


# ---- reopen -------------------------------------------------------------------------------------


def test_the_dialog_asks_whether_the_last_fix_held(htmx, as_owner, session):
    fix = make_fix(session, Phase.SUCCESS)
    resolve(session)
    for browser in (htmx, as_owner):
        shown = browser.get(reverse("pilot:reopen", args=[session.pk]))
        assert surface(shown).startswith("reopen_") and "Did the last fix hold?" in text_of(shown)
        assert fix.title in text_of(shown)


@pytest.mark.parametrize("at", [None, Phase.FAILED, Phase.PARTIAL, Phase.DISMISSED])
def test_it_asks_nothing_where_no_fix_counts_as_worked(htmx, session, at):
    if at:
        make_fix(session, at)
    resolve(session)
    shown = text_of(htmx.get(reverse("pilot:reopen", args=[session.pk])))
    assert "Did the last fix hold?" not in shown and ">Reopen</button>" in shown


@pytest.mark.parametrize(("held", "to"), [("yes", Phase.SUCCESS), ("no", Phase.FAILED), ("skip", Phase.SUCCESS)])
def test_reopening_keeps_the_old_notes_and_corrects_what_did_not_hold(posts, as_owner, session, owner, held, to):
    fix = make_fix(session, Phase.SUCCESS)
    stamps = list(fix.stamps.values())
    resolve(session, notes="It was the spooler.")
    assert posts(owner, "reopen", held=held).status_code == 200
    assert (now(session).status, now(session).closed_at) == ("open", None)
    assert phase(fresh(fix)) == to
    assert list(fix.stamps.values()) == stamps and fresh(fix).applied_at == fix.applied_at
    assert Closing.objects.get(session=session).text == "It was the spooler."
    page = " ".join(text_of(as_owner.get(f"/sessions/{session.pk}/")).split())
    assert "Resolution notes, earlier" in page and ">Send</button>" in page
    last = list(session.events.values_list("kind", flat=True))[-2:]
    wanted = {"no": ["session_reopened", "outcome_corrected"]}.get(held, ["session_resolved", "session_reopened"])
    assert last == wanted


def test_an_escalated_session_reopens_too(posts, session, owner, teammate):
    escalate(session, to=teammate)
    assert posts(owner, "reopen").status_code == 200
    assert (now(session).status, now(session).handed_to) == ("open", None)


def test_the_second_closing_adds_a_second_version(posts, session, owner):
    resolve(session, notes="First.")
    posts(owner, "reopen")
    resolve(session, notes="Second.")
    assert list(session.closings.values_list("text", flat=True)) == ["First.", "Second."]


def test_no_is_refused_where_nothing_counts_as_worked(posts, session, owner):
    make_fix(session, Phase.FAILED)
    resolve(session)
    before = snapshot()
    assert posts(owner, "reopen", held="no").status_code == 409
    assert snapshot() == before


@pytest.mark.parametrize(("who", "code"), [("teammate", 404), ("viewer", 403), ("stranger", 404), ("admin", 200)])
def test_who_reopens(posts, session, request, who, code):
    resolve(session)
    assert posts(request.getfixturevalue(who), "reopen").status_code == code


def test_an_answer_that_is_none_is_422(posts, session, owner):
    resolve(session)
    before = snapshot()
    answer = posts(owner, "reopen", held="perhaps")
    assert answer.status_code == 422 and "Yes, No or Skip" in text_of(answer)
    assert snapshot() == before


def test_an_open_session_is_not_reopened(posts, htmx, session, owner):
    before = snapshot()
    assert posts(owner, "reopen").status_code == 409
    assert surface(htmx.get(reverse("pilot:reopen", args=[session.pk]))) == ""
    assert snapshot() == before


def test_the_reply_that_was_stopped_at_closing_stays_stopped(posts, session, owner):
    closing.resolve(session=session, by=owner, notes="Done.", seen=session.state_version)
    posts(owner, "reopen")
    assert not session.messages.filter(role="assistant").exists()
