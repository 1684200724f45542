"""Whose drafting sessions somebody may see: their own, and nobody else's. (Admins see others' in Django admin only.)

Templates belong to the account: everybody of it reads them, and whoever may write at all changes them.
"""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from flowpilot.people.access import may_write
from flowpilot.people.models import User
from flowpilot.web.http import WrongState
from script_builder.host import host
from script_builder.models import Origin, ScriptBuilderSession, ScriptTemplate, ScriptTemplateVersion


def scope(user: User, *, include_inline: bool = False):
    """This user's drafting sessions as a queryset; nobody outside an account has any."""
    if user.account_id is None:
        return ScriptBuilderSession.objects.none()
    return ScriptBuilderSession.objects.of(user, include_inline=include_inline).filter(account=user.account_id)


def list_sessions(user: User, include_inline: bool = False):
    """This user's standalone sessions, newest first; inline ones only where they are asked for."""
    return scope(user, include_inline=include_inline).order_by("-created_at", "-id")


def count_user_sessions(user: User) -> int:
    """How many sessions count against this user's cap; inline ones do not."""
    return scope(user).count()


def get_session(user: User, id) -> ScriptBuilderSession:
    """One of this user's own sessions, inline ones included, or 404."""
    return get_object_or_404(scope(user, include_inline=True), pk=id)


def get_standalone(user: User, id) -> ScriptBuilderSession:
    """One of this user's own standalone sessions, or 404."""
    return get_object_or_404(scope(user), pk=id)


def library(user: User):
    """The templates of this user's account as a queryset; everybody of the account reads all of them."""
    return ScriptTemplate.objects.of(user.account_id)


def get_template(user: User, id) -> ScriptTemplate:
    """A template of this user's account, archived ones included, or 404."""
    return get_object_or_404(library(user).select_related("created_by", "archived_by"), pk=id)


def get_version(template: ScriptTemplate, number: int) -> ScriptTemplateVersion:
    """That version of the template, or 404."""
    return get_object_or_404(template.versions.select_related("created_by"), number=number)


def check_may_write(user: User) -> None:
    """Raises PermissionDenied for who only reads."""
    if not may_write(user):
        raise PermissionDenied("You may read here, not change anything.")


def check_may_draft(user: User, drafting: ScriptBuilderSession) -> None:
    """Refuses writes to one's own inline session as its AI session does: 404, 403, or 409 once that is closed."""
    check_may_write(user)
    if drafting.origin == Origin.PILOT_INLINE and not host().session(user, drafting.ai_session_id).is_open:
        raise WrongState("session_closed", "The session is closed; nothing can be drafted in it any more.")
