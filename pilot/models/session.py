import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

# More would not narrow a search any further, and SQLite takes only so deep a condition.
MOST_WORDS = 20


class AISessionQuerySet(models.QuerySet):
    def matching(self, words):
        """Sessions that hold every one of these words somewhere in what identifies a ticket."""
        for word in words.split()[:MOST_WORDS]:
            self = self.filter(
                Q(title__icontains=word)
                | Q(problem__icontains=word)
                | Q(client__icontains=word)
                | Q(ticket_ref__icontains=word)
                | Q(device__icontains=word)
            )
        return self


class AISession(models.Model):
    """One troubleshooting session on one ticket."""

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        RESOLVED = "resolved", "Resolved"
        ESCALATED = "escalated", "Escalated"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey("people.Account", models.CASCADE, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="owned_sessions")
    title = models.CharField(max_length=200)
    problem = models.TextField(blank=True, max_length=20_000)
    client = models.CharField(max_length=120, blank=True)
    ticket_ref = models.CharField("ticket reference", max_length=80, blank=True)
    device = models.CharField(max_length=120, blank=True)
    operating_system = models.CharField(max_length=80, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    state_version = models.PositiveIntegerField(default=1)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="closed_sessions"
    )
    # Who may take an escalated session over; what it was closed with is a Closing.
    handed_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="handed_sessions"
    )
    taken_over_at = models.DateTimeField(null=True, blank=True)
    taken_over_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="taken_over_sessions"
    )
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = AISessionQuerySet.as_manager()

    class Meta:
        db_table = "ai_sessions"
        ordering = ["-created_at", "-id"]
        verbose_name = "AI session"
        indexes = [
            models.Index(fields=["account", "-created_at"], name="ix_ai_sessions_newest"),
            models.Index(fields=["owner", "-created_at"], name="ix_ai_sessions_owner"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="open", closed_at__isnull=True)
                | Q(status__in=("resolved", "escalated"), closed_at__isnull=False),
                name="ck_ai_sessions_status",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="ck_ai_sessions_closed",
            ),
            models.CheckConstraint(
                condition=Q(handed_to__isnull=True) | Q(status="escalated"), name="ck_ai_sessions_handed_to"
            ),
            models.CheckConstraint(
                condition=Q(taken_over_at__isnull=True, taken_over_by__isnull=True)
                | Q(taken_over_at__isnull=False, taken_over_by__isnull=False),
                name="ck_ai_sessions_taken_over",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("pilot:session", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN
