"""Reading a verification command's output: it says which outcome it looks like, and never writes one."""

import uuid
from dataclasses import dataclass

from flowpilot.ai import patterns
from pilot.models import SuggestedFix

# The outcomes that a reading may look like, as a fix has them.
STATUS = {"worked": SuggestedFix.Status.SUCCESS, "failed": SuggestedFix.Status.FAILED}
# A longer paste is read at its beginning; nobody looks further down for one line.
MOST = 20_000


@dataclass(frozen=True)
class Reading:
    """What was pasted, and what it looks like: worked, failed, or nothing that could be read."""

    fix_id: uuid.UUID
    output: str
    outcome: str
    says: str


def read(fix: SuggestedFix, output: str) -> Reading:
    """Compares a pasted output with the pattern that is expected after the fix."""
    try:
        shows = patterns.shows(fix.verify_expected, output[:MOST])
    except (TimeoutError, ValueError):
        return Reading(fix.pk, output, "", "It could not be compared with what is expected. Judge it yourself.")
    if shows:
        return Reading(fix.pk, output, "worked", "This is what is expected after the fix.")
    return Reading(fix.pk, output, "failed", "What is expected after the fix is not in it.")
