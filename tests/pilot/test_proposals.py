"""The assistant's outcome proposal: shown with its evidence, confirmed or put off, and never an outcome by itself."""

import pytest
from django.urls import reverse

from flowpilot.ai.tools import ProposeOutcome
from flowpilot.replies.models import Reply
from flowpilot.web.http import WrongState
from pilot.actions import fixes, proposals
from pilot.lifecycle import Move, Phase, phase
from pilot.regions import banner_of
from tests.conventions.world import snapshot
from tests.factories.pilot import SCRIPT, fresh, make_fix, never_applied, resolve, run, settle
from tests.pilot.reading import regions, text_of


def propose(fix, outcome: str = "worked", evidence: str = "Mail flows again.") -> None:
    call = ProposeOutcome(outcome=outcome, evidence=evidence)
    proposals.propose(session=fix.session, call=call, by=fix.session.owner)


@pytest.fixture
def verifying(session):
    """A fix that was run, with the assistant's proposal on it."""
    fix = make_fix(session, Phase.VERIFYING)
    propose(fix)
    return fresh(fix)


@pytest.fixture
def answer(htmx):
    """`answer(fix, "confirm")` or "decline": as the banner was shown a moment ago."""

    def post(fix, name, browser=htmx, **body):
        path = reverse(f"pilot:fix_{name}_proposal", args=[fix.session_id, fix.pk])
        return browser.post(path, {"version": fix.version, "proposal": fix.proposal_key} | body)

    return post


def test_it_is_on_the_banner_with_its_evidence_and_changes_nothing_else(htmx, session):
    fix = make_fix(session, Phase.VERIFYING)
    propose(fix, "failed", "Still <b>nothing</b>.")
    now = fresh(fix)
    assert (now.status, now.version, now.applied_at) == (fix.status, fix.version, fix.applied_at)
    session.refresh_from_db()
    shown = regions(htmx.get(reverse("pilot:live", args=[session.pk])))["#fix-slot"]
    assert "The assistant takes this for <strong>Didn't work</strong>" in shown
    assert "Still <b>nothing</b>." in shown, "as text: reading() writes its entities out"
    assert ">Confirm</button>" in shown and ">Not yet</button>" in shown
    event = session.events.last()
    assert (event.kind, event.via, event.data["notes"]) == ("outcome_proposed", "assistant", "Still <b>nothing</b>.")


def test_the_page_is_told_though_no_preview_is_outdated(htmx, session):
    fix = make_fix(session, Phase.VERIFYING)
    session.refresh_from_db()
    page = {"v": session.state_version, "page-banner": banner_of(session), "page-seen": session.messages.last().pk}
    assert htmx.get(reverse("pilot:live", args=[session.pk]), page).status_code == 204
    propose(fix)
    assert htmx.get(reverse("pilot:live", args=[session.pk]), page).status_code == 200
    seen = session.state_version
    session.refresh_from_db()
    assert session.state_version == seen


@pytest.mark.parametrize(
    ("outcome", "to"), [("worked", Phase.SUCCESS), ("failed", Phase.FAILED), ("partial", Phase.PARTIAL)]
)
def test_confirm_writes_it_with_the_evidence(answer, as_owner, htmx, session, outcome, to):
    for browser in (htmx, as_owner):
        fix = make_fix(session, Phase.VERIFYING, title=f"By {browser}")
        propose(fix, outcome)
        asked = Reply.objects.count()
        assert answer(fresh(fix), "confirm", browser).status_code in (200, 302)
        now = fresh(fix)
        assert (phase(now), now.outcome_notes) == (to, "Mail flows again.")
        assert (now.ai_outcome_proposal, now.ai_outcome_evidence, now.proposal_key) == ("", "", "")
        assert now.events.last().via == "person"
        assert Reply.objects.count() == asked + (outcome == "failed")


def test_not_yet_takes_it_away_and_leaves_the_run(answer, verifying):
    assert answer(verifying, "decline").status_code == 200
    now = fresh(verifying)
    assert (phase(now), now.version, now.ai_outcome_proposal) == (Phase.VERIFYING, verifying.version, "")
    assert now.events.last().kind == "outcome_declined"


@pytest.mark.parametrize(
    "move",
    [
        lambda fix: settle(fix, Move.WORKED),
        lambda fix: settle(fix, Move.FAILED),
        lambda fix: settle(fix, Move.PARTIAL, "Half."),
        lambda fix: never_applied(fix),
        lambda fix: run(fix, what="Again, with the other printer."),
        lambda fix: resolve(fix.session),
    ],
    ids=["worked", "failed", "partial", "never applied", "run again", "resolve"],
)
def test_whatever_is_said_of_the_run_clears_it(verifying, move):
    move(verifying)
    assert fresh(verifying).ai_outcome_proposal == ""


def test_a_draft_leaves_it(verifying):
    fixes.attach_draft(fix=verifying, version=verifying.version, by=verifying.session.owner, script=SCRIPT)
    assert fresh(verifying).ai_outcome_proposal == "applied_success"


def test_a_newer_one_takes_its_place_and_the_older_is_not_confirmed(answer, verifying):
    propose(verifying, "failed", "It is back.")
    before = snapshot()
    stale = answer(verifying, "confirm")
    assert stale.status_code == 409 and "It is back." in regions(stale)["#fix-slot"]
    assert answer(verifying, "decline").status_code == 409
    assert snapshot() == before
    assert answer(fresh(verifying), "confirm").status_code == 200
    assert phase(fresh(verifying)) == Phase.FAILED


@pytest.mark.parametrize("key", ["", "yesterday", "2026-02-31T00:00:00+00:00", "2026-02-01T00:00:00", "\0"])
@pytest.mark.parametrize("name", ["confirm", "decline"])
def test_what_names_no_proposal_is_refused(answer, verifying, name, key):
    before = snapshot()
    assert answer(verifying, name, proposal=key).status_code == 409
    assert snapshot() == before


@pytest.mark.parametrize("name", ["confirm", "decline"])
def test_who_may_not(answer, htmx_of, verifying, viewer, stranger, teammate, name):
    browsers = {user: htmx_of(user) for user in (viewer, stranger, teammate)}
    before = snapshot()
    codes = {user: answer(verifying, name, browser).status_code for user, browser in browsers.items()}
    assert codes == {viewer: 403, stranger: 404, teammate: 404}
    assert snapshot() == before


def test_a_viewer_sees_it_and_no_button(htmx_of, verifying, viewer):
    shown = text_of(htmx_of(viewer).get(reverse("pilot:live", args=[verifying.session_id])))
    assert "Mail flows again." in shown and "Not yet" not in shown


@pytest.mark.parametrize("at", [None, Phase.UNRUN, Phase.PARTIAL, Phase.SUCCESS])
def test_nothing_is_proposed_where_no_run_waits(session, owner, at):
    if at:
        make_fix(session, at)
    before = snapshot()
    with pytest.raises(WrongState) as refused:
        proposals.propose(session=session, call=ProposeOutcome(outcome="worked", evidence="It works."), by=owner)
    assert refused.value.code == "nothing_to_verify"
    assert snapshot() == before
