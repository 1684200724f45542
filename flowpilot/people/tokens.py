"""Personal access tokens: made and taken back by their user, looked up by their hash."""

import hashlib
import secrets
from datetime import timedelta

from django.utils import timezone

from flowpilot.people.backends import AccountBackend
from flowpilot.people.models import AccessToken, User

MOST = 20
# A hint for people, not a log: a token that is used all the time is not written to at every request.
USED_EVERY = timedelta(minutes=1)


class TooMany(ValueError):
    """The user has as many tokens as there may be."""


def _digest(token: str) -> str:
    # The token is random throughout, so a slow hash would only slow every request down.
    return hashlib.sha256(token.encode()).hexdigest()


def make(*, by: User, name: str, scope: str, days: int) -> tuple[AccessToken, str]:
    """A new token, and the text of it that is shown this once."""
    if by.tokens.count() >= MOST:
        raise TooMany(f"You have {MOST} tokens, which is as many as there may be. Revoke one first.")
    text = f"fp_{secrets.token_urlsafe(32)}"
    expires = timezone.now() + timedelta(days=days)
    row = AccessToken.objects.create(
        user=by, name=name, scope=scope, sha256=_digest(text), begins=text[:7], expires_at=expires
    )
    return row, text


def revoke(*, token: AccessToken) -> None:
    """Ends a token at once. What was done with it stays on the record under its user's name."""
    token.delete()


def find(text: str) -> AccessToken | None:
    """The token that holds, with its user and account; None for one that is unknown, expired, or whose user is gone."""
    now = timezone.now()
    token = AccessToken.objects.filter(sha256=_digest(text), expires_at__gt=now).first()
    user = AccountBackend().get_user(token.user_id) if token else None
    if user is None:
        return None
    token.user = user
    if token.last_used_at is None or token.last_used_at < now - USED_EVERY:
        AccessToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token
