"""The assistant's outcome proposal: what it makes of what was reported. Only the engineer's word writes an outcome."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from flowpilot.ai.tools import ProposeOutcome
from flowpilot.people.models import User
from flowpilot.web.http import WrongState
from pilot.actions import fixes
from pilot.actions.record import NO_PROPOSAL, Via, fix_changed, hold_open, write
from pilot.lifecycle import IN_PHASE, OUTCOME_OF, Phase, active_fix, phase
from pilot.models import AISession, SessionEvent, SuggestedFix

_STATUSES = {
    "worked": SuggestedFix.Status.SUCCESS,
    "failed": SuggestedFix.Status.FAILED,
    "partial": SuggestedFix.Status.PARTIAL,
}


@transaction.atomic
def propose(*, session: AISession, call: ProposeOutcome, by: User) -> None:
    """Puts the assistant's reading of a run on the banner, in the place of an earlier one.

    The fix's version stays: a form in which somebody writes the outcome meanwhile still holds. Raises WrongState
    (`nothing_to_verify`) where no run waits for its outcome.
    """
    hold_open(session, changes=False)
    fix = active_fix(session.fixes.all())
    if fix is None or phase(fix) != Phase.VERIFYING:
        raise WrongState("nothing_to_verify", "no run waits for its outcome.")
    standing = SuggestedFix.objects.filter(IN_PHASE[Phase.VERIFYING], pk=fix.pk)
    standing.update(
        ai_outcome_proposal=_STATUSES[call.outcome],
        ai_outcome_evidence=call.evidence,
        ai_outcome_proposed_at=timezone.now(),
        ai_outcome_proposed_by=by,
    )
    said = {"outcome": _STATUSES[call.outcome], "notes": call.evidence}
    write(session, SessionEvent.Kind.OUTCOME_PROPOSED, by=by, via=Via.ASSISTANT, fix=fix, **said)


def _expect_proposal(fix: SuggestedFix, seen: datetime | None) -> None:
    """Refuses what was said to a proposal that is not the standing one any more."""
    if not fix.ai_outcome_proposal or fix.ai_outcome_proposed_at != seen:
        raise fix_changed()


@transaction.atomic
def confirm(*, fix: SuggestedFix, version: int, by: User, seen: datetime | None, via: Via = Via.PERSON) -> None:
    """Writes the proposed outcome, with the evidence as its notes. `seen` is when the shown proposal was made."""
    hold_open(fix.session, changes=False)
    fix.refresh_from_db(fields=["ai_outcome_proposal", "ai_outcome_evidence", "ai_outcome_proposed_at"])
    _expect_proposal(fix, seen)
    move = OUTCOME_OF[SuggestedFix.Status(fix.ai_outcome_proposal)]
    fixes.write_outcome(fix=fix, version=version, by=by, move=move, notes=fix.ai_outcome_evidence, via=via)


@transaction.atomic
def decline(*, fix: SuggestedFix, by: User, seen: datetime | None, via: Via = Via.PERSON) -> None:
    """Not yet: takes the proposal away and leaves the run as it is."""
    hold_open(fix.session, changes=False)
    standing = SuggestedFix.objects.filter(pk=fix.pk, ai_outcome_proposed_at=seen).exclude(ai_outcome_proposal="")
    if standing.update(**NO_PROPOSAL) != 1:
        raise fix_changed()
    write(fix.session, SessionEvent.Kind.OUTCOME_DECLINED, by=by, via=via, fix=fix, outcome=fix.ai_outcome_proposal)
