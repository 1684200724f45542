import html
import re
import subprocess
import sys

import pytest
import yaml

from flowpilot.ai import library
from flowpilot.ai.schema import LibraryTemplate, Runbook
from flowpilot.web.markdown import render_block
from script_builder import parameters, rendering
from tests.ai.checkers import CHECKERS

BOOKS = library.runbooks()
TEMPLATES = library.templates()
SCRIPTS = {t.key: (t.language, t.script, t.parameters) for t in TEMPLATES.values()} | {
    f"{b.number}/{f.id}": (f.language, f.script, f.parameters) for b in BOOKS.values() for f in b.fixes if f.script
}
FIXES = [pytest.param(book, fix, id=f"{book.number}/{fix.id}") for book in BOOKS.values() for fix in book.fixes]
SAMPLES = {"text": "x", "user": "j.doe", "host": "fs01", "path": "C:\\x", "number": "1", "date": "2026-01-31"}
# Values for parameters that take no such sample, by their name.
FITTING = {"thumbprint": "A1" * 20, "sender": "ann@example.com", "recipient": "bob@example.com"}
CHANGES = {
    "windows": re.compile(
        r"\b(Remove|Set|Stop|Start|Restart|Clear|Unlock|Disable|Enable|New|Rename|Move)-\w+|"
        r"\b(del|rd|rmdir|format|sc\.exe|reg add|shutdown)\b"
    ),
    "linux": re.compile(
        r"\b(rm|mv|cp|dd|tee|truncate|kill|reboot|shutdown|prune|autoremove|reset-failed|daemon-reload)\b|"
        r"\bsystemctl (start|stop|restart|reload|enable|disable|mask)|"
        r"\b(apt|apt-get|dnf|yum) (install|remove|purge|clean)|--(vacuum|rotate)"
    ),
}
# What a script has, in this order: its help, the end at the first error, the dry run, and an end that says what failed.
FORM = {
    "powershell": [r"\A<#\n\.SYNOPSIS", r"^\$ErrorActionPreference = 'Stop'$", r"if \(\$DryRun\)", r"exit 0",
                   r"^catch \{\s+Write-Output \"Failed: [^\n]+\"\s+exit 1\s+\}\s*\Z"],
    "bash": [r"\A#!/usr/bin/env bash\n# [A-Z]", r"^#[^\n]* Exit code 0", r"^set -Eeuo pipefail$",
             r"^fail\(\) \{\s+echo \"Failed: \$\*\" >&2\s+exit 1\s+\}$", r"^trap 'fail [^']+' ERR$", r'if "\$dry_run"'],
    "python": [r'\A#!/usr/bin/env python3\n"""[A-Z]', r"Exit code 0", r"if DRY_RUN:",
               r"except Exception as error:\s+print\(f\"Failed: [^\n]+, file=sys.stderr\)\s+sys.exit\(1\)\s*\Z"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "good", "bad"),
    [
        ("powershell", "if ($a) { 'it''s {' } # don't", "if ($a) { 'x' "),
        ("powershell", 'Write-Output "a`"b{"', 'Write-Output "a'),
        ("bash", 'echo "$HOME"\n', "if true; then echo\n"),
        ("python", "if a:\n    b()\n", "if a:\nb()\n"),
        ("batch", "if a (\n    goto :b\n)\n:b\n", "if a (\n    goto :b\n)\n"),
        ("batch", "echo a.\n", "if a (\n    echo (a)\n)\n"),
        ("batch", 'set "a=(b"\n', 'set "a=b\n'),
    ],
)
def test_the_checkers_tell_good_from_bad(language, good, bad):
    assert not CHECKERS[language](good)
    assert CHECKERS[language](bad)


def test_five_runbooks_need_every_way_of_running_a_fix():
    ways = [fix.way for book in BOOKS.values() for fix in book.fixes]
    assert {"W01", "W02", "W04", "W10", "W20"} <= set(BOOKS)
    assert set(ways) == {"template", "script", "to draft", "by hand"}
    assert {fix.template for book in BOOKS.values() for fix in book.fixes if fix.template} == set(TEMPLATES)
    first = [book.fixes[0].way for book in BOOKS.values()]
    assert first.count("template") >= 2
    assert set(first) == set(ways)


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_is_whole_with_its_values_filled_in(name):
    language, script, declared = SCRIPTS[name]
    assert rendering.problems(script, declared, language) == []
    values = {key: spec.default or FITTING.get(key) or SAMPLES[spec.type] for key, spec in declared.items()}
    text = rendering.render(script, declared, values, language).text
    assert "{{" not in text
    assert CHECKERS[language](text) == ""


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_that_changes_something_has_a_dry_run_and_fails_aloud(name):
    language, script, declared = SCRIPTS[name]
    assert declared["dry_run"].type == "boolean"
    assert re.search("(?ms)" + ".*?".join(FORM[language]), script)


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_the_library_declares_is_what_the_form_takes(name):
    assert parameters.check(SCRIPTS[name][2])


