"""What the script editor costs a page, measured in Chromium: nothing before one is opened, and its bytes after.

`make bench` runs it against the static files as they are served.
"""

import os
import shutil
import socket
import sys
import tempfile
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GOAL = 1_000_000
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PARTS = ("/dist/editor", "/dist/fonts/codicon")


def prepare(folder: str) -> tuple[str, str]:
    """Makes a database with one session whose fix wants a script; gives who works it, and the session's path."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "flowpilot.settings",
        "FLOWPILOT_ENV_FILE": os.devnull,
        "FLOWPILOT_DEMO": "1",
        "FLOWPILOT_SECRET_KEY": "a benchmark's, never served to anybody",
        "FLOWPILOT_DATABASE_URL": f"sqlite:///{folder}/benchmark.sqlite3",
        "FLOWPILOT_DRAIN_SECONDS": "1",
    }
    sys.path.insert(0, str(ROOT))
    import django
    from django.core.management import call_command
    from django.db import connections

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    from tests.factories.people import UserFactory
    from tests.factories.pilot import make_fix, make_session

    user = UserFactory()
    session = make_session(user)
    make_fix(session)
    connections.close_all()
    return user.username, f"/sessions/{session.pk}/"


def serve():
    """Starts the application on a free port; gives the server, its thread and its address."""
    import uvicorn

    from flowpilot.asgi import Application

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = {"host": "127.0.0.1", "port": port, "lifespan": "on", "log_level": "warning"}
    server = uvicorn.Server(uvicorn.Config(Application(), timeout_graceful_shutdown=1, **options))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started and thread.is_alive():
        thread.join(0.05)
    return server, thread, f"http://127.0.0.1:{port}"


def measure(address: str, username: str, path: str) -> tuple[dict, dict]:
    """The editor's files that came over the wire, with their bytes, before the first editor was opened and after."""
    from playwright.sync_api import expect, sync_playwright

    from tests.factories.people import PASSWORD

    executable = next(filter(None, map(shutil.which, BROWSERS)))
    arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--no-proxy-server"]
    fetched = {}

    def note(response):
        if any(part in response.url for part in PARTS):
            headers = response.all_headers()
            fetched[response.url.rpartition("/")[2]] = (
                int(headers["content-length"]),
                headers.get("content-encoding", "not compressed"),
            )

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=arguments)
        page = browser.new_context(base_url=address).new_page()
        page.on("response", note)
        page.goto("/sign-in/")
        page.locator("[name=username]").fill(username)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("form:has([name=password]) [type=submit]").click()
        page.wait_for_url(lambda url: "/sign-in/" not in url)
        page.goto(path)
        page.get_by_role("tab", name="Script Builder").click()
        expect(page.locator("[data-mode-to=editor]")).to_be_visible()
        page.wait_for_load_state("networkidle")
        before = dict(fetched)
        page.locator("[data-mode-to=editor]").click()
        expect(page.locator(".monaco-editor").first).to_be_visible()
        # The worker is wanted for the words of the script, the icons for their list.
        page.locator(".monaco-editor .view-lines").first.click()
        page.keyboard.type("Get-Service\nGet-S")
        page.keyboard.press("Control+Space")
        expect(page.locator(".suggest-widget.visible .monaco-list-row").first).to_be_visible()
        page.wait_for_load_state("networkidle")
        browser.close()
    return before, fetched


def main() -> None:
    """Prints both numbers, and ends in an error where the first is not nothing."""
    with tempfile.TemporaryDirectory() as folder:
        username, path = prepare(folder)
        server, thread, address = serve()
        try:
            before, after = measure(address, username, path)
        finally:
            server.should_exit = True
            thread.join()
    total = sum(size for size, _ in after.values())
    print(f"Script editor, before the first is opened: {sum(size for size, _ in before.values()):,} bytes")
    print(f"Script editor, after: {total:,} bytes over the wire (goal: at most {GOAL:,})")
    for name, (size, encoding) in sorted(after.items(), key=lambda item: -item[1][0]):
        print(f"  {size:>9,}  {name} ({encoding})")
    if before or not after:
        sys.exit("The editor must be fetched when one is opened, and not before.")


if __name__ == "__main__":
    main()
