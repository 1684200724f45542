"""Journeys: the real ASGI application, engine included, seen through a real Chromium.

Playwright's event loop runs in the test's own thread, where Django then refuses the database. So everything a journey
wants from the database goes through `orm`, which works in one thread beside it: `orm(lambda: Fix.objects.get())`.
"""

import shutil
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import pytest
import uvicorn
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import Client
from playwright.sync_api import expect

from flowpilot.ai.port import assistant
from flowpilot.asgi import Application
from tests.factories.people import PASSWORD
from tests.journeys.speaking import Speaker
from tests.journeys.states import of_scripts, of_sessions, of_the_rest
from tests.journeys.steps import Record, Workbench

# The headless shell is the same engine without a browser's own windows, for half of the processor time.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ANNOUNCE_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", event =>
    console.error(`CSP violation: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile ?? ""}`));
"""

expect.set_options(timeout=10_000)


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/journeys/" in item.path.as_posix():
            item.add_marker(pytest.mark.journey)


# ---- Database -----------------------------------------------------------------------------------


@pytest.fixture
def db(django_db_setup, django_db_blocker):
    """In the place of pytest-django's: a thread for the database, and a clean one for the next journey."""
    with ThreadPoolExecutor(1, thread_name_prefix="journey-db") as thread, django_db_blocker.unblock():
        yield lambda work: thread.submit(work).result()
        # Committed rows, as the served application must see them, are cleared away by hand.
        thread.submit(call_command, "flush", interactive=False, verbosity=0).result()
        thread.submit(connections.close_all).result()


@pytest.fixture
def transactional_db(db):
    """Every journey is one."""
    return db


@pytest.fixture
def orm(db):
    """Calls what it is given in the journey's database thread, and gives back what that gives."""
    return db


# ---- Server -------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def base_url():
    """The address at which this worker serves its journeys."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


@pytest.fixture
def served(orm, base_url):
    """The application with its engine, started and ended with the test, so that no engine meets another test's rows."""
    if not (settings.BASE_DIR / "static/dist/app.js").exists():
        pytest.fail("static/dist is not built: run `make test`, or tools/build.sh once.")
    port = int(base_url.rpartition(":")[2])
    server = uvicorn.Server(
        uvicorn.Config(
            Application(), host="127.0.0.1", port=port, lifespan="on", log_level="warning", timeout_graceful_shutdown=1
        )
    )
    thread = threading.Thread(target=server.run, name="journey-server")
    thread.start()
    while not server.started:
        assert thread.is_alive(), "The server ended while it started."
        thread.join(0.01)
    yield base_url
    server.should_exit = True
    thread.join(20)
    assert not thread.is_alive(), "The server did not end."


@pytest.fixture
def speaks(settings):
    """Has the assistant say these pieces, in every conversation, and wait at each event among them."""

    def speaks(*pieces):
        Speaker.says = pieces

    settings.ASSISTANT = f"{Speaker.__module__}.{Speaker.__name__}"
    settings.DRAIN_SECONDS = 0
    assistant.cache_clear()
    yield speaks
    for piece in Speaker.says:
        if isinstance(piece, threading.Event):
            piece.set()
    assistant.cache_clear()


# ---- Browser ------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def playwright(django_db_setup, playwright):
    """Starts after the test database is made: in its thread Django refuses the database from then on."""
    return playwright


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        pytest.fail("The journeys need Chromium or Chrome on PATH: run `make test`, or install it.")
    nowhere_else = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--no-proxy-server"]
    container = ["--no-sandbox", "--disable-dev-shm-usage"]
    return {**browser_type_launch_args, "executable_path": executable, "args": [*container, *nowhere_else]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "viewport": {"width": 1440, "height": 900}}


