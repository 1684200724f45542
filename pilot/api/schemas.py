"""How sessions and what is in them look through the API."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from flowpilot.web.schemas import Out, Page, PersonOut, example
from pilot.lifecycle import phase
from pilot.models import AISession, RunStamp, SuggestedFix, TaskItem

ID = "018f6c1e-0000-4000-8000-000000000001"
OTHER = "018f6c1e-0000-4000-8000-000000000002"
AT = "2026-11-25T09:30:00Z"
ALICE = {"id": OTHER, "name": "Alice Reyes"}

SESSION = {
    "id": ID, "title": "Printer offline", "problem": "Nobody in Sales can print since this morning.",
    "client": "Contoso", "ticket_ref": "T-1042", "device": "PRN-07", "operating_system": "Windows 11",
    "status": "open", "state_version": 4, "owner": ALICE, "taken_over_by": None, "handed_to": None,
    "created_at": AT, "updated_at": AT, "closed_at": None,
}  # fmt: skip


class SessionOut(Out):
    """A session on one ticket."""

    model_config = ConfigDict(json_schema_extra=example(**SESSION))

    id: UUID
    title: str
    problem: str
    client: str
    ticket_ref: str
    device: str
    operating_system: str
    status: Literal["open", "resolved", "escalated"]
    state_version: int = Field(description="Goes up with every change that the previews read.")
    owner: PersonOut
    taken_over_by: PersonOut | None
    handed_to: PersonOut | None = Field(description="Who may take it over, while it is escalated to a teammate.")
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None

    @classmethod
    def of(cls, session: AISession) -> "SessionOut":
        """This session."""
        plain = ("id", "title", "problem", "client", "ticket_ref", "device", "operating_system", "status",
                 "state_version", "created_at", "updated_at", "closed_at")  # fmt: skip
        people = {name: PersonOut.of(getattr(session, name)) for name in ("owner", "taken_over_by", "handed_to")}
        return cls(**{name: getattr(session, name) for name in plain}, **people)


class SessionPage(Page):
    """Some of the sessions, newest first."""

    model_config = ConfigDict(json_schema_extra=example(items=[SESSION], next=None))

    items: list[SessionOut]


class ProposalOut(Out):
    """What the assistant makes of what was reported; only an engineer's word writes an outcome."""

    outcome: Literal["applied_success", "applied_failed", "applied_partial"]
    evidence: str
    proposed_at: datetime


FIX = {
    "id": ID, "ai_session_id": OTHER, "title": "Restart the spooler", "why": "The queue is stuck.",
    "description": "Restart the print spooler.", "confidence": 80, "risk": "low", "language": "powershell",
    "run_as": "SYSTEM", "needs_admin": True, "reboots": False, "warnings": [], "script_template_id": None,
    "template_values": {}, "ai_drafted_script": "Restart-Service Spooler\n", "ai_drafted_parameters": None,
    "verify_command": "Get-Service Spooler", "verify_expected": "Running", "verify_wait_minutes": 0,
    "status": "proposed", "phase": "unrun", "version": 2, "applied_at": None, "engaged_at": None, "outcome_notes": "",
    "ai_outcome_proposal": None, "dismissed_reason": "", "created_at": AT, "closed_at": None,
}  # fmt: skip


