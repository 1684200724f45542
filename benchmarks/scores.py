"""Lighthouse's scores of sign-in, list and session page: performance, accessibility and best practices.

`make bench` runs it over the demo's sessions. Lighthouse has a folder and a lock of its own, so that only who measures
installs it. It sees each page as a telephone with a slow network and a quarter of the processor, and as a computer.
"""

import json
import socket
import subprocess
import tempfile
from io import StringIO
from statistics import median

from place import ROOT, Figures, chromium, cookies, prepare, served

GOAL, TIMES = 100, 3
CATEGORIES = ("performance", "accessibility", "best-practices")
SEEN_AS = {"telephone": [], "computer": ["--preset=desktop"]}
PROPOSED = "Web server is running out of disk space"


def look(url: str, signed_in: list[dict], seen_as: str) -> dict:
    """One report of Lighthouse, which drives a fresh Chromium."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    only = f"--only-categories={','.join(CATEGORIES)}"
    told = ["--output=json", "--quiet", "--no-enable-error-reporting", f"--port={port}", *SEEN_AS[seen_as]]
    with chromium(f"--remote-debugging-port={port}") as browser:
        browser.new_browser_cdp_session().send("Storage.setCookies", {"cookies": signed_in})
        # The cookies stay; there is nothing else in the browser that would have to be cleared away.
        command = ["tools/lighthouse.sh", url, only, "--disable-storage-reset", *told]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=ROOT)
    report = json.loads(done.stdout)
    assert report["finalDisplayedUrl"] == url, "Another page came instead."
    return report


def complaints(report: dict, category: str) -> list[str]:
    """What took something off a score, with what Lighthouse says of it."""
    audits = report["audits"]
    parts = [(audits[ref["id"]], ref["weight"]) for ref in report["categories"][category]["auditRefs"]]
    lost = [audit for audit, weight in parts if weight and audit["score"] is not None and audit["score"] < 1]
    return [f"{audit['id']} {audit.get('displayValue', '')}".strip() for audit in lost]


def main() -> None:
    """Prints the scores, and ends in an error where one misses its goal."""
    figures = Figures(f"Lighthouse, median of {TIMES}")
    with tempfile.TemporaryDirectory() as folder:
        prepare(folder)
        from django.core.management import call_command

        from flowpilot.people.models import User
        from pilot.models import AISession

        call_command("seed_demo", stdout=StringIO())
        user, session = User.objects.get(username="demo"), AISession.objects.get(title=PROPOSED)
        with served() as address:
            signed_in = cookies(user, address)
            pages = {
                "sign-in": ("/sign-in/", []),
                "list": ("/sessions/", signed_in),
                "session": (f"/sessions/{session.pk}/", signed_in),
            }
            for name, (path, who) in pages.items():
                for seen_as in SEEN_AS:
                    reports = [look(address + path, who, seen_as) for _ in range(TIMES)]
                    for category in CATEGORIES:
                        scores = [report["categories"][category]["score"] * 100 for report in reports]
                        more = "; ".join(complaints(reports[-1], category))
                        figures.note(f"{name}, {seen_as}: {category}", round(median(scores)), least=GOAL, more=more)
    figures.end()


if __name__ == "__main__":
    main()
