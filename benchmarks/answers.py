"""What a page costs the server as its rows grow: its queries, and its time beside a bare view with the same queries.

`make bench` runs it. Time is the processor's, SQLite's share included. The bare view is the page's own one up to where
it would render: it stands behind the same middleware, builds and sends the same queries, reads the same rows, and
answers with an empty object. Both are asked in turn, in the same process; what counts is the ratio of the medians.
Beside it stands what the database alone takes: the same SQL, written out beforehand.
"""

import tempfile
import time
from statistics import median
from unittest import mock

from place import Figures, prepare

QUERIES, RATIO, TIMES = 8, 3, 60


def unrendered(request, template, context, **kwargs):
    """In the place of `render`: what the page would ask of the database while it renders, and nothing else."""
    from django.http import JsonResponse

    from pilot.context import waits

    if "waits_for_me" not in context:
        str(waits(request)["waits_for_me"])
    return JsonResponse({})


def grow(user, session, count: int) -> None:
    """Brings this user's list to so many sessions, and this session to so many messages."""
    from django.db import transaction

    from pilot.models import AISession, ChatMessage
    from tests.factories.pilot import make_fix, make_session, make_task

    with transaction.atomic():
        for number in range(AISession.objects.count(), count):
            other = make_session(user, title=f"Ticket {number}", client="Heron Legal", ticket_ref=f"HL-{number}")
            make_task(other) if number % 2 else make_fix(other)
        for number in range(session.messages.count(), count):
            said = {"role": "user", "author": user, "text": f"Line {number} of the ticket, as it was told."}
            ChatMessage.objects.create(session=session, **said)


def measure(browser, address: str) -> tuple[int, float, float, float]:
    """The page's queries; the milliseconds of the page, of the bare view, and of the SQL alone."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from pilot import regions
    from pilot.views import sessions

    def ask():
        assert browser.get(address).status_code == 200, address

    def bare():
        with mock.patch.object(sessions, "render", unrendered), mock.patch.object(regions, "render", unrendered):
            ask()

    def sent(work) -> list[str]:
        work()  # a first time, in which templates are read
        with CaptureQueriesContext(connection) as captured:
            work()
        return [query["sql"] for query in captured]

    every = sent(ask)
    assert len(sent(bare)) == len(every), "The bare view does not send the page's queries."

    def alone():
        with connection.cursor() as cursor:
            for sql in every:
                cursor.execute(sql)
                cursor.fetchall()

    took = {work: [] for work in (ask, bare, alone)}
    for _ in range(TIMES):
        for work, times in took.items():
            start = time.thread_time()
            work()
            times.append((time.thread_time() - start) * 1000)
    return len(every), *(median(times) for times in took.values())


def main() -> None:
    """Prints the figures, and ends in an error where one misses its goal."""
    with tempfile.TemporaryDirectory() as folder:
        prepare(folder)
        from django.test import Client

        from tests.factories.people import UserFactory
        from tests.factories.pilot import make_fix, make_session

        user, browser = UserFactory(), Client()
        browser.force_login(user)
        session = make_session(user)
        make_fix(session)
        figures, first = Figures("Pages on the server"), {}
        for count in (10, 100, 500, 1_000):
            grow(user, session, count)
            for name, address in {
                "list of sessions": "/sessions/",
                "session, messages": f"/sessions/{session.pk}/",
            }.items():
                asked, page, bare, alone = measure(browser, address)
                figures.note(f"{name}, {count:,}: queries", asked, QUERIES)
                figures.note(f"{name}, {count:,}: more than with 10", asked - first.setdefault(name, asked), 0)
                more = f"{page:.1f} ms, bare {bare:.1f}, SQL alone {alone:.1f}"
                figures.note(f"{name}, {count:,}: times the bare view", page / bare, RATIO, more=more)
    figures.end()


if __name__ == "__main__":
    main()
