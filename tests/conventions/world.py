"""One row of everything in the owner's account, so that every URL of the product can be asked for something real."""

import hashlib
import re
import uuid
from types import SimpleNamespace

from django.apps import apps
from django.db import connection
from django.urls import URLPattern, get_resolver
from django.urls.resolvers import RoutePattern
from django.utils import timezone

from flowpilot.people import tokens
from flowpilot.replies.models import Reply
from pilot.models import AISession, ChatMessage, Closing, RunStamp, SessionEvent, SuggestedFix, TaskItem
from script_builder.models import (
    Origin,
    ScriptBuilderMessage,
    ScriptBuilderSession,
    ScriptTemplate,
    ScriptTemplateVersion,
)

# What an argument of a route names, where it is not the row of its own name; by the first word of the route.
NAMED = {
    ("script-builder", "id"): "standalone",
    ("script-builder", "turn_id"): "builder_turn",
    ("api", "drafting_id"): "standalone",
    ("api", "message_id"): "builder_turn",
}
# Kept by the framework at every request of a signed-in browser; holds nothing of the product's.
FRAMEWORK_TABLES = {"sessions.Session"}
# Counts how much is sent, refused or not; what a request changes of the product is the other tables'.
COUNTS = {"people.Usage"}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def build(account, owner, mark: str = "") -> SimpleNamespace:
    """The rows, by the names that URLs give their ids.

    With a mark every text of a session begins with `<mark>Ticket`, of the library with `<mark>Script`, of drafting
    with `<mark>Draft`, and an access token's name with `<mark>Key`.
    """
    ticket, script, draft, key = (f"{mark}{kind} " if mark else "" for kind in ("Ticket", "Script", "Draft", "Key"))
    session = AISession.objects.create(
        account=account, owner=owner, title=f"{ticket}Printer offline", problem=f"{ticket}It is offline."
    )
    ChatMessage.objects.create(session=session, role="user", author=owner, text=f"{ticket}The printer is offline.")
    reply = interrupted(account, owner, "session", session, ticket)
    turn = ChatMessage.objects.create(session=session, role="assistant", reply=reply)
    ChatMessage.objects.create(session=session, role="note", text=f"{ticket}A line of the system.")
    task = TaskItem.objects.create(session=session, group=uuid.uuid4(), kind="question", text=f"{ticket}Since when?")
    template = ScriptTemplate.objects.create(account=account, name=f"{script}Restart the spooler", created_by=owner)
    version = ScriptTemplateVersion.objects.create(
        template=template, number=1, text=f"{script}Restart-Service Spooler", created_by=owner
    )
    template_fix = SuggestedFix.objects.create(
        session=session,
        title=f"{ticket}Restart the spooler",
        script_template=template,
        status="applied_failed",
        **{f"{pair}_{end}": value for pair in ("applied", "closed") for end, value in moment(owner)},
    )
    RunStamp.objects.create(
        fix=template_fix,
        kind="template",
        template=template,
        template_version=version,
        text=version.text,
        sha256=hashlib.sha256(version.text.encode()).hexdigest(),
        ran_by=owner,
    )
    solved = f"{ticket}It was solved."
    closing = Closing.objects.create(session=session, kind="resolution", text=solved, written_by=owner)
    fix = SuggestedFix.objects.create(session=session, title=f"{ticket}Clear the queue", why="It is stuck.")
    SessionEvent.objects.create(session=session, fix=fix, kind="fix_proposed", by=owner, via="assistant")
    inline = ScriptBuilderSession.objects.create(
        account=account, user=owner, ai_session=session, source_fix=fix, origin=Origin.PILOT_INLINE, title=fix.title
    )
    ScriptBuilderMessage.objects.create(session=inline, role="user", author=owner, text=f"{draft}Shorter, please.")
    standalone = ScriptBuilderSession.objects.create(
        account=account, user=owner, title=f"{draft}Map a printer", buffer=f"{draft}ls"
    )
    reply = interrupted(account, owner, "builder", standalone, draft)
    builder_turn = ScriptBuilderMessage.objects.create(session=standalone, role="assistant", reply=reply)
    return SimpleNamespace(
        session=session,
        turn=turn,
        task=task,
        template=template,
        fix=fix,
        closing=closing,
        inline=inline,
        standalone=standalone,
        builder_turn=builder_turn,
        token=tokens.make(by=owner, name=f"{key}Nightly job", scope="read", days=30)[0],
        number=SimpleNamespace(pk=version.number),
    )


def interrupted(account, owner, kind, conversation, mark: str = "") -> Reply:
    """A reply that did not come to its end."""
    return Reply.objects.create(
        account=account,
        kind=kind,
        conversation=conversation.pk,
        asked_by=owner,
        state=Reply.State.INTERRUPTED,
        text=f"{mark}Which",
        html=f"<p>{mark}Which</p>",
        finished_at=timezone.now(),
    )


def moment(owner):
    return ("at", timezone.now()), ("by", owner)


def routes(resolver=None, namespace="", prefix="/") -> list[tuple[str, str]]:
    """Every URL of the product, without Django admin's: its name and its route."""
    found = []
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            assert isinstance(pattern.pattern, RoutePattern), f"{route} is a regular expression"
            found.append((f"{namespace}{pattern.name or ''}", route))
        elif pattern.namespace != "admin":
            found += routes(pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace, route)
    return found


def address(route: str, world) -> str:
    """The route's path with the ids of the world: `<uuid:fix_id>` becomes the id of `world.fix`."""
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda argument: known(route, argument[1], world), route)


def known(route: str, argument: str, world) -> str:
    """The id of what an argument of the route names."""
    return str(getattr(world, row_of(route, argument)).pk)


def row_of(route: str, argument: str) -> str:
    """What an argument of the route names, as the world calls it."""
    return NAMED.get((route.split("/")[1], argument)) or argument.removesuffix("_id")


def snapshot() -> dict[str, list[tuple]]:
    """All rows of all tables."""
    models = apps.get_models(include_auto_created=True)
    return {
        model._meta.label: _rows(model._meta.db_table)
        for model in models
        if model._meta.label not in FRAMEWORK_TABLES | COUNTS
    }


def _rows(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        return sorted(map(repr, cursor.fetchall()))
