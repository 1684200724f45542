import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
FLOORS = ("flowpilot", "script_builder", "pilot")


def files(*patterns: str) -> Iterator[Path]:
    """Files of the project whose path from its root matches one of the glob patterns."""
    for pattern in patterns:
        yield from (path for path in sorted(ROOT.glob(pattern)) if path.is_file() and "dist" not in path.parts)


def product_code() -> Iterator[Path]:
    """Python that ships."""
    return files(*(f"{floor}/**/*.py" for floor in FLOORS))


def templates() -> Iterator[Path]:
    """Templates, those of the apps included."""
    return files("templates/**/*.html", "templates/**/*.txt", *(f"{floor}/**/templates/**/*.html" for floor in FLOORS))


def scripts() -> Iterator[Path]:
    """Our own JavaScript."""
    return files("static/js/**/*.js")


def found(pattern: str, paths: Iterator[Path], flags=re.IGNORECASE) -> list[str]:
    """Every place where the pattern stands, as `path:line: text`."""
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(pattern, line, flags)
    ]
