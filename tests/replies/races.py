import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, connections


def at_once(*calls):
    """What the calls give, each from a thread of its own; all have read before the first of them writes."""
    together = threading.Barrier(len(calls))

    def call(work):
        writes = []

        def meet(execute, sql, *arguments):
            if not writes and (sql.startswith(("BEGIN", "UPDATE", "INSERT")) or "FOR NO KEY UPDATE" in sql):
                writes.append(sql)
                together.wait(10)
            return execute(sql, *arguments)

        try:
            with connection.execute_wrapper(meet):
                return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(call, calls))
