import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

from django.db import close_old_connections, connections


class DatabaseThreads:
    """A few threads, each with its own database connection for as long as it lives."""

    def __init__(self, count: int, name: str):
        self._count = count
        self._pool = ThreadPoolExecutor(count, thread_name_prefix=name)

    async def run(self, function, *arguments):
        """What the function returns, called in one of the threads."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._call, function, arguments)

    @staticmethod
    def _call(function, arguments):
        close_old_connections()  # one that broke, or is too old; outside a request nobody else looks
        return function(*arguments)

    def close(self) -> None:
        """Ends the threads; each closes its own connection, because no other thread may."""
        together = Barrier(self._count)

        def leave():
            connections.close_all()
            with suppress(BrokenBarrierError):  # one of them hangs in a request; the others need not wait longer
                together.wait(5)  # keeps this thread from taking another's turn

        for _ in range(self._count):
            self._pool.submit(leave)
        self._pool.shutdown(wait=True, cancel_futures=False)
