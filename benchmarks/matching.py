"""What matching a problem to a runbook costs: start-up, the first answer, every other one, a pasted log, and memory.

`make bench` runs it. Time is processor time of a process of its own, beside a floor that was measured in the same run:
what Django needs to start.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MOST_START, MOST_LOG, MOST_MEMORY = 0.3, 1.0, 50.0
LOG = 200_000
PROBLEM = "cant print, evrything stuck"


def resident() -> float:
    """The megabytes that this process holds in memory."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * 4096 / 1e6


def child() -> None:
    """Prints what each step of a fresh process costs: seconds of processor time, and megabytes."""
    from time import process_time

    before = process_time()
    import django
    from django.conf import settings

    settings.configure(INSTALLED_APPS=["django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes",
                                       "django.contrib.messages", "django.contrib.sessions"])  # fmt: skip
    django.setup()
    # What else of the product needs these stands here, so that the rest is what matching alone brings along.
    import pydantic  # noqa: F401
    import yaml  # noqa: F401

    steps, memory = {"floor": process_time() - before}, resident()

    def step(name, work):
        started = process_time()
        work()
        steps[name] = process_time() - started

    def start():
        import flowpilot.ai.matching  # noqa: F401

    step("start", start)
    from flowpilot.ai import library, matching

    step("library", library.runbooks)
    with_library = resident()
    step("first", lambda: matching.match(PROBLEM))
    step("another", lambda: [matching.match(f"{PROBLEM} on PC {number}") for number in range(100)])
    steps["another"] /= 100
    line = "2026-01-05 08:00:01 ERROR spooler: \\\\fs01\\data is gone, code 0x80070035, teh jobs are stuk; "
    step("log", lambda: matching.match((line * (LOG // len(line) + 1))[:LOG]))
    print(json.dumps({"steps": steps, "memory": resident() - memory, "matching": resident() - with_library}))


def main() -> None:
    """Prints the figures, and ends in an error where one is over its goal."""
    found = json.loads(
        subprocess.run(
            [sys.executable, __file__, "child"],
            check=True,
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT)},
        ).stdout
    )
    steps, floor = found["steps"], found["steps"]["floor"]
    told = {
        "start": f"Matching, at start-up (goal: at most {MOST_START * 1000:.0f} ms)",
        "library": "  reading the runbooks, once, when they are first needed",
        "first": "  the first problem, with building the index",
        "another": "  every other problem",
        "log": f"  a pasted log of {LOG:,} characters (goal: at most {MOST_LOG * 1000:.0f} ms)",
    }
    for name, words in told.items():
        print(f"{words}: {steps[name] * 1000:.1f} ms, {steps[name] / floor:.2f} of Django's start")
    print(f"  memory: {found['memory']:.1f} MB, {found['matching']:.1f} of them the index and the words "
          f"(goal: at most {MOST_MEMORY:.0f})")  # fmt: skip
    if steps["start"] > MOST_START or steps["log"] > MOST_LOG or found["memory"] > MOST_MEMORY:
        sys.exit("Matching costs more than its goal.")


if __name__ == "__main__":
    child() if sys.argv[1:] == ["child"] else main()
