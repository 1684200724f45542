import ast
import re

from importlinter.cli import lint_imports

from tests.conventions.source import ROOT, files

# Where the ground floors may say `pilot`: they mount it, by string, and point foreign keys at it, by name.
COMPOSING = {"flowpilot/settings.py", "flowpilot/urls.py", "flowpilot/api.py"}
RELATIONS = {"ForeignKey", "OneToOneField", "ManyToManyField"}


def test_imports_go_down_or_sideways():
    assert lint_imports(config_filename=str(ROOT / ".importlinter"), no_cache=True) == 0


def relation_targets(tree: ast.AST) -> set[tuple[int, int]]:
    """Where string constants stand that name a relation's model."""
    return {
        (call.args[0].lineno, call.args[0].col_offset)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") in RELATIONS and call.args
    }


def names_of_pilot(source: str) -> list[int]:
    """Lines in which the word stands beyond what a ground floor may say."""
    allowed = relation_targets(ast.parse(source))
    lines = []
    for number, line in enumerate(source.splitlines(), 1):
        for word in re.finditer(r"pilot", line, re.IGNORECASE):
            before, after = line[: word.start()], line[word.end() :]
            of_ours = before.lower().endswith("flow")
            inline = re.match(r"_inline", after, re.IGNORECASE)
            if not of_ours and not inline and (number, word.start() - 1) not in allowed:
                lines.append(number)
    return lines


def test_the_ground_floors_do_not_know_pilot():
    offenders = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files("flowpilot/**/*.py", "script_builder/**/*.py")
        if str(path.relative_to(ROOT)) not in COMPOSING and "migrations" not in path.parts
        for number in names_of_pilot(path.read_text())
    ]
    assert not offenders


def test_the_builders_templates_do_not_know_pilot():
    offenders = [
        f"{path.relative_to(ROOT)}"
        for path in files("templates/script_builder/**/*")
        if re.search(r"(?<!flow)pilot(?!_inline)", path.read_text(), re.IGNORECASE)
    ]
    assert not offenders
