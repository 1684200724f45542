"""What is said of a runbook that does not hold, and of one that is thin."""

import pytest
import yaml
from django.core.management import CommandError, call_command

from flowpilot.ai import checking, library
from flowpilot.ai.schema import LibraryTemplate
from tests.ai.own import TEMPLATE, own


def changed(old: str, new: str) -> str:
    assert old in TEMPLATE
    return TEMPLATE.replace(old, new, 1)


def line_of(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if words in line)


def test_the_template_of_the_documentation_holds_and_is_not_thin():
    assert checking.problems(TEMPLATE) == []
    assert checking.thin(library.parse(TEMPLATE)) == []


@pytest.mark.parametrize(
    ("text", "stands", "field", "message"),
    [
        (changed("risk: low", "risk: none"), "risk: none", "fixes 1 risk", "input should be 'low'"),
        (changed("number: A01", "number: 1"), "number: 1", "number", "string"),
        (changed("apart:", "appart:"), "appart:", "appart", "extra inputs are not permitted"),
        (changed("confidence: 75", "confidence: 175"), "confidence: 175", "fixes 1 confidence", "less than"),
        (changed("first_if: {changed:", "first_if: {chnged:"), "number: A01", "", "no such task: ['chnged']"),
        (changed("'^\\s*Delivered\\s*$'", "'('"), "expected: '('", "fixes 1 verify expected", "not a regular"),
        (changed("bad: Failed", "bad: Delivered"), "verify:", "fixes 1 verify", "matches the bad output"),
        (changed("    by_hand: true", "    template: no-such-one"), "- id: new-password", "fixes 1", "no template"),
        (changed("title: Scan", "title: [Scan"), "", "", "not YAML"),
        (changed("title: Scan", "title: Twice\ntitle: Scan"), "title: Scan", "title", "stands twice"),
        (changed("codes: [", "codes: &c [") + "\nextra: *c\n", "extra: *c", "", "aliases"),
        ("- just a list", "- just", "", "a mapping"),
        ("", "", "", "a mapping"),
    ],
)
def test_a_problem_names_its_line_and_field(text, stands, field, message):
    found = checking.problems(text)
    assert found
    if stands:
        assert (line_of(text, stands), field) in [(problem.line, problem.field) for problem in found]
    assert any(message in str(problem) for problem in found), [str(problem) for problem in found]


def test_every_problem_is_told_at_once():
    text = changed("risk: low", "risk: none").replace("platform: windows", "platform: amiga")
    assert len(checking.problems(text)) == 2


def test_a_few_lines_that_mean_gigabytes_are_refused_at_once():
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert "aliases" in str(checking.problems(bomb)[0])


def test_a_template_is_checked_too():
    text = (library.FOLDER / "templates" / "clear-print-queue.yaml").read_text("utf-8")
    assert checking.problems(text, LibraryTemplate) == []
    assert checking.problems(text.replace("risk: ", "risk: very "), LibraryTemplate)


def test_what_is_thin_is_listed():
    data = yaml.safe_load(TEMPLATE)
    data |= {"symptoms": data["symptoms"][:6], "codes": []}
    for task in (*data["questions"], *data["checks"]):
        task.pop("known", None)
        task.pop("choices", None)
    for fix in data["fixes"]:
        for field in ("first_if", "last_if", "not_if", "warnings"):
            fix.pop(field, None)
        fix["verify"].pop("good")
        fix["description"] = "Do it."
    data["fixes"][0].pop("by_hand")
    data["escalate"][0].pop("when")
    text = "\n".join(checking.thin(library.parse(yaml.safe_dump(data))))
    for words in (
        "6 symptoms", "no error codes", "`known`", "`choices`", "`when`", "order of the fixes",
        "no recorded output (good)", "medium risk without a warning", "a very short description", "without a recipe",
    ):  # fmt: skip
        assert words in text


def test_the_command_lists_ours_and_succeeds(capsys):
    call_command("check_runbooks")
    out = capsys.readouterr().out
    assert " 0 broken" in out.splitlines()[-1]
    files = {path.name for path in library.FOLDER.rglob("*.yaml")} - {"words.yaml", "others.yaml", "phrasings.yaml"}
    assert int(out.splitlines()[-1].split()[0]) == len(files)


def test_the_command_fails_on_a_broken_file_and_goes_on_to_the_next(tmp_path, capsys):
    (tmp_path / "bad.yaml").write_text(changed("risk: low", "risk: none"), "utf-8")
    (tmp_path / "thin.yaml").write_text(own(codes=[]), "utf-8")
    with pytest.raises(CommandError, match="2 of 3"):
        call_command("check_runbooks", str(tmp_path / "bad.yaml"), str(tmp_path / "thin.yaml"), str(tmp_path / "none"))
    out = capsys.readouterr().out
    assert "bad.yaml: BROKEN, line " in out
    assert "thin.yaml: thin, no error codes" in out