class FixOut(Out):
    """A fix that the assistant proposed."""

    model_config = ConfigDict(json_schema_extra=example(**FIX))

    id: UUID
    ai_session_id: UUID
    title: str
    why: str
    description: str
    confidence: int
    risk: str
    language: str
    run_as: str
    needs_admin: bool
    reboots: bool
    warnings: list
    script_template_id: UUID | None
    template_values: dict
    ai_drafted_script: str | None
    ai_drafted_parameters: dict | None
    verify_command: str
    verify_expected: str
    verify_wait_minutes: int
    status: Literal["proposed", "applied_success", "applied_failed", "applied_partial", "dismissed"]
    phase: Literal["unrun", "verifying", "partial", "success", "failed", "dismissed"] = Field(
        description="The status, with `proposed` split by whether it was run."
    )
    version: int = Field(description="Send it along to have a change refused where the fix moved on meanwhile.")
    applied_at: datetime | None
    engaged_at: datetime | None = Field(description="Since when somebody works with it; it is not replaced then.")
    outcome_notes: str
    ai_outcome_proposal: ProposalOut | None
    dismissed_reason: str
    created_at: datetime
    closed_at: datetime | None

    @classmethod
    def fields(cls, fix: SuggestedFix) -> dict:
        """This fix's own fields."""
        made = {"ai_session_id": fix.session_id, "phase": phase(fix).value, "ai_outcome_proposal": None}
        if fix.ai_outcome_proposal:
            made["ai_outcome_proposal"] = ProposalOut(
                outcome=fix.ai_outcome_proposal,
                evidence=fix.ai_outcome_evidence,
                proposed_at=fix.ai_outcome_proposed_at,
            )
        return {name: getattr(fix, name) for name in FixOut.model_fields if name not in made} | made

    @classmethod
    def of(cls, fix: SuggestedFix) -> "FixOut":
        """This fix."""
        return cls(**cls.fields(fix))


class FixPage(Page):
    """Some of a session's fixes, oldest first."""

    model_config = ConfigDict(json_schema_extra=example(items=[FIX], next=None))

    items: list[FixOut]


STAMP = {
    "id": ID, "suggested_fix_id": OTHER, "kind": "draft", "text": "Restart-Service Spooler\n",
    "sha256": "6c2d0bd7c2a5e5ed3b7d9b4e8f60b2a2bb6cc7a2a6d0d0b6f2a9f3a6f3c3f9b1", "template_id": None,
    "template_version": None, "parameters": {}, "note": "", "ran_at": AT, "ran_by": ALICE, "withdrawn_at": None,
}  # fmt: skip


class StampOut(Out):
    """What was run, exactly, by whom and when. A secret stands in it as `<secret:NAME>`."""

    model_config = ConfigDict(json_schema_extra=example(**STAMP))

    id: UUID
    suggested_fix_id: UUID
    kind: Literal["template", "draft", "by_hand"]
    text: str | None
    sha256: str | None
    template_id: UUID | None
    template_version: int | None
    parameters: dict
    note: str
    ran_at: datetime
    ran_by: PersonOut
    withdrawn_at: datetime | None

    @classmethod
    def of(cls, stamp: RunStamp) -> "StampOut":
        """This stamp."""
        made = {
            "suggested_fix_id": stamp.fix_id,
            "template_version": stamp.template_version and stamp.template_version.number,
            "ran_by": PersonOut.of(stamp.ran_by),
        }
        return cls(**{name: getattr(stamp, name) for name in cls.model_fields if name not in made}, **made)


TASK = {
    "id": ID, "group": OTHER, "kind": "question", "text": "Since when?", "why": "", "command": "",
    "choices": ["Today", "Longer"], "state": "open", "answer": "", "created_at": AT, "closed_at": None,
}  # fmt: skip


class TaskOut(Out):
    """A question to answer or a check to do."""

    model_config = ConfigDict(json_schema_extra=example(**TASK))

    id: UUID
    group: UUID = Field(description="What was asked in one reply.")
    kind: Literal["question", "check"]
    text: str
    why: str
    command: str
    choices: list
    state: Literal["open", "answered", "done", "skipped"]
    answer: str
    created_at: datetime
    closed_at: datetime | None

    @classmethod
    def of(cls, task: TaskItem) -> "TaskOut":
        """This task."""
        return cls(**{name: getattr(task, name) for name in cls.model_fields})


class MarkdownOut(Out):
    """A part of the record, written to be taken along."""

    model_config = ConfigDict(json_schema_extra=example(text="# Resolution notes: Printer offline\n"))

    text: str = Field(description="Markdown.")
