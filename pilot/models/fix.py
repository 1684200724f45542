import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from script_builder.models import Language, Risk, RunAs


class SuggestedFix(models.Model):
    """A fix that the AI proposes. Its moves are the table in `pilot.lifecycle`; nothing else writes its status."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        SUCCESS = "applied_success", "Worked"
        FAILED = "applied_failed", "Didn't work"
        PARTIAL = "applied_partial", "Partial"
        DISMISSED = "dismissed", "Dismissed"

    class Reason(models.TextChoices):
        ENGINEER = "engineer", "Dismissed by the engineer"
        SUPERSEDED = "superseded", "Replaced by another fix"
        SESSION_RESOLVED = "session_resolved", "The session was resolved"

    TERMINAL = (Status.SUCCESS, Status.FAILED, Status.DISMISSED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey("pilot.AISession", models.CASCADE, related_name="fixes")
    source = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=200)
    why = models.TextField(blank=True)
    description = models.TextField(blank=True)
    confidence = models.PositiveSmallIntegerField(default=50)
    risk = models.CharField(max_length=10, choices=Risk, default=Risk.MEDIUM)
    language = models.CharField(max_length=12, choices=Language, default=Language.POWERSHELL)
    run_as = models.CharField(max_length=10, choices=RunAs, blank=True, default=RunAs.UNSAID)
    needs_admin = models.BooleanField(default=False)
    reboots = models.BooleanField(default=False)
    warnings = models.JSONField(default=list, blank=True)
    script_template = models.ForeignKey(
        "script_builder.ScriptTemplate", models.RESTRICT, null=True, blank=True, related_name="fixes"
    )
    template_values = models.JSONField(default=dict, blank=True, help_text="What the AI suggests to fill in.")
    ai_drafted_script = models.TextField(null=True, blank=True)
    ai_drafted_parameters = models.JSONField(null=True, blank=True)
    verify_command = models.TextField(blank=True)
    verify_expected = models.CharField(max_length=500, blank=True)
    verify_wait_minutes = models.PositiveSmallIntegerField(default=0)

    status = models.CharField(max_length=20, choices=Status, default=Status.PROPOSED)
    version = models.PositiveIntegerField(default=1)
    run_round = models.PositiveSmallIntegerField(
        default=1, help_text="Counts up with each outcome; a stamp carries the round it was made in."
    )
    engaged_at = models.DateTimeField(null=True, blank=True)
    engaged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    applied_at = models.DateTimeField(null=True, blank=True)
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    outcome_notes = models.TextField(blank=True, max_length=5000)
    # What the assistant makes of what was reported, until the engineer confirms it, puts it off or says otherwise.
    ai_outcome_proposal = models.CharField(max_length=20, choices=Status, blank=True, default="", db_default="")
    ai_outcome_evidence = models.TextField(blank=True, default="", db_default="")
    ai_outcome_proposed_at = models.DateTimeField(null=True, blank=True)
    ai_outcome_proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    dismissed_reason = models.CharField(max_length=20, choices=Reason, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "session_suggested_fixes"
        ordering = ["created_at", "id"]
        verbose_name_plural = "suggested fixes"
        constraints = [
            models.UniqueConstraint(
                fields=["session"], condition=Q(status="proposed"), name="ux_session_suggested_fixes_one_proposed"
            ),
            models.CheckConstraint(
                condition=Q(status="proposed")
                | Q(status__in=("applied_success", "applied_failed", "applied_partial"), applied_at__isnull=False)
                | Q(status="dismissed", applied_at__isnull=True),
                name="ck_session_suggested_fixes_status",
            ),
            models.CheckConstraint(
                condition=Q(status="dismissed", dismissed_reason__in=("engineer", "superseded", "session_resolved"))
                | (~Q(status="dismissed") & Q(dismissed_reason="")),
                name="ck_session_suggested_fixes_dismissed",
            ),
            models.CheckConstraint(
                condition=~Q(status="applied_partial") | ~Q(outcome_notes=""),
                name="ck_session_suggested_fixes_partial_notes",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("proposed", "applied_partial"), closed_at__isnull=True)
                | Q(status__in=("applied_success", "applied_failed", "dismissed"), closed_at__isnull=False),
                name="ck_session_suggested_fixes_terminal",
            ),
            models.CheckConstraint(
                condition=Q(ai_outcome_proposal="", ai_outcome_evidence="", ai_outcome_proposed_at__isnull=True)
                | Q(
                    ai_outcome_proposal__in=("applied_success", "applied_failed", "applied_partial"),
                    ai_outcome_proposed_at__isnull=False,
                    status="proposed",
                    applied_at__isnull=False,
                ),
                name="ck_session_suggested_fixes_ai_outcome",
            ),
            models.CheckConstraint(
                condition=Q(confidence__gte=0, confidence__lte=100), name="ck_session_suggested_fixes_confidence"
            ),
            models.CheckConstraint(condition=Q(risk__in=Risk.values), name="ck_session_suggested_fixes_risk"),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{pair}_at__isnull": True, f"{pair}_by__isnull": True})
                    | Q(**{f"{pair}_at__isnull": False, f"{pair}_by__isnull": False}),
                    name=f"ck_session_suggested_fixes_{pair}",
                )
                for pair in ("engaged", "applied", "closed", "ai_outcome_proposed")
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def proposal_key(self) -> str:
        """Which outcome proposal stands: what a form sends back to confirm the one that it shows."""
        return self.ai_outcome_proposed_at.isoformat() if self.ai_outcome_proposed_at else ""
