from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection


def together(times, work) -> list:
    """Calls `work` in that many threads at the same moment; what each gave, or the exception that it raised."""
    barrier = Barrier(times)

    def one(_):
        try:
            barrier.wait()
            return work()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(one, range(times)))
