"""What the demo's engineers closed in the weeks before: short stories, so that Insights has something to count."""

from datetime import timedelta
from itertools import cycle
from typing import NamedTuple

from flowpilot.people.models import User
from pilot.demo.telling import Telling
from pilot.lifecycle import Move

WEEKS = 12
CLIENTS = ("Northgate Dental Group", "Calloway & Finch Legal", "Marlow Freight", "Ostrander Architects")
# How long each took, in minutes, one after the other.
TOOK = (35, 18, 65, 140, 25, 50, 90, 22, 400, 45, 30, 1500, 75)


class Problem(NamedTuple):
    """What comes again and again: its runbook and fix, how it is run, and what came of it each time.

    W worked, P in part, F didn't work, and D: nothing was run.
    """

    title: str
    number: str
    fix: str
    values: dict
    came: str


PROBLEMS = (
    Problem("Print jobs are stuck", "W02", "clear-queue", {"wait_seconds": "30"}, "WWPWFWW"),
    Problem("The C drive is full", "W04", "clean-up", {"drive": "C:", "older_than_days": "14"}, "WWPWWW"),
    Problem("The intranet page looks broken", "W30", "cache", {"browser": "Edge"}, "WFDFWF"),
    Problem("Teams shows old messages", "W14", "clear-cache", {"client": "both"}, "WWF"),
    Problem("Account locks every hour", "W10", "find-source", {"user": "r.ellison", "hours": "24"}, "WFWWDW"),
    Problem("No network after the night", "W06", "renew", {}, "WWFW"),
    Problem("The P drive is gone", "W20", "remap", {"note": "Mapped it again by its full name."}, "WFWWW"),
)


def tell_history(*people: User) -> None:
    """Tells them spread over the last weeks, the oldest first."""
    times = [(problem, came) for problem in PROBLEMS for came in problem.came]
    # Every seventh, then the ones beside them: so that one problem does not fill a week.
    mixed = [one for start in range(7) for one in times[start::7]]
    apart = timedelta(weeks=WEEKS, days=-4) / len(mixed)
    turns = zip(mixed, cycle(people), cycle(CLIENTS), cycle(TOOK))
    for place, ((problem, came), by, client, took) in enumerate(turns):
        ago = (len(mixed) - place) * apart + timedelta(days=3)
        _tell(
            problem,
            came,
            Telling(by),
            ago,
            timedelta(minutes=took),
            client=client,
            ticket_ref=f"HL-{20100 + place * 7}",
        )


def _tell(problem: Problem, came: str, story: Telling, ago: timedelta, took: timedelta, **ticket) -> None:
    story.open_knowing(ago, problem.number, problem.fix, title=problem.title, **ticket)
    if came != "D":
        story.run(ago - took / 2, **problem.values)
    if came == "F":
        story.outcome(ago - took * 0.9, Move.FAILED, "No change.", asks_next=False)
        story.escalate(ago - took, "What usually helps did not.", party="Vendor support")
    elif came == "P":
        story.resolve(ago - took, Move.PARTIAL, "Better for some of them; the rest comes with the next maintenance.")
    else:
        story.resolve(ago - took)
