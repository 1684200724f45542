from django.conf import settings
from django.core import checks
from django.utils.module_loading import import_string

METHODS = ("conversation", "check", "apply", "may_watch")


def check_kinds(app_configs, **kwargs):
    """Says at start-up, not at the first reply, that the setting names something that is no reply kind."""
    found = []
    for kind, name in settings.REPLY_KINDS.items():
        try:
            owner = import_string(name)
        except ImportError as error:
            found.append(checks.Error(f"REPLY_KINDS: {kind}: {name} cannot be imported: {error}", id="replies.E001"))
            continue
        if missing := [method for method in METHODS if not callable(getattr(owner, method, None))]:
            found.append(checks.Error(f"REPLY_KINDS: {kind}: {name} lacks {', '.join(missing)}.", id="replies.E002"))
    return found
