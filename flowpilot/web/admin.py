"""Django admin narrowed to one's own account, and to reading: the record moves only through its actions."""

from django.contrib import admin
from django.contrib.auth.views import LogoutView, redirect_to_login
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.shortcuts import redirect


class Site(admin.AdminSite):
    """Django's admin site with our own way in and out."""

    site_header = site_title = "FlowPilot admin"
    index_title = "Inspect"

    def get_urls(self):
        """Django's addresses but one: "view on site" would tell which ids exist in other accounts."""
        return [url for url in super().get_urls() if getattr(url, "name", None) != "view_on_site"]

    def each_context(self, request):
        """Django's context; no way back to product pages for somebody who has none."""
        member = getattr(request.user, "account_id", None) is not None
        return super().each_context(request) | ({} if member else {"site_url": None})

    def login(self, request, extra_context=None):
        """Sends to our sign-in page; whoever is signed in but has no business here is refused."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or redirect("admin:index").url)

    def logout(self, request, extra_context=None):
        """Signs out as everywhere else."""
        return LogoutView.as_view()(request)

    def password_change(self, request, extra_context=None):
        """Sends to our page for it."""
        return redirect("people:password")


class ReadOnly:
    """Whoever admin opens for may look; nobody adds, changes or deletes."""

    def has_view_permission(self, request, obj=None):
        return request.user.is_active and request.user.is_staff

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class AccountScopedAdmin(ReadOnly, admin.ModelAdmin):
    """Shows an admin the rows of their own account, and a superuser all of them. The base of every model's admin."""

    account_path: str  # the lookup that leads from a row to its account: "account", "session__account"
    list_per_page = 50
    show_full_result_count = False
    view_on_site = False

    def get_queryset(self, request):
        """The rows that exist for this user; list, detail, history, search and filters all begin here."""
        rows = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.filter(**{self.account_path: request.user.account_id})

    def get_list_display(self, request):
        """The columns; a superuser sees whose row it is."""
        columns = super().get_list_display(request)
        return [*columns, "account"] if request.user.is_superuser and self.account_path == "account" else columns

    def get_list_filter(self, request):
        """The filters; one over people or other rows offers those that this user's rows name, never a whole table."""
        filters = list(super().get_list_filter(request))
        if request.user.is_superuser and self.account_path == "account":
            filters.append("account")
        return [(name, admin.RelatedOnlyFieldListFilter) if self._is_relation(name) else name for name in filters]

    def _is_relation(self, name):
        try:
            return self.opts.get_field(name).is_relation
        except (FieldDoesNotExist, TypeError):  # a filter class, or a pair that names its own
            return False


class EditableAccountScopedAdmin(AccountScopedAdmin):
    """For people, accounts and their runbooks alone: an admin may change their own account's. Nobody deletes them."""

    def has_change_permission(self, request, obj=None):
        return self.has_view_permission(request, obj)

    def has_add_permission(self, request):
        return self.has_view_permission(request)


class AccountScopedInline(ReadOnly, admin.StackedInline):
    """Rows of the row above, which was found through the account. The base of every inline."""

    extra = 0
    show_change_link = True


class AccountScopedTable(AccountScopedInline):
    """The same, a row a line."""

    template = admin.TabularInline.template
