"""How a script's own names become the names of parameters."""

import re

from script_builder.parameters import NAME

HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def snake(variable: str) -> str:
    """`ComputerName`, `--computer-name` and `COMPUTER_NAME` are all `computer_name`; "" where nothing can be named."""
    words = HUMPS.sub("_", variable.lstrip("-/$")) if not variable.isupper() else variable
    name = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")
    name = f"p_{name}" if name[:1].isdigit() else name
    return name if NAME.fullmatch(name) else ""
