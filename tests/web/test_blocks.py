"""Where text can be cut: joined blocks are what the whole text would have been."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowpilot.web.blocks import Blocks, render
from flowpilot.web.markdown import render_block

LINE = st.sampled_from(
    [
        "",
        "",
        "",
        "words",
        "more *words*",
        "- item",
        "- [ ] item",
        "  inside",
        "1. one",
        "2. two",
        "   inside",
        "> quote",
        ">",
        "```",
        "```bash",
        "   ```",
        "~~~",
        "~~~~",
        "# Heading",
        "###### Six",
        "#no",
        "---",
        "===",
        "***",
        "* * *",
        "    code",
        "\tcode",
        "| a | b |",
        "|---|---|",
        "a | b",
        "+ x",
        "10) x",
        "  - nested",
        "      deep",
        "   ",
        " \t",
        "`a",
        "-",
        "1.",
        "[a]: https://x.example",
        "![a](b)",
        "<div>",
        "\\",
        "  ",
        "    - x",
        "> ```",
        "- ```",
        "  # inside",
    ]
)
TEXTS = st.tuples(st.lists(LINE, max_size=14), st.sampled_from(["", "\n"])).map(lambda t: "\n".join(t[0]) + t[1])


@settings(max_examples=1500)
@given(TEXTS)
def test_joined_blocks_are_the_whole(text):
    assert render(text) == render_block(text)


@given(TEXTS, st.integers(0, 100))
def test_what_is_closed_stays_closed(text, count):
    early, late = Blocks(text[:count]), Blocks(text)
    assert late.closed[: len(early.closed)] == early.closed
    assert all(block.end <= block.known_at <= len(text) for block in late.closed)


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("A paragraph", 0),
        ("A paragraph\n", 0),
        ("A paragraph\n\n", 1),
        ("# Heading\n", 1),
        ("```\ncode\n\nmore\n", 0),
        ("```\ncode\n```\n", 1),
        ("Run:\n```\ncode\n```\n", 2),
        ("- a\n\n- b\n\n", 0),
        ("- a\n\n  still a\n\nafter\n", 1),
        ("> a\n\nb", 0),
        ("> a\n\nb\n", 1),
    ],
)
def test_a_block_is_closed_as_soon_as_that_is_certain(text, closed):
    assert len(Blocks(text).closed) == closed
