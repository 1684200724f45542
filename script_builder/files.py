"""A script as a file on somebody's computer: its name, its line ends, and a BOM where it needs one."""

import re
from dataclasses import dataclass

from script_builder.models import Language

ENDINGS = {Language.POWERSHELL: "ps1", Language.BASH: "sh", Language.PYTHON: "py", Language.BATCH: "bat"}
# cmd.exe loses its labels in a file with bare line feeds, and Notepad of old showed one line.
CRLF = {Language.POWERSHELL, Language.BATCH}


@dataclass(frozen=True)
class ScriptFile:
    """How a script is written into a file. The page writes it: only there stand the values of secrets."""

    name: str
    line_end: str
    bom: bool


def file_of(name: str, text: str, language: str) -> ScriptFile:
    """The file for this script.

    Windows PowerShell 5 takes a file without a BOM for the computer's old code page, which garbles every letter that
    is not ASCII; Batch would try to run the BOM, and the other two need none.
    """
    stem = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower()[:60].rstrip("-") or "script"
    return ScriptFile(
        name=f"{stem}.{ENDINGS[Language(language)]}",
        line_end="crlf" if language in CRLF else "lf",
        bom=language == Language.POWERSHELL and not text.isascii(),
    )
