"""What the JSON API costs: requests a second and the 95th percentile, beside a bare view with as many queries.

`make bench` runs it. The database has 1 000 sessions, each with a fix. Time is the processor's, SQLite's share
included. Each operation is asked in turn with its bare view, which reads one row by its key as many times and answers
with an empty object, in the same process; what counts is their ratio.
"""

import json
import sys
import tempfile
import time
from itertools import count
from statistics import mean, quantiles

from place import prepare

GOAL = 4
TIMES = 300
SESSIONS = 1000


def fill():
    """Makes the sessions; gives a client with a token, and the address of one fix."""
    from django.db import transaction
    from django.http import JsonResponse
    from django.urls import path

    from flowpilot import urls
    from flowpilot.people.models import User
    from tests.calling import with_token
    from tests.factories.people import UserFactory
    from tests.factories.pilot import make_fix, make_session

    def bare(request, queries: int):
        for _ in range(queries):
            User.objects.get(pk=user.pk)
        return JsonResponse({})

    urls.urlpatterns.append(path("bare/<int:queries>/", bare))
    user = UserFactory()
    with transaction.atomic():
        fixes = [make_fix(make_session(user, title=f"Ticket {number}")) for number in range(SESSIONS)]
    fix = fixes[SESSIONS // 2]
    return with_token(user).browser, f"/api/v1/ai-sessions/{fix.session_id}/suggested-fixes/{fix.pk}"


def operations(client, fix: str) -> dict:
    """What is asked: a name, and what asks it."""
    number = count()

    def patch():
        body = json.dumps({"ai_drafted_script": f"Restart-Service Spooler # {next(number)}\n"})
        return client.patch(f"{fix}/script", body, content_type="application/json")

    return {
        "list": lambda: client.get("/api/v1/ai-sessions?limit=25"),
        "read": lambda: client.get(fix),
        "PATCH …/script": patch,
    }


def measure(client, ask) -> tuple[int, list[float], list[float]]:
    """How many queries an operation sends, and the seconds of each of its requests and of its bare view's."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _ in range(20):  # a token's first use is noted, and reads are counted ten at a time
        assert ask().status_code == 200
    with CaptureQueriesContext(connection) as captured:
        ask()
    queries = len(captured)  # the next request empties the log
    bare, took, beside = f"/bare/{queries}/", [], []
    for _ in range(TIMES):
        for work, times in ((ask, took), (lambda: client.get(bare), beside)):
            start = time.thread_time()
            answer = work()
            times.append(time.thread_time() - start)
            assert answer.status_code == 200
    return queries, took, beside


def main() -> None:
    """Prints a line an operation, and ends in an error where one costs more than GOAL bare views."""
    missed = []
    with tempfile.TemporaryDirectory() as folder:
        prepare(folder)
        client, fix = fill()
        print(f"The API with {SESSIONS:,} sessions (processor time; a bare view with as many queries beside it)")
        for name, ask in operations(client, fix).items():
            queries, took, bare = measure(client, ask)
            rates, tails = [1 / mean(times) for times in (took, bare)], [quantiles(x, n=20)[-1] for x in (took, bare)]
            rate, tail = rates[1] / rates[0], tails[0] / tails[1]
            print(
                f"  {name:<15} {queries:2} queries  {rates[0]:6.0f} a second  bare {rates[1]:6.0f}  ratio {rate:4.2f}"
                f"  p95 {tails[0] * 1000:5.1f} ms  bare {tails[1] * 1000:5.1f} ms  ratio {tail:4.2f}"
            )
            if max(rate, tail) > GOAL:
                missed.append(f"{name}: {rate:.2f} times the bare view, {tail:.2f} at the 95th percentile")
    if missed:
        sys.exit("\n".join([f"Goal: at most {GOAL} times a bare view.", *missed]))


if __name__ == "__main__":
    main()
