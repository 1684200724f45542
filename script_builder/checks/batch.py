"""Quotes, blocks, labels and jumps of a Batch script that do not fit together."""

import re
from collections.abc import Iterator

JUMP = re.compile(r"\b(?:goto[ \t]+:?|call[ \t]+:)([^\s:&|()<>]+)", re.IGNORECASE)
LABEL = re.compile(r":([^\s:&|()<>+,;=]+)")
ESCAPED = re.compile(r"\^.")
QUOTED = re.compile(r'"[^"]*"')
ECHO_OF_ALL = re.compile(r"\becho\(", re.IGNORECASE)  # its bracket opens nothing
ECHO = re.compile(r"@?echo[ .:]", re.IGNORECASE)


def problems(text: str) -> Iterator[tuple[int, str]]:
    """The possible problems, each with its line."""
    opened: list[int] = []
    jumps: dict[str, int] = {}
    labels: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        line = line.strip()
        if re.match(r"@?rem\b|::", line, re.IGNORECASE):
            continue
        if label := LABEL.match(line):
            if (name := label.group(1).lower()) in labels:
                yield number, f"The label :{name} stands on line {labels[name]} already; only that one is found."
            labels.setdefault(name, number)
            continue
        if line.count('"') % 2:
            yield number, "A quote is opened on this line and not closed."
            continue
        bare = ECHO_OF_ALL.sub("echo ", ESCAPED.sub("", QUOTED.sub('""', line)))
        for jump in JUMP.finditer(bare):
            jumps.setdefault(jump.group(1).lower(), number)
        says = bool(ECHO.match(bare))
        if says and opened and ")" in bare.partition("&")[0]:
            yield number, "Inside a block an echo of ) closes the block; write ^)."
        for character in "" if says else bare:
            if character == "(":
                opened.append(number)
            elif character == ")" and opened:
                opened.pop()
            elif character == ")":
                yield number, "Possible problem: ) closes no block that is open here."
                break
    for number in opened:
        yield number, "Possible problem: a block is opened here and never closed."
    for name, number in jumps.items():
        if name not in labels and name != "eof" and "%" not in name and "!" not in name:
            yield number, f"There is no label :{name} to go to."
