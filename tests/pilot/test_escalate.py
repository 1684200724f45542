"""Escalating: what came of the run is asked first and written at once, then the handoff."""

import pytest
from django.urls import reverse

from flowpilot.people.models import Role
from flowpilot.replies.models import Reply
from flowpilot.web.http import WrongState
from pilot import notes
from pilot.actions import closing, fixes
from pilot.lifecycle import Move, Phase, phase
from tests.conventions.world import snapshot
from tests.factories.people import UserFactory
from tests.factories.pilot import SCRIPT, escalate, fresh, make_fix, make_task, run, settle
from tests.pilot.reading import regions, surface, text_of


@pytest.fixture
def opens(htmx, session):
    """Opens the dialog; gives its answer."""
    return lambda browser=htmx: browser.get(reverse("pilot:escalate", args=[session.pk]))


@pytest.fixture
def confirm(htmx, session):
    """`confirm(...)`: posts the handoff as it was shown a moment ago."""

    def post(browser=htmx, **body):
        session.refresh_from_db()
        sent = {"v": session.state_version, "summary": "So far.", "reason": "Beyond me.", "party": "Vendor"} | body
        return browser.post(reverse("pilot:escalate", args=[session.pk]), sent)

    return post


@pytest.fixture
def choose(htmx):
    """`choose(fix, choice)`: the intercept, as it was shown a moment ago."""

    def post(fix, choice, browser=htmx, **body):
        path = reverse("pilot:fix_intercept", args=[fix.session_id, fix.pk])
        return browser.post(path, {"version": fresh(fix).version, "choice": choice} | body)

    return post


# ---- what came of the run? ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "kind"),
    [
        (Phase.UNRUN, "handoff"),
        (Phase.VERIFYING, "escalate"),
        (Phase.PARTIAL, "escalate"),
        (Phase.SUCCESS, "handoff"),
        (Phase.FAILED, "handoff"),
        (Phase.DISMISSED, "handoff"),
    ],
)
def test_only_a_run_without_a_final_outcome_is_asked_about_first(opens, as_owner, session, at, kind):
    make_fix(session, at)
    before = snapshot()
    for answer in (opens(), opens(as_owner)):
        assert answer.status_code == 200 and surface(answer).startswith(f"{kind}_")
    assert snapshot() == before


def test_there_are_four_choices_and_three_from_partial(opens, session):
    fix = make_fix(session, Phase.VERIFYING)
    shown = text_of(opens())
    choices = [
        "The fix didn't work",
        "It worked; escalating for another reason",
        "Never actually applied it",
        "I applied some of it (partial)",
    ]
    assert [choice for choice in choices if choice in shown] == choices
    settle(fix, Move.PARTIAL, "One of two.")
    shown = text_of(opens())
    assert [choice for choice in choices if choice in shown] == choices[:3]


@pytest.mark.parametrize(
    ("at", "choice", "to", "notes_after"),
    [
        (Phase.VERIFYING, "failed", Phase.FAILED, ""),
        (Phase.VERIFYING, "worked", Phase.SUCCESS, ""),
        (Phase.VERIFYING, "never_applied", Phase.UNRUN, ""),
        (Phase.VERIFYING, "partial", Phase.PARTIAL, "One of two."),
        (Phase.PARTIAL, "failed", Phase.FAILED, "One of two printers."),
        (Phase.PARTIAL, "worked", Phase.SUCCESS, "One of two printers."),
        (Phase.PARTIAL, "never_applied", Phase.UNRUN, ""),
    ],
)
def test_a_choice_is_written_at_once_and_the_handoff_comes_next(choose, session, at, choice, to, notes_after):
    fix = make_fix(session, at)
    if at == Phase.PARTIAL:
        type(fix).objects.update(outcome_notes="One of two printers.")
    asked = Reply.objects.count()
    answer = choose(fix, choice, notes="One of two.")
    assert answer.status_code == 200 and surface(answer).startswith("handoff_")
    assert (phase(fresh(fix)), fresh(fix).outcome_notes) == (to, notes_after)
    assert Reply.objects.count() == asked, "the assistant is asked for nothing on the way out"
    session.refresh_from_db()
    assert session.is_open, "and the session is not handed over yet"


def test_without_htmx_the_choice_leads_to_the_handoff(choose, as_owner, session):
    fix = make_fix(session, Phase.VERIFYING)
    answer = choose(fix, "failed", as_owner)
    assert answer.status_code == 200 and surface(answer).startswith("handoff_")
    assert phase(fresh(fix)) == Phase.FAILED


