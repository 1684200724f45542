"""Every phase of a fix against every move: product, "The life of a fix", row by row."""

from itertools import product

import pytest

from flowpilot.web.http import WrongState
from pilot.actions import fixes, runs
from pilot.lifecycle import Move, Phase, phase
from tests.conventions.world import snapshot
from tests.factories.pilot import SCRIPT, escalate, fresh, make_fix, make_template, resolve

UNRUN, VERIFYING, PARTIAL = "unrun", "verifying", "partial"
SUCCESS, FAILED, DISMISSED = "success", "failed", "dismissed"
PHASES = [UNRUN, VERIFYING, PARTIAL, SUCCESS, FAILED, DISMISSED]
# The product's table: from where, to where. What is not here is refused.
TABLE = {
    "run": {UNRUN: VERIFYING, VERIFYING: VERIFYING, PARTIAL: VERIFYING},
    "dismiss": {UNRUN: DISMISSED},
    "attach_draft": {UNRUN: UNRUN, VERIFYING: VERIFYING, PARTIAL: PARTIAL},
    "worked": {VERIFYING: SUCCESS, PARTIAL: SUCCESS},
    "failed": {VERIFYING: FAILED, PARTIAL: FAILED},
    "partial": {VERIFYING: PARTIAL},
    "never_applied": {VERIFYING: UNRUN, PARTIAL: UNRUN},
    "correct": {SUCCESS: FAILED, FAILED: SUCCESS},
}
RUNS = ["template", "draft", "draft_and_keep", "by_hand"]
# The run declared for the second time must differ from the first, or it would rightly add nothing.
OTHER = "Restart-Service Spooler -Force\n"


def do(move: str, fix, by):
    """Makes the move on the fix as it is given."""
    said = {"fix": fix, "version": fix.version, "by": by}
    match move:
        case "template":
            return runs.declare_template(**said, number=1, values={})
        case "draft":
            return runs.declare_draft(**said, values={})
        case "draft_and_keep":
            return runs.declare_draft_and_keep(**said, values={})
        case "by_hand":
            return runs.declare_by_hand(**said, what="Pulled the plug.")
        case "attach_draft":
            return fixes.attach_draft(**said, script=OTHER)
        case "dismiss":
            return fixes.dismiss(**said)
        case "never_applied":
            return fixes.never_applied(**said)
        case "correct":
            return fixes.correct(**said, reason="It came back overnight.")
    return fixes.write_outcome(**said, move=Move(move), notes="One of two.")


def fix_for(move: str, session, at: str):
    """A fix in that phase with what the move needs."""
    if move == "template":
        return make_fix(session, Phase(at), template=make_template(session.owner))
    return make_fix(session, Phase(at), **({"script": SCRIPT} if move.startswith("draft") else {}))


MOVES = RUNS + [move for move in TABLE if move != "run"]
EVERY = [(move, at, TABLE.get(move, TABLE["run"]).get(at)) for move, at in product(MOVES, PHASES)]


@pytest.mark.parametrize(("move", "at", "to"), [row for row in EVERY if row[2]])
def test_allowed(session, owner, move, at, to):
    fix = fix_for(move, session, at)
    do(move, fix, owner)
    assert phase(fresh(fix)) == to


@pytest.mark.parametrize(("move", "at"), [row[:2] for row in EVERY if not row[2]])
def test_refused_and_nothing_changed(session, owner, move, at):
    """The form is as new as can be: it is the fix's phase alone that refuses."""
    fix = fix_for(move, session, at)
    before = snapshot()
    with pytest.raises(WrongState) as refused:
        do(move, fix, owner)
    assert refused.value.code == "fix_changed"
    assert snapshot() == before


@pytest.mark.parametrize(
    ("move", "at"),
    [(move, at) for move, at, to in EVERY if to and not (move in ("draft", "template") and at == VERIFYING)],
)
def test_a_form_of_an_older_version_is_refused(session, owner, move, at):
    """Somebody attached a draft meanwhile, which leaves the fix in its phase."""
    fix = fix_for(move, session, at)
    if at in (SUCCESS, FAILED):
        fixes.correct(fix=fix, version=fix.version, by=owner, reason="No.")
        now = fresh(fix)
        fixes.correct(fix=now, version=now.version, by=owner, reason="Yes.")
    else:
        fixes.attach_draft(fix=fix, version=fix.version, by=owner, script="Get-Date\n")
    shown, fix = fix.version, fresh(fix)
    assert phase(fix) == at
    before = snapshot()
    fix.version = shown
    with pytest.raises(WrongState) as refused:
        do(move, fix, owner)
    assert refused.value.code == "fix_changed"
    assert snapshot() == before


# What a session can be closed with, without being closed for good: an escalated one keeps its proposal.
OUTLIVES = {"correct": SUCCESS, "dismiss": UNRUN}


@pytest.mark.parametrize("move", [move for move in MOVES if move != "partial"])
def test_a_closed_session_refuses_every_move(session, owner, move):
    fix = fix_for(move, session, OUTLIVES.get(move, PARTIAL))
    if move == "dismiss":
        escalate(session)
    else:
        resolve(session)
    before = snapshot()
    with pytest.raises(WrongState) as refused:
        do(move, fresh(fix), owner)
    assert refused.value.code == "session_closed"
    assert snapshot() == before


@pytest.mark.parametrize("at", PHASES)
def test_only_the_declared_outcome_closes(session, at):
    """`closed_at` stands with an end, `applied_at` with a run, the reason with a dismissal."""
    fix = make_fix(session, Phase(at))
    assert (fix.closed_at is not None) == (at in (SUCCESS, FAILED, DISMISSED))
    assert (fix.applied_at is not None) == (at in (VERIFYING, PARTIAL, SUCCESS, FAILED))
    assert (fix.dismissed_reason != "") == (at == DISMISSED)
