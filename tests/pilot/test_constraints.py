"""What the database refuses on its own, by raw SQL: on SQLite and on PostgreSQL."""

import pytest
from django.db import IntegrityError, transaction

from pilot.lifecycle import Phase
from pilot.models import ChatMessage
from tests.factories.pilot import SCRIPT, escalate, make_fix, make_session, make_task, make_template, resolve
from tests.raw import change, key

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
NOW = "2026-11-22 12:00:00+00:00"


def refused(row, constraint: str, **columns) -> None:
    with pytest.raises(IntegrityError) as error:
        change(row, **columns)
    assert constraint in str(error.value)


PROPOSED = {
    "ai_outcome_proposal": "applied_success",
    "ai_outcome_proposed_at": NOW,
    "ai_outcome_proposed_by_id": "owner",
}
FIX = "ck_session_suggested_fixes_"


@pytest.mark.parametrize(
    ("at", "constraint", "columns"),
    [
        (Phase.UNRUN, "status", {"status": "solved"}),
        (Phase.UNRUN, "status", {"status": ""}),
        (Phase.UNRUN, "status", {"status": "applied_partial", "outcome_notes": "Some."}),
        (Phase.SUCCESS, "status", {"applied_at": None, "applied_by_id": None}),
        (Phase.FAILED, "status", {"applied_at": None, "applied_by_id": None}),
        (Phase.PARTIAL, "status", {"applied_at": None, "applied_by_id": None}),
        (Phase.DISMISSED, "status", {"applied_at": NOW, "applied_by_id": "owner"}),
        (Phase.DISMISSED, "dismissed", {"dismissed_reason": ""}),
        (Phase.DISMISSED, "dismissed", {"dismissed_reason": "mood"}),
        (Phase.UNRUN, "dismissed", {"dismissed_reason": "engineer"}),
        (Phase.PARTIAL, "partial_notes", {"outcome_notes": ""}),
        (Phase.SUCCESS, "terminal", {"closed_at": None, "closed_by_id": None}),
        (Phase.VERIFYING, "terminal", {"closed_at": NOW, "closed_by_id": "owner"}),
        (Phase.VERIFYING, "applied", {"applied_by_id": None}),
        (Phase.UNRUN, "applied", {"applied_by_id": "owner"}),
        (Phase.UNRUN, "engaged", {"engaged_at": NOW}),
        (Phase.UNRUN, "engaged", {"engaged_by_id": "owner"}),
        (Phase.FAILED, "closed", {"closed_by_id": None}),
        (Phase.UNRUN, "confidence", {"confidence": 101}),
        (Phase.UNRUN, "", {"confidence": -1}),
        (Phase.UNRUN, "risk", {"risk": "none"}),
        (Phase.UNRUN, "ai_outcome", PROPOSED),
        (Phase.SUCCESS, "ai_outcome", PROPOSED),
        (Phase.VERIFYING, "ai_outcome", PROPOSED | {"ai_outcome_proposal": "dismissed"}),
        (Phase.VERIFYING, "ai_outcome", PROPOSED | {"ai_outcome_proposal": ""}),
        (Phase.VERIFYING, "ai_outcome", {"ai_outcome_evidence": "It prints."}),
        (Phase.VERIFYING, "ai_outcome", {"ai_outcome_proposal": "applied_success"}),
        (Phase.VERIFYING, "ai_outcome_proposed", PROPOSED | {"ai_outcome_proposed_by_id": None}),
    ],
)
def test_a_fix(session, owner, at, constraint, columns):
    fix = make_fix(session, at)
    columns = {name: key(owner) if value == "owner" else value for name, value in columns.items()}
    refused(fix, f"{FIX}{constraint}" if constraint else "", **columns)


def test_one_proposed_fix_a_session(session, owner):
    partial = make_fix(session, Phase.PARTIAL)
    make_fix(session)
    # PostgreSQL names the index, SQLite its columns.
    refused(partial, "session", status="proposed")
    elsewhere = make_fix(make_session(owner))
    with pytest.raises(IntegrityError):
        change(elsewhere, session_id=key(session))


def test_several_fixes_of_a_session_may_have_come_to_an_end(session):
    for at in (Phase.PARTIAL, Phase.PARTIAL, Phase.SUCCESS, Phase.FAILED, Phase.DISMISSED, Phase.VERIFYING):
        make_fix(session, at)
    assert session.fixes.count() == 6


