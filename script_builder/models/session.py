import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from script_builder.deletion import inline_goes_standalone_stays
from script_builder.models.language import Language


class Origin(models.TextChoices):
    STANDALONE = "standalone", "Standalone"
    PILOT_INLINE = "pilot_inline", "Inline"


class ScriptBuilderSessionQuerySet(models.QuerySet):
    def of(self, user, *, include_inline=False):
        """This user's own drafting sessions; standalone ones, unless all are asked for."""
        sessions = self.filter(user=user)
        return sessions if include_inline else sessions.filter(origin=Origin.STANDALONE)


class ScriptBuilderSession(models.Model):
    """A drafting session: one buffer, in one language, of one user."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey("people.Account", models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="script_builder_sessions")
    ai_session = models.ForeignKey(
        "pilot.AISession",
        inline_goes_standalone_stays,
        null=True,
        blank=True,
        related_name="script_builder_sessions",
        verbose_name="AI session",
    )
    source_fix = models.ForeignKey(
        "pilot.SuggestedFix", models.SET_NULL, null=True, blank=True, related_name="script_builder_sessions"
    )
    template = models.ForeignKey(
        "script_builder.ScriptTemplate", models.SET_NULL, null=True, blank=True, related_name="builder_sessions"
    )
    made_from = models.ForeignKey(
        "script_builder.ScriptTemplateVersion",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="The version of its template that this script began as, or was saved as last.",
    )
    origin = models.CharField(
        max_length=20, choices=Origin, default=Origin.STANDALONE, db_default=Origin.STANDALONE.value
    )
    title = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True, default="", db_default="", help_text="What the scaffold's comments say.")
    language = models.CharField(max_length=12, choices=Language, default=Language.POWERSHELL)
    buffer = models.TextField(blank=True)
    scaffold = models.TextField(blank=True, help_text="What the buffer began as; a buffer equal to it is untouched.")
    buffer_revision = models.PositiveIntegerField(default=0)
    # A buffer that was left over when drafting turned to another fix; offered as "Use the earlier draft".
    earlier_buffer = models.TextField(blank=True, default="", db_default="")
    turned_at = models.DateTimeField(
        default=timezone.now, db_default=Now(), help_text="When it began to draft for the fix that it drafts for now."
    )
    parameters = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ScriptBuilderSessionQuerySet.as_manager()

    class Meta:
        db_table = "script_builder_sessions"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(language__in=Language.values), name="ck_script_builder_sessions_language"
            ),
            models.CheckConstraint(condition=Q(origin__in=Origin.values), name="ck_script_builder_sessions_origin"),
            models.CheckConstraint(
                condition=~Q(origin="pilot_inline") | Q(ai_session__isnull=False),
                name="ck_script_builder_sessions_origin_ai_session",
            ),
            models.UniqueConstraint(
                fields=["user", "ai_session"],
                condition=Q(origin="pilot_inline"),
                name="ux_script_builder_sessions_pilot_inline",
            ),
            models.UniqueConstraint(
                fields=["user", "source_fix"],
                condition=Q(origin="standalone", source_fix__isnull=False),
                name="ux_script_builder_sessions_source_fix",
            ),
        ]

    def __str__(self):
        return self.title or "Untitled script"

    @property
    def is_untouched(self) -> bool:
        """Whether nobody has written anything: the buffer is blank or its own scaffold."""
        return not self.buffer.strip() or self.buffer == self.scaffold

    @property
    def has_progress(self) -> bool:
        """Whether a draft is in progress for the present fix: something is written, or the AI was asked for it."""
        return not self.is_untouched or self.messages.filter(role="user", created_at__gte=self.turned_at).exists()

    def page_url(self) -> str:
        """The page on which it is worked: its own, or for an inline one its AI session's tab."""
        if self.origin == Origin.PILOT_INLINE:
            return f"{self.ai_session.get_absolute_url()}?tab=script_builder"
        return reverse("script_builder:session", args=[self.pk])
