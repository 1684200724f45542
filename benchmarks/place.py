"""Where a benchmark takes place: a database of its own, the application served over it, and a Chromium before it."""

import os
import shutil
import socket
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LIMITS = ("API_WRITES", "API_ACCOUNT_WRITES", "API_READS", "API_ACCOUNT_READS", "PAGE_WRITES", "PAGE_ACCOUNT_WRITES")


def prepare(folder: str) -> None:
    """Sets Django up over an empty database in that folder, with no limit on how often somebody asks."""
    limits = [f"{name}_PER_MINUTE" for name in LIMITS] + ["REPLIES_PER_HOUR", "ACCOUNT_REPLIES_PER_HOUR"]
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "flowpilot.settings",
        "FLOWPILOT_ENV_FILE": os.devnull,
        "FLOWPILOT_DEMO": "1",
        "FLOWPILOT_SECRET_KEY": "a benchmark's, never served to anybody",
        "FLOWPILOT_ALLOWED_HOSTS": "testserver,127.0.0.1",
        "FLOWPILOT_DATABASE_URL": f"sqlite:///{folder}/benchmark.sqlite3",
        "FLOWPILOT_DRAIN_SECONDS": "1",
        **{f"FLOWPILOT_{name}": "1000000" for name in limits},
    }
    sys.path.insert(0, str(ROOT))
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)


@contextmanager
def served():
    """The application on a free port, with its engine; gives the address."""
    import uvicorn
    from django.db import connections

    from flowpilot.asgi import Application

    connections.close_all()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = {"host": "127.0.0.1", "port": port, "lifespan": "on", "log_level": "warning"}
    server = uvicorn.Server(uvicorn.Config(Application(), timeout_graceful_shutdown=1, **options))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started and thread.is_alive():
        thread.join(0.05)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def executable() -> str:
    """The Chromium that is on PATH."""
    return next(filter(None, map(shutil.which, BROWSERS)))


@contextmanager
def chromium(*arguments: str):
    """A browser that talks to this machine alone."""
    from playwright.sync_api import sync_playwright

    always = ["--no-sandbox", "--disable-dev-shm-usage", "--no-proxy-server"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=[*always, *arguments])
        try:
            yield browser
        finally:
            browser.close()


def cookies(user, address: str) -> list[dict]:
    """What a browser sends once this user has signed in; asked before a browser runs, for it needs the database."""
    from django.test import Client

    visitor = Client()
    visitor.force_login(user)
    return [{"name": name, "value": morsel.value, "url": address} for name, morsel in visitor.cookies.items()]


class Figures:
    """What was measured, a line each, beside its goal: the most that it may be, or the least."""

    def __init__(self, title: str):
        print(title)
        self.missed = []

    def note(self, name: str, value: float, most: float | None = None, least: float | None = None, more: str = ""):
        """Prints a figure; `more` is said after it."""
        goal = least if most is None else most
        met = goal is None or (value >= goal if most is None else value <= goal)
        words = "" if goal is None else f"{'at most' if least is None else 'at least'} {goal:g}"
        verdict = "" if goal is None else "met" if met else "MISSED"
        print(f"  {name:<58} {_short(value):>9}  {words:<14} {verdict:<7} {more}".rstrip(), flush=True)
        if not met:
            self.missed.append(f"{name}: {_short(value)} ({words})")

    def end(self) -> None:
        """Ends in an error where a goal was missed."""
        if self.missed:
            sys.exit("\n".join(["Missed:", *self.missed]))


def _short(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}" if value >= 10 else f"{value:.3f}"
