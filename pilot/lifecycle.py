"""The life of a fix and of a session: the allowed moves as literal tables, and what follows from a state.

Pure functions; the database is asked by the actions. Source: the table in the product's section "The life of a fix".
"""

from datetime import datetime, timedelta
from enum import StrEnum
from functools import reduce
from operator import or_

from django.db.models import Q

from pilot.models import AISession, SuggestedFix

Status = SuggestedFix.Status


class Phase(StrEnum):
    """Where a fix is: its status, with `proposed` split by whether it was run."""

    UNRUN = "unrun"
    VERIFYING = "verifying"
    PARTIAL = "partial"
    SUCCESS = "success"
    FAILED = "failed"
    DISMISSED = "dismissed"


class Move(StrEnum):
    """What can be done to a fix."""

    RUN = "run"
    DRAFT = "draft"
    DISMISS = "dismiss"
    WORKED = "worked"
    FAILED = "failed"
    PARTIAL = "partial"
    NEVER_APPLIED = "never_applied"
    CORRECT = "correct"


MOVES: dict[Move, frozenset[Phase]] = {
    Move.RUN: frozenset({Phase.UNRUN, Phase.VERIFYING, Phase.PARTIAL}),
    Move.DRAFT: frozenset({Phase.UNRUN, Phase.VERIFYING, Phase.PARTIAL}),
    Move.DISMISS: frozenset({Phase.UNRUN}),
    Move.WORKED: frozenset({Phase.VERIFYING, Phase.PARTIAL}),
    Move.FAILED: frozenset({Phase.VERIFYING, Phase.PARTIAL}),
    Move.PARTIAL: frozenset({Phase.VERIFYING}),
    Move.NEVER_APPLIED: frozenset({Phase.VERIFYING, Phase.PARTIAL}),
    Move.CORRECT: frozenset({Phase.SUCCESS, Phase.FAILED}),
}

# The same phases as the database sees them, for the conditional UPDATE.
IN_PHASE: dict[Phase, Q] = {
    Phase.UNRUN: Q(status=Status.PROPOSED, applied_at__isnull=True),
    Phase.VERIFYING: Q(status=Status.PROPOSED, applied_at__isnull=False),
    Phase.PARTIAL: Q(status=Status.PARTIAL),
    Phase.SUCCESS: Q(status=Status.SUCCESS),
    Phase.FAILED: Q(status=Status.FAILED),
    Phase.DISMISSED: Q(status=Status.DISMISSED),
}

_SETTLED = {
    Status.PARTIAL: Phase.PARTIAL,
    Status.SUCCESS: Phase.SUCCESS,
    Status.FAILED: Phase.FAILED,
    Status.DISMISSED: Phase.DISMISSED,
}


class Stage(StrEnum):
    """Where a session is: its status, with `escalated` split by whether a teammate may take it over."""

    OPEN = "open"
    RESOLVED = "resolved"
    HANDED_OVER = "handed_over"
    HANDED_OUT = "handed_out"


class SessionMove(StrEnum):
    """What can be done to a session; `WORK` is every write to what is in it."""

    WORK = "work"
    RESOLVE = "resolve"
    ESCALATE = "escalate"
    TAKE_OVER = "take_over"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"


SESSION_MOVES: dict[SessionMove, frozenset[Stage]] = {
    SessionMove.WORK: frozenset({Stage.OPEN}),
    SessionMove.RESOLVE: frozenset({Stage.OPEN}),
    SessionMove.ESCALATE: frozenset({Stage.OPEN}),
    SessionMove.TAKE_OVER: frozenset({Stage.HANDED_OVER}),
    SessionMove.WITHDRAW: frozenset({Stage.HANDED_OVER}),
    SessionMove.REOPEN: frozenset({Stage.RESOLVED, Stage.HANDED_OVER, Stage.HANDED_OUT}),
}

