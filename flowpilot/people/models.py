import uuid

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac


class Account(models.Model):
    """A tenant: the company whose engineers work here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(
        max_length=64, default="UTC", help_text="For the text we write, notes and handoffs; pages show local time."
    )
    nudge_minutes = models.PositiveIntegerField(
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 60)],
        help_text="How long a run may wait for its outcome before the engineer is asked for it.",
    )
    share_sessions = models.BooleanField("engineers share sessions", default=False)
    is_demo = models.BooleanField(default=False, editable=False, help_text="Its users sign in to a demo only.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(nudge_minutes__gte=1), name="ck_people_account_nudge_minutes"),
        ]

    def __str__(self):
        return self.name


class Role(models.TextChoices):
    ENGINEER = "engineer", "Engineer"
    ADMIN = "admin", "Admin"
    VIEWER = "viewer", "Viewer"


class UserManager(BaseUserManager):
    def create_user(self, username, password=None, **fields):
        """Creates a user of `fields["account"]`."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username, password=None, **fields):
        """Creates the user who sees every account in admin and no product page."""
        return self.create_user(username, password, is_superuser=True, role=Role.ADMIN, **fields)


class User(AbstractBaseUser):
    """Somebody who works here: belongs to one account; is deactivated, never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="users")
    username = models.CharField(
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": "Somebody already signs in with that name."},
    )
    name = models.CharField(max_length=120, blank=True, help_text="As colleagues know them.")
    email = models.EmailField(blank=True)
    role = models.CharField(max_length=10, choices=Role, default=Role.ENGINEER)
    is_active = models.BooleanField("active", default=True, help_text="Deactivate people instead of deleting them.")
    is_superuser = models.BooleanField(default=False)
    single_keys = models.BooleanField(
        "single-key shortcuts",
        default=True,
        db_default=True,
        help_text="Speech input and a shaking hand set off single keys by accident; who needs to switches them off.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    # Counts "sign out everywhere": a session made before the last one holds no more.
    sign_outs = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []
    objects = UserManager()

    class Meta:
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(
                condition=Q(account__isnull=False) | Q(is_superuser=True), name="ck_people_user_account"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="ck_people_user_role"),
        ]

    def __str__(self):
        return self.name or self.username

    def _get_session_auth_hash(self, secret=None):
        """What every session of this user carries; another password or another count ends them all."""
        salted = f"{self.password}{self.sign_outs or ''}"
        return salted_hmac("flowpilot.people.sign_outs", salted, secret=secret, algorithm="sha256").hexdigest()

    @property
    def is_staff(self) -> bool:
        """Whether Django admin opens for this user; what it shows is `AccountScopedAdmin`'s to say."""
        return self.is_superuser or self.role == Role.ADMIN

    def has_perm(self, perm, obj=None) -> bool:
        """Django's question; only a superuser has permissions of that kind."""
        return self.is_active and self.is_superuser

    def has_module_perms(self, app_label) -> bool:
        """Django's question; admin's own classes narrow the answer."""
        return self.is_active and self.is_staff


class AccessToken(models.Model):
    """Lets a script or an integration use the API as its user. The token itself is stored nowhere, only its hash."""

    class Scope(models.TextChoices):
        READ = "read", "Read"
        WRITE = "write", "Read and write"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    scope = models.CharField(max_length=5, choices=Scope, default=Scope.READ)
    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    begins = models.CharField(max_length=8, help_text="Its first characters, to tell it from others.")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(scope__in=("read", "write")), name="ck_people_accesstoken_scope"),
        ]

    def __str__(self):
        return self.name


class Usage(models.Model):
    """How much of one kind a user, or all of an account, did since a moment: one row for each of them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10)
    of = models.UUIDField(help_text="The user's or the account's id.")
    since = models.BigIntegerField(help_text="When the counting began, in seconds since 1970.")
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "of"], name="ux_people_usage_kind_of")]

    def __str__(self):
        return f"{self.count} of {self.kind}"
