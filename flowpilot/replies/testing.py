"""For tests: replies without an engine."""

import asyncio
import uuid

from flowpilot.ai.port import assistant
from flowpilot.replies import store
from flowpilot.replies.models import Reply
from flowpilot.replies.run import Run


def drain() -> list[Reply]:
    """Makes all queued replies, and what these ask for, to their end in this thread; gives them as they ended.

    All database work is done here and not on an event loop, so it sees and keeps to the test's transaction.
    """
    worker, made = uuid.uuid4(), []
    with asyncio.Runner() as loop:
        while claimed := store.claim(worker, 1):
            run = Run(claimed[0])
            ending = run.ending(_speak(run, loop))
            store.finish(worker, run.reply.pk, ending, run.complete(), run.calls)
            made.append(Reply.objects.get(pk=run.reply.pk))
    return made


def _speak(run: Run, loop: asyncio.Runner) -> Exception | None:
    try:
        items = aiter(assistant().reply(run.conversation()))
        while (item := loop.run(_next(items))) is not None:
            (run.add if isinstance(item, str) else run.call)(item)
    except Exception as error:
        return error
    return None


async def _next(items):
    return await anext(items, None)
