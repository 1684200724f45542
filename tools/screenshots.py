"""Pictures of every page and state, taken from the running demo: `make screenshots`.

The whole set goes to var/screenshots, by width and colour scheme; what README shows goes to docs/images, among it the
main job as a short animation.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
SET, README = ROOT / "var/screenshots", ROOT / "docs/images"
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PASSWORD = "harbor-lantern-42"  # the demo's, as `make run` prints it
SIZES = {1440: 900, 1280: 800, 1024: 768, 390: 844}
SCHEMES = ("light", "dark")
RECORDED = {"width": 1180, "height": 760}

# What is shown: a name, and an address or the title of the demo's session with what is opened in it.
PAGES = {
    "sessions": "/sessions/",
    "sessions-waiting": "/sessions/?status=waiting",
    "sessions-nothing-found": "/sessions/?q=zzz",
    "new-session": "/sessions/new/",
    "insights": "/insights/",
    "script-builder": "/script-builder/",
    "scripts": "/scripts/",
    "scripts-nothing-found": "/scripts/?q=zzzzzz",
    "profile": "/profile/",
    "password": "/password/",
    "api": "/api/docs/",
    "not-found": "/sessions/00000000-0000-0000-0000-000000000000/",
}
SESSIONS = {
    "tasks": ("Account locks every few minutes", ""),
    "proposed": ("Web server is running out of disk space", ""),
    "template": ("Web server is running out of disk space", "?open=template"),
    "draft": ("Print spooler stops again and again", "?open=draft"),
    "builder": ("P drive has a red cross", "?tab=script_builder"),
    "nudge": ("Accountant locked out after the long weekend", ""),
    "partial": ("File server is almost out of space", ""),
    "resolve": ("Web server is running out of disk space", "?open=resolve"),
    "escalate": ("Accountant locked out after the long weekend", "?open=escalate"),
    "handoff": ("Web server is running out of disk space", "?open=escalate"),
    "handed": ("Scans share cannot be opened in the warehouse", ""),
    "resolved": ("Reception cannot print", ""),
    "timeline": ("Reception cannot print", "timeline/"),
    "runbooks": ("P drive has a red cross", "runbooks/"),
}


def serve(folder: str) -> tuple[subprocess.Popen, str]:
    """Starts the demo on a database of its own; gives the process and the address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {
        "FLOWPILOT_ENV_FILE": os.devnull,
        "FLOWPILOT_DEMO": "1",
        "FLOWPILOT_SECRET_KEY": "of pictures, never served to anybody",
        "FLOWPILOT_DATABASE_URL": f"sqlite:///{folder}/pictures.sqlite3",
        "PORT": str(port),
    }
    process = subprocess.Popen([sys.executable, str(ROOT / "tools/serve.py")], env=os.environ | own, stdout=sys.stderr)
    address = f"http://127.0.0.1:{port}"
    for _ in range(600):
        if process.poll() is not None:
            sys.exit("The demo did not start; its own words stand above.")
        try:
            urllib.request.urlopen(f"{address}/sign-in/")
            return process, address
        except urllib.error.URLError:
            time.sleep(0.1)
    process.terminate()
    sys.exit("The demo did not answer within a minute.")


def sign_in(browser: Browser, address: str) -> dict:
    """Signs the demo's engineer in; gives what a context needs to be them."""
    page = browser.new_page(base_url=address)
    page.goto("/sign-in/")
    page.get_by_label("Username").fill("demo")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/sessions/")
    state = page.context.storage_state()
    page.context.close()
    return state


def addresses(browser: Browser, address: str, state: dict) -> dict[str, str]:
    """Every picture's name with its address."""
    page = browser.new_page(base_url=address, storage_state=state)
    page.goto("/sessions/")
    where = {}
    for name, (title, rest) in SESSIONS.items():
        link = page.get_by_role("link", name=title).first.get_attribute("href")
        where[f"session-{name}"] = link + rest
    page.goto("/scripts/")
    where["script"] = page.get_by_role("link", name="Clear the print queue").first.get_attribute("href")
    where["script-edit"] = f"{where['script']}edit/"
    page.context.close()
    return PAGES | where


def take_set(browser: Browser, address: str, state: dict, where: dict[str, str]) -> None:
    """Takes every page in every width and scheme."""
    for width, height in SIZES.items():
        for scheme in SCHEMES:
            look = {"viewport": {"width": width, "height": height}, "color_scheme": scheme, "reduced_motion": "reduce"}
            folder = SET / f"{width}-{scheme}"
            folder.mkdir(parents=True, exist_ok=True)
            page = browser.new_page(base_url=address, **look)
            page.goto("/sign-in/")
            page.screenshot(path=folder / "sign-in.png")
            page.context.close()
            page = browser.new_page(base_url=address, storage_state=state, **look)
            for name, path in where.items():
                page.goto(path)
                settle(page)
                page.screenshot(path=folder / f"{name}.png")
            page.context.close()
        print(f"{width} px: {len(where) + 1} pictures, light and dark", flush=True)


