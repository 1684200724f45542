from django.contrib import admin

from flowpilot.web.admin import AccountScopedAdmin, AccountScopedInline, AccountScopedTable
from script_builder.models import ScriptBuilderMessage, ScriptBuilderSession, ScriptTemplate, ScriptTemplateVersion


class MessageInline(AccountScopedTable):
    model = ScriptBuilderMessage
    fields = ["created_at", "role", "author", "words"]
    readonly_fields = ["words"]

    def get_queryset(self, request):
        """Messages with the replies that hold the assistant's words."""
        return super().get_queryset(request).select_related("reply", "author")

    def words(self, message):
        """What was said."""
        return message.reply.text if message.reply else message.text


@admin.register(ScriptBuilderSession)
class ScriptBuilderSessionAdmin(AccountScopedAdmin):
    """Everybody's drafting sessions; nowhere else does one see another's."""

    account_path = "account"
    list_display = ["__str__", "user", "origin", "language", "ai_session", "updated_at"]
    list_select_related = ["user", "ai_session"]
    list_filter = ["origin", "language", "user"]
    search_fields = ["title", "user__username", "user__name", "ai_session__title"]
    inlines = [MessageInline]


class VersionInline(AccountScopedInline):
    model = ScriptTemplateVersion
    fields = ["number", "note", "text", "parameters", "created_at", "created_by"]


@admin.register(ScriptTemplate)
class ScriptTemplateAdmin(AccountScopedAdmin):
    """The library with every version of its scripts."""

    account_path = "account"
    list_display = ["name", "category", "language", "risk", "status", "runs", "successes", "failures", "partials"]
    list_filter = ["status", "language", "risk", "category"]
    search_fields = ["name", "description", "category"]
    inlines = [VersionInline]
