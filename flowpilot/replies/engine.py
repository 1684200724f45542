"""Makes replies: every server process runs one engine, and what they must agree on is in the database.

The claim is the only thing that starts work, and the transaction that finishes a reply the only thing that gives it
effect; between them nothing is shown that is not stored.
"""

import asyncio
import logging
import uuid
from contextlib import aclosing, suppress

from django.conf import settings

from flowpilot.ai.port import assistant
from flowpilot.replies import store
from flowpilot.replies.board import Board
from flowpilot.replies.run import Run
from flowpilot.replies.store import Ending, State, Unavailable, request_stop
from flowpilot.web.threads import DatabaseThreads

__all__ = ["Engine", "request_stop", "wake"]
logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
WINDOW_SECONDS = 0.03
RENEW_SECONDS = store.LEASE.total_seconds() / 3
# How often, and how long apart, an unavailable database is asked to take the end of a reply.
FINISH_PAUSES = (0.1, 0.5, 1, 2, 4)
TOO_SLOW = "The assistant took too long."

_running: "Engine | None" = None


def wake() -> None:
    """A hint that something is queued; callable from any thread, and nothing where no engine runs."""
    if _running is not None:
        _running.wake()


class Engine:
    """The replies that this process makes. Lives on the event loop; its one thread does all of its database work."""

    def __init__(self, board: Board):
        self.id = uuid.uuid4()
        self._board = board
        self._writer = DatabaseThreads(1, "reply-writer")
        self._runs: dict = {}
        self._tasks: set = set()
        self._claiming = True
        self._looking = asyncio.Lock()
        self._renewed = 0.0

    async def start(self) -> None:
        """Begins to look for queued replies."""
        global _running
        self._loop = asyncio.get_running_loop()
        self._look, self._write, self._first = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._loops = [asyncio.create_task(self._keep_looking()), asyncio.create_task(self._keep_writing())]
        _running = self

    async def stop(self, drain_seconds: float) -> None:
        """Claims no more, lets running replies finish for so long, and marks the rest interrupted."""
        global _running
        self._claiming, _running = False, None
        async with self._looking:
            pass  # a claim that is under way still becomes a run
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=drain_seconds)
        for run in list(self._runs.values()):
            run.halt(Ending(State.INTERRUPTED))
        if self._tasks:
            await asyncio.wait(self._tasks)
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        await asyncio.to_thread(self._writer.close)

    def wake(self) -> None:
        """Looks at once instead of at the next half second."""
        with suppress(RuntimeError):  # the loop has just been closed
            self._loop.call_soon_threadsafe(self._look.set)

    # ---- Looking: claims, leases, stops -----------------------------------------------------------

    async def _keep_looking(self) -> None:
        while True:
            try:
                async with self._looking:
                    await self._look_once()
            except Exception as error:
                store.log_failure("Engine %s could not look for replies", self.id, error)
                await asyncio.sleep(1)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._look.wait()
            self._look.clear()

    async def _look_once(self) -> None:
        running = list(self._runs)
        free = settings.REPLIES_AT_ONCE - len(running) if self._claiming else 0
        renew = self._loop.time() - self._renewed > RENEW_SECONDS
        held, claimed = await self._writer.run(_look, self.id, running, renew, free)
        if renew:
            self._renewed = self._loop.time()
        self._heed(running, held)
        for reply in claimed:
            run = self._runs[reply.pk] = LiveRun(reply)  # at once: the next look counts it
            task = asyncio.create_task(self._make(run, self._board.begin(reply.pk, run.blocks)))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _heed(self, asked, held) -> None:
        """Halts what was stopped, and what is no longer ours."""
        for pk in asked:
            if (run := self._runs.get(pk)) and held.get(pk, True):
                run.halt(Ending(State.STOPPED))

    # ---- Making one reply -------------------------------------------------------------------------

    async def _make(self, run, shown) -> None:
        pk = run.reply.pk
        try:
            ending = await self._answer(run)
            ended = await self._finish(run, ending)
            if ended:
                shown.end(ended.state, ended.error)
        except Exception as error:
            # Its lease is renewed no longer, so it will be marked interrupted.
            store.log_failure("Reply %s could not be finished", pk, error)
        finally:
            del self._runs[pk]
            self._board.leave(pk)
            self._board.tell(pk)
            self._look.set()  # the next of its conversation may begin

    async def _answer(self, run) -> Ending:
        """Lets the assistant speak until it has ended, was halted or has taken too long."""
        speaking = asyncio.create_task(self._speak(run))
        await asyncio.wait(
            {speaking, run.halted}, timeout=settings.REPLY_MAX_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        if run.halted.done() or not speaking.done():
            run.deaf = True
            speaking.cancel()
            speaking.add_done_callback(lambda task: task.cancelled() or task.exception())
            return run.halted.result() if run.halted.done() else Ending(State.FAILED, TOO_SLOW)
        # An assistant's own cancellation is a failure like any other.
        return run.ending(RuntimeError() if speaking.cancelled() else speaking.exception())

    async def _speak(self, run) -> None:
        conversation = await self._writer.run(run.conversation)
        async with aclosing(assistant().reply(conversation)) as items:
            async for item in items:
                if run.deaf:
                    return
                if isinstance(item, str):
                    try:
                        run.add(item)
                    finally:
                        self._written_first(run)
                else:
                    await self._writer.run(run.call, item)
                await asyncio.sleep(0)  # an assistant that never waits must not keep the others waiting

    async def _finish(self, run, ending) -> Ending | None:
        for pause in (*FINISH_PAUSES, None):
            try:
                return await self._writer.run(_finish, self.id, run, ending)
            except Unavailable:
                if pause is None:
                    raise
                await asyncio.sleep(pause)

    # ---- Writing: the words of all replies together -----------------------------------------------

    def _written_first(self, run) -> None:
        self._write.set()
        if not run.taken:
            self._first.set()

    async def _keep_writing(self) -> None:
        while True:
            await self._write.wait()
            self._write.clear()
            self._first.clear()
            pieces = [piece for run in self._runs.values() if (piece := run.pending())]
            while pieces:
                try:
                    held = await self._writer.run(_write, self.id, pieces, dict(self._runs))
                except Unavailable as error:
                    store.log_failure("Engine %s could not write and tries again", self.id, error)
                    await asyncio.sleep(0.5)
                    pieces = [piece for piece in pieces if piece[0] in self._runs]
                except Exception as error:
                    store.log_failure("Engine %s cannot write", self.id, error)
                    for pk, *_ in pieces:
                        if run := self._runs.get(pk):
                            run.halt(Ending(State.FAILED, "The answer could not be stored."))
                    break
                else:
                    self._show(pieces, held)
                    break
            with suppress(TimeoutError):
                async with asyncio.timeout(WINDOW_SECONDS):
                    await self._first.wait()

    def _show(self, pieces, held) -> None:
        for pk, start, text in pieces:
            if pk in held and pk in self._runs:
                self._board.shown(pk).count = start + len(text)
                self._board.tell(pk)
        self._heed([pk for pk, *_ in pieces], held)


class LiveRun(Run):
    """A run that can be halted from outside, with what it is then to end as."""

    def __init__(self, reply):
        super().__init__(reply)
        self.halted = asyncio.get_running_loop().create_future()
        self.deaf = False  # what the assistant still says is no longer heard

    def halt(self, ending: Ending) -> None:
        """Ends it as soon as may be; the first reason counts."""
        if not self.halted.done():
            self.halted.set_result(ending)


def _look(worker, running, renew, free):
    """One look at the database: leases, stops, claims."""
    store.interrupt_expired()
    if renew and running:
        store.renew(worker, running)
    held = store.held(worker, running) if running else {}
    return held, store.claim(worker, free) if free > 0 else []


def _write(worker, pieces, runs):
    held = store.write(worker, pieces)
    for pk, start, text in pieces:
        if pk in held and pk in runs:
            runs[pk].complete(start + len(text))
    return held


def _finish(worker, run, ending):
    return store.finish(worker, run.reply.pk, ending, run.complete(), run.calls)
