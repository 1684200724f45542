from itertools import product

from django.apps import apps
from django.contrib import admin
from django.db.models import CheckConstraint, Model, Q

from tests.conventions.source import FLOORS

# A moment that no person is behind, or whose person stands elsewhere: field, and why it is alone.
ALONE = {
    "people.AccessToken.last_used_at": "nobody but the token's own user uses it",
    "replies.Reply.finished_at": "the engine finishes a reply; who asked for it is asked_by",
    "replies.Reply.stop_requested_at": "a request to the engine; the Timeline is not about it",
}
# Admin of something that belongs to no account.
FOREIGN_ADMINS: set[str] = set()


def our_models() -> list[type[Model]]:
    return [model for model in apps.get_models() if model.__module__.split(".")[0] in FLOORS]


def outcomes(node, facts: dict[str, bool]) -> set[bool]:
    """What a condition can come to when of its fields only these `isnull` facts are known."""
    if not isinstance(node, Q):
        return {facts[node[0]] == node[1]} if isinstance(node, tuple) and node[0] in facts else {True, False}
    parts = [outcomes(child, facts) for child in node.children]
    join = all if node.connector == Q.AND else any
    results = {join(values) for values in product(*parts)}
    return {not result for result in results} if node.negated else results


def refuses(model, facts: dict[str, bool]) -> bool:
    """Whether one of the model's check constraints cannot hold while these facts do."""
    checks = [constraint for constraint in model._meta.constraints if isinstance(constraint, CheckConstraint)]
    return any(outcomes(check.condition, facts) == {False} for check in checks)


def test_a_moment_and_its_person_are_set_together():
    lonely, unpaired = [], []
    for model in our_models():
        fields = {field.name: field for field in model._meta.concrete_fields}
        for name, field in fields.items():
            stem, _, end = name.rpartition("_")
            if end not in ("at", "by") or not stem or not field.null:
                continue
            partner = fields.get(f"{stem}_{'by' if end == 'at' else 'at'}")
            if partner is None or not partner.null:
                lonely.append(f"{model._meta.label}.{name}")
                continue
            at, by = f"{stem}_at__isnull", f"{stem}_by__isnull"
            if not (refuses(model, {at: False, by: True}) and refuses(model, {at: True, by: False})):
                unpaired.append(f"{model._meta.label}.{stem}_at/_by")
    assert not unpaired
    assert sorted(lonely) == sorted(ALONE)


def test_admin_is_scoped_to_the_account():
    from flowpilot.web.admin import AccountScopedAdmin

    admin.autodiscover()
    unscoped = {
        model._meta.label
        for model, model_admin in admin.site._registry.items()
        if not isinstance(model_admin, AccountScopedAdmin)
    }
    assert admin.site._registry
    assert unscoped == FOREIGN_ADMINS


def test_keys_are_not_guessable():
    """A counting key would tell one account how much another one does."""
    assert not [model._meta.label for model in our_models() if model._meta.pk.get_internal_type() != "UUIDField"]
