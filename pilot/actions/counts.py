"""How often a template was run and what came of it, kept beside the template by whoever writes the record."""

from django.db import transaction
from django.db.models import Count, F

from pilot.models import RunStamp, SuggestedFix
from script_builder.models import ScriptTemplate

_COLUMNS = {
    SuggestedFix.Status.SUCCESS: "successes",
    SuggestedFix.Status.FAILED: "failures",
    SuggestedFix.Status.PARTIAL: "partials",
}


def _add(templates, column: str, step: int) -> None:
    ScriptTemplate.objects.filter(pk__in=templates).update(**{column: F(column) + step})


def ran(stamp: RunStamp) -> None:
    """Counts one run."""
    if stamp.template_id:
        _add([stamp.template_id], "runs", 1)


def outcome(fix: SuggestedFix, *, before: str, after: str) -> None:
    """Moves the fix from one outcome's count to another's, for each template that was run for it."""
    templates = set(fix.stamps.standing().exclude(template=None).values_list("template", flat=True))
    _move(templates, before, after)


def withdrawn(gone: list[RunStamp], kept: list[RunStamp], *, before: str, after: str) -> None:
    """Takes back runs, and the outcome that stood on them; what remains has the outcome of before again."""
    for stamp in gone:
        if stamp.template_id:
            _add([stamp.template_id], "runs", -1)
    _move({stamp.template_id for stamp in [*gone, *kept]} - {None}, before, "")
    _move({stamp.template_id for stamp in kept} - {None}, "", after)


def _move(templates, before: str, after: str) -> None:
    if before in _COLUMNS:
        _add(templates, _COLUMNS[before], -1)
    if after in _COLUMNS:
        _add(templates, _COLUMNS[after], 1)


@transaction.atomic
def rebuild(templates=None) -> int:
    """Counts anew from stamps and fixes, for these templates or for all; gives how many stood otherwise.

    The rows are locked first: a run that is declared meanwhile is counted after this, or is in what is counted here.
    """
    rows = ScriptTemplate.objects.select_for_update()
    rows = rows if templates is None else rows.filter(pk__in=templates)
    stood = {row["pk"]: row for row in rows.values("pk", "runs", *_COLUMNS.values()).order_by("pk")}
    counted = {pk: {"pk": pk, "runs": 0, **dict.fromkeys(_COLUMNS.values(), 0)} for pk in stood}
    stamps = RunStamp.objects.standing().exclude(template=None).order_by()
    for pk, runs in stamps.values_list("template").annotate(Count("pk")):
        counted.get(pk, {})["runs"] = runs
    outcomes = stamps.filter(fix__status__in=_COLUMNS)
    for pk, status, fixes in outcomes.values_list("template", "fix__status").annotate(Count("fix", distinct=True)):
        counted.get(pk, {})[_COLUMNS[status]] = fixes
    wrong = [counts for pk, counts in counted.items() if counts != stood[pk]]
    for counts in wrong:
        ScriptTemplate.objects.filter(pk=counts.pop("pk")).update(**counts)
    return len(wrong)
