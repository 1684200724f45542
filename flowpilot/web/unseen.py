"""Characters that are not seen, or not seen for what they are, spelt out: what is read is what is there."""

import re

# Controls that turn a text around or hide in it.
_HIDING = (
    "\U000e0000-\U000e007f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
)
IN_TEXT = re.compile(f"[{_HIDING}]")
# In code also whatever a terminal obeys, joiners, fillers, and every blank but the plain one.
IN_CODE = re.compile(
    f"[{_HIDING}\0-\x08\x0b-\x1f\x7f-\xa0\u034f\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u1680\u17b4\u17b5"
    "\u2000-\u200f\u202f\u205f\u2800\u3000\u3164\ufe00-\ufe0e\uffa0\ufff9-\ufffb\U000110bd\U000110cd"
    "\U00013430-\U00013438\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0100-\U000e01ef]"
)


def visible(text: str, pattern: re.Pattern = IN_TEXT) -> str:
    """The text with each such character written as its number."""
    return pattern.sub(lambda match: f"⟨U+{ord(match[0]):04X}⟩", text)
