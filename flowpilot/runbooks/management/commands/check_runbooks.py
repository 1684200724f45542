from pathlib import Path

from django.core.management import BaseCommand, CommandError

from flowpilot.ai import checking, library
from flowpilot.ai.schema import LibraryTemplate, Runbook


class Command(BaseCommand):
    help = "Checks runbook files, ours where none is named: what is broken, and what is thin. Fails on a broken one."

    def add_arguments(self, parser):
        """The files."""
        parser.add_argument("files", nargs="*", type=Path, help="runbooks; library templates in a folder `templates`")

    def handle(self, *args, files, **options):
        """Prints a line for each problem and each thin place."""
        ours = [*sorted(library.FOLDER.glob("[A-Z][0-9][0-9].yaml")), *sorted(library.FOLDER.glob("templates/*.yaml"))]
        broken = thin = 0
        for path in files or ours:
            wrong, lacks = self._check(path)
            broken, thin = broken + bool(wrong), thin + bool(lacks)
            for problem in wrong:
                self.stdout.write(f"{path.name}: BROKEN, {problem}")
            for words in lacks:
                self.stdout.write(f"{path.name}: thin, {words}")
        count = len(files or ours)
        self.stdout.write(f"{count} file{'s'[: count != 1]}: {broken} broken, {thin} thin.")
        if broken:
            raise CommandError(f"{broken} of {count} cannot be used.")

    def _check(self, path: Path) -> tuple[list[str], list[str]]:
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            return [f"cannot be read: {error}"], []
        model = LibraryTemplate if path.parent.name == "templates" else Runbook
        wrong = [str(problem) for problem in checking.problems(text, model)]
        if wrong or model is LibraryTemplate:
            return wrong, []
        return [], checking.thin(library.parse(text))