class Faults:
    """What went wrong in the browser: console errors, script errors, policy violations, failed requests."""

    def __init__(self):
        self.seen, self.expected, self.allowed = [], [], []

    def expect(self, part: str) -> None:
        """Says that an error with this text belongs to the journey: it must come, and does not fail it."""
        self.expected.append(part)

    def allow(self, part: str) -> None:
        """Says that an error with this text may come or not, as fast as the machine is."""
        self.allowed.append(part)

    def watch(self, context) -> None:
        """Listens to every page of this browser context, from its first line on."""
        context.add_init_script(ANNOUNCE_VIOLATIONS)
        context.on("console", lambda message: self.note(message.text, message.type == "error"))
        context.on("weberror", lambda error: self.note(f"Uncaught: {error.error}"))

    def note(self, text: str, wrong: bool = True) -> None:
        if wrong:
            self.seen.append(text)

    def verify(self) -> None:
        """Fails the journey on anything that was not expected, and on anything expected that never came."""
        known = self.expected + self.allowed
        surprises = [text for text in self.seen if not any(part in text for part in known)]
        absent = [part for part in self.expected if not any(part in text for text in self.seen)]
        assert not surprises, f"The browser reported: {surprises}"
        assert not absent, f"The browser should have reported: {absent}"


@pytest.fixture
def faults():
    """The browser's complaints, judged when the journey ends."""
    faults = Faults()
    yield faults
    faults.verify()


@pytest.fixture
def new_context(served, faults, new_context):
    """A further browser, as another person would have it; watched like the first."""

    def watched(**options):
        context = new_context(**options)
        context.set_default_timeout(10_000)
        faults.watch(context)
        contexts.append(context)
        return context

    contexts = []
    yield watched
    # What the test answers in the server's place is answered before its page goes.
    for page in (page for context in contexts for page in context.pages):
        page.unroute_all(behavior="wait")


@pytest.fixture
def hold(new_context):
    """`hold(page, url)` keeps such requests back and lists them; `held.pop().continue_()` lets one go on."""
    lists = []

    def hold(page, url, times=None):
        held = []
        lists.append(held)
        page.route(url, lambda route: held.append(route), times=times)
        return held

    yield hold
    for route in (route for held in lists for route in held):
        route.abort()


@pytest.fixture
def sign_in(served):
    """`sign_in(page, user)` signs in through the sign-in page, as people do."""

    def through_the_page(page, user):
        page.goto("/sign-in/")
        page.locator("[name=username]").fill(user.username)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("form:has([name=password]) [type=submit]").click()
        page.wait_for_url(lambda url: "/sign-in/" not in url)
        return page

    return through_the_page


@pytest.fixture
def signed_in(orm):
    """`signed_in(user, context, url)` gives a browser the cookie of somebody who has signed in."""

    def bring(user, context, url):
        visitor = Client()
        orm(lambda: visitor.force_login(user))
        context.add_cookies(
            [{"name": name, "value": morsel.value, "url": url} for name, morsel in visitor.cookies.items()]
        )
        return context

    return bring


@pytest.fixture
def workbench_of(new_context, signed_in, base_url):
    """`workbench_of(user)` is the browser of somebody who has signed in; options are the browser's."""
    return lambda user, **options: Workbench(signed_in(user, new_context(**options), base_url).new_page())


@pytest.fixture
def desk(workbench_of, owner):
    """The owner's browser."""
    return workbench_of(owner)


@pytest.fixture
def record(orm):
    """What the database holds."""
    return Record(orm)


# ---- Every state, for what must hold in all of them ---------------------------------------------


@pytest.fixture
def people(owner, teammate, viewer, stranger):
    """Who looks at the states."""
    return {"owner": owner, "teammate": teammate, "viewer": viewer, "stranger": stranger}


@pytest.fixture(params=[of_sessions, of_scripts, of_the_rest], ids=["sessions", "scripts", "the rest"])
def states(request, orm, people, faults):
    """Every state of one part of the product, by its name; what is wrong in some of them is refused."""
    for refusal in (403, 404, 409, 422, 500):
        faults.allow(f"status of {refusal}")
    return orm(lambda: request.param(people["owner"], people["teammate"]))


@pytest.fixture
def desks(new_context, workbench_of, people):
    """`desks(who)`: the browser of one of them, or of a visitor."""

    @cache
    def desk_of(who):
        still = {"reduced_motion": "reduce", "color_scheme": "light"}
        return workbench_of(people[who], **still) if who else Workbench(new_context(**still).new_page())

    return desk_of
