"""The library's scripts in Bash and Python are run for real, in a folder of their own, with stand-ins for programs."""

import os
import subprocess
import sys
from dataclasses import dataclass, field

import pytest

from script_builder import rendering
from tests.ai.test_library import SCRIPTS

RUN = {name: script for name, script in SCRIPTS.items() if script[0] in ("bash", "python")}
PROGRAMS = {"bash": "bash", "python": sys.executable}
# Every stand-in notes its call; one whose call holds $FAIL refuses it, and a service that is "crashing" goes down.
STUB = """#!/bin/sh
printf '{name} %s\\n' "$*" >>calls
case "{name} $*" in *"${{FAIL:-never}}"*) echo refused >&2; exit 5 ;; esac
{does}
"""
SYSTEMCTL = """
state=$(cat state 2>/dev/null || echo failed)
case "$*" in
  *LoadState*) cat loaded 2>/dev/null || echo loaded ;;
  *ActiveState*) test -e crashing && test "$state" = active && echo activating || echo "$state" ;;
  *UnitFileState*) echo disabled ;;
  *MainPID*) echo 4711 ;;
  *Type*) echo notify ;;
  *show*) echo unknown ;;
  restart*) echo active >state; : >held ;;
  *is-active*) test "$state" = active ;;
esac
"""
STUBS = {
    "id": "echo ${USER_ID:-0}",
    "sleep": "",
    "systemctl": SYSTEMCTL,
    "systemd-tmpfiles": "",
    "journalctl": "echo journalctl says something",
    "df": "printf 'Avail\\n %s\\n' \"$(wc -l <calls)\"",
    "nginx": "",
    "uname": "echo 5.15.0-91-generic",
    "ps": "cat held",
    "apt-get": r"""
case "$*" in *simulate*) printf '%s\n' 'Remv linux-image-5.15.0-88-generic [5.15.0-88.98]' \
  'Remv linux-headers-5.15.0-88 [5.15.0-88.98]' 'Remv linux-image-5.15.0-91-generic [5.15.0-91.101]' \
  'Remv linux-headers-5.15.0-91 [5.15.0-91.101]' 'Remv libfoo1 [1.0]' ;; esac""",
}


@dataclass
class Case:
    """A run of a script: its values, the calls that change something, what it says of them, and where it may break."""

    values: dict[str, str]
    changes: list[str]
    says: list[str]
    breaks_at: list[str]
    files: dict[str, str] = field(default_factory=dict)


CASES = {
    "restart-linux-service": Case(
        {"unit": "nginx", "start_at_boot": "yes"},
        ["systemctl reset-failed -- nginx.service", "systemctl restart -- nginx.service",
         "systemctl enable -- nginx.service"],
        ["Cleared the failed state of nginx.service.", "Restarted nginx.service.", "stayed up for 15 seconds",
         "Enabled nginx.service"],
        ["show --property=LoadState", "reset-failed", "restart", "enable"],
    ),
    "free-linux-disk-space": Case(
        {"temporary_files": "yes"},
        ["journalctl --rotate", "journalctl --vacuum-size=500M", "apt-get clean", "systemd-tmpfiles --clean"],
        ["Shrank the journal to 500 MB", "Emptied the cache of downloaded packages with apt-get.",
         "Cleared old temporary files", "MB more)"],
        ["df ", "--rotate", "--vacuum-size", "apt-get clean", "systemd-tmpfiles"],
    ),
    "L01/configuration": Case(
        {},
        ["systemctl reset-failed -- nginx.service", "systemctl restart -- nginx.service"],
        ["The configuration holds.", "Cleared the failed state", "Restarted nginx.service; it is active."],
        ["nginx -t", "LoadState", "reset-failed", "restart"],
    ),
    "L02/old-kernels": Case(
        {},
        ["apt-get --assume-yes purge linux-image-5.15.0-88-generic linux-headers-5.15.0-88"],
        ["Left linux-image-5.15.0-91-generic: it belongs to the running kernel.", "Left linux-headers-5.15.0-91: ",
         "Removed 2 packages.", "The running kernel 5.15.0-91-generic was left."],
        ["uname", "--simulate", "purge"],
    ),
    "L02/deleted-files": Case(
        {"unit": "demo", "least_mb": "1"},
        ["systemctl restart -- demo.service"],
        ["demo.service is active.", "Restarted demo.service.", "Freed 2"],
        ["ps ", "ActiveState", "restart", "is-active"],
        {"state": "active\n"},
    ),
}  # fmt: skip


