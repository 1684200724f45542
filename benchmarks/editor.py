"""What the script editor costs a page, measured in Chromium: nothing before one is opened, and its bytes after.

`make bench` runs it against the static files as they are served.
"""

import sys
import tempfile

from place import chromium, cookies, prepare, served

GOAL = 1_000_000
PARTS = ("/dist/editor", "/dist/fonts/codicon")


def measure(address: str, signed_in: list[dict], path: str) -> tuple[dict, dict]:
    """The editor's files that came over the wire, with their bytes, before the first editor was opened and after."""
    from playwright.sync_api import expect

    fetched = {}

    def note(response):
        if any(part in response.url for part in PARTS):
            headers = response.all_headers()
            fetched[response.url.rpartition("/")[2]] = (
                int(headers["content-length"]),
                headers.get("content-encoding", "not compressed"),
            )

    with chromium() as browser:
        context = browser.new_context(base_url=address)
        context.add_cookies(signed_in)
        page = context.new_page()
        page.on("response", note)
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
    return before, fetched


def main() -> None:
    """Prints both numbers, and ends in an error where the first is not nothing."""
    with tempfile.TemporaryDirectory() as folder:
        prepare(folder)
        from tests.factories.people import UserFactory
        from tests.factories.pilot import make_fix, make_session

        session = make_session(UserFactory())
        make_fix(session)
        with served() as address:
            before, after = measure(address, cookies(session.owner, address), f"/sessions/{session.pk}/")
    total = sum(size for size, _ in after.values())
    print(f"Script editor, before the first is opened: {sum(size for size, _ in before.values()):,} bytes")
    print(f"Script editor, after: {total:,} bytes over the wire (goal: at most {GOAL:,})")
    for name, (size, encoding) in sorted(after.items(), key=lambda item: -item[1][0]):
        print(f"  {size:>9,}  {name} ({encoding})")
    if before or not after:
        sys.exit("The editor must be fetched when one is opened, and not before.")


if __name__ == "__main__":
    main()
