import pytest

from script_builder.files import file_of
from script_builder.models import Language


@pytest.mark.parametrize(
    ("language", "text", "ending", "line_end", "bom"),
    [
        ("powershell", "ls\n", "ps1", "crlf", False),
        ("powershell", "# Größe\n", "ps1", "crlf", True),
        ("batch", "rem Größe\n", "bat", "crlf", False),
        ("bash", "# Größe\n", "sh", "lf", False),
        ("python", "# Größe\n", "py", "lf", False),
    ],
)
def test_each_language_has_its_own_kind_of_file(language, text, ending, line_end, bom):
    file = file_of("Clear the queue", text, language)
    assert (file.name, file.line_end, file.bom) == (f"clear-the-queue.{ending}", line_end, bom)


@pytest.mark.parametrize("name", ["", "../..", "…", "\r\n", "名前"])
def test_a_name_without_a_letter_is_just_a_script(name):
    assert file_of(name, "ls", Language.BASH).name == "script.sh"


def test_a_long_or_hostile_name_is_made_short_and_plain():
    assert file_of('"; rm -rf / #.EXE', "ls", "bash").name == "rm-rf-exe.sh"
    assert len(file_of("x-" * 200, "ls", "bash").name) <= 63
