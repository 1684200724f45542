"""Who asks the API: the person signed in to this browser, or the user of a personal access token."""

import uuid

from django.http import Http404
from ninja.utils import check_csrf

from flowpilot.people import limits, tokens
from flowpilot.people.access import may_write
from flowpilot.people.models import AccessToken, User
from flowpilot.web.http import Request, uuid_of
from flowpilot.web.problems import Refused, invalid

SAFE = {"GET", "HEAD", "OPTIONS"}


class ApiRequest(Request):
    """A request as the API's operations see it, past their guard."""

    caller: User


class Guard:
    """What is asked before anything that was sent is read: who it is, the limits, and whether they may.

    django-ninja takes it as an operation's `auth`: None means 401, what it raises is the answer. Subclasses find the
    rows that the address names in `admit`, so that not visible (404), not workable (403) and a wrong state (409) come
    before invalid input (400).
    """

    def __call__(self, request: ApiRequest) -> User | None:
        user, token = identify(request)
        if user is None:
            return None
        request.caller = user
        if user.account_id is None:
            raise Http404("A superuser without an account has no part in the API.")
        writes = request.method not in SAFE
        if writes:
            _check_may_send(request, user, token)
        elif token is not None:
            limits.spend(limits.READS, user)
        self.admit(request, _ids(request), writes)
        return user

    def admit(self, request: ApiRequest, ids: dict[str, uuid.UUID], writes: bool) -> None:
        """Finds what the address names; raises for who may not."""
        if writes and not may_write(request.caller):
            raise Refused(403, "forbidden", "You may read here, not change anything.")


def identify(request) -> tuple[User | None, AccessToken | None]:
    """The user who asks, and the token if they have one. A token that does not hold is not made good by a cookie."""
    header = request.headers.get("Authorization")
    if header is None:
        return (request.user if request.user.is_authenticated else None), None
    kind, _, text = header.partition(" ")
    token = tokens.find(text.strip()) if kind.lower() == "bearer" else None
    return (token.user, token) if token else (None, None)


def _check_may_send(request, user: User, token: AccessToken | None) -> None:
    """Refuses a write by a token that only reads, from another site, or beyond the limits."""
    if token is None and check_csrf(request):
        raise Refused(403, "csrf_failed", "Send the page's token with it: X-CSRFToken.")
    if token is not None and token.scope != AccessToken.Scope.WRITE:
        raise Refused(403, "read_only_token", "This token may only read.")
    limits.spend(limits.WRITES, user)


def _ids(request) -> dict[str, uuid.UUID]:
    """The ids in the address; one that is none is refused before anything is looked for."""
    named = {name: text for name, text in request.resolver_match.kwargs.items() if name.endswith("_id")}
    ids = {name: uuid_of(text) for name, text in named.items()}
    if wrong := {name: "An id is a UUID." for name, found in ids.items() if found is None}:
        raise invalid(wrong)
    return ids
