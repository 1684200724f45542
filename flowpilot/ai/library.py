"""The library: our runbooks and script templates, read from their data files when they are first needed, and an
account's own runbooks, which win over ours with the same number."""

import logging
from functools import cache, lru_cache
from pathlib import Path

import yaml

from flowpilot.ai.schema import LibraryTemplate, Runbook

FOLDER = Path(__file__).parent / "runbooks"
# libyaml's loader, where it was built in, reads the folder ten times as fast.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
logger = logging.getLogger(__name__)


class BadLibrary(ValueError):
    """A data file does not say what it must; the message names the file."""


def _read(path: Path, model):
    try:
        return model.model_validate(yaml.load(path.read_text("utf-8"), LOADER))
    except (ValueError, yaml.YAMLError) as error:
        raise BadLibrary(f"{path.name}: {error}") from error


@cache
def templates() -> dict[str, LibraryTemplate]:
    """The library's templates by key."""
    found = {path.stem: _read(path, LibraryTemplate) for path in sorted((FOLDER / "templates").glob("*.yaml"))}
    if wrong := [stem for stem, template in found.items() if template.key != stem]:
        raise BadLibrary(f"a template's file has its key's name: {wrong}")
    return found


@cache
def runbooks() -> dict[str, Runbook]:
    """Our runbooks by number."""
    found = {path.stem: _read(path, Runbook) for path in sorted(FOLDER.glob("[A-Z][0-9][0-9].yaml"))}
    for stem, runbook in found.items():
        if runbook.number != stem:
            raise BadLibrary(f"{stem}.yaml: a runbook's file has its number's name")
        if wrong := broken_links(runbook):
            raise BadLibrary(f"{stem}.yaml: {wrong[0][1]}")
    return found


def broken_links(runbook: Runbook) -> list[tuple[int, str]]:
    """What a runbook's fixes say of templates that does not hold, each with which fix it is."""
    wrong = []
    for at, fix in enumerate(runbook.fixes):
        if fix.template and fix.template not in templates():
            wrong.append((at, f"{fix.id}: no template {fix.template!r}"))
        elif unknown := set(fix.fill) - set(templates()[fix.template].parameters if fix.template else fix.parameters):
            wrong.append((at, f"{fix.id} fills unknown parameters {sorted(unknown)}"))
    return wrong


@lru_cache(512)
def parse(text: str) -> Runbook | None:
    """An account's own runbook; none where its text does not hold any more, as after a change of the schema."""
    try:
        runbook = Runbook.model_validate(yaml.load(text, LOADER))
    except (ValueError, yaml.YAMLError, RecursionError):
        runbook = None
    if runbook is None or broken_links(runbook):
        logger.warning("An account's runbook is left out, it does not fit the schema: %.60r", text)
        return None
    return runbook


@lru_cache(64)
def books(own: tuple[str, ...] = ()) -> dict[str, Runbook]:
    """The runbooks by number as an account has them; `own` are the texts of its own."""
    if not own:
        return runbooks()
    mine = [runbook for text in own if (runbook := parse(text))]
    return runbooks() | {runbook.number: runbook for runbook in mine}
