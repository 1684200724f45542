"""Whatever text a script is, reading it ends, raises nothing, runs nothing, and makes no place that a value leaves."""

import ast
import subprocess
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from script_builder.declared import read
from script_builder.models import Language
from script_builder.parameters import InvalidParameters, check
from script_builder.rendering import PLACEHOLDER, problems, render
from tests.script_builder.test_declared import ALL
from tests.script_builder.test_rendering import values

LANGUAGES = Language.values
PIECES = {
    "powershell": [
        *(
            "param(",
            "[string]",
            "[int]",
            "$X",
            "$Days",
            " = ",
            "'a'",
            '"b"',
            "{{ x }}",
            "@'\n",
            "\n'@",
            "<#",
            "#>",
            "`",
        ),
        *(
            "[Parameter(Mandatory)]",
            "[ValidateSet('a','b')]",
            "[ValidatePattern('",
            ")",
            ",",
            "\n",
            "$(",
            "’",
            "“",
            "#",
        ),
        *(".PARAMETER X\n", "using namespace", "[", "]", "(", "{", "}", "$true", "5", "[securestring]"),
    ],
    "bash": [
        *(
            "a=$1\n",
            'b="${2:-x y}"\n',
            "C=${C:-3}\n",
            "f() {\n",
            "}\n",
            "<<EOF\n",
            "EOF\n",
            "'",
            '"',
            "`",
            "$(",
            ")",
            "#",
        ),
        *('case "$1" in\n', "--name) name=$2; shift 2 ;;\n", "--flag) flag=true ;;\n", "*) ;;\n", "esac\n", "{{ x }}"),
        *("while getopts 'u:f' o; do case $o in\n", "u) u=$OPTARG;;\n", "${", "\\", "\n", " ", "a={{ a }}\n", "(("),
    ],
    "python": [
        *("import sys\n", "a = sys.argv[1]\n", "n = int(sys.argv[2]) if len(sys.argv) > 2 else 3\n", "{{ x }}", "'''"),
        *(
            'p.add_argument("--x", default=3)\n',
            'p.add_argument("y", help=("a"\n"b"))\n',
            "'",
            '"',
            "\n",
            "  ",
            "#",
            "(",
            ")",
        ),
        *('p.add_argument("--é", "--z", required=True, type=int,)\n', "\\", "\f", "\r", "ü = '", "def f():\n", ","),
    ],
    "batch": [
        *(
            'set "a=%~1"\n',
            "set b=%2\n",
            'if not "%~3"=="" set "c=%~3"\n',
            'set "P_X="\n',
            '"',
            "^",
            "%",
            "(\n",
            ")\n",
            "{{ x }}",
        ),
        *('if /i "%~1"=="/x" (\n', 'set "P_X=%~2"\n', "shift\n", "rem ", ":a\n", " & ", "set P_X={{ x }}\n", "!"),
    ],
}
texts = st.text(st.characters(exclude_categories=[]), max_size=200)


def scripts(language):
    """Any text, and texts that look like a script of the language."""
    return st.one_of(texts, st.lists(st.sampled_from(PIECES[language]) | st.text(max_size=3), max_size=30).map("".join))


@pytest.mark.parametrize("language", LANGUAGES)
@settings(deadline=None, max_examples=200)
@given(data=st.data())
def test_any_text_is_read(language, data):
    text = data.draw(scripts(language))
    reading = read(text, language)
    assert check(reading.parameters) == reading.parameters
    added = {name: item.spec for name, item in reading.own.items()}
    assert set(PLACEHOLDER.findall(reading.text)) <= set(PLACEHOLDER.findall(text)) | set(added)
    assert set(added) <= set(PLACEHOLDER.findall(reading.text))
    wrong = problems(reading.text, reading.parameters, language)
    assert not [sentence for sentence in wrong if sentence.partition(":")[0] in added]
    again = read(reading.text, language, reading.parameters)
    assert (again.text, again.own) == (reading.text, {})
    if not added:
        assert reading.text == text


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@settings(deadline=None, max_examples=200)
@given(text=scripts("python"))
def test_a_python_script_that_was_one_stays_one(text):
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return
    ast.parse(read(text, "python").text)


