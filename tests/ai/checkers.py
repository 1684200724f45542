"""What is wrong with a script, as far as this machine can tell; nothing where nothing is.

The product's own checks, and stricter ones that our library and our drafts have to pass.
"""

import re
from functools import cache

from script_builder.checks.problems import problems
from script_builder.checks.shell import shellcheck as shellchecked


@cache
def shellcheck(text: str) -> str:
    """Whatever ShellCheck finds in a Bash script, matters of style too."""
    return "\n".join(f"{line}: {sentence}" for line, sentence in shellchecked(text, "style"))


def batch_fault(text: str) -> str:
    """What the product finds, and what echo would not print as it stands."""
    for number, line in enumerate(text.split("\n"), 1):
        bare = re.sub(r'"[^"]*"', '""', line.strip()).replace("echo(", "echo ")
        if said := re.match(r"echo [^|&]*[()<>]", bare):
            return f"line {number}: {said[0]} is not printed as it stands"
    return found(text, "batch")


def found(text: str, language: str) -> str:
    """What the product finds."""
    return "\n".join(f"{one.line}: {one.sentence}" for one in problems(text, language))


CHECKERS = {
    "powershell": lambda text: found(text, "powershell"),
    "bash": shellcheck,
    "python": lambda text: found(text, "python"),
    "batch": batch_fault,
}
