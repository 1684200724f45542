"""Notes and handoffs of sessions in which much happened, word for word as files that a person has read.

`FLOWPILOT_TEST_GOLDEN=write pytest tests/pilot/test_golden.py` writes them anew; read the difference before it is kept.
"""

import os
import re
from pathlib import Path

import pytest

from pilot import exports, notes
from pilot.actions import fixes, tasks
from pilot.lifecycle import Move, Phase
from tests.factories.pilot import (
    escalate,
    fresh,
    make_fix,
    make_session,
    make_task,
    make_template,
    never_applied,
    resolve,
    run,
    settle,
)

GOLDEN = Path(__file__).parent / "golden"
PARAMETERS = {"host": {"type": "host", "label": "Computer", "required": True}}


@pytest.fixture
def ticket(owner):
    """A ticket with its particulars, two answers and a question that nobody answered."""
    session = make_session(
        owner,
        title="Second floor cannot print",
        problem="Nothing comes out since this morning.\nThree people affected.",
        client="Heron Legal",
        ticket_ref="HL-2041",
        device="HRN-PRINT01",
        operating_system="Windows Server 2022",
    )
    tasks.close(task=make_task(session, text="Since when?"), by=owner, state="answered", answer="About nine.")
    tasks.close(task=make_task(session, "check", "Look at the spooler."), by=owner, state="done")
    tasks.close(task=make_task(session, text="Who else?"), by=owner, state="skipped")
    make_task(session, text="Was the driver updated?")
    return session


def after_a_withdrawn_run(session, owner, teammate):
    """Run and said to be partial, run again by mistake, which was withdrawn; another fix put aside."""
    fix = make_fix(session, Phase.VERIFYING, title="Restart the spooler", script="Restart-Service Spooler\n")
    settle(fix, Move.PARTIAL, "Floor two prints, floor three\ndoes not.")
    run(fix)
    never_applied(fix)
    other = make_fix(session, title="Reinstall the driver")
    fixes.dismiss(fix=other, version=other.version, by=owner)


def after_a_correction(session, owner, teammate):
    """Said to have worked, corrected; the second fix, of a template and by a colleague too, worked."""
    first = make_fix(session, Phase.SUCCESS, title="Restart the spooler", script="echo ```\n")
    fixes.correct(fix=first, version=first.version, by=owner, reason="It came back\nafter an hour.")
    text = "Clear-Queue -ComputerName {{ host }}\n"
    second = make_fix(session, title="Clear the queue", template=make_template(owner, text, PARAMETERS, name="Clear"))
    run(second, host="srv-01")
    run(second, by=teammate, host="srv-02")
    settle(second, Move.WORKED, "Test page printed.")


def after_runs_by_hand(session, owner, teammate):
    """A failed fix by hand with a reason, one run and never applied at all, and a proposal that is still open."""
    failed = make_fix(session, title="Change the cable")
    run(failed, what="Swapped the cable at the switch.")
    settle(failed, Move.FAILED, "No change.")
    never = make_fix(session, Phase.VERIFYING, title="Power-cycle the printer")
    never_applied(never)
    fixes.dismiss(fix=fresh(never), version=fresh(never).version, by=owner)
    make_fix(session, title="Replace the driver", why="It is the last thing that changed.")


STORIES = [after_a_withdrawn_run, after_a_correction, after_runs_by_hand]


def readable(text: str) -> str:
    """With the moment of the test taken out; the order of events stays to be seen."""
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "2026-03-02 09:00 UTC", text)


def same(name: str, text: str) -> None:
    """Compares with the file, or writes it."""
    file = GOLDEN / f"{name}.md"
    if os.environ.get("FLOWPILOT_TEST_GOLDEN") == "write":
        file.write_text(readable(text), "utf-8")
    assert readable(text) == file.read_text("utf-8")


@pytest.mark.parametrize("story", STORIES)
def test_the_resolution_notes(ticket, owner, teammate, story):
    story(ticket, owner, teammate)
    text = notes.resolution_notes(ticket)
    resolve(ticket, text)
    same(f"resolution_{story.__name__}", ticket.closings.get().text)


@pytest.mark.parametrize("story", STORIES)
def test_the_handoff(ticket, owner, teammate, story):
    story(ticket, owner, teammate)
    escalate(ticket, to=teammate, summary=notes.handoff_summary(ticket))
    same(f"handoff_{story.__name__}", exports.closing_markdown(ticket, ticket.closings.get()))


def test_the_timeline(ticket, owner, teammate):
    after_a_withdrawn_run(ticket, owner, teammate)
    after_a_correction(ticket, owner, teammate)
    escalate(ticket, to=teammate)
    same("timeline", exports.timeline_markdown(ticket))
