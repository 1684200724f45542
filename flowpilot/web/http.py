"""What views and actions say to each other about a request and its answer."""

import uuid

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from flowpilot.people.models import User


class Request(HttpRequest):
    """A request as views see it, past the middleware and `member_required`."""

    user: User
    htmx: HtmxDetails


class WrongState(Exception):
    """What was asked is not possible any more, or not yet; the answer is 409 with the present state.

    `code` is for programs (`session_closed`), `message` is the sentence that the engineer reads.
    """

    status = 409

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code, self.message = code, message


class LimitReached(WrongState):
    """More was asked for than there may be for now; `seconds` is how long to wait."""

    status = 429

    def __init__(self, code: str, message: str, seconds: int):
        wait = f"{seconds} seconds" if seconds <= 90 else f"{-(-seconds // 60)} minutes"
        super().__init__(code, f"{message} Try again in {wait}.")
        self.seconds = seconds


def uuid_of(sent: str) -> uuid.UUID | None:
    """The id that a browser sent, None where it is none."""
    try:
        return uuid.UUID(sent)
    except ValueError:
        return None
