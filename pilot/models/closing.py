import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Closing(models.Model):
    """What a session was closed with: its resolution notes, or its handoff. It stays when the session opens again."""

    class Kind(models.TextChoices):
        RESOLUTION = "resolution", "Resolution notes"
        HANDOFF = "handoff", "Handoff"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey("pilot.AISession", models.CASCADE, related_name="closings")
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.TextField(help_text="The notes or the summary, as the engineer confirmed them.")
    reason = models.TextField(blank=True)
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    party = models.CharField("outside party", max_length=120, blank=True)
    written_at = models.DateTimeField(default=timezone.now)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        db_table = "session_closings"
        ordering = ["written_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="resolution", to__isnull=True, party="", reason="")
                | (
                    Q(kind="handoff")
                    & ~Q(reason="")
                    & (Q(to__isnull=False, party="") | (Q(to__isnull=True) & ~Q(party="")))
                ),
                name="ck_session_closings_kind",
            ),
        ]

    def __str__(self):
        return self.get_kind_display()

    @property
    def receiver(self) -> str:
        """Who a handoff is for."""
        return str(self.to or self.party)
