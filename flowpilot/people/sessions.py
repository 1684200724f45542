"""How long somebody stays signed in, and how they end it everywhere at once."""

import time

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import logout, update_session_auth_hash
from django.db.models import F, Sum
from django.utils import timezone

from flowpilot.people.models import User

# How often a session that is used is kept alive: each time is a write.
RENEW_SECONDS = 1800


def address_of(request) -> str:
    """Where a request comes from; a trusted proxy's word counts already (flowpilot/web/edge.py)."""
    return request.META.get("REMOTE_ADDR", "")


def guessed_from_here(request) -> bool:
    """Whether so many passwords were wrong from this address of late that it has to wait, whatever the names were."""
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    attempts = AccessAttempt.objects.filter(ip_address=address_of(request), attempt_time__gte=since)
    failures = attempts.aggregate(failures=Sum("failures_since_start"))["failures"] or 0
    return failures >= settings.SIGN_IN_ATTEMPTS_PER_ADDRESS


def sign_out_everywhere(request, user: User) -> None:
    """Ends every session of this user but the one of this request; streams end within five seconds."""
    User.objects.filter(pk=user.pk).update(sign_outs=F("sign_outs") + 1)
    user.refresh_from_db(fields=["sign_outs"])
    update_session_auth_hash(request, user)


def begin(sender, request, user, **kwargs):
    """Notes in the session when it began; called at every sign-in (apps.py)."""
    request.session["begun"] = request.session["used"] = int(time.time())


class SessionLimits:
    """Ends a session that is too old, and keeps one alive that is used."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            now, session = int(time.time()), request.session
            begun = session.setdefault("begun", now)
            if now - begun > settings.SESSION_MOST_SECONDS:
                logout(request)
            elif now - session.get("used", 0) > RENEW_SECONDS:
                session["used"] = now
        return self.get_response(request)
