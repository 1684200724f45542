"""What a script declares becomes a form, and the values arrive in the script that runs."""

import subprocess
import sys

import pytest

from script_builder.declared import read, render_draft
from script_builder.parameters import InvalidParameters, check
from script_builder.rendering import problems, render

POWERSHELL = """\
<#
.SYNOPSIS
    Cleans up.
.PARAMETER UserName
    The account. Written as DOMAIN\\name.
.PARAMETER Days
    Days to keep
.NOTES
    None.
#>
using namespace System.IO
[CmdletBinding(SupportsShouldProcess)]
param (
    [Parameter(Mandatory = $true, Position = 0)]
    [ValidateNotNullOrEmpty()]
    [string] $UserName,
    [ValidateRange(1, 365)] [int]$Days = 30,
    [ValidateSet("Soft", 'Hard')][string]$Mode = "soft", # how hard
    [Parameter(Mandatory, HelpMessage = 'Letter and colon')][ValidatePattern('^[D-Z]:$')]
    [string]$Drive = 'P:',
    [switch]$Force,
    # The folder it writes to.
    [string]$LogFolder = 'C:\\it''s',
    [securestring]$Password,
    [datetime]$Since
)
"$UserName $Days"
"""
FILLED_POWERSHELL = """\
param (
    [Parameter(Mandatory = $false, Position = 0)]
    [ValidateNotNullOrEmpty()]
    [string] $UserName = {{ user_name }},
    [ValidateRange(1, 365)] [int]$Days = {{ days }},
    [ValidateSet("Soft", 'Hard')][string]$Mode = {{ mode }}, # how hard
    [Parameter(Mandatory = $false, HelpMessage = 'Letter and colon')][ValidatePattern('^[D-Z]:$')]
    [string]$Drive = {{ drive }},
    [switch]$Force = {{ force }},
    # The folder it writes to.
    [string]$LogFolder = {{ log_folder }},
    [securestring]$Password = (ConvertTo-SecureString {{ password }} -AsPlainText -Force),
    [datetime]$Since = {{ since }}
)
"""
BASH = """\
#!/usr/bin/env bash
# Unlocks an account.
set -euo pipefail
[ $# -ge 1 ] || { echo "usage: $0 [options] account [days]" >&2; exit 2; }
mode=soft
force=false
usage() {
  echo "  -m, --mode MODE   How hard"
  local nothing=$1
}
while [[ $# -gt 0 ]]; do
  case "$1" in
    -m|--mode) mode="$2"; shift 2 ;;
    --reason=*) reason="${1#*=}"; shift ;;
    # force
    --force) force=true; shift ;;
    -h|--help) usage; exit 0 ;;
    --) shift; break ;;
    -*) echo "unknown: $1" >&2; exit 2 ;;
    *) break ;;
  esac
done
# The account to unlock
account="$1"
days=${2:-30}  # how long
RETRIES=${RETRIES:-5}
HOME_DIR="${HOME:-/root}"
cat <<EOF >/dev/null
inside=${INSIDE:-1}
EOF
printf '%s\\n' "$account" "$days" "$mode" "$force" "$RETRIES" "${reason-}"
"""
GETOPTS = """\
#!/bin/bash
name=$1
shift
while getopts ":u:fh" option; do
  case $option in
    u) user=$OPTARG ;;
    f) force=1 ;;
    h) exit 0 ;;
    *) echo wrong; exit 2 ;;
  esac
done
printf '%s\\n' "$name" "$user" "${force:-0}"
"""
ARGPARSE = """\
import argparse
from pathlib import Path
parser = argparse.ArgumentParser()
parser.add_argument("account", help="The account to unlock. Its short name.")
parser.add_argument("-d", "--days", type=int, default=30, help=("How "
    "long"))
parser.add_argument(
    "--mode",
    choices=["soft", "hard"],
    required=True,
)
parser.add_argument("--folder", type=Path, default=Path("x").parent)
parser.add_argument("--log-file", type=Path)
parser.add_argument("--loud", action="store_true")
parser.add_argument("--quiet", action="store_false", dest="noise")
parser.add_argument("--many", nargs="+")
either = parser.add_mutually_exclusive_group()
either.add_argument("--this")
values = parser.parse_args()
for value in (values.account, values.days, values.mode, values.log_file, values.loud, values.noise):
    print(value)
"""
ARGV = """\
import os, sys  # both
if len(sys.argv) < 3:
    sys.exit("usage: x account days [mode]")
account = sys.argv[1]
days = int(sys.argv[2])
mode = sys.argv[3] if len(sys.argv) > 3 else "soft"
for value in (account, days, mode):
    print(value)
"""
BATCH = """\
@echo off
set "server=%~1"
set "days=30"
if not "%~2"=="" set "days=%~2"
set name=%3
if "%server%"=="" (
    set "server=local"
)
echo "%server%"
"""
FILLED_BATCH = """\
@echo off
set server={{ server }}
set "server=%server:~1,-1%"
set "days=30"
set days={{ days }}
set name={{ name }}
set "name=%name:~1,-1%"
if "%server%"=="" (
    set "server=local"
)
echo "%server%"
"""
OPTIONS_BATCH = """\
@echo off
set "P_DRIVE="
set "P_MODE=soft"
set "DRY_RUN="
:arguments
if "%~1"=="" goto :go
if /i "%~1"=="/help" goto :go
if /i "%~1"=="/dry-run" (
    set "DRY_RUN=1"
    shift
    goto :arguments
)
if /i "%~1"=="/drive" (
    set "P_DRIVE=%~2"
    shift
    shift
    goto :arguments
)
if /i "%~1"=="/mode" (
    set "P_MODE=%~2"
    shift
    shift
    goto :arguments
)
:go
if not defined P_DRIVE exit /b 2
"""
ALL = [
    ("powershell", POWERSHELL),
    ("bash", BASH),
    ("bash", GETOPTS),
    ("python", ARGPARSE),
    ("python", ARGV),
    ("batch", BATCH),
    ("batch", OPTIONS_BATCH),
]


