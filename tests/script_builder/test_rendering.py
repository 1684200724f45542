import ast
import hashlib
import re
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowpilot.ai import library
from script_builder.models import Language
from script_builder.parameters import InvalidParameters, clean
from script_builder.rendering import literal, problems, render

HOSTILE = [
    "'; Remove-Item C:\\ -Recurse; '",
    "’; Remove-Item C:\\ -Recurse; ’",
    "‘‚‛’'",
    "$(touch pwned)",
    "`touch pwned`",
    "%PATH%",
    "%%PATH%%",
    "%PATH:~0,1%",
    "!PATH!",
    '" & calc & "',
    "a^",
    "\\",
    "a\\'; b",
    "'''",
    '"""',
    "{{ other }}",
    "{0.__class__}",
    "#> x",
    "it's",
    "-rf /",
    "Ñ€💾",
]
LANGUAGES = Language.values
nasty = st.text(alphabet=st.sampled_from("'’‘‚‛\"`$(){}%!^&|<>;\\#@*~=- aZ09Ñ💾"), max_size=40)
anything = st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=40)
values = st.one_of(st.sampled_from(HOSTILE), nasty, anything)


def rendered(value, language, text="{{ x }}"):
    """The text with this value in it, or None where this language cannot quote it."""
    try:
        cleaned = clean({"x": {}}, {"x": value})["x"]
    except InvalidParameters:
        return None, None
    try:
        return render(text, {"x": {}}, {"x": value}, language).text, cleaned
    except InvalidParameters:
        assert language == Language.BATCH
        return None, None


def powershell_strings(text):
    """PowerShell's own reading of a run of single-quoted strings: (value, rest), or None where there is none."""
    quotes = "'‘’‚‛"
    if text[:1] not in quotes:
        return None
    value, at = "", 1
    while at < len(text):
        if text[at] in quotes:
            if text[at + 1 : at + 2] and text[at + 1] in quotes:
                value, at = value + text[at], at + 2
                continue
            return value, text[at + 1 :]
        value, at = value + text[at], at + 1
    return None


def cmd_reads(line):
    """What cmd.exe makes of a line of a batch file in which every variable is set to EVIL."""
    return re.sub(r"%%|%[^%]+%|%[0-9*]|%", lambda found: "%" if found.group() == "%%" else "EVIL", line)


@given(values)
def test_powershell_reads_one_string_back(value):
    text, cleaned = rendered(value, "powershell")
    if text is not None:
        assert powershell_strings(text) == (cleaned, "")


@settings(deadline=None, max_examples=150)
@given(values)
def test_bash_reads_one_string_back(tmp_path_factory, value):
    text, cleaned = rendered(value, "bash", "printf '%s|' {{ x }} end")
    if text is not None:
        ran = subprocess.run(
            ["bash", "-c", text], capture_output=True, check=True, cwd=tmp_path_factory.getbasetemp(), timeout=20
        )
        assert ran.stdout.decode() == f"{cleaned}|end|"
        assert ran.stderr == b""


@given(values)
def test_python_reads_one_string_back(value):
    text, cleaned = rendered(value, "python", "found = [{{ x }}]")
    if text is not None:
        (statement,) = ast.parse(text).body
        assert isinstance(statement.value.elts[0], ast.Constant)
        names = {}
        exec(text, {"__builtins__": {}}, names)
        assert names["found"] == [cleaned]


@given(values)
def test_batch_reads_one_quoted_string_back(value):
    text, cleaned = rendered(value, "batch")
    if text is not None:
        assert text[0] == text[-1] == '"'
        assert '"' not in text[1:-1]
        assert not text.endswith('\\"')
        assert cmd_reads(text) == f'"{cleaned}"'


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("value", ["a\nb", "a\rb", "a\0b", "a\x85b", "a\u2028b", "\x1b[2J"])
def test_no_line_break_or_control_character_reaches_a_script(language, value):
    with pytest.raises(InvalidParameters):
        render("{{ x }}", {"x": {}}, {"x": value}, language)


@pytest.mark.parametrize(
    ("script", "value"),
    [
        ("echo {{ x }}", 'a"b'),
        ("cd {{ x }}", "C:\\"),
        ("for %%i in (1 2) do echo {{ x }}", "%i"),
        ("call other.bat {{ x }}", "%PATH%"),
        ("setlocal EnableDelayedExpansion\necho {{ x }}", "!PATH!"),
    ],
)
def test_batch_refuses_what_it_cannot_quote(script, value):
    with pytest.raises(InvalidParameters) as refused:
        render(script, {"x": {}}, {"x": value}, "batch")
    assert "Batch script" in refused.value.errors["x"]


