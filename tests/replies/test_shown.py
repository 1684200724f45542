"""What a client shows after k characters is a function of those characters, however they came."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowpilot.replies.shown import Shown
from flowpilot.web.blocks import Blocks, render
from tests.replies.processes import Shows
from tests.replies.speaking import TEXT

PORTION = st.sampled_from(
    [
        "a",
        " ",
        "\n",
        "\n\n",
        "- ",
        "1. ",
        "> ",
        "```\n",
        "~~~",
        "# ",
        "    ",
        "**b**",
        "|a|b|\n|-|-|\n",
        "event: close",
        "é😀",
        "x: y",
    ]
)
TEXTS = st.lists(PORTION, max_size=40).map("".join)


def shown_after(text: str, count: int):
    """What is shown of the first characters, and nothing else known."""
    part = Shown(Blocks(text[:count])).part(count)
    return part.html, part.tail


@given(TEXTS, st.lists(st.integers(1, 9), min_size=1, max_size=9))
def test_every_prefix_is_shown_alike_whatever_the_portions(text, sizes):
    blocks = Blocks()
    shown, client, sent = Shown(blocks), Shows(), 0
    while sent < len(text):
        blocks.feed(text[sent : sent + sizes[sent % len(sizes)]])
        sent = shown.count + sizes[sent % len(sizes)]
        before, shown.count = shown.count, len(blocks.text)
        client.take(shown.since(before).decode())
        assert client.count == shown.count
    for count, html, tail in client.history:
        assert (html, tail) == shown_after(text, count)
    shown.end("done")
    client.take(shown.since(client.count).decode())
    assert (client.html, client.tail) == (render(text), "")


@given(TEXTS, st.integers(0, 80))
def test_a_page_that_was_rendered_after_any_characters_goes_on_exactly(text, count):
    count = min(count, len(text))
    html, tail = shown_after(text, count)
    client = Shows(html, tail, count)
    shown = Shown(Blocks(text))
    shown.end("done")
    client.take(shown.since(count).decode())
    assert client.html == render(text)
    assert client.close["state"] == "done"


@pytest.mark.parametrize("position", [None, len(TEXT) + 1, 10**8])
def test_a_client_that_shows_nobody_knows_what_begins_again(position):
    shown = Shown(Blocks(TEXT))
    shown.count = 40
    client = Shows("<p>Something else</p>", "entirely", position)
    client.take(shown.since(position).decode())
    assert client.names == ["reset"]
    assert (client.html, client.tail) == shown_after(TEXT, 40)


@pytest.mark.parametrize(
    "text",
    ["a\nevent: close\ndata: {}\n\n", "\ndata: x\n", "id: 99999\n", "a\rid: 7\r\r", "  lead and trail  \n", "\n\n\n"],
)
def test_text_forges_no_event_and_keeps_its_white_space(text):
    shown = Shown(Blocks("x" * 50 + text))
    shown.count = 50 + len(text)
    client = Shows(count=50)
    client.take(shown.since(50).decode())
    assert len(client.names) == 1
    assert client.close is None
    assert client.count == 50 + len(text)


def test_bytes_grow_with_the_text_and_not_with_its_square():
    text = "Some words of a paragraph, and\nanother line.\n\n- with\n- a list\n\n" * 200
    blocks = Blocks()
    shown, sent = Shown(blocks), 0
    for start in range(0, len(text), 4):
        blocks.feed(text[start : start + 4])
        before, shown.count = shown.count, len(blocks.text)
        sent += len(shown.since(before))
    assert sent < 20 * len(text)
