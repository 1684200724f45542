"""How soon a press is seen, and how soon its result: what an engineer sends most, pressed in Chromium.

`make bench` runs it. Times are the browser's, from the press to the frame that shows it: that the button is busy, and
that the answer stands on the page. Beside it stands how often that is what the machine needs for the least, a request
that does nothing and a frame, and what the server worked on it: processor time, which a busy machine hardly lengthens.
"""

import tempfile
import time
from statistics import median, quantiles

from place import Figures, chromium, cookies, prepare, served

SESSIONS, AT_ONCE, RESULT = 25, 50, 150
# From the press on: when a frame was drawn with something busy in it, and when one with the answer.
WATCH = """
addEventListener("pointerdown", ({ timeStamp }) => begin(timeStamp), true);
addEventListener("keydown", ({ key, timeStamp }) => key === "Enter" && begin(timeStamp), true);
let press = null;
function begin(at) { press = { at, busy: null, result: null }; window.press = press; }
const drawn = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));
addEventListener("htmx:before:request", async ({ detail }) => {
    if (detail.ctx.sourceElement.id === "live" || !press) return;
    const own = press;
    await drawn();
    own.busy ??= performance.now() - own.at;
}, true);
addEventListener("htmx:after:swap", async ({ detail }) => {
    if (detail.ctx.sourceElement.id === "live" || !press) return;
    const own = press;
    await drawn();
    own.result ??= performance.now() - own.at;
}, true);
"""
LEAST = """async () => {
    const start = performance.now();
    await (await fetch("/healthz")).text();
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    return performance.now() - start;
}"""
WORKED = []  # the server's milliseconds of what the last press sent
SEEN = "() => window.press?.result ? [press.busy, press.result] : null"


class Timed:
    """Notes what each POST takes, all other middleware included."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        start = time.thread_time()
        response = self.get_response(request)
        if request.method == "POST":
            WORKED.append((time.thread_time() - start) * 1000)
        return response


def fill(user) -> list[str]:
    """Makes sessions, each with a task and a fix of a template; gives their paths."""
    from tests.factories.pilot import make_fix, make_session, make_task, make_template

    template, paths = make_template(user), []
    for number in range(SESSIONS):
        session = make_session(user, title=f"Ticket {number}")
        make_task(session, group=session.pk)
        make_task(session, text="Where?", group=session.pk)
        make_fix(session, template=template)
        paths.append(f"/sessions/{session.pk}/")
    return paths


def presses(page) -> dict:
    """What is pressed, in turn: a name, and what presses it."""
    banner, panel = page.locator("#fix-slot .fix"), page.locator("#panel-slot .panel")
    composer = page.get_by_role("textbox", name="Message")

    def button(name, within):
        return lambda: within.get_by_role("button", name=name).first.click()

    def post():
        composer.fill("It began this morning.")
        composer.press("Enter")

    return {
        "post a message": post,
        "skip a task": button("Skip", page.locator("#task-lane")),
        "open Apply": button("Apply", banner),
        "generate the script": button("Generate", panel),
        "declare the run": button("I ran this", panel),
        "say Worked": button("Worked", banner),
    }


def main() -> None:
    """Prints the figures, and ends in an error where one misses its goal."""
    figures, took, least = Figures("Presses on the session page, in ms"), {}, []
    with tempfile.TemporaryDirectory() as folder:
        prepare(folder)
        from django.conf import settings

        from tests.factories.people import UserFactory

        settings.MIDDLEWARE.insert(0, "__main__.Timed")

        user = UserFactory()
        paths = fill(user)
        with served() as address:
            signed_in = cookies(user, address)
            with chromium() as browser:
                context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900})
                context.add_cookies(signed_in)
                page = context.new_page()
                page.add_init_script(WATCH)
                for path in paths:
                    page.goto(path)
                    for name, press in presses(page).items():
                        least.append(page.evaluate(LEAST))
                        page.evaluate("() => { window.press = null; }")
                        WORKED.clear()
                        press()
                        seen = page.wait_for_function(SEEN).json_value()
                        took.setdefault(name, []).append((*seen, sum(WORKED)))
    floor = median(least)
    for name, times in took.items():
        shows, results, worked = zip(*times, strict=True)
        busy, result, server = (quantiles(column, n=20)[-1] for column in (shows, results, worked))
        figures.note(f"{name}: the press shows, p95", busy, AT_ONCE, more=f"median {median(shows):.0f}")
        middle = median(results)
        more = f"median {middle:.0f}, {middle / floor:.1f} times the least; server p95 {server:.0f}"
        figures.note(f"{name}: the result shows, p95", result, RESULT, more=more)
    print(f"  the least: median {floor:.0f}, p95 {quantiles(least, n=20)[-1]:.0f}")
    figures.end()


if __name__ == "__main__":
    main()
