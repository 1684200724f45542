"""What every script is, wherever it comes from: LF, no BOM, otherwise exactly as it was written."""

import hashlib
import re

MAX_LENGTH = 50_000
SURROGATE = re.compile("[\ud800-\udfff]")


class InvalidScript(ValueError):
    """The text cannot be kept as a script; the message says what to do."""


def clean_text(text: str) -> str:
    """The text as it is stored, blank or not: what somebody is still typing."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > MAX_LENGTH:
        raise InvalidScript(f"The script has {len(text):,} characters; shorten it to {MAX_LENGTH:,} or fewer.")
    if "\0" in text:
        raise InvalidScript(
            "The script holds a NUL character; remove it, or save the file as UTF-8 and paste it again."
        )
    if SURROGATE.search(text):
        raise InvalidScript("The script holds half a character; type or paste that place again.")
    return text


def clean_script(text: str) -> str:
    """The script as it is stored, run and hashed; raises InvalidScript."""
    text = clean_text(text)
    if not text.strip():
        raise InvalidScript("The script is empty; write or paste one first.")
    return text


def digest(text: str) -> str:
    """The script's SHA-256 in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()