def said(parameters, *keys):
    """Of each parameter what is said of these."""
    return {name: tuple(spec[key] for key in keys) for name, spec in parameters.items()}


def ran(language, text):
    """What the script prints, line by line."""
    program = ["bash", "-c"] if language == "bash" else [sys.executable, "-c"]
    done = subprocess.run([*program, text], capture_output=True, text=True, timeout=20, check=False)
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_a_param_block_becomes_a_form():
    reading = read(POWERSHELL, "powershell")
    assert said(reading.parameters, "type", "required", "default") == {
        "user_name": ("user", True, ""),
        "days": ("number", False, "30"),
        "mode": ("choice", False, "Soft"),
        "drive": ("text", True, "P:"),
        "force": ("boolean", False, ""),
        "log_folder": ("path", False, "C:\\it's"),
        "password": ("secret", True, ""),
        "since": ("date", True, ""),
    }
    words = said(reading.parameters, "label", "help")
    assert words["user_name"] == ("The account", "Written as DOMAIN\\name.")
    assert words["days"] == ("Days to keep", "")
    assert words["drive"] == ("Letter and colon", "")
    assert words["log_folder"] == ("The folder it writes to", "")
    assert words["force"] == ("", "")
    assert said(reading.parameters, "minimum", "maximum")["days"] == ("1", "365")
    assert reading.parameters["mode"]["choices"] == ["Soft", "Hard"]
    assert reading.parameters["drive"]["pattern"] == "(?i)[D-Z]:"
    assert FILLED_POWERSHELL in reading.text
    assert reading.text.replace(FILLED_POWERSHELL, "") == POWERSHELL.replace(
        POWERSHELL[POWERSHELL.index("param (") :].partition('"$U')[0], ""
    )
    assert reading.notes == []


@pytest.mark.parametrize(
    ("declared", "why"),
    [
        ("[string[]]$X", "a list"),
        ("[string]$X = $env:COMPUTERNAME", "worked out by the script"),
        ('[string]$X = "$HOME\\x"', "worked out by the script"),
        ("[string]$X = (Get-Date)", "worked out by the script"),
        ("[ValidateScript({ Test-Path $_ })]$X = 'a'", "in a way that a form cannot"),
        ("[ValidateSet([Names])]$X", "worked out by the script"),
        ("[ValidateRange('Positive')][int]$X", ""),
        ("[pscredential]$X", "pscredential"),
        ("[Parameter(Mandatory, ParameterSetName = 'a')]$X", "several sets"),
        ("[Parameter(Mandatory = $($true))]$X", "could not be read"),
        ("[ValidatePattern('(', Options = 'None')]$X", "options"),
        ("[ValidatePattern('(')]$X", "pattern"),
        ("$X = ' a '", "blank"),
        ("[datetime]$X = '31.1.2026'", "does not fit a form"),
        ("[int]$X = 5KB", "worked out by the script"),
    ],
)
def test_what_no_form_can_hold_is_left_out_with_a_reason(declared, why):
    text = f"param({declared}, [int]$Days = 3)\n"
    reading = read(text, "powershell")
    if why:
        assert reading.notes[0].startswith("$X was not taken: ") and why in reading.notes[0]
        assert reading.text == text.replace("= 3)", "= {{ days }})")
    assert "days" in reading.parameters


