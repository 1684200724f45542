"""The replies that are watched through this process, and how news of them arrive."""

import asyncio
from collections import defaultdict
from contextlib import contextmanager
from functools import reduce
from operator import or_

from django.db.models import IntegerField, Q, Value

from flowpilot.replies.models import Piece, Reply
from flowpilot.replies.shown import Shown
from flowpilot.replies.store import log_failure
from flowpilot.web.blocks import Blocks
from flowpilot.web.threads import DatabaseThreads

FOLLOW_SECONDS = 0.05
MOST_IN_A_QUERY = 300  # SQLite limits the depth of a condition


class Board:
    """What may be seen of each watched reply, and who is to be told when that grows. Lives on the event loop.

    The engine shows what it makes itself. Everything else is followed in the database, with one query for all of it,
    and only while there is any.
    """

    def __init__(self, threads: DatabaseThreads):
        self._threads = threads
        self._shown: dict = {}
        self._watchers = defaultdict(set)
        self._following: asyncio.Task | None = None

    @contextmanager
    def watching(self, pk, news: asyncio.Event):
        """Sets `news` whenever more of the reply may be seen; the first time soon."""
        self._watchers[pk].add(news)
        if pk in self._shown:
            news.set()
        else:
            self._follow(pk)
        try:
            yield
        finally:
            self._watchers[pk].discard(news)
            if not self._watchers[pk]:
                del self._watchers[pk]
                if not self._shown[pk].own:
                    del self._shown[pk]

    def shown(self, pk) -> Shown:
        """What may be seen of a reply that is being watched."""
        return self._shown[pk]

    def begin(self, pk, blocks: Blocks) -> Shown:
        """The engine makes this reply from now on: nothing of it was seen yet."""
        shown = self._shown[pk] = Shown(blocks, own=True)
        return shown

    def tell(self, pk) -> None:
        """More of the reply may be seen."""
        for news in self._watchers.get(pk, ()):
            news.set()

    def leave(self, pk) -> None:
        """The engine makes this reply no longer. Unless it has ended, whoever watches it must look elsewhere."""
        shown = self._shown[pk]
        shown.own = False
        if pk not in self._watchers:
            del self._shown[pk]
        elif not shown.ended:
            self._follow(pk)

    async def close(self) -> None:
        """Follows nothing any more."""
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)

    def _follow(self, pk) -> None:
        self._shown[pk] = Shown(Blocks())
        if self._following is None or self._following.done():
            self._following = asyncio.create_task(self._follow_all())

    def _followed(self) -> dict:
        return {pk: shown for pk, shown in self._shown.items() if not (shown.own or shown.ended)}

    async def _follow_all(self) -> None:
        while followed := self._followed():
            ends = {}
            try:
                ends = await self._threads.run(news_of, followed)
            except Exception as error:
                log_failure("%s could not follow replies and tries again", self, error)
                await asyncio.sleep(1)
            for pk, shown in followed.items():
                self._grow(pk, shown, ends.get(pk))
            await asyncio.sleep(FOLLOW_SECONDS)

    def _grow(self, pk, shown, end) -> None:
        before, shown.count = shown.count, len(shown.blocks.text)
        if end:
            shown.end(*end)
        if (end or shown.count > before) and self._shown.get(pk) is shown:
            self.tell(pk)


def news_of(followed: dict) -> dict:
    """Adds to the blocks of followed replies what came since; gives the ends of those that have ended."""
    ends = {}
    pks = list(followed)
    for first in range(0, len(pks), MOST_IN_A_QUERY):
        ends |= _news_of({pk: followed[pk].blocks for pk in pks[first : first + MOST_IN_A_QUERY]})
    return ends


def _news_of(followed: dict) -> dict:
    newer = reduce(or_, (Q(reply=pk, start__gte=len(blocks.text)) for pk, blocks in followed.items()))
    states = Reply.objects.filter(pk__in=followed).order_by()
    states = states.values_list("pk", Value(-1, IntegerField()), "state")
    rows = Piece.objects.filter(newer).order_by().values_list("reply", "start", "text").union(states, all=True)
    gone, finished = set(followed), []
    for pk, start, text in sorted(rows, key=lambda row: row[1]):
        gone.discard(pk)
        if start >= 0:
            followed[pk].feed(text)
        elif text in Reply.FINAL:
            finished.append(pk)
    ends = dict.fromkeys(gone, ("interrupted", "It was deleted."))
    for pk, state, error, text in Reply.objects.filter(pk__in=finished).values_list("pk", "state", "error", "text"):
        followed[pk].feed(text[len(followed[pk].text) :])
        ends[pk] = (state, error)
    for pk in ends:
        followed[pk].rest_html()  # rendered here, in a thread, and kept
    return ends
