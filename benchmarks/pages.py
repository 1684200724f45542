"""What pages cost in the browser: bytes of a cold load, blocking while one loads, and what moves under the eye.

`make bench` runs it over the demo's sessions, against the static files as they are served. A layout shift is counted as
Chromium counts it, and all of a journey are added up; those within half a second of a press stand in a figure of their
own, because there the page answers.
"""

import re
import tempfile
from io import StringIO
from statistics import median

from place import Figures, chromium, cookies, prepare, served

BYTES, REQUESTS, BLOCKING, SHIFT = 90_000, 12, 50, 0.02
SLOWER, LOADS = 4, 7
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
PROPOSED = "Web server is running out of disk space"
TO_DRAFT = "P drive has a red cross"
SCRIPT = {"EvaluateScript", "FunctionCall", "TimerFire", "FireAnimationFrame", "EventDispatch", "RunMicrotasks"}
SHIFTS = """
new PerformanceObserver(list => {
    for (const { value, hadRecentInput, sources } of list.getEntries()) {
        const moved = sources.map(({ node }) => node?.id || node?.className || node?.nodeName || "gone");
        window.shifted(value, hadRecentInput, `${location.pathname.split("/")[1]}: ${moved}`);
    }
}).observe({ type: "layout-shift", buffered: true });
"""
DRAWN = """async () => {
    await document.fonts.ready;
    for (const _ of [1, 2, 3]) await new Promise(requestAnimationFrame);
}"""


def cold(context, path: str) -> dict[str, float]:
    """Every resource of a page with its bytes over the wire, headers included; nothing is in a cache."""
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    urls, sizes = {}, {}
    wire.on("Network.requestWillBeSent", lambda event: urls.setdefault(event["requestId"], event["request"]["url"]))
    wire.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    page.goto(path)
    page.wait_for_load_state("networkidle")
    return {urls[number]: size for number, size in sizes.items() if urls[number].startswith("http")}


def blocking(context, path: str) -> tuple[float, float]:
    """How long scripts block a page that loads, and how long all that the browser does for it blocks, in milliseconds.

    That is, of every task of the page's main thread, what is beyond the 50 that nobody feels. Of all work only what
    comes after the first paint counts, as in Lighthouse's "total blocking time"; of scripts everything, what they make
    the browser lay out included. It is processor time, so that other work of the machine does not count.
    """
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    events, ended = [], []
    wire.on("Tracing.dataCollected", lambda event: events.extend(event["value"]))
    wire.on("Tracing.tracingComplete", lambda event: ended.append(event))
    categories = ["toplevel", "devtools.timeline", "loading"]
    wire.send("Tracing.start", {"transferMode": "ReportEvents", "traceConfig": {"includedCategories": categories}})
    page.goto(path)
    page.evaluate(DRAWN)
    page.wait_for_timeout(1000)  # what a page puts off till then is done by then
    wire.send("Tracing.end")
    while not ended:
        page.wait_for_timeout(20)
    page.close()
    thread = next((one["pid"], one["tid"]) for one in events if one["name"] == "EvaluateScript")
    painted = max(one["ts"] for one in events if one["name"] == "firstContentfulPaint")
    own = [one for one in events if (one["pid"], one["tid"]) == thread and "tdur" in one]
    tasks = _outermost(own, lambda one: "RunTask" in one["name"])
    scripts = _outermost(own, lambda one: one["name"] in SCRIPT)
    beyond = lambda pieces: sum(max(0, one["tdur"] / 1000 - 50) for one in pieces)  # noqa: E731
    return beyond(scripts), beyond(one for one in tasks if one["ts"] > painted)


def _outermost(events: list[dict], wanted) -> list[dict]:
    """Of the events that are wanted those that stand in no other of them."""
    found, end = [], 0
    for one in sorted(filter(wanted, events), key=lambda one: (one["ts"], -one["dur"])):
        if one["ts"] >= end:
            found.append(one)
            end = one["ts"] + one["dur"]
    return found


def solves(desk) -> None:
    """From a ticket's words to resolved."""
    from playwright.sync_api import expect

    desk.opens_session("Printer at reception", "Nobody at the front desk can print. The jobs sit in the queue.")
    desk.says("It started this morning.")
    desk.hears(2)
    desk.skips_the_rest()
    desk.applies()
    desk.presses("Generate", desk.panel)
    expect(desk.generated).to_be_visible()
    desk.panel.get_by_role("button", name="I ran this").click()
    desk.is_verifying()
    desk.presses("Worked")
    expect(desk.banner).not_to_contain_text("Verifying")
    desk.resolves()


