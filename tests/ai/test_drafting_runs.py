"""Drafts in Bash and Python are run, with stand-ins for the programs that they call."""

import os
import re
import subprocess
import sys

import pytest

from tests.ai.drafts import OFFERED, TO_DRAFT, drafted

VALUES = {"drive": "P:", "server": "fs01", "share": "projects", "user": "j.doe"}
CHANGING = re.compile(r"/delete|/persistent:|/hibernate off| prune |start w32time|/config|/resync|^reg add|/refreshprt")

NET = """#!/bin/sh
printf "net %s\\n" "$*" >>calls
case "net $*" in *"${FAIL:-never}"*) echo refused >&2; exit 5 ;; esac
case "$*" in
  use) echo 'no drives' ;;
  *delete*) rm mapped ;;
  'use P:') test -e mapped ;;
  'start w32time') touch running ;;
  *) touch mapped && mkdir -p P: ;;
esac
"""
POWERCFG = """#!/bin/sh
printf "powercfg %s\\n" "$*" >>calls
case "powercfg $*" in *"${FAIL:-never}"*) echo refused >&2; exit 5 ;; esac
rm hiberfil.sys
"""
DOCKER = """#!/bin/sh
printf "docker %s\\n" "$*" >>calls
case "docker $*" in *"${FAIL:-never}"*) echo refused >&2; exit 5 ;; esac
"""
W32TM = """#!/bin/sh
printf "w32tm %s\\n" "$*" >>calls
case "w32tm $*" in *"${FAIL:-never}"*) echo refused >&2; exit 5 ;; esac
case "$*" in
  /query*) test -e running && cat source ;;
  /stripchart*) echo '12:00:00, +00.0012345s' ;;
  /config*) echo fs01,0x8 >source ;;
esac
"""
REG = """#!/bin/sh
printf "reg %s\\n" "$*" >>calls
case "reg $*" in *"${FAIL:-never}"*) echo refused >&2; exit 5 ;; esac
case "$1" in
  add) echo "  Value  REG_DWORD  0x$8" >value ;;
  query) cat value 2>/dev/null ;;
esac
"""
DSREGCMD = """#!/bin/sh
printf "dsregcmd %s\\n" "$*" >>calls
case "dsregcmd $*" in *"${FAIL:-never}"*) echo refused >&2; exit 5 ;; esac
case "$1" in
  /refreshprt) touch token ;;
  /status) echo " AzureAdJoined : YES"; test -e token && echo " AzureAdPrt : YES" || echo " AzureAdPrt : NO" ;;
esac
"""
CMD = "#!/bin/sh\ntest -e hiberfil.sys && echo 'hiberfil.sys 8 000 000'\n"


def sandbox(tmp_path):
    stubs = tmp_path / "stubs"
    stubs.mkdir()
    for name, text in {
        "net": NET,
        "net.exe": NET,
        "powercfg": POWERCFG,
        "powercfg.exe": POWERCFG,
        "w32tm": W32TM,
        "w32tm.exe": W32TM,
        "reg": REG,
        "reg.exe": REG,
        "dsregcmd": DSREGCMD,
        "dsregcmd.exe": DSREGCMD,
        "cmd.exe": CMD,
        "docker": DOCKER,
    }.items():
        (stubs / name).write_text(text)
        (stubs / name).chmod(0o755)
    (tmp_path / "mapped").touch()
    (tmp_path / "source").write_text("Local CMOS Clock")
    (tmp_path / "hiberfil.sys").write_text("x")
    (tmp_path / "P:").mkdir()