def settle(page: Page) -> None:
    """Waits for fonts and pictures, and for two frames in which what they moved is drawn."""
    page.evaluate("""async () => {
        await document.fonts.ready;
        for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
    }""")


class Recording:
    """The frames of an animation, each with how long it stays."""

    def __init__(self, page: Page):
        self.page, self.frames, self.times = page, [], []

    def keep(self, seconds: float) -> None:
        """Keeps what the page shows now."""
        settle(self.page)
        self.frames.append(Image.open(BytesIO(self.page.screenshot())).convert("RGB"))
        self.times.append(int(seconds * 1000))

    def save(self, path: Path) -> None:
        """Writes an animated WebP that plays for ever."""
        first, *others = self.frames
        more = {"save_all": True, "append_images": others, "duration": self.times, "loop": 0}
        first.save(path, "WEBP", quality=72, method=6, **more)


def record(browser: Browser, address: str, state: dict) -> None:
    """The main job, from a ticket's words to resolved."""
    look = {"viewport": RECORDED, "color_scheme": "light", "reduced_motion": "reduce"}
    page = browser.new_page(base_url=address, storage_state=state, **look)
    film = Recording(page)
    page.goto("/sessions/")
    film.keep(1.6)
    page.get_by_role("link", name="New session").click()
    problem = page.get_by_label("Problem")
    words = "Nobody at the front desk can print. The jobs sit in the queue, and deleting them does nothing."
    for end in (34, len(words)):
        problem.fill(words[:end])
        film.keep(0.8)
    page.get_by_role("button", name="Open session").click()
    expect(page.locator("[data-reply]").first).to_be_visible()
    film.keep(0.8)
    expect(page.locator("[data-reply=done]")).to_have_count(1)
    film.keep(2.2)
    open_tasks = page.locator(".task").filter(has=page.get_by_role("button", name="Skip", exact=True))
    banner = page.locator("#fix-slot .fix")
    while not banner.is_visible():
        task = page.locator(f"#{open_tasks.first.get_attribute('id')}")
        choices = task.locator(".task__choices button")
        (choices.first if choices.count() else task.get_by_role("button", name="Skip", exact=True)).click()
        expect(task).to_have_class(re.compile("task--closed"))
        expect(open_tasks.first.or_(banner)).to_be_visible()
        film.keep(0.9)
    film.keep(2.6)
    banner.get_by_role("button", name="Apply", exact=True).click()
    panel = page.locator("#panel-slot .panel")
    expect(panel).to_be_visible()
    film.keep(1.8)
    panel.get_by_role("button", name="Generate").click()
    expect(panel.locator("#generated code")).to_be_visible()
    panel.get_by_role("button", name="I ran this").scroll_into_view_if_needed()
    film.keep(2.2)
    panel.get_by_role("button", name="I ran this").click()
    expect(banner).to_contain_text("Verifying")
    film.keep(2.4)
    banner.get_by_role("button", name="Worked", exact=True).click()
    expect(banner).not_to_contain_text("Verifying")
    film.keep(1.4)
    page.get_by_role("link", name="Resolve", exact=True).click()
    dialog = page.locator("#fix-slot .dialog")
    expect(dialog).to_be_visible()
    film.keep(2.4)
    dialog.get_by_role("button", name="Confirm").click()
    expect(page.locator("#session-head .chip")).to_have_text("Resolved")
    film.keep(3)
    film.save(README / "main-job.webp")
    page.context.close()
    print(
        f"docs/images/main-job.webp: {len(film.frames)} frames, {(README / 'main-job.webp').stat().st_size // 1000} kB"
    )


def main() -> None:
    """Takes all of it; `readme` alone only what README shows."""
    browser_path = next(filter(None, map(shutil.which, BROWSERS)), None) or sys.exit("There is no Chromium on PATH.")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        process, address = serve(folder)
        try:
            options = ["--no-sandbox", "--disable-dev-shm-usage"]
            browser = playwright.chromium.launch(executable_path=browser_path, args=options)
            state = sign_in(browser, address)
            where = addresses(browser, address, state)
            if sys.argv[1:] != ["readme"]:
                take_set(browser, address, state, where)
            for name, path, scheme in (("session", "session-proposed", "light"), ("sessions", "sessions", "dark")):
                look = {"viewport": {"width": 1440, "height": 900}, "color_scheme": scheme}
                page = browser.new_page(base_url=address, storage_state=state, **look)
                page.goto(where[path])
                settle(page)
                page.screenshot(path=README / f"{name}.png")
                page.context.close()
            record(browser, address, state)
            browser.close()
        finally:
            process.terminate()
            process.wait()


if __name__ == "__main__":
    main()
