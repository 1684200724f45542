"""Outcomes, their corrections and dismissal: what they write besides the fix's phase."""

import pytest

from pilot.actions import fixes
from pilot.actions.fixes import NotesRequired
from pilot.lifecycle import Move, Phase, phase
from pilot.models import SessionEvent
from tests.conventions.world import snapshot
from tests.factories.pilot import SCRIPT, fresh, make_fix, run, settle

KEPT = ("applied_at", "applied_by_id", "run_round")


def waiting(session) -> int:
    """How many replies the assistant was asked for."""
    return session.messages.filter(role="assistant", reply__state="queued").count()


def outcome(fix, move, notes="", **more):
    fixes.write_outcome(fix=fix, version=fix.version, by=fix.session.owner, move=move, notes=notes, **more)
    return fresh(fix)


@pytest.mark.parametrize("at", [Phase.VERIFYING, Phase.PARTIAL])
@pytest.mark.parametrize(
    ("move", "status", "kind", "words"),
    [
        (Move.WORKED, "applied_success", "fix_worked", "worked"),
        (Move.FAILED, "applied_failed", "fix_failed", "didn't work"),
    ],
)
def test_a_final_outcome_closes_the_fix(session, owner, at, move, status, kind, words):
    fix = make_fix(session, at)
    version, stamps = session.state_version, list(fix.stamps.values())
    now = outcome(fix, move, "Three test pages.")
    assert (now.status, now.outcome_notes, now.version) == (status, "Three test pages.", fix.version + 1)
    assert (now.closed_by, now.closed_at is None) == (owner, False)
    assert [getattr(now, name) for name in KEPT] == [getattr(fix, name) for name in KEPT]
    assert list(now.stamps.values()) == stamps
    event = fix.events.last()
    assert (event.kind, event.by, event.via, event.data) == (kind, owner, "person", {"notes": "Three test pages."})
    assert session.messages.filter(role="note").last().text == f"“{fix.title}” {words}. Three test pages."
    session.refresh_from_db()
    assert session.state_version > version


def test_partial_keeps_the_fix_open_with_its_notes(session):
    fix = make_fix(session, Phase.VERIFYING)
    now = outcome(fix, Move.PARTIAL, "One of two printers.")
    assert (now.status, now.outcome_notes, now.closed_at) == ("applied_partial", "One of two printers.", None)
    assert fix.events.last().kind == "fix_partial"
    assert waiting(session) == 0


@pytest.mark.parametrize("notes", ["", " \n\t "])
def test_partial_requires_notes(session, notes):
    fix = make_fix(session, Phase.VERIFYING)
    before = snapshot()
    with pytest.raises(NotesRequired):
        outcome(fix, Move.PARTIAL, notes)
    assert snapshot() == before


def test_a_final_outcome_without_words_keeps_those_of_the_partial_one(session):
    fix = make_fix(session, Phase.PARTIAL)
    assert outcome(fix, Move.WORKED).outcome_notes == fix.outcome_notes != ""


def test_only_didnt_work_asks_the_assistant_for_more(session):
    outcome(make_fix(session, Phase.VERIFYING), Move.WORKED)
    assert waiting(session) == 0
    outcome(make_fix(session, Phase.VERIFYING), Move.FAILED)
    assert waiting(session) == 1
    outcome(make_fix(session, Phase.VERIFYING), Move.FAILED, asks_next=False)
    assert waiting(session) == 1


@pytest.mark.parametrize(
    ("at", "to", "label"), [(Phase.SUCCESS, Phase.FAILED, "Didn't work"), (Phase.FAILED, Phase.SUCCESS, "Worked")]
)
def test_correcting_turns_the_outcome_around_and_leaves_the_run(session, owner, admin, at, to, label):
    fix = make_fix(session, at, script=SCRIPT)
    stamps = list(fix.stamps.values())
    fixes.correct(fix=fix, version=fix.version, by=admin, reason="It came back overnight.")
    now = fresh(fix)
    assert (phase(now), now.outcome_notes) == (to, "It came back overnight.")
    assert [getattr(now, name) for name in KEPT] == [getattr(fix, name) for name in KEPT]
    assert (now.closed_by, list(now.stamps.values())) == (owner, stamps)
    event = fix.events.last()
    assert (event.kind, event.by) == ("outcome_corrected", admin)
    assert event.data == {"was": fix.status, "now": now.status, "notes": "It came back overnight."}
    note = session.messages.filter(role="note").last().text
    assert note == f"The outcome of “{fix.title}” was corrected to “{label}”. It came back overnight."


def test_correcting_there_and_back_is_two_lines_of_the_timeline(session, owner):
    fix = make_fix(session, Phase.SUCCESS)
    for reason in ("It came back.", "That was another printer."):
        fix = fresh(fix)
        fixes.correct(fix=fix, version=fix.version, by=owner, reason=reason)
    assert phase(fresh(fix)) == Phase.SUCCESS
    assert fix.events.filter(kind="outcome_corrected").count() == 2


@pytest.mark.parametrize("reason", ["", " \n "])
def test_correcting_needs_a_reason(session, owner, reason):
    fix = make_fix(session, Phase.SUCCESS)
    before = snapshot()
    with pytest.raises(NotesRequired):
        fixes.correct(fix=fix, version=fix.version, by=owner, reason=reason)
    assert snapshot() == before


def test_dismissing_says_who_and_why_and_asks_the_assistant_for_more(session, owner, fix):
    fixes.dismiss(fix=fix, version=fix.version, by=owner)
    now = fresh(fix)
    assert (now.status, now.dismissed_reason, now.closed_by) == ("dismissed", "engineer", owner)
    assert now.applied_at is None
    event = SessionEvent.objects.filter(fix=fix).last()
    assert (event.kind, event.data) == ("fix_dismissed", {"reason": "engineer"})
    assert session.messages.filter(role="note").last().text == f"“{fix.title}” was dismissed."
    assert waiting(session) == 1


def test_an_unrun_fix_can_be_dismissed_after_its_run_was_withdrawn(session, owner):
    fix = make_fix(session, Phase.VERIFYING)
    fixes.never_applied(fix=fix, version=fix.version, by=owner)
    now = fresh(fix)
    fixes.dismiss(fix=now, version=now.version, by=owner)
    assert phase(fresh(fix)) == Phase.DISMISSED


def test_a_second_partial_outcome_takes_the_place_of_the_first(session):
    fix = make_fix(session, Phase.PARTIAL)
    run(fix, what="The other one.")
    assert settle(fix, Move.PARTIAL, "Two of three.").outcome_notes == "Two of three."
