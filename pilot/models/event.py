import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone


class SessionEvent(models.Model):
    """One line of the audit trail (the Timeline). Only ever added; its words are `pilot.timeline`'s."""

    class Kind(models.TextChoices):
        SESSION_OPENED = "session_opened", "Session opened"
        SESSION_EDITED = "session_edited", "Ticket edited"
        SESSION_RESOLVED = "session_resolved", "Session resolved"
        SESSION_ESCALATED = "session_escalated", "Session escalated"
        SESSION_TAKEN_OVER = "session_taken_over", "Session taken over"
        HANDOVER_WITHDRAWN = "handover_withdrawn", "Hand-over withdrawn"
        SESSION_REOPENED = "session_reopened", "Session reopened"
        TASKS_ASKED = "tasks_asked", "Tasks asked"
        TASK_ANSWERED = "task_answered", "Task answered"
        TASK_DONE = "task_done", "Task done"
        TASK_SKIPPED = "task_skipped", "Task skipped"
        FIX_PROPOSED = "fix_proposed", "Fix proposed"
        FIX_SUPERSEDED = "fix_superseded", "Fix replaced"
        FIX_DISMISSED = "fix_dismissed", "Fix dismissed"
        FIX_DRAFTED = "fix_drafted", "Script drafted"
        FIX_LINKED = "fix_linked", "Template linked"
        FIX_RUN = "fix_run", "Run declared"
        RUN_WITHDRAWN = "run_withdrawn", "Run withdrawn"
        FIX_WORKED = "fix_worked", "Worked"
        FIX_FAILED = "fix_failed", "Didn't work"
        FIX_PARTIAL = "fix_partial", "Partial"
        OUTCOME_PROPOSED = "outcome_proposed", "Outcome proposed"
        OUTCOME_DECLINED = "outcome_declined", "Outcome not confirmed"
        OUTCOME_CORRECTED = "outcome_corrected", "Outcome corrected"
        TEMPLATE_DRAFTED = "template_drafted", "Template drafted"

    class Via(models.TextChoices):
        PERSON = "person", "Person"
        ASSISTANT = "assistant", "Assistant"
        API = "api", "API"
        SYSTEM = "system", "System"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey("pilot.AISession", models.CASCADE, related_name="events")
    fix = models.ForeignKey("pilot.SuggestedFix", models.CASCADE, null=True, blank=True, related_name="events")
    kind = models.CharField(max_length=30, choices=Kind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    via = models.CharField(max_length=10, choices=Via, default=Via.PERSON)
    data = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "session_events"
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["session", "created_at"], name="ix_session_events_session")]

    def __str__(self):
        return self.get_kind_display()