@pytest.mark.parametrize(("book", "fix"), FIXES)
def test_a_fix_says_how_to_see_that_it_helped(book, fix):
    assert re.compile(fix.verify.expected).search("") is None, "an empty output must not pass for success"
    assert not CHANGES[book.platform].search(fix.verify.command)
    if fix.risk != "low":
        assert fix.warnings


@pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS)
def test_checks_change_nothing(book):
    assert [check.command for check in book.checks if CHANGES[book.platform].search(check.command)] == []


@pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS)
def test_nothing_asks_for_a_password_or_a_recovery_key(book):
    asked = " ".join(task.text for task in (*book.questions, *book.checks)).lower()
    assert not re.search(r"(what|which|give|enter|type|tell)\b[^.?]*\b(password|recovery key|pin)\b", asked)
    assert not [p for fix in book.fixes for p in fix.parameters.values() if p.type == "secret"]


def damaged(number: str, damage) -> dict:
    data = yaml.safe_load((library.FOLDER / f"{number}.yaml").read_text("utf-8"))
    damage(data)
    return data


@pytest.mark.parametrize(
    "damage",
    [
        lambda book: book.pop("symptoms"),
        lambda book: book.update(colour="blue"),
        lambda book: book["fixes"][0].update(script="exit 0"),
        lambda book: book["fixes"][1].update(script="$x = {{ nowhere }}"),
        lambda book: book["fixes"][1]["parameters"].update(unused={"type": "text"}),
        lambda book: book["fixes"][1].update(first_if={"no-such-task": "x"}),
        lambda book: book["fixes"][1].update(first_if={"service": "("}),
        lambda book: book["fixes"][1].update(id="clear-queue"),
        lambda book: book["fixes"][0]["verify"].pop("expected"),
    ],
)
def test_the_schema_refuses_a_damaged_runbook(damage):
    Runbook.model_validate(damaged("W02", lambda book: None))
    with pytest.raises(ValueError, match="validation error"):
        Runbook.model_validate(damaged("W02", damage))


def test_the_schema_refuses_a_placeholder_that_would_stay_in_the_script():
    data = TEMPLATES["clear-print-queue"].model_dump()
    LibraryTemplate.model_validate(data)
    with pytest.raises(ValueError, match="one space on either side"):
        LibraryTemplate.model_validate(data | {"script": data["script"] + "\n$x = {{dry_run}}"})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text.replace("number: W02", "number: W03"), "its number's name"),
        (lambda text: text.replace("clear-print-queue", "no-such-template"), "no template"),
        (lambda text: text.replace("risk: medium", "risk: none"), "W02.yaml"),
    ],
)
def test_a_library_with_a_wrong_file_names_it(tmp_path, monkeypatch, change, message):
    text = (library.FOLDER / "W02.yaml").read_text("utf-8")
    (tmp_path / "W02.yaml").write_text(change(text), "utf-8")
    (tmp_path / "templates").symlink_to(library.FOLDER / "templates")
    monkeypatch.setattr(library, "FOLDER", tmp_path)
    library.templates.cache_clear()
    library.runbooks.cache_clear()
    try:
        with pytest.raises(library.BadLibrary, match=message):
            library.runbooks()
    finally:
        library.templates.cache_clear()
        library.runbooks.cache_clear()


def test_importing_the_assistant_reads_no_file():
    code = (
        "import sys; from flowpilot.ai.providers import builtin; from flowpilot.ai import library, matching; "
        "sys.exit(library.runbooks.cache_info().currsize + matching.index.cache_info().currsize)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS)
def test_what_the_task_lane_shows_is_plain_text(book):
    for task in (*book.questions, *book.checks):
        assert not re.search(r"[`*]", f"{task.text} {task.why}"), task.id


MARKS = re.compile(r"^\s*(?:\d+\.|-)\s|[`*\s]", re.MULTILINE)


@pytest.mark.parametrize(("book", "fix"), FIXES)
def test_the_chat_shows_every_character_of_a_fix(book, fix):
    for text in (fix.title, fix.cause, fix.why, fix.description, *fix.warnings):
        shown = html.unescape(re.sub(r"<[^>]*>", "", render_block(text)))
        assert MARKS.sub("", shown) == MARKS.sub("", text)
