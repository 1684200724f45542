"""I didn't run it after all: which stamps are withdrawn, and where the fix goes back to."""

import pytest

from flowpilot.web.http import WrongState
from pilot.lifecycle import Move, Phase, phase
from pilot.models import RunStamp
from tests.conventions.world import snapshot
from tests.factories.pilot import fresh, make_fix, never_applied, run, settle


def standing(fix) -> list[str]:
    return [stamp.note for stamp in RunStamp.objects.standing().filter(fix=fix)]


def test_from_verifying_the_fix_is_unrun_again(session, owner, fix):
    run(fix, what="First.")
    run(fix, what="Second.")
    now = never_applied(fix)
    assert phase(now) == Phase.UNRUN
    assert (now.applied_at, now.applied_by, now.outcome_notes) == (None, None, "")
    assert standing(fix) == []
    stamps = RunStamp.objects.filter(fix=fix)
    assert [(stamp.note, stamp.withdrawn_by) for stamp in stamps] == [("First.", owner), ("Second.", owner)]
    event = fix.events.last()
    assert (event.kind, event.by, event.data) == ("run_withdrawn", owner, {"stamps": 2})
    assert "not run after all" in session.messages.last().text


def test_from_verifying_after_a_partial_run_it_is_partial_again(fix):
    first = run(fix, what="First.")
    run(fix, what="Also first.")
    settle(fix, Move.PARTIAL, "One of two.")
    run(fix, what="Second.")
    run(fix, what="Also second.")
    now = never_applied(fix)
    assert phase(now) == Phase.PARTIAL
    assert (now.applied_at, now.applied_by, now.outcome_notes) == (first.ran_at, first.ran_by, "One of two.")
    assert standing(fix) == ["First.", "Also first."]


def test_the_last_partial_run_that_remains_says_when_it_was_applied(fix):
    run(fix, what="First.")
    settle(fix, Move.PARTIAL, "One of three.")
    second = run(fix, what="Second.")
    settle(fix, Move.PARTIAL, "Two of three.")
    run(fix, what="Third.")
    now = never_applied(fix)
    assert (now.applied_at, now.outcome_notes) == (second.ran_at, "Two of three.")
    assert standing(fix) == ["First.", "Second."]


def test_from_partial_all_runs_are_withdrawn(fix):
    run(fix, what="First.")
    settle(fix, Move.PARTIAL, "One of two.")
    run(fix, what="Second.")
    settle(fix, Move.PARTIAL, "Still one of two.")
    now = never_applied(fix)
    assert phase(now) == Phase.UNRUN
    assert (now.applied_at, now.outcome_notes) == (None, "")
    assert standing(fix) == []


def test_withdrawn_runs_do_not_come_back_with_the_next(fix):
    run(fix, what="First.")
    never_applied(fix)
    run(fix, what="First.")
    assert standing(fix) == ["First."]
    assert RunStamp.objects.filter(fix=fix).count() == 2
    settle(fix, Move.PARTIAL, "One of two.")
    run(fix, what="Second.")
    never_applied(fix)
    assert standing(fix) == ["First."]
    assert phase(fresh(fix)) == Phase.PARTIAL


def test_it_is_refused_where_another_fix_has_become_the_proposed_one(session, fix):
    partial = settle(run(fix, what="").fix, Move.PARTIAL, "One of two.")
    make_fix(session)
    before = snapshot()
    with pytest.raises(WrongState) as refused:
        never_applied(partial)
    assert refused.value.code == "another_fix_open"
    assert snapshot() == before