@pytest.mark.parametrize(
    ("kind", "constraint", "columns"),
    [
        ("draft", "text", {"text": None, "sha256": None}),
        ("draft", "text", {"sha256": None}),
        ("template", "text", {"text": None}),
        ("by_hand", "text", {"text": "ls", "sha256": "0" * 64}),
        ("by_hand", "text", {"sha256": "0" * 64}),
        ("draft", "", {"kind": "thought"}),
        ("template", "template", {"template_id": None, "template_version_id": None}),
        ("template", "template", {"template_version_id": None}),
        ("draft", "template", {"kind": "template"}),
        ("draft", "withdrawn", {"withdrawn_at": NOW}),
        ("draft", "withdrawn", {"withdrawn_by_id": "owner"}),
    ],
)
def test_a_run_stamp(session, owner, kind, constraint, columns):
    how = {"draft": {"script": SCRIPT}, "template": {"template": make_template(owner)}, "by_hand": {}}
    stamp = make_fix(session, Phase.VERIFYING, **how[kind]).stamps.get()
    columns = {name: key(owner) if value == "owner" else value for name, value in columns.items()}
    refused(stamp, f"ck_run_stamps_{constraint}", **columns)


@pytest.mark.parametrize(
    ("state", "constraint", "columns"),
    [
        ("open", "status", {"status": "paused"}),
        ("open", "status", {"status": "resolved"}),
        ("open", "status", {"closed_at": NOW, "closed_by_id": "owner"}),
        ("resolved", "status", {"closed_at": None, "closed_by_id": None}),
        ("resolved", "status", {"status": "open"}),
        ("escalated", "status", {"closed_at": None, "closed_by_id": None}),
        ("resolved", "closed", {"closed_by_id": None}),
        ("open", "taken_over", {"taken_over_at": NOW}),
        ("open", "taken_over", {"taken_over_by_id": "owner"}),
        ("open", "handed_to", {"handed_to_id": "owner"}),
        ("resolved", "handed_to", {"handed_to_id": "owner"}),
    ],
)
def test_a_session(session, owner, state, constraint, columns):
    if state == "resolved":
        resolve(session)
    elif state == "escalated":
        escalate(session)
    columns = {name: key(owner) if value == "owner" else value for name, value in columns.items()}
    refused(session, f"ck_ai_sessions_{constraint}", **columns)


@pytest.mark.parametrize(
    ("state", "columns"),
    [
        ("resolved", {"kind": "report"}),
        ("resolved", {"kind": "handoff"}),
        ("resolved", {"reason": "Beyond me."}),
        ("resolved", {"party": "Vendor"}),
        ("resolved", {"to_id": "owner"}),
        ("escalated", {"kind": "resolution"}),
        ("escalated", {"reason": ""}),
        ("escalated", {"party": ""}),
        ("escalated", {"to_id": "owner"}),
    ],
)
def test_what_a_session_was_closed_with(session, owner, state, columns):
    closed = (resolve if state == "resolved" else escalate)(session).closings.get()
    columns = {name: key(owner) if value == "owner" else value for name, value in columns.items()}
    refused(closed, "ck_session_closings_kind", **columns)


@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("state", {"state": "lost"}),
        ("state", {"state": "answered"}),
        ("state", {"closed_at": NOW}),
        ("state", {"closed_by_id": "owner"}),
        ("state", {"state": "done", "closed_at": NOW}),
        ("kind", {"kind": "order"}),
    ],
)
def test_a_task(session, owner, constraint, columns):
    task = make_task(session)
    columns = {name: key(owner) if value == "owner" else value for name, value in columns.items()}
    refused(task, f"ck_task_items_{constraint}", **columns)


@pytest.mark.parametrize(
    "columns", [{"role": "system"}, {"author_id": "owner"}, {"role": "user"}, {"role": "assistant"}]
)
def test_a_turn(session, owner, columns):
    note = ChatMessage.objects.note(session, "Something happened.")
    columns = {name: key(owner) if value == "owner" else value for name, value in columns.items()}
    refused(note, "ck_chatmessage_role", **columns)


def test_a_message_is_posted_once_a_key(session, owner):
    said = {"session": session, "role": "user", "author": owner, "text": "It is offline.", "key": "k"}
    ChatMessage.objects.create(**said)
    with pytest.raises(IntegrityError), transaction.atomic():
        ChatMessage.objects.create(**said)


@pytest.mark.parametrize("at", [Phase.VERIFYING, Phase.PARTIAL])
def test_a_legal_row_is_taken(session, at):
    """The way the rows are written above is not what is refused."""
    assert change(make_fix(session, at), confidence=100) == 1
