"""What every page of somebody who works here has: how many of their sessions wait (settings.TEMPLATES)."""

from django.utils.functional import SimpleLazyObject

from flowpilot.people.access import may_write
from pilot import access, waiting


def waits(request) -> dict:
    """`waits_for_me`: how many sessions wait for this user; counted only where a page shows it."""
    # A request that was refused before it came to a person has none.
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or user.account_id is None or not may_write(user):
        return {}
    return {"waits_for_me": SimpleLazyObject(lambda: count(user))}


def count(user) -> int:
    """How many of this user's own sessions wait for something."""
    return waiting.waiting(access.visible(user), user).count()
