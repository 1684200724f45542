"""The template tags that every template has."""

import pytest

from flowpilot.web.tags import ticked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Run `net use` first.", "Run <code>net use</code> first."),
        ("`<b>` & `x`", "<code>&lt;b&gt;</code> &amp; <code>x</code>"),
        ("one ` alone", "one ` alone"),
        ("`over\ntwo lines`", "`over\ntwo lines`"),
        ("<script>", "&lt;script&gt;"),
        ("", ""),
    ],
)
def test_what_stands_between_backticks_is_code(text, shown):
    assert ticked(text) == shown
