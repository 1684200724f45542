import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from script_builder.models.language import Language
from script_builder.reliability import lower_bound


class Risk(models.TextChoices):
    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"


class RunAs(models.TextChoices):
    UNSAID = "", "Not said"
    USER = "user", "User"
    SYSTEM = "SYSTEM", "SYSTEM"
    ROOT = "root", "root"


class ScriptTemplateQuerySet(models.QuerySet):
    def of(self, account):
        """The account's library."""
        return self.filter(account=account)

    def current(self):
        """Those that are offered: not archived."""
        return self.filter(archived_at__isnull=True)

    def ranked(self):
        """The most reliable first."""
        return self.order_by("-reliability", "name", "id")


class ScriptTemplate(models.Model):
    """A reusable, parameterised script in the account's library. Its text lives in its versions."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey("people.Account", models.CASCADE, related_name="script_templates")
    library_key = models.CharField(
        max_length=80, null=True, blank=True, help_text="Which of our own library's scripts this one came from."
    )
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    category = models.CharField(max_length=80, blank=True)
    tags = models.JSONField(default=list, blank=True)
    language = models.CharField(max_length=12, choices=Language, default=Language.POWERSHELL)
    run_as = models.CharField(max_length=10, choices=RunAs, blank=True, default=RunAs.UNSAID)
    needs_admin = models.BooleanField(default=False)
    reboots = models.BooleanField(default=False)
    risk = models.CharField(max_length=10, choices=Risk, default=Risk.MEDIUM)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    source_fix = models.OneToOneField(
        "pilot.SuggestedFix", models.SET_NULL, null=True, blank=True, related_name="draft_template"
    )
    # Counts of real runs, written by whoever stamps them.
    runs = models.PositiveIntegerField(default=0)
    successes = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    partials = models.PositiveIntegerField(default=0)
    # Computed by the database itself, so that it can never disagree with the counts.
    reliability = models.GeneratedField(
        expression=lower_bound("successes", "failures", "partials"),
        output_field=models.FloatField(),
        db_persist=True,
    )
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    archived_at = models.DateTimeField(null=True, blank=True)
    archived_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ScriptTemplateQuerySet.as_manager()

    class Meta:
        db_table = "script_templates"
        ordering = ["name", "id"]
        indexes = [
            models.Index(
                fields=["account", "archived_at", "-reliability", "name", "id"], name="ix_script_templates_ranked"
            ),
            models.Index(fields=["account", "category"], name="ix_script_templates_category"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(archived_at__isnull=True, archived_by__isnull=True)
                | Q(archived_at__isnull=False, archived_by__isnull=False),
                name="ck_script_templates_archived",
            ),
            models.UniqueConstraint(fields=["account", "library_key"], name="ux_script_templates_library_key"),
            models.CheckConstraint(condition=Q(language__in=Language.values), name="ck_script_templates_language"),
            models.CheckConstraint(condition=Q(status__in=("draft", "published")), name="ck_script_templates_status"),
            models.CheckConstraint(condition=Q(risk__in=Risk.values), name="ck_script_templates_risk"),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self) -> str:
        """The template's page."""
        return reverse("script_builder:template", args=[self.pk])

    @property
    def outcomes(self) -> int:
        """How many fixes that it was run for came to an outcome."""
        return self.successes + self.failures + self.partials

    @property
    def is_archived(self) -> bool:
        """Whether it was put away: no longer offered, still there for what names it."""
        return self.archived_at is not None

    @property
    def newest(self) -> "ScriptTemplateVersion":
        """The version that a new run uses."""
        return self.versions.order_by("-number").first()


class ScriptTemplateVersion(models.Model):
    """One text of a template with its parameters. Never changed once written."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    template = models.ForeignKey(ScriptTemplate, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    parameters = models.JSONField(default=dict, blank=True, help_text="Name to type, label, required, default, …")
    note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        db_table = "script_template_versions"
        ordering = ["template", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="ux_script_template_versions_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="ck_script_template_versions_number"),
            models.CheckConstraint(condition=~Q(text=""), name="ck_script_template_versions_text"),
        ]

    def __str__(self):
        return f"{self.template}, version {self.number}"