def looks_for(desk) -> None:
    """Filters the list, searches it, and opens what was found."""
    page = desk.page
    page.goto("/sessions/")
    for name in ("Waiting for me", "Open", "Resolved", "All"):
        page.get_by_label("Status").get_by_role("link", name=re.compile(rf"^\s*{name}")).click()
    page.get_by_role("link", name="Older").click()
    page.get_by_role("searchbox", name="Search sessions").fill("red cross")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=red*")
    page.get_by_role("link", name=TO_DRAFT).first.click()
    page.wait_for_url("**/sessions/*-*/")


def drafts(desk) -> None:
    """Opens the builder tab, asks for a script, goes over to the editor and back to the chat."""
    from playwright.sync_api import expect

    page = desk.page
    page.goto("/sessions/")
    page.get_by_role("link", name=TO_DRAFT).first.click()
    desk.selects("Script Builder")
    panel = page.locator("#builder-panel")
    panel.get_by_role("textbox", name="Message").fill("Map the drive again.")
    page.keyboard.press("Enter")
    expect(panel.locator("[data-reply=done]").first).to_be_visible()
    desk.opens_the_editor()
    desk.selects("Chat")


def reads_insights(desk) -> None:
    """Opens Insights, and the figures of another time."""
    page = desk.page
    page.goto("/insights/")
    page.wait_for_load_state("networkidle")
    page.goto("/insights/?days=90")
    page.wait_for_load_state("networkidle")


JOURNEYS = [
    ("open, message, apply, verify, resolve", solves, WIDE),
    ("filter and search the list", looks_for, WIDE),
    ("filter and search the list", looks_for, PHONE),
    ("builder tab and editor", drafts, WIDE),
    ("Insights", reads_insights, WIDE),
    ("Insights", reads_insights, PHONE),
]


def shifts(context, journey) -> tuple[float, float, set[str]]:
    """What moved by itself in a journey, what moved in all, and where something moved by itself."""
    from tests.journeys.steps import Workbench

    seen = []
    context.expose_binding("shifted", lambda _source, *shift: seen.append(shift))
    context.add_init_script(SHIFTS)
    desk = Workbench(context.new_page())
    journey(desk)
    desk.page.evaluate(DRAWN)
    alone = [(value, place) for value, recent, place in seen if not recent]
    return float(sum(value for value, _ in alone)), sum(value for value, *_ in seen), {place for _, place in alone}


def main() -> None:
    """Prints the figures, and ends in an error where one misses its goal."""
    figures = Figures("Pages in the browser")
    with tempfile.TemporaryDirectory() as folder:
        prepare(folder)
        from django.core.management import call_command

        from flowpilot.people.models import User
        from pilot.models import AISession

        call_command("seed_demo", stdout=StringIO())
        user = User.objects.get(username="demo")
        session = f"/sessions/{AISession.objects.get(title=PROPOSED).pk}/"
        with served() as address:
            signed_in = cookies(user, address)
            with chromium() as browser:

                def visit(size=WIDE, who=signed_in):
                    context = browser.new_context(base_url=address, viewport=size)
                    context.add_cookies(who)
                    return context

                for name, path, who in (
                    ("session", session, signed_in),
                    ("list", "/sessions/", signed_in),
                    ("sign-in", "/sign-in/", []),
                ):
                    fetched = cold(visit(who=who), path)
                    goal = (BYTES, REQUESTS) if name == "session" else (None, None)
                    figures.note(f"{name}, cold: bytes over the wire", int(sum(fetched.values())), goal[0])
                    figures.note(f"{name}, cold: requests", len(fetched), goal[1])
                context = visit()
                for name, path in (("session", session), ("list", "/sessions/")):
                    found = [blocking(context, path) for _ in range(LOADS)]
                    scripts, every = (median(column) for column in zip(*found, strict=True))
                    words = f"{name}, {SLOWER} times slower: ms blocked by scripts"
                    figures.note(words, scripts, BLOCKING, more=f"{every:.0f} by all work after the first paint")
                for name, journey, size in JOURNEYS:
                    alone, every, places = shifts(visit(size), journey)
                    words = f"{name}, {size['width']} px: layout shift"
                    more = "; ".join([f"{every:.3f} with what follows a press", *(places if alone > SHIFT else ())])
                    figures.note(words, alone, SHIFT, more=more)
    figures.end()


if __name__ == "__main__":
    main()
