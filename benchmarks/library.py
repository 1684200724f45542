"""What the template library costs with 10 and with 10 000 templates: queries, and server time beside a bare page.

`make bench` runs it. Time is the processor's, SQLite's share included. The bare page, a list with
nothing in it (`/script-builder/`), is asked in turn with each page, in the same process; what counts is the ratio of
the medians.
"""

import random
import sys
import tempfile
import time
from statistics import median

from place import prepare

GOAL = 2.5
TIMES = 40
BARE = "/script-builder/"
PAGES = {
    "list": "/scripts/",
    "list, last page": "/scripts/?page=500",
    "list, filtered": "/scripts/?language=bash&category=Printing&tag=queue",
    "search": "/scripts/?q=restart+print+spooler",
    "search, misspelt": "/scripts/?q=restrat+prnt+spoler",
}
VERBS = ["Restart", "Clear", "Renew", "Collect", "Remove", "Map", "Repair", "Report", "Reset", "Install"]
THINGS = [
    "print spooler",
    "network drive",
    "certificate",
    "mailbox",
    "Teams cache",
    "print queue",
    "user profile",
    "disk",
]
PLACES = ["on a terminal server", "for one user", "on every computer", "in a branch office", "after an update"]
CATEGORIES = ["Printing", "Network", "Mail", "Accounts", "Storage", "Security"]


def sign_in():
    """A signed-in browser with its user."""
    from django.test import Client

    from tests.factories.people import UserFactory

    user, browser = UserFactory(), Client()
    browser.force_login(user)
    return browser, user


def fill(user, count: int) -> None:
    """Brings the library to so many templates, each with details, a version, and a record of its own."""
    from django.db import transaction

    from script_builder.models import Language, Risk, ScriptTemplate, ScriptTemplateVersion
    from script_builder.words import index

    dice = random.Random(count)
    with transaction.atomic():
        for number in range(ScriptTemplate.objects.count(), count):
            thing = dice.choice(THINGS)
            template = ScriptTemplate.objects.create(
                account=user.account,
                created_by=user,
                name=f"{dice.choice(VERBS)} the {thing} {dice.choice(PLACES)} {number}",
                description=f"For a {dice.choice(THINGS)} that fails {dice.choice(PLACES)}, as ticket {number} had it.",
                category=dice.choice(CATEGORIES),
                tags=[*thing.split(), f"client{number % 200}"],
                language=dice.choice(Language.values),
                risk=dice.choice(Risk.values),
                status="published",
                successes=dice.randrange(50),
                failures=dice.randrange(10),
            )
            if number == 0:  # what every page looks for is among ten, too
                template.name, template.language, template.category = "Restart the print spooler", "bash", "Printing"
                template.tags = ["queue"]
                template.save()
            index(template)
            ScriptTemplateVersion.objects.create(template=template, number=1, text="ls\n", created_by=user)


def measure(browser, address: str) -> tuple[int, float, float]:
    """The page's queries, its milliseconds, and the bare page's beside it."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        assert browser.get(address).status_code == 200, address
    asked = len(captured)
    took = {address: [], BARE: []}
    for _ in range(TIMES):
        for path, times in took.items():
            start = time.thread_time()
            browser.get(path)
            times.append((time.thread_time() - start) * 1000)
    return asked, median(took[address]), median(took[BARE])


def matched(user) -> tuple[int, float]:
    """What it takes to find what a wish in plain words may be about: queries and milliseconds."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from script_builder.models import ScriptTemplate
    from script_builder.search import match

    def ask():
        return match(
            ScriptTemplate.objects.of(user.account_id).current(), user.account_id, "clear the stuck prnt queue"
        )

    with CaptureQueriesContext(connection) as captured:
        assert ask()
    asked, times = len(captured), []
    for _ in range(TIMES):
        start = time.thread_time()
        ask()
        times.append((time.thread_time() - start) * 1000)
    return asked, median(times)


def main() -> None:
    """Prints a line a page, and ends in an error where queries grow with the library or a ratio misses the goal."""
    missed = []
    with tempfile.TemporaryDirectory() as folder:
        prepare(folder)
        browser, user = sign_in()
        queries = {}
        for count in (10, 10_000):
            fill(user, count)
            print(f"Template library, {count:,} templates (server time; a bare page beside it)")
            for name, address in PAGES.items():
                asked, page, bare = measure(browser, address)
                print(f"  {name:<18} {asked} queries  {page:6.1f} ms  bare {bare:5.1f} ms  ratio {page / bare:4.2f}")
                if page / bare > GOAL:
                    missed.append(f"{name} with {count:,} templates: {page / bare:.2f} times the bare page")
                if queries.setdefault(name, asked) != asked:
                    missed.append(f"{name}: {queries[name]} queries with 10 templates, {asked} with {count:,}")
            asked, took = matched(user)
            print(f"  {'match':<18} {asked} queries  {took:6.1f} ms")
            if queries.setdefault("match", asked) != asked:
                missed.append(f"match: {queries['match']} queries with 10 templates, {asked} with {count:,}")
    if missed:
        sys.exit("\n".join([f"Goal: at most {GOAL} times a bare page, and no query more.", *missed]))


if __name__ == "__main__":
    main()
