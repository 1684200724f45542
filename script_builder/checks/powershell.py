"""Quotes, here-strings, comments and brackets of a PowerShell script that do not fit together."""

from collections.abc import Iterator

from script_builder.powershell import tokens

PAIRS = {")": "(", "]": "[", "}": "{"}
UNCLOSED = {
    "single": "A quote is opened here and never closed.",
    "double": "A quote is opened here and never closed.",
    "here": "A here-string is opened here and never closed; its end has to be the first thing on a line.",
    "comment": "A comment is opened here and never closed.",
}


def problems(text: str) -> Iterator[tuple[int, str]]:
    """The possible problems, each with its line."""
    opened: list[tuple[str, int]] = []
    line, before = 1, ""
    for item in tokens(text):
        if item.kind in UNCLOSED and not item.is_closed:
            yield line, UNCLOSED[item.kind]
        if before == "@" and item.kind in ("single", "double"):
            yield line, "A here-string begins with the quote as the last thing on its line."
        if item.kind == "open":
            opened.append((item.text[-1], line))
        elif item.kind == "close" and opened and opened[-1][0] == PAIRS[item.text]:
            opened.pop()
        elif item.kind == "close":
            yield line, f"Possible problem: {item.text} closes nothing that is open here."
            return  # what follows would only be more of the same
        line += item.text.count("\n")
        before = item.text
    for bracket, where in opened:
        yield where, f"Possible problem: {bracket} is opened here and never closed."
