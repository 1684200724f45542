from django.contrib import admin
from django.utils import timezone
from django.utils.html import format_html_join

from flowpilot.web.admin import AccountScopedAdmin, AccountScopedInline, AccountScopedTable
from pilot.deletion import delete_whole
from pilot.models import AISession, ChatMessage, RunStamp, SessionEvent, SuggestedFix, TaskItem


class MessageInline(AccountScopedTable):
    model = ChatMessage
    fields = ["created_at", "role", "author", "words"]
    readonly_fields = ["words"]

    def get_queryset(self, request):
        """Messages with the replies that hold the assistant's words."""
        return super().get_queryset(request).select_related("reply", "author")

    def words(self, message):
        """What was said."""
        return message.reply.text if message.reply else message.text


class TaskInline(AccountScopedTable):
    model = TaskItem
    fields = ["created_at", "kind", "text", "state", "answer", "closed_at", "closed_by"]


class FixInline(AccountScopedInline):
    model = SuggestedFix
    fk_name = "session"
    fields = [
        *["created_at", "title", "status", "confidence", "risk", "script_template", "applied_at", "applied_by"],
        *["stamped", "outcome_notes", "dismissed_reason", "closed_at", "closed_by"],
    ]
    readonly_fields = ["stamped"]

    def get_queryset(self, request):
        """Fixes with their stamps."""
        return super().get_queryset(request).prefetch_related("stamps__ran_by", "stamps__template_version__template")

    @admin.display(description="run stamps")
    def stamped(self, fix):
        """One line a run; the fix's own page shows the texts."""
        return format_html_join(
            "",
            "<div>{} by {}: {} {}{}</div>",
            (
                (
                    timezone.localtime(stamp.ran_at).strftime("%Y-%m-%d %H:%M"),
                    stamp.ran_by,
                    stamp.get_kind_display(),
                    f"{stamp.template_version or ''} {stamp.sha256 or ''}".strip() or stamp.note,
                    " (withdrawn)" if stamp.withdrawn_at else "",
                )
                for stamp in fix.stamps.all()
            ),
        )


class EventInline(AccountScopedTable):
    model = SessionEvent
    fields = ["created_at", "kind", "by", "via", "fix", "data"]


@admin.register(AISession)
class AISessionAdmin(AccountScopedAdmin):
    """A session with all that belongs to it. Only a superuser deletes one, and only whole."""

    account_path = "account"
    list_display = ["title", "status", "owner", "client", "ticket_ref", "created_at", "closed_at"]
    list_select_related = ["owner"]
    list_filter = ["status", "owner", "created_at"]
    date_hierarchy = "created_at"
    search_fields = ["title", "problem", "client", "ticket_ref", "device", "owner__username", "owner__name"]
    inlines = [FixInline, TaskInline, MessageInline, EventInline]

    def has_delete_permission(self, request, obj=None):
        return request.user.is_superuser

    def get_deleted_objects(self, objs, request):
        """What goes along; parts that nobody deletes by themselves do not stand in the way of the whole."""
        going, counts, _perms_needed, protected = super().get_deleted_objects(objs, request)
        return going, counts, set(), protected

    def delete_model(self, request, obj):
        delete_whole(AISession.objects.filter(pk=obj.pk))

    def delete_queryset(self, request, queryset):
        delete_whole(queryset)


class StampInline(AccountScopedInline):
    model = RunStamp
    fields = [
        *["ran_at", "ran_by", "kind", "template_version", "parameters", "text", "sha256", "note"],
        *["withdrawn_at", "withdrawn_by"],
    ]


class FixEventInline(EventInline):
    fields = ["created_at", "kind", "by", "via", "data"]


@admin.register(SuggestedFix)
class SuggestedFixAdmin(AccountScopedAdmin):
    """A fix with what was run, to the letter."""

    account_path = "session__account"
    list_display = ["title", "status", "session", "applied_at", "applied_by", "created_at"]
    list_select_related = ["session", "applied_by"]
    list_filter = ["status", "risk", "language"]
    search_fields = ["title", "session__title", "session__ticket_ref"]
    inlines = [StampInline, FixEventInline]
