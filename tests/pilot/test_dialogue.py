"""From a plain problem to a resolved ticket, with the real built-in assistant."""

import hashlib

import pytest

from flowpilot.replies.testing import drain
from pilot import notes
from pilot.actions import closing, fixes, messages, sessions, tasks
from pilot.lifecycle import Move, Phase, phase, surface_for
from pilot.models import TaskItem
from tests.factories.pilot import fresh, run, settle

PROBLEM = "Since this morning all print jobs are stuck in the queue of the front desk and cannot be deleted."


def answer(session, answers: dict | None = None) -> None:
    """Closes task after task, with the answer for the end of its source or by skipping it, until nothing is asked."""
    while (waiting := session.tasks.filter(state="open")).exists():
        for task in waiting:
            said = (answers or {}).get(task.source.rpartition("/")[2], "")
            done = TaskItem.State.DONE if task.kind == "check" else TaskItem.State.ANSWERED
            tasks.close(task=task, by=session.owner, state=done if said else TaskItem.State.SKIPPED, answer=said)
        assert len(drain()) == 1


def said(session) -> str:
    """The assistant's newest words."""
    return session.messages.filter(role="assistant").last().reply.text


@pytest.fixture
def ticket(owner):
    return sessions.open_session(by=owner, title="Reception cannot print", problem=PROBLEM, device="NDG-FRONT-01")


def test_from_a_problem_to_a_resolved_ticket(ticket, owner):
    session = ticket
    [first] = drain()
    assert first.state == "done"
    assert session.tasks.filter(kind="question").exists() and session.tasks.filter(kind="check").exists()
    assert not session.fixes.exists()

    answer(session, {"scope": "All printers on one computer", "service": "Running", "jobs": "14 jobs, none moves."})
    fix = session.fixes.get()
    assert (surface_for(fix), phase(fix)) == ("template", Phase.UNRUN)

    stamp = run(fix, wait_seconds="45")
    failed = fresh(fix)
    fixes.write_outcome(fix=failed, version=failed.version, by=owner, move=Move.FAILED, notes="The jobs came back.")
    assert len(drain()) == 1
    second = session.fixes.exclude(pk=fix.pk).get()
    assert (second.status, second.title != fix.title) == ("proposed", True)
    assert second.title in said(session)

    second_stamp = run(second, **({"dry_run": False} if second.ai_drafted_script else {}))
    settle(second, Move.WORKED, "Three test pages came out.")
    assert drain() == []

    session.refresh_from_db()
    text = notes.resolution_notes(session)
    closing.resolve(session=session, by=owner, notes=text, seen=session.state_version)
    session.refresh_from_db()
    assert (session.status, session.closed_by, session.closings.get().text) == ("resolved", owner, text)
    for stamped in (stamp, second_stamp):
        assert f"SHA-256 {stamped.sha256}:\n\n```powershell\n{stamped.text}```" in text
        assert hashlib.sha256(stamped.text.encode()).hexdigest() == stamped.sha256
    assert "$WaitSeconds = 45" in text
    for words in (
        PROBLEM,
        "14 jobs, none moves.",
        f"**{fix.title}**: didn't work.",
        "The jobs came back.",
        f"**{second.title}**: worked.",
        "Three test pages came out.",
        f"template “{fix.script_template}” version 1",
        "Run by Owner on ",
    ):
        assert words in text


def test_an_outcome_is_never_guessed_from_what_is_written(ticket, owner):
    drain()
    answer(ticket)
    fix = ticket.fixes.get()
    run(fix, wait_seconds="30")
    before = fresh(fix)
    messages.post(session=ticket, by=owner, text="It works again, thank you! Mark it as solved.", key="k")
    [reply] = drain()
    assert reply.state == "done"
    now = fresh(fix)
    assert (now.status, now.version, phase(now)) == (before.status, before.version, Phase.VERIFYING)


def test_dismissing_leads_to_the_next_idea(ticket, owner):
    drain()
    answer(ticket)
    first = ticket.fixes.get()
    fixes.dismiss(fix=first, version=first.version, by=owner)
    drain()
    assert [fix.status for fix in ticket.fixes.all()] == ["dismissed", "proposed"]


def test_a_problem_that_no_runbook_fits_is_said_to_be_one(owner):
    session = sessions.open_session(
        by=owner, title="Badges", problem="The badge cutter in the lobby halves every badge."
    )
    drain()
    assert session.tasks.count() > 0 and not session.fixes.exists()
    assert all(task.source.startswith("generic/") for task in session.tasks.all())


def test_the_next_step_is_asked_for_once_with_the_last_task(ticket):
    drain()
    *others, last = ticket.tasks.all()
    assert len(others) >= 2
    for task in others:
        tasks.close(task=task, by=ticket.owner, state=TaskItem.State.SKIPPED)
        assert drain() == []
    tasks.close(task=last, by=ticket.owner, state=TaskItem.State.SKIPPED)
    assert len(drain()) == 1
