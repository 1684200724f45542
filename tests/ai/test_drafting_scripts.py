import itertools
import re
import subprocess
import sys
from dataclasses import replace

import pytest

from flowpilot.ai.drafting import plan
from flowpilot.ai.drafting.drafter import render
from flowpilot.ai.drafting.model import Wishes, dry_run, option
from flowpilot.ai.schema import Recipe, Runbook
from tests.ai.checkers import CHECKERS
from tests.ai.drafts import OFFERED, SCAFFOLDS, TO_DRAFT, drafted, subject
from tests.ai.test_library import damaged

SWITCHES = ("logging", "function", "one_user", "computers", "short")
EVERY_WISH = [dict(zip(SWITCHES, on, strict=True)) for on in itertools.product([False, True], repeat=len(SWITCHES))]
CASES = [pytest.param(source, language, id=f"{source or 'scaffold'}-{language}") for source, language in OFFERED]
ALL = [
    pytest.param(source, language, id=f"{source or 'scaffold'}-{language}") for source, language in OFFERED + SCAFFOLDS
]


@pytest.mark.parametrize(("source", "language"), ALL)
def test_every_draft_in_every_form_parses(source, language):
    for wishes in EVERY_WISH:
        text = drafted(source, language, **wishes)
        assert CHECKERS[language](text) == "", wishes
        assert "{{" not in text


def test_every_python_draft_is_clean(tmp_path):
    for number, (source, wishes) in enumerate(itertools.product([*TO_DRAFT, ""], EVERY_WISH)):
        if "python" in subject(source).languages:
            (tmp_path / f"draft{number}.py").write_text(drafted(source, "python", **wishes))
    checked = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", "--config", "ruff.toml", "--ignore", "T20", tmp_path],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize(("source", "language"), CASES)
def test_a_draft_declares_its_parameters_and_has_help(source, language):
    recipe = TO_DRAFT[source].draft
    text = drafted(source, language)
    for name, parameter in recipe.parameters.items():
        declared = {
            "powershell": rf"\[string\]\${name.capitalize()}\b",
            "bash": rf"^    --{name}\)$",
            "python": rf'^        "--{name}",$',
            "batch": rf'^if /i "%~1"=="/{name}" \($',
        }[language]
        assert re.search(declared, text, re.MULTILINE)
        assert parameter.label in text
        for choice in parameter.choices:
            assert re.search(rf"['\"= ]{choice}\b", text)
    assert recipe.summary in text
    assert "Exit code 0" in text
    assert not re.search(r"\{\{|\bTODO\b", text)


@pytest.mark.parametrize(("source", "language"), [case for case in CASES if case.values[1] == "powershell"])
def test_powershell_asks_before_it_changes_and_fails_aloud(source, language):
    text = drafted(source, language)
    steps = [step for step in TO_DRAFT[source].draft.steps if step.kind == "change"]
    assert text.count("$PSCmdlet.ShouldProcess(") == len(steps)
    for step in steps:
        before, _, after = text.partition(step.code["powershell"].strip().splitlines()[0])
        assert before.rstrip().endswith("{")
        assert "ShouldProcess" in before.rstrip().rpartition("\n")[2]
        assert "Write-Output" in after.partition("}")[0] or "throw" in after.partition("\n")[2]
    assert "[CmdletBinding(SupportsShouldProcess)]" in text
    assert "$ErrorActionPreference = 'Stop'" in text
    assert re.search(r'catch \{\n    Write-Output "Failed: .+"\n    exit 1\n\}\n\Z', text)
    assert ".SYNOPSIS" in text and ".EXAMPLE" in text


@pytest.mark.parametrize(("source", "language"), [case for case in CASES if case.values[1] == "batch"])
def test_batch_asks_before_it_changes_and_fails_aloud(source, language):
    text = drafted(source, language)
    for step in TO_DRAFT[source].draft.steps:
        if step.kind == "change":
            assert re.search(r"\) else \(\n\s+" + re.escape(step.code["batch"].strip()) + r"\n\s+echo ", text)
    assert text.count("|| goto :failed") >= 1
    assert re.search(r":failed\necho Failed: .+\nexit /b 1\n", text)
    # A value that is read before the line is parsed could be a command.
    assert not re.search(r"%P_|%LOG%", text)


@pytest.mark.parametrize("source", TO_DRAFT)
def test_what_cannot_be_drafted_says_why(source):
    recipe = TO_DRAFT[source].draft
    assert set(recipe.languages) | set(recipe.cannot) == {"powershell", "bash", "python", "batch"}


@pytest.mark.parametrize(("source", "language"), CASES)
def test_the_options_are_named_as_the_scripts_declare_them(source, language):
    text = drafted(source, language)
    assert dry_run(language).lstrip("-") in text
    assert all(option(name, language) in text for name in TO_DRAFT[source].draft.parameters)


def test_on_other_computers_the_whole_function_is_sent():
    text = drafted("W10/fix/services-and-tasks", "powershell", computers=True, logging=True)
    assert "[string[]]$ComputerName" in text
    assert "WhatIf = [bool]$WhatIfPreference" in text
    inside, _, outside = text.partition("\n}\n")
    assert "Stop-Service" in inside and "Stop-Service" not in outside
    assert "Write-Line" not in outside
    assert "if ($failed) { exit 1 }" in outside


@pytest.mark.parametrize(
    "damage",
    [
        lambda recipe: recipe["steps"][0]["code"].pop("bash"),
        lambda recipe: recipe["steps"][1].pop("did"),
        lambda recipe: recipe["steps"][1].update(did='Done" ; calc "'),
        lambda recipe: recipe["steps"][1].update(does="Remove {nothing}"),
        lambda recipe: recipe["steps"][1]["inside"].pop("batch"),
        lambda recipe: recipe["steps"][1]["code"].update(batch="net use /delete"),
        lambda recipe: recipe["parameters"]["drive"].update(pattern="(a|b)+"),
        lambda recipe: recipe["parameters"]["drive"].update(label="50% $off"),
        lambda recipe: recipe["parameters"]["drive"].update(type="secret"),
        lambda recipe: recipe["examples"].update(drive="C:"),
        lambda recipe: recipe["words"].update(nothing=["x"]),
        lambda recipe: recipe.update(one_user={"can": False}),
        lambda recipe: [step["code"].pop("bash") for step in recipe["steps"]],
    ],
)
def test_the_schema_refuses_a_damaged_recipe(damage):
    recipe = damaged("W20", lambda book: None)["fixes"][0]["draft"]
    Recipe.model_validate(recipe)
    damage(recipe)
    with pytest.raises(ValueError, match="validation error"):
        Recipe.model_validate(recipe)


def test_only_a_fix_to_draft_has_a_recipe():
    def damage(book):
        book["fixes"][0]["by_hand"] = True

    with pytest.raises(ValueError, match="no recipe"):
        Runbook.model_validate(damaged("W20", damage))


def test_a_value_from_an_answer_is_the_start_value():
    about = subject("W20/fix/remap")
    text = render(plan.script(replace(about, known={"server": "fs02"}), Wishes("powershell")))
    assert "[string]$Server = 'fs02'" in text
    text = render(
        plan.script(replace(about, known={"server": "fs02"}), Wishes("powershell", asked=frozenset({"server"})))
    )
    assert "fs02'" not in text