@pytest.mark.parametrize(("language", "text"), [case for case in ALL if case[0] in ("bash", "python")])
@settings(deadline=None, max_examples=25)
@given(value=values)
@example(value="'; touch pwned; '")
@example(value="-n")
@example(value="--mode")
def test_every_value_arrives_byte_for_byte(tmp_path_factory, language, text, value):
    """The script prints what it was given, each on a line."""
    reading = read(text, language)
    asked = [name for name in ("account", "mode", "reason", "name", "user") if name in reading.parameters]
    free = {name: spec | {"type": "text", "choices": []} for name, spec in reading.parameters.items() if name in asked}
    given = {"days": "7"} if "days" in reading.parameters else {}
    try:
        rendered = render(reading.text, reading.parameters | free, given | dict.fromkeys(asked, value), language).text
    except InvalidParameters:
        return
    program = ["bash", "-c"] if language == "bash" else [sys.executable, "-c"]
    folder = tmp_path_factory.getbasetemp()
    done = subprocess.run([*program, rendered], capture_output=True, timeout=20, check=False, cwd=folder)
    assert (done.returncode, done.stderr) == (0, b"")
    assert not (folder / "pwned").exists()
    if given_value := value.strip(" ").encode():
        assert done.stdout.split(b"\n").count(given_value) >= len(asked)


BLOW_UPS = {
    "": [
        "(",
        "[",
        "$(",
        "${",
        "'",
        '"',
        "`",
        " ",
        "\n",
        "#\n",
        "a",
        "a=",
        "{{ x }}",
        "a{{ x }}' ",
        "''",
        "\\",
        "\ud800",
    ],
    "powershell": ["param(", "[a]", "$a,", ".PARAMETER a\n", "<#", "@'", "@(", "{", "($"],
    "bash": ["a=$1\n", "a=${A:-1}\n", "case $1 in ", "--a) ", ";;", "  -a  b\n", "<<a ", "((", "f() {\n"],
    "python": ["-", "not ", "a.", "1+", "lambda:", 'p.add_argument("--a")\n', "é", "\f"],
    "batch": ['set "a=', "set ", 'if "%~1"=="/a" ', "%", "^", 'set "a=%~1"\n'],
}
BEFORE = {"powershell": "param(", "bash": "case $1 in\n", "python": "import sys\n", "batch": ""}
TIMED = """
import sys, time, django; django.setup()
from script_builder.declared import read
from script_builder.scripts import MAX_LENGTH
from tests.script_builder.test_declared_hostile import BEFORE, BLOW_UPS
language = sys.argv[1]
for piece in BLOW_UPS[""] + BLOW_UPS[language]:
    text = (BEFORE[language] + piece * MAX_LENGTH)[:MAX_LENGTH]
    began = time.process_time()
    read(text, language)
    assert time.process_time() - began < 4, piece
"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_script_is_read_in_bounded_time(language):
    """Whatever it repeats; in a process of its own, because what Python cannot parse may end the process."""
    done = subprocess.run([sys.executable, "-c", TIMED, language], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_script_with_more_than_a_form_can_bear(language):
    many = {
        "powershell": "param(" + ", ".join(f"$P{n} = 1" for n in range(90)) + ")\n",
        "bash": "".join(f"P{n}=${{P{n}:-1}}\n" for n in range(90)),
        "python": "".join(f'p.add_argument("--p{n}", default=1)\n' for n in range(90)),
        "batch": "".join(f'set "P{n}=1"\n' for n in range(90))
        + "".join(f'if "%~1"=="/p{n}" set "P{n}=%~2"\n' for n in range(90)),
    }[language]
    reading = read(many, language)
    assert len(reading.parameters) == 50
    assert "a form has at most 50 fields" in reading.notes[0]
