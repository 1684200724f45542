from zoneinfo import available_timezones

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import UserChangeForm, UserCreationForm
from django.contrib.auth.models import Group

from flowpilot.people.models import Account, Role, User
from flowpilot.web.admin import EditableAccountScopedAdmin
from flowpilot.web.lines import OneLine

admin.site.unregister(Group)  # roles are ours; nothing reads Django's groups


class AccountForm(forms.ModelForm):
    """An account with a time zone that exists."""

    time_zone = forms.ChoiceField(
        choices=[(name, name) for name in sorted(available_timezones())],
        help_text=Account._meta.get_field("time_zone").help_text,
    )

    class Meta:
        field_classes = {"name": OneLine}


@admin.register(Account)
class AccountAdmin(EditableAccountScopedAdmin):
    """One's own account; only a superuser opens another."""

    account_path = "pk"
    form = AccountForm
    fields = ["name", "time_zone", "nudge_minutes", "share_sessions"]
    list_display = ["name", "time_zone", "nudge_minutes", "share_sessions", "created_at"]
    search_fields = ["name"]

    def has_add_permission(self, request):
        return request.user.is_superuser


class BelongsSomewhere:
    """Asks for an account in words, before the database refuses a user without one."""

    def clean(self):
        cleaned = super().clean()
        account = cleaned.get("account", self.instance.account)
        if cleaned.get("is_superuser") is False and account is None:
            raise forms.ValidationError("Only a superuser belongs to no account.")
        return cleaned


class NewUserForm(BelongsSomewhere, UserCreationForm):
    """A new user with a first password."""

    class Meta(UserCreationForm.Meta):
        model = User
        field_classes = UserCreationForm.Meta.field_classes | {"name": OneLine}


class UserForm(BelongsSomewhere, UserChangeForm):
    """A user as admins edit them; an account keeps an admin who can sign in."""

    class Meta(UserChangeForm.Meta):
        model = User
        field_classes = UserChangeForm.Meta.field_classes | {"name": OneLine}

    def clean(self):
        cleaned = super().clean()
        was_admin = self.instance.is_active and self.instance.role == Role.ADMIN
        stays_admin = cleaned.get("is_active") and cleaned.get("role") == Role.ADMIN
        if self.instance.account_id and was_admin and not stays_admin:
            # Two admins who demote themselves at the same time wait here for one another.
            Account.objects.select_for_update().get(pk=self.instance.account_id)
            admins = User.objects.filter(account=self.instance.account_id, role=Role.ADMIN, is_active=True)
            if not admins.exclude(pk=self.instance.pk).exists():
                raise forms.ValidationError("An account needs an active admin, and this is its last one.")
        return cleaned


@admin.register(User)
class UserAdmin(EditableAccountScopedAdmin, DjangoUserAdmin):
    """The people of one's own account: create, change, deactivate, set a password."""

    account_path = "account"
    form = UserForm
    add_form = NewUserForm
    list_display = ["username", "name", "email", "role", "is_active", "last_login"]
    list_filter = ["role", "is_active"]
    search_fields = ["username", "name", "email"]
    filter_horizontal = []

    def get_fieldsets(self, request, obj=None):
        """What this user may set; accounts and superusers are a superuser's to give."""
        person = ["username", "name", "email", "role"]
        if request.user.is_superuser:
            person += ["account", "is_superuser"]
        if obj is None:
            return [(None, {"fields": [*person, "password1", "password2"]})]
        return [(None, {"fields": ["username", "password", *person[1:], "is_active", "last_login", "created_at"]})]

    def get_readonly_fields(self, request, obj=None):
        """Nobody moves to another account: their sessions and stamps would stay behind."""
        return ["last_login", "created_at", "account"] if obj else []

    def has_change_permission(self, request, obj=None):
        """An admin of an account has no hand in a superuser who belongs to it."""
        return super().has_change_permission(request, obj) and (
            request.user.is_superuser or obj is None or not obj.is_superuser
        )

    def save_model(self, request, obj, form, change):
        """Puts a new user into the account of the admin who made them."""
        if not change and not request.user.is_superuser:
            obj.account_id = request.user.account_id
        super().save_model(request, obj, form, change)
