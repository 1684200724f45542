import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from script_builder.models import Language, ScriptBuilderSession
from script_builder.scaffold import scaffold
from script_builder.scripts import clean_script

HOSTILE = [
    "a\rcalc",
    "a\vcalc",
    "a\fcalc",
    "a\x1ccalc",
    "a\x85calc",
    "a\u2028calc",
    "a\u2029calc",
    "a\0calc",
    "#> Remove-Item C:\\ <#",
    "ends with a backtick `\ncalc",
    "ends with a backslash \\\ncalc",
    "ends with a caret ^\ncalc",
    "%PATH% %~ %1",
    "& calc",
    ") & calc",
    "!/bin/sh",
    "requires -Version 9",
    "coding: utf-7\n+AAo-print('pwned')",
    "\ufeffcalc",
    "\ud800calc",
    "\u202ecalc",
]
LANGUAGES = Language.values
BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029\0"
descriptions = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(max_size=200),
    st.text(st.sampled_from(BREAKS + "#`\\^%&|<>!\"' aR:;="), max_size=60),
)


def is_comment(line, language, number):
    if language == "batch":
        return line == "REM -" or (line.startswith("REM - ") and not set(line) & set('%^&|<>!"'))
    return line.startswith("#") and (number == 0 or not line.startswith("#!"))


@pytest.mark.parametrize("language", LANGUAGES)
@given(description=descriptions)
def test_every_line_is_blank_or_a_comment(language, description):
    text = scaffold(description, language)
    for number, line in enumerate(text.split("\n")):
        assert line == "" or is_comment(line, language, number)
        assert not set(line) & set(BREAKS)
    assert clean_script(text) == text
    assert text.endswith("\n\n")
    assert ScriptBuilderSession(buffer=text, scaffold=text).is_untouched


@pytest.mark.parametrize("language", ["powershell", "batch", "python"])
def test_no_comment_means_something_to_the_interpreter(language):
    text = scaffold("!/bin/sh\nrequires -Version 9\ncoding: utf-7\nregion x", language)
    assert "#!" not in text
    assert "#requires" not in text.lower()
    assert "coding:" not in text or language != "python"


@settings(deadline=None, max_examples=40)
@given(descriptions)
def test_bash_runs_it_and_does_nothing(description):
    ran = subprocess.run(["bash"], input=scaffold(description, "bash").encode(), capture_output=True, timeout=20)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b"")


@settings(deadline=None, max_examples=100)
@given(descriptions)
def test_python_reads_it_as_empty(description):
    compiled = compile(scaffold(description, "python").encode(), "scaffold", "exec")
    names = {}
    exec(compiled, names)
    assert set(names) == {"__builtins__"}


def test_a_declared_encoding_does_not_bring_code_into_python(tmp_path):
    path = tmp_path / "scaffold.py"
    path.write_bytes(scaffold("coding: utf-7\n+AAo-print('pwned')", "python").encode())
    ran = subprocess.run([sys.executable, path], capture_output=True, timeout=20)
    assert (ran.returncode, ran.stdout) == (0, b"")


def test_the_description_can_be_read():
    text = scaffold("Restart the spooler.\n\nThen print a test page.", "powershell")
    assert text == "# Restart the spooler.\n#\n# Then print a test page.\n\n"
    assert scaffold("Restart it.", "batch") == "REM - Restart it.\n\n"
    assert scaffold("Restart it.", "bash") == "#!/usr/bin/env bash\n# Restart it.\n\n"
    assert scaffold("  ", "python") == "# New script\n\n"


@pytest.mark.parametrize("language", LANGUAGES)
def test_long_descriptions_wrap_and_end(language):
    text = scaffold("word " * 20_000, language)
    assert max(map(len, text.split("\n"))) <= 110
    assert len(text) < 10_000