@pytest.fixture
def holder(tmp_path):
    """A process that holds a deleted file of two megabytes, as the service "demo"."""
    code = (
        "import sys\nfrom pathlib import Path\nfile = open('held.log', 'wb')\nfile.write(b'x' * 2_097_152)\n"
        "file.flush()\nPath('held.log').unlink()\nprint('ready', flush=True)\nsys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "ready\n"
    yield process
    process.communicate()


@pytest.fixture
def run(tmp_path, holder):
    """Runs a script of the library; says its exit code, what it said, and the calls that changed something."""
    stubs = tmp_path / "stubs"
    stubs.mkdir()
    for name, does in STUBS.items():
        (stubs / name).write_text(STUB.format(name=name, does=does))
        (stubs / name).chmod(0o755)

    def running(name, *, dry_run=False, fail="", user_id="0", files=None, **values):
        language, script, declared = RUN[name]
        case = CASES[name]
        for file, text in ({"held": f"{holder.pid} demo.service\n1 init.scope\n"} | case.files | (files or {})).items():
            (tmp_path / file).write_text(text)
        (tmp_path / "calls").write_text("")
        given = case.values | {"dry_run": "yes" if dry_run else "no"} | values
        (tmp_path / "script").write_text(rendering.render(script, declared, given, language).text)
        done = subprocess.run(
            [PROGRAMS[language], tmp_path / "script"], cwd=tmp_path, capture_output=True, text=True, timeout=20,
            check=False, env={"PATH": f"{stubs}:{os.defpath}", "FAIL": fail or "never", "USER_ID": user_id},
        )  # fmt: skip
        calls = (tmp_path / "calls").read_text().splitlines()
        known = {change for each in CASES.values() for change in each.changes}
        reading = (" show ", "is-active", "--simulate", "--lines", "--disk-usage", "nginx -t")
        harmless = ("df", "id", "ps", "sleep", "uname")
        changes = [c for c in calls if c in known or not (c.startswith(harmless) or any(word in c for word in reading))]
        return done.returncode, done.stdout + done.stderr, changes

    return running


def test_every_script_that_can_be_run_here_is():
    assert set(CASES) == set(RUN)
    assert {language for language, _, _ in RUN.values()} == {"bash", "python"}


@pytest.mark.parametrize("name", CASES)
def test_it_says_what_it_changed_and_a_dry_run_changes_nothing(run, name):
    code, said, changes = run(name, dry_run=True)
    assert (code, changes) == (0, []), said
    assert "Dry run: nothing was changed." in said
    code, said, changes = run(name)
    assert (code, changes) == (0, CASES[name].changes), said
    assert [line for line in CASES[name].says if line not in said] == []


@pytest.mark.parametrize(("name", "fail"), [(name, fail) for name, case in CASES.items() for fail in case.breaks_at])
def test_the_first_failure_ends_it(run, name, fail):
    code, said, changes = run(name, fail=fail)
    assert code == 1, said
    assert "Failed: " in said
    made = next((at + 1 for at, change in enumerate(CASES[name].changes) if fail in change), None)
    assert changes == CASES[name].changes[:made] if made else changes in ([], CASES[name].changes)
    assert CASES[name].says[-1] not in said


@pytest.mark.parametrize("name", [name for name in CASES if RUN[name][0] == "bash"])
def test_without_root_it_changes_nothing(run, name):
    code, said, changes = run(name, user_id="1000")
    assert (code, changes) == (1, [])
    assert "This needs root." in said


@pytest.mark.parametrize("loaded", ["masked", "not-found", "bad-setting"])
@pytest.mark.parametrize("name", ["restart-linux-service", "L01/configuration"])
def test_a_service_that_cannot_run_is_left_alone(run, name, loaded):
    code, said, changes = run(name, files={"loaded": loaded})
    assert (code, changes) == (1, [])
    assert "Failed: " in said


def test_a_service_that_goes_down_again_is_no_success(run):
    code, said, changes = run("restart-linux-service", files={"crashing": ""})
    assert code == 1
    assert "went down again within 1 seconds (it is activating now)" in said
    assert "systemctl enable -- nginx.service" not in changes


def test_a_sound_service_with_little_to_free_is_not_restarted(run):
    code, said, changes = run("L02/deleted-files", least_mb="100")
    assert (code, changes) == (0, [])
    assert "nothing to do, nothing was changed" in said
    code, said, changes = run("L02/deleted-files", unit="other")
    assert (code, changes) == (0, [])
    code, said, changes = run("L02/deleted-files", files={"state": "inactive\n"})
    assert (code, changes) == (1, [])


def test_what_was_not_asked_for_is_left(run):
    _, said, changes = run("free-linux-disk-space", temporary_files="no", package_cache="no")
    assert changes == ["journalctl --rotate", "journalctl --vacuum-size=500M"]
    assert said.count("Left ") == 2
    _, said, changes = run("restart-linux-service", start_at_boot="no", files={"state": "active\n"})
    assert changes == ["systemctl restart -- nginx.service"]
    assert "Left its start at boot as it was: disabled." in said
