import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class TaskItem(models.Model):
    """A question to ask or a check to do, in the task lane. `group` holds what was asked in one reply."""

    class Kind(models.TextChoices):
        QUESTION = "question", "Question"
        CHECK = "check", "Check"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        ANSWERED = "answered", "Answered"
        DONE = "done", "Done"
        SKIPPED = "skipped", "Skipped"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey("pilot.AISession", models.CASCADE, related_name="tasks")
    group = models.UUIDField()
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.CharField(max_length=500)
    why = models.CharField(max_length=500, blank=True)
    command = models.TextField(blank=True)
    choices = models.JSONField(default=list, blank=True)
    source = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    answer = models.TextField(blank=True, max_length=20_000)
    created_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        db_table = "task_items"
        ordering = ["created_at", "position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True, closed_by__isnull=True)
                | Q(state__in=("answered", "done", "skipped"), closed_at__isnull=False, closed_by__isnull=False),
                name="ck_task_items_state",
            ),
            models.CheckConstraint(condition=Q(kind__in=("question", "check")), name="ck_task_items_kind"),
        ]

    def __str__(self):
        return self.text

    @property
    def form_name(self) -> str:
        """What its form is called where something is wrong with it."""
        return f"task-{self.pk}"
