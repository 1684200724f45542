"""Where a script may not run as it is written: what can be seen without running it."""

import ast
from collections.abc import Callable, Iterable

from script_builder.checks import batch, powershell, shell
from script_builder.checks.finding import Finding, Kind
from script_builder.models import Language
from script_builder.rendering import PLACEHOLDER


def problems(text: str, language: str) -> Iterable[Finding]:
    """The possible problems; none found says nothing about the script."""
    return (Finding(line, Kind.PROBLEM, sentence) for line, sentence in CHECKS[language](text))


def _python(text: str) -> list[tuple[int, str]]:
    # Where a placeholder stands, there will be a literal.
    literal = PLACEHOLDER.sub(lambda found: "'" + "x" * (len(found.group()) - 2) + "'", text)
    try:
        ast.parse(literal)
    except SyntaxError as error:
        return [(error.lineno or 1, f"Python does not understand this: {error.msg}.")]
    except (ValueError, RecursionError, MemoryError):
        return [(1, "Python cannot read this text.")]
    return []


CHECKS: dict[str, Callable[[str], Iterable[tuple[int, str]]]] = {
    Language.POWERSHELL: powershell.problems,
    Language.BASH: shell.problems,
    Language.PYTHON: _python,
    Language.BATCH: batch.problems,
}
