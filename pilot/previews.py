"""What the closing dialogs show: text written from the record, and never over what the engineer has edited."""

import hashlib
from dataclasses import dataclass

from pilot import lifecycle, notes
from pilot.actions.closing import may_receive
from pilot.models import AISession, SuggestedFix
from pilot.surfaces import Trouble

WRITERS = {"resolve": notes.resolution_notes, "handoff": notes.handoff_summary}


@dataclass(frozen=True)
class Preview:
    """A text that goes with the closing: what its field shows, and a fresher one where that is edited or old.

    `written` tells the text as we wrote it from one that somebody edited.
    """

    text: str
    written: str
    fresh: str = ""


def _digest(text: str) -> str:
    return hashlib.sha256(text.strip().encode()).hexdigest()


def _answered(kind: str, trouble: Trouble | None) -> tuple[dict, dict]:
    """What was typed into this dialog, and what is wrong with it."""
    mine = trouble is not None and trouble.form == kind
    return (trouble.values, trouble.errors) if mine else ({}, {})


def preview(kind: str, session: AISession, trouble: Trouble | None, field: str) -> Preview:
    """The text of this dialog from fresh rows; what was typed stays, with ours beside it where the two differ."""
    ours = WRITERS[kind](session)
    values, _ = _answered(kind, trouble)
    typed, written = values.get(field, "").replace("\r\n", "\n"), values.get("written", "")
    if not typed or _digest(typed) == written or values.get("fresh") == "replace":
        return Preview(ours, _digest(ours))
    return Preview(typed, written, ours if _digest(ours) not in (written, _digest(typed)) else "")


def resolution(session: AISession, fix: SuggestedFix | None, trouble: Trouble | None) -> dict:
    """What the resolve dialog shows."""
    typed, errors = _answered("resolve", trouble)
    return {
        "preview": preview("resolve", session, trouble, "notes"),
        "outcome": typed.get("outcome", "worked"),
        "outcome_notes": typed.get("outcome_notes", ""),
        "errors": errors,
        "phase": lifecycle.phase(fix).value if fix else "",
    }


def handoff(session: AISession, fix: SuggestedFix | None, trouble: Trouble | None, by) -> dict:
    """What the handoff dialog shows."""
    typed, errors = _answered("handoff", trouble)
    return {
        "preview": preview("handoff", session, trouble, "summary"),
        "reason": typed.get("reason", ""),
        "to": typed.get("to", ""),
        "party": typed.get("party", ""),
        "people": may_receive(by),
        "errors": errors,
        "phase": lifecycle.phase(fix).value if fix else "",
    }


# What was typed into a handoff before its intercept came in between goes through it, hidden.
HANDOFF_FIELDS = ("reason", "to", "party", "summary", "written")


def intercept(fix: SuggestedFix, trouble: Trouble | None) -> dict:
    """What the dialog before the handoff shows: what came of the run?"""
    typed, errors = _answered("escalate", trouble)
    carried = typed or _answered("handoff", trouble)[0]
    return {
        "partial": lifecycle.phase(fix) == lifecycle.Phase.PARTIAL,
        "notes": typed.get("notes", ""),
        "errors": errors,
        "carried": [(name, carried[name]) for name in HANDOFF_FIELDS if carried.get(name)],
    }


def reopening(session: AISession) -> dict:
    """What the reopen dialog shows: the fix that may not have held, if one counts as worked."""
    return {"held": lifecycle.held_fix(session.fixes.all())}
