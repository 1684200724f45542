"""No value leaves its place: the script around it is read by the language as it was with a harmless one.

Bash and Python run the result; PowerShell and Batch are read by small tokenizers of our own, which share nothing with
the product's scanners.
"""

import json
import subprocess
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from script_builder.parameters import InvalidParameters, clean
from script_builder.rendering import problems, render
from tests.script_builder.test_rendering import values

SPEC = {"x": {}}
HOSTILE = [
    *(
        "'; Remove-Item C:\\ -Recurse #",
        "“; calc; ”",
        "„x‟",
        "a”; calc",
        "`",
        "a`'b",
        "^",
        "a^",
        "^&calc",
        "\\",
        "\\\\",
    ),
    *("a\\'", "!PATH!", "%PATH%", "%1", "$PATH", "${IFS}", "$(touch pwned)", "<(ls)", "~", "*", "--", "-rf", "@args"),
    *(
        "{{ x }}",
        "{{ y }}",
        "%s %(x)s {x}",
        "\u200b\ufeff",
        "\ufb01\u0301",
        "＂&calc&＂",
        "&|<>",
        "#",
        "a b  c",
        "=",
        "\xa0",
    ),
]
REFUSED = ["a\nb", "a\rb", "a\0b", "a\tb", "\x1b[2J", "\u202eabc", "\u2066", "\u2028", "\x85", "\ud800"]
hostile = st.one_of(st.sampled_from(HOSTILE), values)

PLACES = {
    "bash": [
        "a={{ x }}\nprintf '%s\\0' \"$a\"",
        'printf "%s\\0" {{ x }} "$(printf %s {{ x }})"',
        "f() { printf '%s\\0' \"$1\" \"${2:-'it'}\"; }; f {{ x }} {{ x }}",
        'set -- {{ x }} "$@"\nn=${#@}; case $1 in zzz) ;; *) printf \'%s\\0\' "$1" ;; esac',
        "if [[ -n {{ x }} ]]; then printf '%s\\0' {{ x }}; fi # it's {{ x }}",
        "cat <<'E-F' >/dev/null\nit's\nE-F\nprintf '%s\\0' {{ x }}",
        'echo "$(case a in a) printf "b";; esac)" >/dev/null; printf "%s\\0" {{ x }}',
    ],
    "python": [
        "found = [{{ x }}]",
        "def f(a={{ x }}, *, b={{ x }}):\n    return [a, b]  # {{ x }}\nfound = f()",
        "'''it's'''\nfound = list(({{ x }}, \"it's\")[:1])",
        "found = [{'a': {{ x }}}['a'], ({{ x }})]",
    ],
    "powershell": [
        "$a = {{ x }}\n",
        "Get-Item -Path {{ x }}, {{ x }} | Out-String # {{ x }}\n",
        "param([string]$A = {{ x }}, [int]$B = 1)\n",
        '"a $(Get-Item {{ x }}) b"; @{ a = {{ x }} }\n',
        "if ($a -eq {{ x }}) { 'it''s' } else { @'\nit's\n'@ }\n",
        "(ConvertTo-SecureString {{ x }} -AsPlainText -Force)\n",
    ],
    "batch": [
        "set a={{ x }}\n",
        'set "b=c" & echo {{ x }}\n',
        'if {{ x }}=="" (echo empty) else net use {{ x }}\n',
        "echo a^& {{ x }} > nul\n",
        'rem {{ x }}\ndir {{ x }} | find "a"\n',
    ],
}
CASES = [(language, text) for language in PLACES for text in PLACES[language]]


def cleaned(value):
    try:
        return clean(SPEC, {"x": value})["x"]
    except InvalidParameters:
        return None


def filled(text, value, language):
    """The script with this value, or None where the language cannot have it."""
    try:
        return render(text, SPEC, {"x": value}, language).text
    except InvalidParameters:
        assert language == "batch" or cleaned(value) is None
        return None


@pytest.mark.parametrize(("language", "text"), CASES)
def test_the_places_are_places(language, text):
    assert problems(text, SPEC, language) == []


@pytest.mark.parametrize("text", PLACES["bash"])
@settings(deadline=None, max_examples=40)
@given(value=hostile)
@example(value="a'b\\")
def test_bash_gets_it_byte_for_byte(tmp_path_factory, text, value):
    script = filled(text, value, "bash")
    if script is None or not cleaned(value):
        return
    folder = tmp_path_factory.mktemp("bash")
    (folder / "script.sh").write_bytes(script.encode())
    done = subprocess.run(["bash", "script.sh"], capture_output=True, timeout=20, check=True, cwd=folder)
    assert done.stderr == b""
    assert set(done.stdout.split(b"\0")) - {b""} == {cleaned(value).encode()}
    assert [path.name for path in folder.iterdir()] == ["script.sh"]


@settings(deadline=None, max_examples=30)
@given(many=st.lists(hostile, min_size=1, max_size=20))
@example(many=HOSTILE)
def test_python_gets_it_byte_for_byte(tmp_path_factory, many):
    """All at once in one process, which reads each script from its file as Python does."""
    folder = tmp_path_factory.mktemp("python")
    wanted = []
    for number, (value, text) in enumerate((value, text) for value in many for text in PLACES["python"]):
        script = filled(text, value, "python")
        if script is not None:
            (folder / f"{number}.py").write_bytes(script.encode())
            wanted.append((number, cleaned(value).encode().hex()))
    run = (
        "import json, runpy, sys\n"
        "for n in json.loads(sys.argv[1]):\n"
        "    print(n, *{a.encode().hex() for a in runpy.run_path(f'{n}.py')['found']})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", run, json.dumps([number for number, _ in wanted])],
        capture_output=True, text=True, timeout=60, check=True, cwd=folder,
    )  # fmt: skip
    assert [line.split() for line in done.stdout.splitlines()] == [f"{n} {value}".split() for n, value in wanted]


