"""What ShellCheck says of a Bash script; where it is not installed, only what is never closed."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

from script_builder.models import Language
from script_builder.placement import SCANNERS
from script_builder.rendering import PLACEHOLDER

SECONDS = 10


def problems(text: str) -> Iterable[tuple[int, str]]:
    """The possible problems, each with its line."""
    if program() is None:
        return _unclosed(text)
    # A placeholder will be a quoted literal: for ShellCheck a quoted variable of the environment is the like of it.
    return shellcheck(PLACEHOLDER.sub(lambda found: f'"$P_{found.group(1).upper()}"', text), "warning")


@cache
def program() -> str | None:
    """Where ShellCheck is: beside our Python, or on the path."""
    beside = Path(sys.executable).with_name("shellcheck")
    return str(beside) if beside.exists() else shutil.which("shellcheck")


@lru_cache(maxsize=256)
def shellcheck(text: str, severity: str) -> tuple[tuple[int, str], ...]:
    """ShellCheck's own words on what is at least so severe. It reads the script, and follows no file it names."""
    try:
        done = subprocess.run(
            [program(), "--norc", "--shell=bash", "--format=json1", f"--severity={severity}", "-"],
            input=text.encode(errors="replace"),
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={"LC_ALL": "C.UTF-8", "PATH": os.defpath},
        )
        comments = json.loads(done.stdout)["comments"]
    except subprocess.TimeoutExpired:
        return ((1, "The script could not be checked in time."),)
    except (OSError, ValueError, KeyError):
        return ((1, "The script could not be checked."),)
    return tuple((one["line"], f"{one['message']} (SC{one['code']})") for one in comments)


def _unclosed(text: str) -> Iterable[tuple[int, str]]:
    for begin, end, place in SCANNERS[Language.BASH](text):
        if end > len(text):
            yield text.count("\n", 0, begin) + 1, f"Possible problem: {place} begins here and never ends."