# The same stages as the database sees them.
IN_STAGE: dict[Stage, Q] = {
    Stage.OPEN: Q(status=AISession.Status.OPEN),
    Stage.RESOLVED: Q(status=AISession.Status.RESOLVED),
    Stage.HANDED_OVER: Q(status=AISession.Status.ESCALATED, handed_to__isnull=False),
    Stage.HANDED_OUT: Q(status=AISession.Status.ESCALATED, handed_to__isnull=True),
}


def stage(session: AISession) -> Stage:
    """Where this session is."""
    if session.status == AISession.Status.ESCALATED:
        return Stage.HANDED_OVER if session.handed_to_id else Stage.HANDED_OUT
    return Stage(session.status)


def allowing(move: SessionMove) -> Q:
    """Sessions that this move is allowed for, as the condition of its UPDATE."""
    return reduce(or_, (IN_STAGE[stage] for stage in SESSION_MOVES[move]))


# The outcomes of a run, each with the move that writes it.
OUTCOME_OF = {Status.SUCCESS: Move.WORKED, Status.FAILED: Move.FAILED, Status.PARTIAL: Move.PARTIAL}


def phase(fix: SuggestedFix) -> Phase:
    """Where this fix is."""
    if fix.status == Status.PROPOSED:
        return Phase.UNRUN if fix.applied_at is None else Phase.VERIFYING
    return _SETTLED[Status(fix.status)]


def may(fix: SuggestedFix, move: Move) -> bool:
    """Whether this move is allowed from where the fix is."""
    return phase(fix) in MOVES[move]


def active_fix(fixes) -> SuggestedFix | None:
    """The session's newest proposed fix; where there is none, its newest partial one. `fixes` come oldest first."""
    newest_first = list(reversed(fixes))
    for status in (Status.PROPOSED, Status.PARTIAL):
        for fix in newest_first:
            if fix.status == status:
                return fix
    return None


def banner_fix(fixes) -> SuggestedFix | None:
    """The fix that the banner shows: the active one, else the last that was closed."""
    return active_fix(fixes) or max(
        fixes, key=lambda fix: (fix.closed_at is not None, fix.closed_at, fix.created_at), default=None
    )


def waits_for_outcome(fix: SuggestedFix | None) -> bool:
    """Whether it was run and has no final outcome."""
    return fix is not None and phase(fix) in (Phase.VERIFYING, Phase.PARTIAL)


def held_fix(fixes) -> SuggestedFix | None:
    """The fix that “Did the last fix hold?” is about: the last that was run, if it counts as worked."""
    closed = [fix for fix in fixes if fix.status in (Status.SUCCESS, Status.FAILED)]
    last = max(closed, key=lambda fix: fix.closed_at, default=None)
    return last if last is not None and last.status == Status.SUCCESS else None


def nudge_at(fix: SuggestedFix, nudge_minutes: int) -> datetime:
    """When the engineer is asked what came of the run."""
    return fix.applied_at + timedelta(minutes=nudge_minutes)


def banner_mode(fix: SuggestedFix, nudge_minutes: int, now: datetime) -> str:
    """How ProposalBanner shows this fix: proposed, verifying, nudge, partial or closed."""
    if phase(fix) == Phase.VERIFYING:
        return "nudge" if now >= nudge_at(fix, nudge_minutes) else "verifying"
    return {Phase.UNRUN: "proposed", Phase.PARTIAL: "partial"}.get(phase(fix), "closed")


def surface_for(fix: SuggestedFix) -> str:
    """Which of the three exclusive surfaces Apply opens: template, draft or builder."""
    if fix.script_template_id:
        return "template"
    return "draft" if fix.ai_drafted_script else "builder"


def shows_strip(session: AISession, fix: SuggestedFix | None, works: bool) -> bool:
    """Whether the tab strip shows: the session is open, this user may work it, and its active fix needs a script."""
    return (
        session.is_open
        and works
        and fix is not None
        and fix.status not in SuggestedFix.TERMINAL
        and surface_for(fix) == "builder"
    )