@pytest.mark.parametrize(
    "text",
    [
        "function F { param([int]$X = 1) }\n",
        "Write-Output 1\nparam([int]$X = 1)\n",
        "# param([int]$X = 1)\n",
        "'param([int]$X = 1)'\n",
        "param([int]$X = 1",
        "param([int]$X = 1)\n& tool @PSBoundParameters\n",
    ],
)
def test_no_parameter_of_the_script_is_none(text):
    reading = read(text, "powershell")
    assert (reading.text, reading.parameters) == (text, {})


def test_bash_arguments_and_options_arrive_where_the_shell_has_them():
    reading = read(BASH, "bash")
    assert said(reading.parameters, "type", "required", "default") == {
        "mode": ("text", False, "soft"),
        "reason": ("text", False, ""),
        "force": ("boolean", False, "no"),
        "account": ("user", True, ""),
        "days": ("number", False, "30"),
        "retries": ("number", False, "5"),
    }
    assert said(reading.parameters, "label")["mode"] == ("How hard",)
    assert said(reading.parameters, "label")["account"] == ("The account to unlock",)
    filled = {"account": "o'neil", "days": "7", "mode": "it's $HOME", "force": "yes", "retries": "1", "reason": "a b"}
    text = render(reading.text, reading.parameters, filled, "bash").text
    assert ran("bash", text) == ["o'neil", "7", "it's $HOME", "true", "1", "a b"]
    text = render(reading.text, reading.parameters, {"account": "j", "mode": ""}, "bash").text
    assert ran("bash", text) == ["j", "30", "soft", "false", "5", ""]


def test_bash_getopts_after_an_argument():
    reading = read(GETOPTS, "bash")
    assert said(reading.parameters, "type") == {"user": ("user",), "force": ("boolean",), "name": ("text",)}
    text = render(reading.text, reading.parameters, {"name": "-n", "user": "j'd", "force": True}, "bash").text
    assert ran("bash", text) == ["-n", "j'd", "1"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a=$1\nb=$1\n", "more than once"),
        ("b=$2\n", "before it is missing"),
        ('while :; do case "$1" in --host) hosts+=("$2"); shift 2 ;; esac; done\n', "more than once"),
    ],
)
def test_bash_says_what_it_cannot_take(text, why):
    reading = read(text, "bash")
    assert reading.text == text and why in reading.notes[0]


def test_argparse_defaults_give_way():
    reading = read(ARGPARSE, "python")
    assert said(reading.parameters, "type", "required", "default") == {
        "account": ("user", True, ""),
        "days": ("number", False, "30"),
        "mode": ("choice", True, ""),
        "log_file": ("path", False, ""),
        "loud": ("boolean", False, "no"),
        "noise": ("boolean", False, "yes"),
    }
    assert [note.partition(" ")[0] for note in reading.notes] == ["--folder", "--many", "--this"]
    filled = {"account": "o'neil", "days": "7", "mode": "hard", "log_file": "/a b", "loud": "yes", "noise": "no"}
    text = render(reading.text, reading.parameters, filled, "python").text
    assert ran("python", text) == ["o'neil", "7", "hard", "/a b", "True", "False"]
    text = render(reading.text, reading.parameters, {"account": "j", "mode": "soft"}, "python").text
    assert ran("python", text) == ["j", "30", "soft", "None", "False", "True"]


def test_argv_is_filled():
    reading = read(ARGV, "python")
    assert said(reading.parameters, "type", "required", "default") == {
        "account": ("user", True, ""),
        "days": ("number", True, ""),
        "mode": ("text", False, "soft"),
    }
    text = render(reading.text, reading.parameters, {"account": "o'neil", "days": "7"}, "python").text
    assert ran("python", text) == ["o'neil", "7", "soft"]


def test_batch_arguments_lose_the_quotes_of_their_literal():
    reading = read(BATCH, "batch")
    assert reading.text == FILLED_BATCH
    assert said(reading.parameters, "type", "required", "default") == {
        "server": ("host", True, ""),
        "days": ("number", True, "30"),
        "name": ("text", True, ""),
    }
    options = read(OPTIONS_BATCH, "batch")
    assert said(options.parameters, "type", "required", "default") == {
        "dry_run": ("boolean", False, "no"),
        "drive": ("text", True, ""),
        "mode": ("text", False, "soft"),
    }
    assert 'set P_DRIVE={{ drive }}\nset "P_DRIVE=%P_DRIVE:~1,-1%"\n' in options.text
    assert 'set "DRY_RUN="\nif {{ dry_run }}==1 set "DRY_RUN=1"\n' in options.text


