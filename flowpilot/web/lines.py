"""What is one line stays one, whoever wrote it: in lists, in the record, and in what is written from it."""

import re

from django import forms

# Line ends of every kind, and what a terminal would obey. (NUL is refused, not replaced.)
ENDS = "\x01-\x1f\x7f-\x9f\u2028\u2029"
_ENDS = re.compile(rf"\s*[{ENDS}]+\s*")


def one_line(text: str) -> str:
    """The text with a blank for whatever would end its line."""
    return _ENDS.sub(" ", text).strip()


class OneLine(forms.CharField):
    """A field that a page shows as one line. Browsers send one; whoever writes the request by hand may not."""

    def to_python(self, value):
        """The text, in one line."""
        value = super().to_python(value)
        return one_line(value) if isinstance(value, str) else value
