import uuid

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.safestring import mark_safe

from flowpilot.people import limits
from flowpilot.replies.shown import Part, Shown, label
from flowpilot.web.blocks import Blocks
from flowpilot.web.http import LimitReached, WrongState


class Reply(models.Model):
    """An assistant's words, generated once; how it moves is `flowpilot.replies.engine`'s alone."""

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        STOPPED = "stopped", "Stopped"
        INTERRUPTED = "interrupted", "Interrupted"
        FAILED = "failed", "Failed"

    LIVE = (State.QUEUED, State.RUNNING)
    FINAL = (State.DONE, State.STOPPED, State.INTERRUPTED, State.FAILED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey("people.Account", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=[("session", "Session"), ("builder", "Builder")])
    conversation = models.UUIDField(help_text="The id of the session that it belongs to.")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    worker = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    stop_requested_at = models.DateTimeField(null=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    html_version = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    usage = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "ai_replies"
        ordering = ["created_at", "id"]
        verbose_name_plural = "replies"
        indexes = [
            models.Index(fields=["created_at"], condition=Q(state="queued"), name="ix_ai_replies_queued"),
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="ix_ai_replies_leases"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="running", worker__isnull=False, lease_until__isnull=False)
                | (~Q(state="running") & Q(worker__isnull=True, lease_until__isnull=True)),
                name="ck_ai_replies_running",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("queued", "running"), finished_at__isnull=True)
                | Q(state__in=("done", "stopped", "interrupted", "failed"), finished_at__isnull=False),
                name="ck_ai_replies_state",
            ),
            models.UniqueConstraint(
                fields=["conversation"], condition=Q(state="running"), name="ux_ai_replies_one_running"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} reply, {self.get_state_display().lower()}"

    @property
    def is_live(self) -> bool:
        """Whether more may still come."""
        return self.state in self.LIVE

    def expect_over(self) -> None:
        """Refuses to ask again (WrongState, `reply_not_over`) while more may come, or where all has come."""
        if self.is_live or self.state == self.State.DONE:
            raise WrongState("reply_not_over", "That reply is complete or still under way.")

    @property
    def label(self) -> str:
        """The words under it that say how it stands."""
        return label(self.state, self.error)

    @cached_property
    def shown(self) -> Part:
        """What may be seen of it by now; costs a query only while it is live."""
        if not self.is_live:
            return Part(mark_safe(self.html), "", len(self.text))
        shown = Shown(Blocks("".join(self.pieces.order_by("start").values_list("text", flat=True))))
        return shown.part(len(shown.blocks.text))


class Piece(models.Model):
    """Some characters of a running reply; `start` is where in the reply's text they begin."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reply = models.ForeignKey(Reply, models.CASCADE, related_name="pieces")
    start = models.PositiveIntegerField()
    text = models.TextField()

    class Meta:
        db_table = "ai_reply_pieces"
        ordering = ["start"]
        constraints = [models.UniqueConstraint(fields=["reply", "start"], name="ux_ai_reply_pieces_start")]

    def __str__(self):
        return f"Characters from {self.start}"


class KeyReused(ValueError):
    """The same key was sent with another text."""


class TurnQuerySet(models.QuerySet):
    def ask(self, session, by, text, key):
        """Posts a user's message and asks for its reply; the one place that does.

        The same key with the same text gives the turn that is there already, so a repeated send posts once; with
        another text it raises KeyReused. Must not run inside a transaction that would be lost with a collision.
        """
        try:
            with transaction.atomic():
                turn = self.create(session=session, role=Turn.Role.USER, author=by, text=text, key=key)
                self.ask_next(session, by)
        except IntegrityError:
            turn = self.filter(session=session, author=by, key=key).first()
            if turn is None:
                raise
            if turn.text != text:
                raise KeyReused("That message was already sent with another text.") from None
        return turn

    def ask_next(self, session, by, retry_of=None):
        """Asks for a reply to what the conversation holds by now; gives the assistant's turn.

        A turn is retried once: asked again, the same turn comes back. Raises LimitReached where the user or the account
        has asked for too many replies in this hour.
        """
        from flowpilot.replies.engine import wake

        try:
            with transaction.atomic():
                reply = Reply.objects.create(
                    account_id=session.account_id, kind=self.model.REPLY_KIND, conversation=session.pk, asked_by=by
                )
                turn = self.create(session=session, role=Turn.Role.ASSISTANT, reply=reply, retry_of=retry_of)
                limits.spend(limits.REPLIES, by)
                transaction.on_commit(wake)
        except IntegrityError:
            turn = self.filter(retry_of=retry_of).first() if retry_of else None
            if turn is None:
                raise
        return turn

    def ask_further(self, session, by):
        """Asks for the assistant's next step where that may be asked for; otherwise says so in the conversation.

        For what was done on the record, which stands in either case.
        """
        try:
            self.ask_next(session, by)
        except LimitReached as reached:
            self.note(session, f"No next step was asked for. {reached.message}")

    def note(self, session, text):
        """Adds one system line to the transcript."""
        return self.create(session=session, role=Turn.Role.NOTE, text=text)


class Turn(models.Model):
    """One turn of a conversation. An assistant's words live in its reply alone."""

    REPLY_KIND: str  # each subclass names its reply kind, and adds `session`

    class Role(models.TextChoices):
        USER = "user", "User"
        ASSISTANT = "assistant", "Assistant"
        NOTE = "note", "Note"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    role = models.CharField(max_length=10, choices=Role)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField(blank=True)
    key = models.CharField(max_length=64, null=True, blank=True, help_text="The sender's own name for this message.")
    reply = models.OneToOneField(Reply, models.PROTECT, null=True, blank=True, related_name="%(class)s")
    retry_of = models.OneToOneField("self", models.SET_NULL, null=True, blank=True, related_name="retry")
    created_at = models.DateTimeField(default=timezone.now)

    objects = TurnQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["session", "author", "key"], name="ux_%(class)s_key"),
            models.CheckConstraint(
                condition=Q(role="user", author__isnull=False, reply__isnull=True)
                | Q(role="assistant", author__isnull=True, reply__isnull=False, text="")
                | Q(role="note", author__isnull=True, reply__isnull=True),
                name="ck_%(class)s_role",
            ),
        ]

    def __str__(self):
        return f"{self.get_role_display()}: {self.text[:60]}"