def run(tmp_path, source, language, *arguments, fail="", **wishes):
    """Runs a draft with stand-ins for its programs; says what it printed, and the changes that it made."""
    if not (tmp_path / "stubs").exists():
        sandbox(tmp_path)
    (tmp_path / "calls").write_text("")
    path = tmp_path / "draft"
    path.write_text(drafted(source, language, **wishes))
    needed = [name for name, parameter in TO_DRAFT[source].draft.parameters.items() if parameter.required]
    given = [word for name in needed for word in (f"--{name}", VALUES[name])]
    program = {"bash": "bash", "python": sys.executable}[language]
    done = subprocess.run(
        [program, path, *given, *arguments], cwd=tmp_path, capture_output=True, text=True, timeout=20, check=False,
        env={"PATH": f"{tmp_path / 'stubs'}:{os.defpath}", "SYSTEMDRIVE": str(tmp_path), "FAIL": fail, "USER": "ann",
             "USERNAME": "ann", "LOGNAME": "ann", "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    calls = (tmp_path / "calls").read_text().splitlines()
    return done.returncode, done.stdout + done.stderr, [call for call in calls if CHANGING.search(call)]


RUNS = [case for case in OFFERED if case[1] in ("bash", "python")]
LINES = {
    "W20/fix/remap": ["Removed the mapping of P:.", "Mapped P: to projects on fs01.", "P: opens."],
    "W12/fix/pdc-peers": [
        "Started the Windows Time service.",
        "Set the service to follow fs01.",
        "The clock follows a server.",
    ],
    "W04/fix/hibernation": ["Turned hibernation off.", "hiberfil.sys is gone."],
    "L02/fix/docker": [
        "Removed the unused images older than 168 hours.",
        "Removed the build caches older than 168 hours.",
        "Docker works; volumes and containers were left as they are.",
    ],
    "W15/fix/nat-rule": ["Set the value to 2.", "The value is 2. Restart the computer"],
    "W21/fix/refresh-token": ["Asked Windows for a new token.", "The token is there."],
}
WAYS = [{}, {"logging": True}, {"function": True}, {"function": True, "logging": True, "short": True}]


@pytest.mark.parametrize("wishes", WAYS, ids=lambda wishes: "+".join(wishes) or "plain")
@pytest.mark.parametrize(("source", "language"), RUNS)
def test_it_changes_what_it_says_and_a_dry_run_changes_nothing(tmp_path, source, language, wishes):
    code, said, changes = run(tmp_path, source, language, "--dry-run", **wishes)
    assert (code, changes) == (0, []), said
    assert said.count("Would ") == len([step for step in TO_DRAFT[source].draft.steps if step.kind == "change"])
    assert "Dry run: nothing was changed." in said
    assert (tmp_path / "hiberfil.sys").exists()

    code, said, changes = run(tmp_path, source, language, **wishes)
    assert code == 0, said
    assert [line for line in LINES[source] if line not in said] == []
    assert len(changes) == len([step for step in TO_DRAFT[source].draft.steps if step.kind == "change"])
    if source == "W20/fix/remap":
        assert changes[1] == r"net use P: \\fs01\projects /persistent:yes"
    logs = list(tmp_path.glob("*.log"))
    assert len(logs) == bool(wishes.get("logging"))
    assert all(line in log.read_text() for log in logs for line in LINES[source])


@pytest.mark.parametrize("wishes", WAYS, ids=lambda wishes: "+".join(wishes) or "plain")
@pytest.mark.parametrize(
    ("source", "fail", "made"),
    [
        ("W20/fix/remap", "/delete", 1),
        ("W20/fix/remap", "/persistent", 2),
        ("W04/fix/hibernation", "off", 1),
        ("L02/fix/docker", "image prune", 1),
        ("L02/fix/docker", "builder prune", 2),
        ("W12/fix/pdc-peers", "/config", 2),
        ("W12/fix/pdc-peers", "/resync", 4),
        ("W15/fix/nat-rule", "reg add", 1),
        ("W21/fix/refresh-token", "/refreshprt", 1),
    ],
)
@pytest.mark.parametrize("language", ["bash", "python"])
def test_the_first_failure_ends_it(tmp_path, source, language, fail, made, wishes):
    code, said, changes = run(tmp_path, source, language, fail=fail, **wishes)
    assert code == 1
    assert "Failed: " in said
    assert len(changes) == made
    assert LINES[source][-1] not in said


@pytest.mark.parametrize("language", ["bash", "python"])
def test_what_is_not_there_is_not_removed(tmp_path, language):
    sandbox(tmp_path)
    (tmp_path / "mapped").unlink()
    (tmp_path / "hiberfil.sys").unlink()
    code, said, changes = run(tmp_path, "W20/fix/remap", language)
    assert (code, len(changes)) == (0, 1)
    assert "There is no mapping of P: to remove." in said
    code, said, changes = run(tmp_path, "W04/fix/hibernation", language)
    assert (code, changes) == (0, [])
    assert "Hibernation is off already" in said


@pytest.mark.parametrize("language", ["bash", "python"])
def test_for_one_user_anybody_else_changes_nothing(tmp_path, language):
    code, said, changes = run(tmp_path, "W20/fix/remap", language, "--only-user", "bob", one_user=True)
    assert (code, changes) == (0, [])
    assert "Skipped: this is only for bob." in said
    code, said, changes = run(tmp_path, "W20/fix/remap", language, "--only-user", "ann", one_user=True)
    assert (code, len(changes)) == (0, 2), said


@pytest.mark.parametrize("language", ["bash", "python"])
@pytest.mark.parametrize(
    "arguments",
    [["--drive", "C:"], ["--server", "fs01; touch pwned"], ["--share", "$(touch pwned)"], ["--persistent", "maybe"],
     ["--nonsense"], ["--share"], ["--drive", ""]],
)  # fmt: skip
def test_wrong_arguments_change_nothing(tmp_path, language, arguments):
    code, said, changes = run(tmp_path, "W20/fix/remap", language, *arguments)
    assert (code, changes) == (2, []), said
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("language", ["bash", "python"])
@pytest.mark.parametrize("wishes", WAYS, ids=lambda wishes: "+".join(wishes) or "plain")
def test_a_scaffold_fails_until_something_is_written(tmp_path, language, wishes):
    path = tmp_path / "draft"
    path.write_text(drafted("", language, **wishes))
    program = {"bash": "bash", "python": sys.executable}[language]
    given = ["--server-name", "fs01", "--path-value", "/tmp/x; touch pwned"]
    before = set(tmp_path.iterdir())
    done = subprocess.run([program, path, *given], cwd=tmp_path, env={"PATH": os.defpath, "TMPDIR": str(tmp_path)},
                          capture_output=True, text=True, timeout=20, check=False)  # fmt: skip
    assert done.returncode == 1
    assert "This is a scaffold: no step is written yet." in done.stdout + done.stderr
    assert {path.suffix for path in set(tmp_path.iterdir()) - before} <= {".log"}


def test_a_function_can_be_read_without_running_it(tmp_path):
    sandbox(tmp_path)
    (tmp_path / "draft.sh").write_text(drafted("W20/fix/remap", "bash", function=True))
    (tmp_path / "calls").write_text("")
    done = subprocess.run(
        ["bash", "-c", "source ./draft.sh; echo read; reset_drive_mapping --drive C: ; echo $?; echo still here"],
        cwd=tmp_path, env={"PATH": f"{tmp_path / 'stubs'}:{os.defpath}"}, capture_output=True, text=True, timeout=20,
        check=False,
    )  # fmt: skip
    assert done.stdout.split("\n")[:3] == ["read", "2", "still here"]
    assert (tmp_path / "calls").read_text() == ""
