"""The built-in library: runbooks and script templates, read from their data files when they are first needed."""

from functools import cache
from pathlib import Path

import yaml

from flowpilot.ai.schema import LibraryTemplate, Runbook

FOLDER = Path(__file__).parent / "runbooks"
# libyaml's loader, where it was built in, reads the folder ten times as fast.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


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
    """The runbooks by number."""
    found = {path.stem: _read(path, Runbook) for path in sorted(FOLDER.glob("[A-Z][0-9][0-9].yaml"))}
    for stem, runbook in found.items():
        if runbook.number != stem:
            raise BadLibrary(f"{stem}.yaml: a runbook's file has its number's name")
        for fix in runbook.fixes:
            if fix.template and fix.template not in templates():
                raise BadLibrary(f"{stem}.yaml: no template {fix.template!r}")
            parameters = templates()[fix.template].parameters if fix.template else fix.parameters
            if unknown := set(fix.fill) - set(parameters):
                raise BadLibrary(f"{stem}.yaml: {fix.id} fills unknown parameters {sorted(unknown)}")
    return found
