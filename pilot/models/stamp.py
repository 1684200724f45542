import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class RunStampQuerySet(models.QuerySet):
    def standing(self):
        """Stamps that were not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)


class RunStamp(models.Model):
    """What was run, exactly, by whom and when, on the engineer's word."""

    class Kind(models.TextChoices):
        TEMPLATE = "template", "Template"
        DRAFT = "draft", "Draft"
        BY_HAND = "by_hand", "By hand"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    fix = models.ForeignKey("pilot.SuggestedFix", models.CASCADE, related_name="stamps")
    kind = models.CharField(max_length=10, choices=Kind)
    run_round = models.PositiveSmallIntegerField(default=1)
    text = models.TextField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, null=True, blank=True)
    template = models.ForeignKey(
        "script_builder.ScriptTemplate", models.RESTRICT, null=True, blank=True, related_name="stamps"
    )
    template_version = models.ForeignKey(
        "script_builder.ScriptTemplateVersion", models.RESTRICT, null=True, blank=True, related_name="stamps"
    )
    parameters = models.JSONField(default=dict, blank=True, help_text="As given; a secret's value is never here.")
    note = models.TextField(blank=True, max_length=5000)
    ran_at = models.DateTimeField(default=timezone.now)
    ran_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = RunStampQuerySet.as_manager()

    class Meta:
        db_table = "run_stamps"
        ordering = ["ran_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="by_hand", text__isnull=True, sha256__isnull=True)
                | Q(kind__in=("template", "draft"), text__isnull=False, sha256__isnull=False),
                name="ck_run_stamps_text",
            ),
            models.CheckConstraint(
                condition=Q(kind="template", template__isnull=False, template_version__isnull=False)
                | Q(kind__in=("draft", "by_hand"), template__isnull=True, template_version__isnull=True),
                name="ck_run_stamps_template",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="ck_run_stamps_withdrawn",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.sha256[:12] if self.sha256 else ''}".strip()
