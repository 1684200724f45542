"""Hostile text as HTML: nothing runs, nothing is fetched, nothing is hidden, and it takes no time."""

import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowpilot.replies.shown import Shown
from flowpilot.web.blocks import Blocks, render
from flowpilot.web.markdown import LONGEST_BLOCK

VOID = {"br", "hr"}
ALLOWED = {
    *("p", "br", "hr", "em", "strong", "s", "a", "ul", "ol", "li", "blockquote", "h3", "h4", "h5", "h6"),
    *("table", "thead", "tbody", "tr", "th", "td", "figure", "figcaption", "pre", "code", "span", "button"),
}
ATTRIBUTES = {
    ("a", "href"),
    ("a", "rel"),
    ("a", "target"),
    ("ol", "start"),
    ("figure", "class"),
    ("figure", "data-code"),
    ("button", "type"),
    ("button", "data-copy"),
    ("pre", "tabindex"),
    ("span", "class"),
}


class Judge(HTMLParser):
    """Reads HTML as a browser would and refuses what must not be in it."""

    def __init__(self, html):
        super().__init__()
        self.open, self.text, self.links = [], "", []
        self.feed(html)
        self.close()
        assert not self.open, f"unclosed: {self.open}"

    def handle_starttag(self, tag, attributes):
        assert tag in ALLOWED, tag
        for name, value in attributes:
            assert (tag, name) in ATTRIBUTES, (tag, name)
            if name == "href":
                assert value.lower().startswith(("http://", "https://", "mailto:")), value
                self.links.append(value)
        if tag == "a":
            assert "href" in dict(attributes)
            assert {"noopener", "noreferrer"} <= set(dict(attributes)["rel"].split())
            assert dict(attributes)["target"] == "_blank"
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")

    handle_decl = handle_pi = handle_comment


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<math><mtext><script>",
    "<iframe src=//evil.example>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0>",
    "<style>*{}</style>",
    "<form action=//evil.example><button>Approve</button></form>",
    "<a id=forms name=body>",
    "<!-- x --><!DOCTYPE a><?pi?>",
    "<div hx-get=/sessions/ hx-trigger=load data-hx-post=/x sse-connect=/y hx-swap-oob=true>",
    "<button data-copy onclick=alert(1) formaction=/x>",
    "<b data-reply-stream=/x>",
    "&lt;script&gt;",
    "<scr<script>ipt>",
    "![x](https://evil.example/a.png?q=secret)",
    "![x][r]\n\n[r]: https://evil.example/b.png",
    "[x][r]\n\n[r]: javascript:alert(1)",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "[x](//evil.example)",
    "[x](/sessions/1/delete)",
    "[x](\\\\evil)",
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    '[x](https://ok.example "a\' onmouseover=alert(1) b")',
    '[x](https://ok.example/"onmouseover="alert(1))',
    '```"><script>alert(1)</script>\nx\n```',
    "```a onload=x\n</code></pre><script>\n```",
    "`</code><script>`",
    "| <script> | b |\n|:-:|--|\n| <img onerror=x> | d |",
    "{% debug %} {{ settings.SECRET_KEY }}",
    "> <script>\n> - <svg onload=x>",
    "# <img src=x> {#id .class}",
    "<figure class=code data-code=x><button type=submit>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_harmless_at_every_prefix(text):
    for end in range(len(text) + 1):
        Judge(render(text[:end]))


@given(
    st.lists(st.sampled_from([*HOSTILE, "\n", "\n\n", "- ", "> ", "    ", "```\n", "**", "[", "](", "<"]), max_size=6)
)
def test_hostile_texts_together_are_harmless_at_every_prefix(parts):
    text = "".join(parts)
    shown = Shown(Blocks(text))
    for end in range(0, len(text) + 1, 3):
        Judge(shown.part(end).html)
    Judge(render(text))


@given(st.text(max_size=80))
def test_any_text_is_harmless(text):
    Judge(render(text))


