"""Every model's admin, of whichever app, is one of ours."""

from django.contrib import admin

from flowpilot.people.models import Account, User
from flowpilot.runbooks.models import AccountRunbook
from flowpilot.web.admin import AccountScopedAdmin, AccountScopedInline, EditableAccountScopedAdmin
from script_builder.models import ScriptTemplate


def test_every_admin_begins_at_the_account():
    for model, model_admin in admin.site._registry.items():
        assert isinstance(model_admin, AccountScopedAdmin), model
        last = model._meta.pk
        for name in model_admin.account_path.split("__"):
            last = (last.related_model if last.is_relation else model)._meta.get_field(
                last.name if name == "pk" else name
            )
        assert last.related_model is Account or model is Account, model


def test_every_inline_is_read_only():
    for model, model_admin in admin.site._registry.items():
        for inline in model_admin.inlines:
            assert issubclass(inline, AccountScopedInline), (model, inline)


def test_people_accounts_and_their_runbooks_alone_can_be_edited():
    editable = {m for m, a in admin.site._registry.items() if isinstance(a, EditableAccountScopedAdmin)}
    assert editable == {Account, User, AccountRunbook}


def test_no_admin_takes_back_what_the_base_forbids():
    for model, model_admin in admin.site._registry.items():
        own = vars(type(model_admin))
        assert "has_view_permission" not in own and "get_queryset" not in own, model
        assert not model_admin.list_editable and not model_admin.autocomplete_fields, model
        assert not any(isinstance(name, str) and "__" in name for name in model_admin.list_filter), model


def test_a_filter_over_people_is_limited_to_the_rows_at_hand(rf, superuser):
    request = rf.get("/")
    request.user = superuser
    for model, model_admin in admin.site._registry.items():
        for name in model_admin.get_list_filter(request):
            assert isinstance(name, tuple) or not model._meta.get_field(name).is_relation, (model, name)
    assert admin.site._registry[ScriptTemplate].get_list_filter(request)[-1] == (
        "account",
        admin.RelatedOnlyFieldListFilter,
    )