@pytest.mark.parametrize(("body", "words"), [({"notes": " "}, "Say what was done"), ({"notes": "a\0b"}, "NUL")])
def test_partial_needs_notes_in_place(choose, session, body, words):
    fix = make_fix(session, Phase.VERIFYING)
    before = snapshot()
    answer = choose(fix, "partial", **body)
    assert answer.status_code == 422 and words in text_of(answer)
    assert snapshot() == before


def test_partial_is_no_choice_for_what_is_partial(choose, session):
    fix = make_fix(session, Phase.PARTIAL)
    before = snapshot()
    answer = choose(fix, "partial", notes="Half.")
    assert answer.status_code == 409 and "Half." in regions(answer)["#notice"]
    assert surface(answer).startswith("escalate_") and "(partial)" not in regions(answer)["#fix-slot"]
    assert snapshot() == before


def test_a_fix_that_changed_meanwhile_is_shown_as_it_is(choose, session):
    """Run again, so the same question; given its outcome, so the handoff; replaced, so neither."""
    fix = make_fix(session, Phase.VERIFYING)
    old = fresh(fix).version
    run(fix, what="Once more.")
    answer = choose(fix, "failed", version=old)
    assert answer.status_code == 409 and surface(answer).startswith("escalate_")
    assert f'name="version" value="{fresh(fix).version}"' in regions(answer)["#fix-slot"]
    settle(fix, Move.WORKED)
    answer = choose(fix, "failed", version=old)
    assert answer.status_code == 409 and surface(answer).startswith("handoff_")
    assert "changed meanwhile" in regions(answer)["#notice"]
    assert phase(fresh(fix)) == Phase.SUCCESS


def test_an_open_intercept_follows_the_fix(opens, htmx, session):
    fix = make_fix(session, Phase.VERIFYING)
    shown = surface(opens())

    def asked() -> str:
        return surface(htmx.get(reverse("pilot:live", args=[session.pk]), {"page-surface": shown}))

    assert asked() == shown
    run(fix, what="Once more.")
    assert asked().startswith("escalate_") and asked() != shown
    settle(fix, Move.FAILED)
    assert asked() == ""


def test_cancelling_the_handoff_keeps_the_choice(choose, htmx, session):
    fix = make_fix(session, Phase.VERIFYING)
    choose(fix, "failed")
    assert surface(htmx.get(reverse("pilot:live", args=[session.pk]))) == ""
    assert phase(fresh(fix)) == Phase.FAILED


# ---- the handoff --------------------------------------------------------------------------------


def test_the_summary_is_written_from_the_record_and_editable(opens, session, teammate):
    fix = make_fix(session, Phase.FAILED, script=SCRIPT)
    make_task(session, text="Since when?")
    shown = text_of(opens())
    assert notes.handoff_summary(session) in shown
    assert fix.stamps.get().sha256 in shown and "Not answered: Since when?" in shown
    assert f">{teammate}</option>" in shown


def test_it_hands_over_to_a_teammate(confirm, session, owner, teammate):
    unrun = make_fix(session)
    answer = confirm(to=teammate.pk, party="", reason="Out of\r\nmy depth.", summary="My own\r\nwords.")
    assert answer.status_code == 200 and surface(answer) == ""
    session.refresh_from_db()
    assert (session.status, session.handed_to, session.closed_by) == ("escalated", teammate, owner)
    handoff = session.closings.get()
    assert (handoff.kind, handoff.text, handoff.reason) == ("handoff", "My own\nwords.", "Out of\nmy depth.")
    assert (handoff.to, handoff.party, handoff.written_by) == (teammate, "", owner)
    assert phase(fresh(unrun)) == Phase.UNRUN, "a proposal stays for whoever takes over"
    copied = regions(answer)["#notice"].partition('aria-label="Handoff">')[2].partition("</div>")[0]
    assert copied == "**Why.** Out of\nmy depth.\n\nMy own\nwords."
    event = session.events.last()
    assert (event.kind, event.by, event.data["to"]) == ("session_escalated", owner, "Teammate")
    assert session.messages.last().text == "Owner escalated the session to Teammate."


