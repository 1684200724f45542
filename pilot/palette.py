"""What the command palette finds: sessions, templates and runbooks, a few of each."""

import uuid
from dataclasses import dataclass

from django.urls import reverse

from flowpilot.ai import browsing
from flowpilot.people.access import may_write
from flowpilot.people.models import User
from flowpilot.runbooks.models import AccountRunbook
from pilot import access
from script_builder import access as builder_access
from script_builder import search

MOST = 5  # of each


@dataclass(frozen=True)
class Found:
    """One line of the palette, and where it leads."""

    url: str
    icon: str
    title: str
    about: str = ""


@dataclass(frozen=True)
class Group:
    """What was found of one kind; `key` tells it from the others in the page."""

    key: str
    title: str
    found: list[Found]


def look(user: User, q: str, session_id: uuid.UUID | None) -> list[Group]:
    """What fits the words, in four queries at most; without words the recent sessions.

    `session_id` is the session that the asking page shows.
    """
    if not q:
        groups = [Group("sessions", "Recent sessions", _sessions(user, ""))]
    else:
        groups = [
            Group("sessions", "Sessions", _sessions(user, q)),
            Group("scripts", "Scripts", _templates(user, q)),
            Group("runbooks", "Runbooks", _runbooks(user, q, session_id)),
        ]
    return [group for group in groups if group.found]


def _sessions(user: User, q: str) -> list[Found]:
    rows = access.visible(user).matching(q).values_list("pk", "status", "title", "client", "ticket_ref")
    return [
        Found(reverse("pilot:session", args=[pk]), status, title, " · ".join(filter(None, about)))
        for pk, status, title, *about in rows[:MOST]
    ]


def _templates(user: User, q: str) -> list[Found]:
    offered = builder_access.library(user).filter(archived_at__isnull=True)
    fitting = search.named(offered, user.account_id, q)[:MOST]
    return [Found(reverse("script_builder:template", args=[pk]), "template", name) for pk, name in fitting]


def _runbooks(user: User, q: str, session_id: uuid.UUID | None) -> list[Found]:
    """Runbooks, each leading to where it can be picked: in this session, else for a new one."""
    if session_id is None and not may_write(user):
        return []
    address = reverse("pilot:runbooks", args=[session_id]) if session_id else reverse("pilot:session_new")
    asks = "q" if session_id else "runbook"
    books = browsing.find(q, AccountRunbook.objects.texts(user.account_id))[:MOST]
    return [Found(f"{address}?{asks}={book.number}", "runbook", book.title, book.number) for book in books]