@pytest.mark.parametrize(
    ("language", "bare"),
    [
        ("powershell", "-2.5 $true $false $null"),
        ("bash", "-2.5 true false ''"),
        ("python", "-2.5 True False None"),
        ("batch", '-2.5 1 0 ""'),
    ],
)
def test_numbers_and_answers_are_bare(language, bare):
    spec = {"n": {"type": "number"}, "y": {"type": "boolean"}, "o": {"type": "boolean"}, "e": {"type": "number"}}
    found = render("{{ n }} {{ y }} {{ o }} {{ e }}", spec, {"n": "-2.50", "y": "yes", "o": "no", "e": ""}, language)
    assert found.text == bare


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_secret_is_in_the_text_alone(language):
    spec = {"password": {"type": "secret"}, "user": {}}
    found = render("{{ user }} {{ password }}\n", spec, {"password": "hunter2", "user": "j"}, language)
    assert "hunter2" in found.text
    assert "hunter2" not in found.stamp_text
    assert "hunter2" not in repr(found)
    assert "<secret:password>" in found.stamp_text
    assert found.values == {"user": "j"}
    assert found.sha256 == hashlib.sha256(found.stamp_text.encode()).hexdigest()


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_secrets_the_stamp_is_what_is_run(language):
    found = render("{{ x }}\n", {"x": {}}, {"x": "it is"}, language)
    assert found.text == found.stamp_text


def test_a_value_that_looks_like_a_placeholder_stays_what_it_is():
    found = render("{{ a }} {{ b }}", {"a": {}, "b": {}}, {"a": "{{ b }}", "b": "{{ a }}"}, "bash")
    assert found.text == "'{{ b }}' '{{ a }}'"


def test_what_no_parameter_names_is_left_in_a_run_and_refused_in_a_template():
    text = "docker ps --format '{{.Names}}' {{ who }} {{x}}"
    assert render(text, {"x": {}}, {"x": "1"}, "bash").text == text
    assert len(problems(text, {"x": {}}, "bash")) == 2
    assert problems("docker ps --format '{{.Names}}' {{ x }}", {"x": {}}, "bash") == []


def test_a_script_that_grew_too_long_is_refused():
    with pytest.raises(InvalidParameters) as refused:
        render("{{ x }} {{ y }} " * 100, {"x": {}, "y": {}}, {"x": "x" * 1000, "y": "y"}, "bash")
    assert set(refused.value.errors) == {"x"}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("bash", 'echo "Hello {{ x }}"'),
        ("bash", 'echo "$(grep "{{ x }}" file)"'),
        ("bash", "cat <<EOF\n{{ x }}\nEOF\n"),
        ("bash", "cat <<-'END' <<B\na\n\tEND\n{{ x }}\nB\n"),
        ("bash", "echo $(( {{ x }} + 1 ))"),
        ("bash", "echo `cat {{ x }}`"),
        ("bash", "echo $'{{ x }}'"),
        ("bash", "echo ${{ x }}"),
        ("bash", "echo \\{{ x }}"),
        ("bash", "echo 'never closed {{ x }}"),
        ("powershell", 'Write-Output "Hello {{ x }}"'),
        ("powershell", "Write-Output “Hello {{ x }}”"),
        ("powershell", '"a`" {{ x }}"'),
        ("powershell", '"$(a "b {{ x }}")"'),
        ("powershell", '@"\n{{ x }}\n"@'),
        ("powershell", "@'\nit's {{ x }}\n'@"),
        ("powershell", "<#\n{{ x }}\n#>"),
        ("powershell", "@{{ x }}"),
        ("powershell", "`{{ x }}"),
        ("python", "f{{ x }}"),
        ("python", "a = '{{ x }}'"),
        ("python", '"""\n"{{ x }}"\n"""'),
        ("python", "a = ''{{ x }}"),
        ("batch", 'echo "{{ x }}"'),
        ("batch", "echo ^{{ x }}"),
    ],
)
def test_a_placeholder_where_a_literal_would_not_be_one_is_refused(language, text):
    assert problems(text, {"x": {}}, language)
    with pytest.raises(InvalidParameters) as refused:
        render(text, {"x": {}}, {"x": "a"}, language)
    assert set(refused.value.errors) == {"x"}
    # A number is written bare and can do no harm there.
    assert render(text, {"x": {"type": "number"}}, {"x": "1"}, language).text == text.replace("{{ x }}", "1")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("bash", 'a="$(grep {{ x }} "$file")" && echo "$a" {{ x }}'),
        ("bash", "# it's a comment\ncat <<EOF\nit's\nEOF\nprintf %s {{ x }}"),
        ("bash", "if (( n > 1 )); then run --name={{ x }}; fi; cat <<<{{ x }}"),
        ("bash", "echo ${#list[@]} \"it's\" it\\'s {{ x }}"),
        ("powershell", '# don\'t\n$a = "$(Get-Item {{ x }})" + "a`"b" + "c""d" + {{ x }}'),
        ("powershell", "@'\nit's\n'@ | Set-Content {{ x }}"),
        ("powershell", "<# it's #> Get-Item -Path {{ x }}, {{ x }}"),
        ("python", '# don\'t\n"""it\'s"""\nprint({{ x }}, "a\\"b", {{ x }})'),
        ("batch", 'set "a=b" & echo {{ x }}\nREM "\necho {{ x }}'),
    ],
)
def test_a_placeholder_outside_quotes_is_filled(language, text):
    assert problems(text, {"x": {}}, language) == []
    expected = literal("v", "text", language)
    assert render(text, {"x": {}}, {"x": "v"}, language).text == text.replace("{{ x }}", expected)


def test_the_librarys_own_templates_hold():
    for template in library.templates().values():
        assert problems(template.script, template.parameters, template.language) == [], template.key
    for runbook in library.runbooks().values():
        for fix in runbook.fixes:
            assert problems(fix.script or "", fix.parameters, fix.language) == [], fix.id
