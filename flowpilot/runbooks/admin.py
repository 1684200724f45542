from django import forms
from django.contrib import admin, messages
from django.utils import timezone

from flowpilot.ai import checking, library
from flowpilot.runbooks.models import AccountRunbook
from flowpilot.web.admin import EditableAccountScopedAdmin


class RunbookForm(forms.ModelForm):
    """A runbook's text; it belongs to the account of whoever writes it, unless a superuser says otherwise."""

    account_id = None

    class Meta:
        model = AccountRunbook
        fields = ["account", "text", "is_active"]
        widgets = {"text": forms.Textarea(attrs={"rows": 40, "cols": 120, "spellcheck": "false"})}

    def clean(self):
        """Sets the account before the model looks for another runbook of its number."""
        if self.instance.account_id is None and self.account_id:
            self.instance.account_id = self.account_id
        return super().clean()


@admin.register(AccountRunbook)
class AccountRunbookAdmin(EditableAccountScopedAdmin):
    """The account's own runbooks: add, change, put out of use."""

    account_path = "account"
    form = RunbookForm
    list_display = ["number", "title", "is_active", "updated_at", "updated_by"]
    list_select_related = ["updated_by"]
    list_filter = ["is_active"]
    search_fields = ["number", "title", "text"]

    def get_form(self, request, obj=None, **kwargs):
        """The form, which knows whose account it is for."""
        form = super().get_form(request, obj, **kwargs)
        form.account_id = request.user.account_id
        return form

    def get_fields(self, request, obj=None):
        """What is written, then who wrote it; a superuser says for which account."""
        written = ["text", "is_active"]
        if obj is None:
            return ["account", *written] if request.user.is_superuser else written
        return ["number", "title", *written, "created_at", "created_by", "updated_at", "updated_by"]

    def get_readonly_fields(self, request, obj=None):
        """What the text and the moment say."""
        return ["number", "title", "created_at", "created_by", "updated_at", "updated_by"] if obj else []

    def save_model(self, request, obj, form, change):
        """Keeps who wrote it and when, and tells what the text is thin in."""
        obj.updated_at, obj.updated_by = timezone.now(), request.user
        if not change:
            obj.created_at, obj.created_by = obj.updated_at, request.user
        super().save_model(request, obj, form, change)
        if lacks := checking.thin(library.parse(obj.text)):
            messages.warning(request, f"{obj.number} is in use, and could do with more: {'; '.join(lacks)}.")
