"""The port through which drafting reaches the sessions it does not know (settings.SCRIPT_BUILDER_HOST)."""

from dataclasses import dataclass
from functools import cache
from typing import Protocol

from django.conf import settings
from django.core import checks
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class SourceFix:
    """A fix that something was made from, as somebody who may see its session is told of it."""

    title: str
    session: str
    url: str


class Host(Protocol):
    """What the owner of AI sessions does for drafting."""

    def session(self, user, id):
        """The AI session that this user may work; it says `is_open`.

        Raises Http404 where they may not see it, and PermissionDenied where they may only read it.
        """
        ...

    def open_inline(self, user, session):
        """The user's one inline drafting session in this AI session, and whether it is new; or WrongState."""
        ...

    def brief(self, drafting):
        """What the drafting assistant may know of the session, the fix, the answers and what was tried (a Brief)."""
        ...

    def source_fix(self, user, id) -> SourceFix | None:
        """The fix and its session, or None where this user may not see them."""
        ...

    def template_saved(self, drafting, version, by, via: str) -> None:
        """Told inside the transaction in which a drafting session was saved as this version of a template.

        `via` is the way by which it was saved: `person` or `api`.
        """
        ...


METHODS = ("session", "open_inline", "brief", "source_fix", "template_saved")


@cache
def host() -> Host:
    """The host that the settings name."""
    return import_string(settings.SCRIPT_BUILDER_HOST)()


def check_host(app_configs, **kwargs):
    """Says at start-up, not at the first click, that the setting names no host."""
    name = settings.SCRIPT_BUILDER_HOST
    try:
        found = import_string(name)
    except ImportError as error:
        return [checks.Error(f"SCRIPT_BUILDER_HOST: {name} cannot be imported: {error}", id="script_builder.E001")]
    missing = [method for method in METHODS if not callable(getattr(found, method, None))]
    if missing:
        return [checks.Error(f"SCRIPT_BUILDER_HOST: {name} lacks {', '.join(missing)}.", id="script_builder.E002")]
    return []
