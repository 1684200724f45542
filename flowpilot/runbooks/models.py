import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from flowpilot.ai import checking, library
from flowpilot.people.models import Account

MAX_TEXT = 50_000


class AccountRunbookQuerySet(models.QuerySet):
    def texts(self, account) -> tuple[str, ...]:
        """The texts of an account's runbooks that are in use, as a brief carries them; `account` may be its id."""
        return tuple(self.filter(account=account, is_active=True).order_by("number").values_list("text", flat=True))


class AccountRunbook(models.Model):
    """A runbook of an account's own, in the format of our library; it wins over ours with the same number."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    number = models.CharField(max_length=3, editable=False)
    title = models.CharField(max_length=200, editable=False)
    text = models.TextField(
        max_length=MAX_TEXT,
        help_text="YAML in the format of docs/runbooks.md; begin with a copy of docs/runbook-template.yaml.",
    )
    is_active = models.BooleanField(
        "active", default=True, help_text="Whether the assistant uses it. Put it out of use instead of deleting it."
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)

    objects = AccountRunbookQuerySet.as_manager()

    class Meta:
        db_table = "account_runbooks"
        ordering = ["number"]
        verbose_name = "runbook"
        constraints = [
            models.UniqueConstraint(fields=["account", "number"], name="ux_account_runbooks_number"),
        ]

    def __str__(self):
        return f"{self.number} {self.title}"

    def clean(self):
        """Reads number and title from the text; refuses a text that does not hold, naming line and field."""
        self.text = self.text.replace("\r\n", "\n")
        if wrong := checking.problems(self.text):
            raise ValidationError({"text": [str(problem) for problem in wrong]})
        book = library.parse(self.text)
        self.number, self.title = book.number, book.title
        others = AccountRunbook.objects.filter(account=self.account_id, number=self.number).exclude(pk=self.pk)
        if self.account_id and others.exists():
            raise ValidationError({"text": f"number: you have a runbook {self.number} already. Change that one."})