@pytest.mark.parametrize("more", ["echo %1\n", "echo %*\n", "shift\n"])
def test_batch_arguments_that_are_used_elsewhere_are_left_out(more):
    text = f'set "server=%~1"\n{more}'
    reading = read(text, "batch")
    assert reading.text == text and "in other places too" in reading.notes[0]


@pytest.mark.parametrize(("language", "text"), ALL)
def test_read_again_it_stays_as_it_is(language, text):
    first = read(text, language)
    assert first.parameters and check(first.parameters) == first.parameters
    assert problems(first.text, first.parameters, language) == []
    again = read(first.text, language, first.parameters)
    assert (again.text, again.parameters, again.own) == (first.text, first.parameters, {})
    # Without what was known before, the placeholders still say that they are there.
    assert set(read(first.text, language).parameters) == set(first.parameters)


def test_what_is_known_already_goes_first():
    text = "param([int]$Days = 30, [int]$Hours = {{ hours }}, [int]$Other = {{ x }})\n$y = {{ y }}\n"
    given = check({"days": {"type": "text", "label": "How long"}, "x": {"type": "text"}})
    reading = read(text, "powershell", given)
    assert reading.text == text.replace("= 30", "= {{ days }}")
    assert {name: spec["type"] for name, spec in reading.parameters.items()} == {
        "days": "text",
        "x": "text",
        "hours": "number",
    }
    assert reading.parameters["days"] == given["days"]
    assert "{{ y }} stays as it is" in reading.notes[0]


def test_a_placeholder_where_no_literal_may_stand_is_no_parameter():
    reading = read("param([string]$X = '{{ y }}', $Y)\n", "powershell")
    assert set(reading.parameters) == {"x"}


def test_what_nothing_uses_is_said():
    assert read("ls\n", "bash", check({"x": {}})).notes == ["Nothing in the script uses x."]


class TestDraft:
    """A submitted script keeps its text; the values find their places when it is rendered."""

    @pytest.mark.parametrize(("language", "text"), ALL)
    def test_untouched_it_runs_as_it_was_submitted(self, language, text):
        parameters = {name: spec for name, spec in read(text, language).parameters.items() if not spec["required"]}
        assert render_draft(text, parameters, {}, language).text == text

    def test_a_value_of_ones_own_is_in_the_text(self):
        text = "param([int]$Days = 30, [string]$Server = 'fs01')\n"
        parameters = read(text, "powershell").parameters
        found = render_draft(text, parameters, {"days": "7", "server": "fs01"}, "powershell")
        assert found.text == found.stamp_text == "param([int]$Days = 7, [string]$Server = 'fs01')\n"
        assert found.values == {"days": "7", "server": "fs01"}

    def test_what_insists_on_being_typed_never_asks(self):
        text = "param([Parameter(Mandatory)][string]$Server = 'fs01')\n"
        parameters = read(text, "powershell").parameters
        found = render_draft(text, parameters, {"server": "fs01"}, "powershell").text
        assert found == "param([Parameter(Mandatory = $false)][string]$Server = 'fs01')\n"

    def test_a_default_of_the_form_that_is_not_the_scripts(self):
        text = "param([string]$Server = 'fs01')\n"
        found = render_draft(text, {"server": {"default": "fs02"}}, {}, "powershell").text
        assert found == "param([string]$Server = 'fs02')\n"

    def test_what_the_form_does_not_ask_for_stays(self):
        text = "param([int]$Days = 30, [string]$Server = 'fs01')\n"
        found = render_draft(text, {"days": {"type": "number"}}, {"days": "7"}, "powershell").text
        assert found == text.replace("30", "7")

    def test_a_secret_is_in_the_text_alone(self):
        text = "param([string]$Password)\n"
        found = render_draft(text, read(text, "powershell").parameters, {"password": "hunter2"}, "powershell")
        assert found.text == "param([string]$Password = 'hunter2')\n"
        assert found.stamp_text == "param([string]$Password = '<secret:password>')\n"

    def test_a_value_with_no_place_is_refused_and_not_forgotten(self):
        with pytest.raises(InvalidParameters, match="Nothing in the script uses this"):
            render_draft("ls\n", {"x": {}}, {"x": "1"}, "bash")
        assert render_draft("ls\n", {"x": {"default": "1"}}, {}, "bash").text == "ls\n"

    def test_placeholders_of_its_own_are_filled_as_ever(self):
        assert render_draft("ls {{ x }}\n", {"x": {}}, {"x": "a b"}, "bash").text == "ls 'a b'\n"