def test_hostile_text_is_shown_as_it_is():
    assert "<script>alert(1)</script>" in Judge(render("<script>alert(1)</script>")).text
    assert "<img src=x onerror=alert(1)>" in Judge(render("`<img src=x onerror=alert(1)>`")).text
    assert "{{ settings.SECRET_KEY }}" in Judge(render("{{ settings.SECRET_KEY }}")).text


def test_good_links_lead_out_and_only_out():
    html = render("[docs](https://learn.example/a?b=c&d) <mailto:it@ok.example> https://bare.example")
    assert Judge(html).links == ["https://learn.example/a?b=c&d", "mailto:it@ok.example"]


def test_code_has_its_language_its_copy_button_and_exactly_its_text():
    code = "Get-Service 'Spooler' |\n\n  Where-Object { $_.Status -ne \"Running\" } <# x #>"
    html = render(f"```PowerShell title=x\n{code}\n```")
    assert html.startswith('<figure class="code" data-code="powershell">')
    assert '<button type="button" data-copy="">Copy</button>' in html
    assert 'class="hl-' in html
    assert Judge(html).text.removeprefix("powershellCopy").rstrip("\n") == code


def test_copied_code_does_not_run_at_the_paste():
    assert Judge(render("```bash\nrm -rf x\n\n\n```")).text.rstrip("\n") == "bashCopyrm -rf x"
    assert "rm -rf x</code>" in render("```\nrm -rf x\n\n```")


@pytest.mark.parametrize("unseen", "\u202e\u2066\u200b\u00ad\ufeff\u2028\U000e0041")
def test_unseen_characters_are_spelt_out(unseen):
    for text in (f"ab{unseen}cd", f"`ab{unseen}cd`", f"```python\nab{unseen}cd\n```"):
        assert unseen not in render(text)
        assert f"U+{ord(unseen):04X}" in Judge(render(text)).text


def test_joiners_are_spelt_out_in_code_alone():
    family = "\U0001f468\u200d\U0001f469"
    assert family in render(family)
    assert family not in render(f"`{family}`")


def test_headings_stand_below_the_pages_own():
    assert render("# One\n###### Six") == "<h3>One</h3>\n<h6>Six</h6>\n"


# ---- Time -----------------------------------------------------------------------------------------

SLOW = {
    "brackets": "[",
    "images": "![",
    "links": "[a](",
    "nested links": "[a](b)[",
    "emphasis": "*a_ ",
    "strong": "**a ",
    "strikes": "~~a",
    "backticks": "`a ``b ```c ",
    "quotes": ">",
    "quotes apart": "> ",
    "lists": "- ",
    "less": "<",
    "links by angle": "<http://a",
    "entities": "&",
    "escapes": "\\",
    "lines": "a\n",
    "numbered": "1. a\n",
    "blank": "\n",
    "fences": "```\n",
    "tables": "a|b\n-|-\n",
    "cells": "|",
    "tabs": "\t",
    "deep": "  - a\n    ",
    "empty": " ",
}
SLOW_CODE = ["\n ", "\n", "$(", "\"'", "'''\\", "<#", '@"\n', "f'{", "%a", "[", "{", "`", "a="]


@pytest.mark.parametrize("name", SLOW)
def test_no_text_takes_more_than_a_moment(name):
    text = (SLOW[name] * LONGEST_BLOCK)[: 3 * LONGEST_BLOCK]
    assert seconds(text) < 3


@pytest.mark.parametrize("language", ["powershell", "bash", "python", "batch", "json"])
@pytest.mark.parametrize("part", SLOW_CODE)
def test_no_code_takes_more_than_a_moment(language, part):
    assert seconds(f"```{language}\n{(part * 6000)[:5900]}\n```\n") < 1


def test_a_list_that_never_seems_to_end_takes_no_more_than_a_moment():
    assert seconds("- a\n\n ```\n" + "x\n\n" * 6500) < 2


def seconds(text):
    """The time of this thread, so that a busy machine proves nothing."""
    begun = time.thread_time()
    Judge(render(text))
    return time.thread_time() - begun


def test_what_is_too_long_to_parse_is_shown_as_written():
    text = "word " * (LONGEST_BLOCK // 4)
    assert Judge(render(text)).text.strip() == text.strip()
