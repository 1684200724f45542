"""What a new buffer begins as: the fix's description as comments, and nothing that could run."""

from flowpilot.ai.drafting import comments
from script_builder.models import Language


def scaffold(description: str, language: str) -> str:
    """The description as line comments, then an empty body; no statement, whatever the description says."""
    words = comments.lines(description, language) or comments.lines("New script", language)
    shebang = ["#!/usr/bin/env bash"] if language == Language.BASH else []
    return "\n".join([*shebang, *words, "", ""])
