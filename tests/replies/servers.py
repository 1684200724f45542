"""Server processes of the operating system, for tests that kill them."""

import os
import signal
import socket
import subprocess
import sys

import httpx
from django.conf import settings

from tests.replies.processes import eventually


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A uvicorn of its own on this database; logs to the folder, and there it looks for its assistant's release."""

    def __init__(self, folder, database, settings_module="tests.replies.served", port=None):
        self.port = port or free_port()
        self.log = folder / f"{self.port}.log"
        self.release = folder / "release"
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": settings_module,
            "REPLY_TEST_DATABASE": str(database),
            "REPLY_TEST_RELEASE": str(self.release),
        }
        command = ["-m", "uvicorn", "flowpilot.asgi:application", "--port", str(self.port), "--lifespan", "on"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, *command, "--timeout-graceful-shutdown", "1"],
                cwd=settings.BASE_DIR, env=environment, stdout=log, stderr=log,
            )  # fmt: skip
        eventually(self._answers, 30)

    def _answers(self):
        assert self.process.poll() is None, self.log.read_text()
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/healthz", trust_env=False).text == "ok"
        except httpx.TransportError:
            return False

    def end(self, how=signal.SIGKILL):
        """Ends it; gives what it logged."""
        self.process.send_signal(how)
        self.process.wait(30)
        return self.log.read_text()