def powershell_tokens(text):
    """PowerShell's reading: ("text", value) for a string without expansion, else each character that stands outside.

    Of strings with expansion it keeps the quotes and what is in them, with the code in `$( … )` read as code.
    """
    singles, doubles, found, at, stack = "'‘’‚‛", '"“”„', [], 0, ["code"]
    while at < len(text):
        c = text[at]
        if stack[-1] == "string":
            if c == "`":
                found.append(text[at : at + 2])
                at += 2
                continue
            if c in doubles and text[at + 1 : at + 2] and text[at + 1] in doubles:
                found.append("quote")
                at += 2
                continue
            if c in doubles:
                stack.pop()
            elif text[at : at + 2] == "$(":
                stack.append("code")
                found.append("$")
                at += 1
        elif text[at : at + 2] == "@'" and text[at + 2 : at + 3] == "\n":
            end = text.index("\n'@", at)
            found.append(("text", text[at + 3 : end]))
            at = end + 3
            continue
        elif c == "#" and (at == 0 or text[at - 1] in " \n("):
            at = text.index("\n", at)
            continue
        elif c in singles:
            value, at = "", at + 1
            while True:
                if text[at] in singles and text[at + 1 : at + 2] and text[at + 1] in singles:
                    value, at = value + text[at], at + 2
                elif text[at] in singles:
                    break
                else:
                    value, at = value + text[at], at + 1
            found.append(("text", value))
            at += 1
            continue
        elif c in doubles:
            stack.append("string")
        elif c == "(":
            stack.append("code")
        elif c == ")":
            stack.pop()
        found.append(text[at])
        at += 1
    assert stack == ["code"]
    return found


@pytest.mark.parametrize("text", PLACES["powershell"])
@given(value=hostile)
@example(value="'; Remove-Item C:\\ -Recurse; '")
@example(value="‘‚‛’'")
def test_powershell_reads_the_same_script_with_another_string(text, value):
    script = filled(text, value, "powershell")
    if script is None:
        return
    harmless = powershell_tokens(filled(text, "harmless", "powershell"))
    wanted = [("text", cleaned(value)) if token == ("text", "harmless") else token for token in harmless]
    assert powershell_tokens(script) == wanted


def batch_tokens(text):
    """cmd.exe's reading of each line: percent signs first, then quotes, carets and what stands outside of them."""
    found = []
    for line in text.split("\n"):
        line, at, seen = line.replace("%%", "\x01"), 0, []
        assert "%" not in line  # a lone one would begin a variable, whatever it is set to
        line = line.replace("\x01", "%")
        while at < len(line):
            if line[at] == "^":
                seen.append(line[at : at + 2])
                at += 2
            elif line[at] == '"':
                end = line.index('"', at + 1)
                seen.append(("text", line[at + 1 : end]))
                at = end + 1
            else:
                seen.append(line[at])
                at += 1
        found.append(seen)
    return found


@pytest.mark.parametrize("text", PLACES["batch"])
@given(value=hostile)
@example(value="%PATH%")
@example(value="^&calc")
def test_batch_reads_the_same_script_with_another_string(text, value):
    script = filled(text, value, "batch")
    if script is None:
        return
    wanted = [
        [("text", cleaned(value)) if token == ("text", "harmless") else token for token in line]
        for line in batch_tokens(filled(text, "harmless", "batch"))
    ]
    assert batch_tokens(script) == wanted


@pytest.mark.parametrize("value", ['"', 'a" & calc & "', "\\", "C:\\"])
@pytest.mark.parametrize("text", PLACES["batch"])
def test_batch_has_no_way_to_write_these(text, value):
    assert filled(text, value, "batch") is None


@pytest.mark.parametrize("value", REFUSED)
@pytest.mark.parametrize(("language", "text"), CASES)
def test_no_script_can_have_these(language, text, value):
    with pytest.raises(InvalidParameters):
        render(text, SPEC, {"x": value}, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("bash", 'n=${#list[@]}; echo "n for {{ x }}"'),
        ("bash", 'echo ${x}#foo "a {{ x }}"'),
        ("bash", 'echo "$(case $y in a) echo "{{ x }}";; esac)"'),
        ("bash", 'echo "${y:-"{{ x }}"}"'),
        ("bash", "echo ${y:-{{ x }}}"),
        ("bash", "echo \"${x%%'}'} {{ x }}\""),
        ("bash", "cat <<123\n{{ x }}\n123\n"),
        ("bash", "cat <<E-F\n{{ x }}\nE-F\n"),
        ("bash", "cat <<'E O F'\n{{ x }}\nE O F\n"),
        ("powershell", "icacls x --% {{ x }}"),
        ("powershell", '$a=#"\nWrite-Output "a {{ x }}"'),
        ("batch", 'echo ^" "{{ x }}"'),
        ("batch", "echo ^\n{{ x }}"),
    ],
)
def test_where_quotes_do_not_hold_is_no_place(language, text):
    assert problems(text, SPEC, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [("python", "'''\\"), ("python", "'\\"), ("bash", "`\\"), ("bash", "$'\\"), ("bash", "${"), ("batch", "^")],
)
def test_a_script_that_stops_in_the_middle_has_no_place(language, text):
    assert problems(text, SPEC, language) == []
