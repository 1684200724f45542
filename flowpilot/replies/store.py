"""What the engine does in the database: short transactions, each conditional on what it believes to be true.

Leases are set and compared on the database's clock. Every write of a worker names the worker and the state, so one
that has lost its reply, however late it wakes up, matches no row.
"""

import logging
import traceback
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import DateTimeField, Exists, ExpressionWrapper, OuterRef, Q
from django.db.models.functions import Now

from flowpilot.replies.kinds import kind
from flowpilot.replies.models import Piece, Reply
from flowpilot.web import markdown
from flowpilot.web.blocks import Blocks

logger = logging.getLogger(__name__)
State = Reply.State

LEASE = timedelta(seconds=15)
# The database was away, busy or full: nothing is wrong with what was asked of it, so it is asked again.
Unavailable = (OperationalError, InterfaceError)
NOT_ON_RECORD = "The answer came, but what it proposed could not be put on the record. Retry asks again."


@dataclass(frozen=True, slots=True)
class Ending:
    """How a reply ends, with the sentence that says why it failed."""

    state: str
    error: str = ""


def lease():
    """When a lease that is given now ends, on the database's clock."""
    return ExpressionWrapper(Now() + LEASE, output_field=DateTimeField())


def claim(worker, most: int) -> list[Reply]:
    """Takes up to `most` queued replies for this worker, oldest first, never two of one conversation."""
    in_the_way = Reply.objects.filter(
        Q(state=State.RUNNING) | Q(state=State.QUEUED, created_at__lt=OuterRef("created_at")),
        conversation=OuterRef("conversation"),
    )
    queued = Reply.objects.filter(~Exists(in_the_way), state=State.QUEUED).order_by("created_at", "id")
    mine = []
    for pk in queued.values_list("pk", flat=True)[:most]:
        try:
            with transaction.atomic():
                claimed = Reply.objects.filter(pk=pk, state=State.QUEUED).update(
                    state=State.RUNNING, worker=worker, lease_until=lease()
                )
        except IntegrityError:
            continue  # another process has just begun with this conversation
        if claimed:
            mine.append(pk)
    return list(Reply.objects.filter(pk__in=mine).select_related("account", "asked_by").order_by("created_at", "id"))


def renew(worker, replies) -> None:
    """Prolongs the leases of those replies that are still this worker's."""
    Reply.objects.filter(pk__in=replies, worker=worker, state=State.RUNNING).update(lease_until=lease())


def held(worker, replies) -> dict:
    """Those of the replies that are still this worker's, each with whether it was asked to stop."""
    rows = Reply.objects.filter(pk__in=replies, worker=worker, state=State.RUNNING)
    return {pk: stop is not None for pk, stop in rows.values_list("pk", "stop_requested_at")}


def write(worker, pieces: list[tuple]) -> dict:
    """Stores pieces (reply, start, text) of several replies in one commit; gives what is still `held`.

    Exactly the same pieces may be sent again when it is not known whether they were stored.
    """
    with transaction.atomic():
        rows = Reply.objects.filter(pk__in={pk for pk, *_ in pieces}, worker=worker, state=State.RUNNING)
        rows = rows.order_by("pk").select_for_update(no_key=True)
        own = {pk: stop is not None for pk, stop in rows.values_list("pk", "stop_requested_at")}
        Piece.objects.bulk_create(
            [Piece(reply_id=pk, start=start, text=text) for pk, start, text in pieces if pk in own],
            ignore_conflicts=True,
        )
    return own


def finish(worker, pk, ending: Ending, blocks: Blocks, calls=()) -> Ending | None:
    """Ends a running reply and does what it called for, in one transaction; gives how it ended, None if it was lost.

    One that was asked to stop is stopped, whatever it had come to.
    """
    html = blocks.html()
    try:
        with transaction.atomic():
            ended = _end(worker, pk, ending, blocks.text, html)
            if ended and ended.state == State.DONE and calls:
                reply = Reply.objects.select_related("account", "asked_by").get(pk=pk)
                kind(reply.kind).apply(reply, list(calls))
            return ended
    except Unavailable:
        raise
    except Exception as error:
        log_failure("Reply %s: its calls could not be applied", pk, error)
        with transaction.atomic():
            return _end(worker, pk, Ending(State.FAILED, NOT_ON_RECORD), blocks.text, html)


def _end(worker, pk, ending, text, html) -> Ending | None:
    mine = Reply.objects.filter(pk=pk, worker=worker, state=State.RUNNING)
    if ending.state == State.DONE and not mine.filter(stop_requested_at=None).update(**_final(ending, text, html)):
        ending = Ending(State.STOPPED)
    if ending.state != State.DONE and not mine.update(**_final(ending, text, html)):
        return None
    Piece.objects.filter(reply=pk).delete()
    return ending


def _final(ending, text, html) -> dict:
    return {
        "state": ending.state, "error": ending.error, "text": text, "html": html, "html_version": markdown.VERSION,
        "worker": None, "lease_until": None, "finished_at": Now(),
    }  # fmt: skip


def interrupt_expired() -> None:
    """Ends replies whose worker is gone, keeping what was shown of them."""
    for pk in Reply.objects.filter(state=State.RUNNING, lease_until__lt=Now()).values_list("pk", flat=True)[:20]:
        with transaction.atomic():
            # The lock keeps a worker that is only late from adding a piece that would not be in the text.
            expired = Reply.objects.filter(pk=pk, state=State.RUNNING, lease_until__lt=Now())
            worker = expired.select_for_update(no_key=True).values_list("worker", flat=True).first()
            if worker is not None:
                text = "".join(Piece.objects.filter(reply=pk).order_by("start").values_list("text", flat=True))
                _end(worker, pk, Ending(State.INTERRUPTED), text, Blocks(text).html())
                logger.warning("Reply %s was interrupted: its worker has gone.", pk)


def request_stop(reply: Reply) -> bool:
    """Asks for a reply to be stopped; gives whether it was still live.

    A queued one has ended when this returns, a running one is ended by whoever makes it. Call it outside a transaction
    that has changed the conversation (or on its commit): a worker locks the reply first and the conversation second.
    """
    queued = Reply.objects.filter(pk=reply.pk, state=State.QUEUED)
    if queued.update(state=State.STOPPED, stop_requested_at=Now(), finished_at=Now()):
        return True
    running = Reply.objects.filter(pk=reply.pk, state=State.RUNNING)
    return bool(running.filter(stop_requested_at=None).update(stop_requested_at=Now()) or running.exists())


def log_failure(sentence: str, pk, error: Exception) -> None:
    """Logs where an error arose and of what type, without its message, which may quote the user or the model."""
    where = "".join(traceback.format_tb(error.__traceback__))
    logger.error(f"{sentence}: %s\n%s", pk, type(error).__name__, where)
