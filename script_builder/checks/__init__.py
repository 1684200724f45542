"""What may be wrong with a script or dangerous in it, in plain words. Nothing is run, and nothing is called right."""

from functools import lru_cache

from script_builder.checks.dangers import dangers
from script_builder.checks.finding import Finding, Kind
from script_builder.checks.hidden import hidden
from script_builder.checks.problems import problems

MAX_FINDINGS = 40

__all__ = ["Finding", "Kind", "check"]


@lru_cache(maxsize=64)  # a page shows the same script again and again, and ShellCheck is a program of its own
def check(text: str, language: str) -> list[Finding]:
    """The script's findings, by line: what cannot be seen in it, what it could destroy, and where it may not run."""
    found = sorted({*hidden(text), *dangers(text, language), *problems(text, language)})
    if len(found) > MAX_FINDINGS:
        more = len(found) - MAX_FINDINGS
        last = found[MAX_FINDINGS].line
        return [*found[:MAX_FINDINGS], Finding(last, Kind.PROBLEM, f"And {more} more from here on.")]
    return found