def test_it_hands_over_to_an_outside_party(confirm, as_owner, session):
    make_fix(session, Phase.PARTIAL)
    assert confirm(as_owner, party=" Vendor support ").status_code == 302
    session.refresh_from_db()
    assert (session.status, session.handed_to) == ("escalated", None)
    assert session.closings.get().party == "Vendor support"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"summary": " \n"}, "Write the handoff summary first."),
        ({"summary": "a\0b"}, "NUL"),
        ({"summary": "x" * 100_001}, "too long"),
        ({"reason": " "}, "Say why the session is handed over."),
        ({"reason": "a\0b"}, "NUL"),
        ({"party": " "}, "Choose a teammate or name an outside party"),
        ({"to": "teammate"}, "Choose a teammate or name an outside party"),
        ({"to": "viewer", "party": ""}, "Choose a teammate or name an outside party"),
        ({"to": "stranger", "party": ""}, "Choose a teammate or name an outside party"),
        ({"to": "left", "party": ""}, "Choose a teammate or name an outside party"),
        ({"to": "owner", "party": ""}, "Choose a teammate or name an outside party"),
        ({"to": "no id", "party": ""}, "Choose a teammate or name an outside party"),
        ({"v": ""}, "The form was not complete."),
    ],
)
def test_invalid(confirm, account, teammate, viewer, stranger, owner, session, body, words):
    left = UserFactory(account=account, username="left", is_active=False)
    ids = {user.username: user.pk for user in (teammate, viewer, stranger, owner, left)}
    body = {name: ids.get(value, value) for name, value in body.items()}
    before = snapshot()
    answer = confirm(**body)
    assert answer.status_code == 422 and words in text_of(answer)
    if "reason" not in body and "\0" not in body.get("summary", ""):
        assert "Beyond me." in regions(answer)["#fix-slot"], "what was typed stays"
    assert snapshot() == before


def test_somebody_who_may_not_work_cannot_receive(session, owner, account):
    """By the action too, whoever calls it."""
    reader = UserFactory(account=account, username="reader", role=Role.VIEWER)
    with pytest.raises(closing.NoReceiver):
        escalate(session, to=reader)
    session.refresh_from_db()
    assert session.is_open


def test_a_run_that_came_in_between_is_asked_about_and_the_handoff_is_kept(confirm, choose, session):
    """Nothing typed into the handoff is lost on the way through the intercept."""
    fix = make_fix(session)
    session.refresh_from_db()
    seen = session.state_version
    run(fix, what="By hand.")
    stale = confirm(v=seen, summary="My own words.", reason="Mine.")
    assert stale.status_code == 409 and "My own words." in regions(stale)["#fix-slot"]
    before = snapshot()
    asked = confirm(summary="My own words.", reason="Mine.", written="00")
    assert asked.status_code == 409 and surface(asked).startswith("escalate_")
    assert "Say first what came of" in regions(asked)["#notice"]
    assert snapshot() == before
    carried = {"summary": "My own words.", "reason": "Mine.", "party": "Vendor", "written": "00"}
    for name, value in carried.items():
        assert f'name="{name}"' in regions(asked)["#fix-slot"] and value in regions(asked)["#fix-slot"]
    went_on = regions(choose(fix, "failed", **carried))["#fix-slot"]
    assert "My own words.</textarea>" in went_on and "Mine.</textarea>" in went_on and 'value="Vendor"' in went_on
    assert confirm(summary="My own words.").status_code == 200


def test_by_the_action_a_run_in_the_way_is_refused(session):
    make_fix(session, Phase.VERIFYING)
    before = snapshot()
    with pytest.raises(WrongState) as refused:
        escalate(session)
    assert refused.value.code == "outcome_required"
    assert snapshot() == before


def test_who_may_not_write_sees_no_dialog(htmx_of, opens, viewer):
    answer = opens(htmx_of(viewer))
    assert answer.status_code == 200 and surface(answer) == ""


def test_a_closed_session_has_no_dialog(opens, session):
    escalate(session)
    assert surface(opens()) == ""


def test_two_at_once_one_hands_over(confirm, session):
    session.refresh_from_db()
    seen = session.state_version
    assert confirm(v=seen).status_code == 200
    again = confirm(v=seen, summary="Another text.")
    assert again.status_code == 409 and "This session is closed." in text_of(again)
    assert "Another text." in regions(again)["#notice"]
    assert session.closings.count() == 1


def test_dismissing_after_a_handoff_is_refused(session, owner):
    fix = make_fix(session)
    escalate(session)
    with pytest.raises(WrongState):
        fixes.dismiss(fix=fresh(fix), version=fresh(fix).version, by=owner)
