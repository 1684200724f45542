"""Markdown that nobody vouches for, as HTML that may stand in our pages."""

import logging
import re
from html import escape

import nh3
from markdown_it import MarkdownIt
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES

from flowpilot.web.unseen import IN_CODE, visible

logger = logging.getLogger(__name__)

# Raised whenever the same text would be rendered differently; stored beside the HTML.
VERSION = 2
# Beyond these a block is shown as it was written: parsers and lexers are only roughly linear.
LONGEST_BLOCK = 20_000
LONGEST_HIGHLIGHT = 6_000

_CLASS_PREFIX = "hl-"
_LANGUAGE = re.compile(r"[a-z0-9+#-]{1,20}")
# Only lexers that were seen to stay linear on hostile text (those of INI, YAML, diff and registry files do not).
_LEXERS = {
    "powershell": "powershell", "ps1": "powershell", "pwsh": "powershell", "ps": "powershell",
    "bash": "bash", "sh": "bash", "shell": "bash", "zsh": "bash",
    "python": "python", "py": "python",
    "batch": "batch", "bat": "batch", "cmd": "batch",
    "json": "json",
}  # fmt: skip
_BLANK_LINE = re.compile(r"^[ \t]+$", re.MULTILINE)
_SCHEME = re.compile(r"(https?://|mailto:)[^\s]", re.IGNORECASE)


def _code(tokens, index, options, env) -> str:
    token = tokens[index]
    return code_block(token.content, token.info.split(maxsplit=1)[0] if token.info.strip() else "")


def code_block(code: str, language: str = "", longest: int = LONGEST_HIGHLIGHT) -> str:
    """Code as a figure with its language and a button that copies it; coloured up to `longest` characters."""
    code = visible(_BLANK_LINE.sub("", code).rstrip("\n"), IN_CODE)
    language = language.lower() if _LANGUAGE.fullmatch(language.lower()) else ""
    label = f"<span>{language}</span>" if language else ""
    return (
        f'<figure class="code" data-code="{language}"><figcaption>{label}<button type="button" data-copy>Copy</button>'
        f'</figcaption><pre tabindex="0"><code>{_coloured(code, language, longest)}</code></pre></figure>\n'
    )


def _coloured(code: str, language: str, longest: int) -> str:
    if language not in _LEXERS or len(code) > longest:
        return escape(code, quote=False)
    lexer = get_lexer_by_name(_LEXERS[language], stripnl=False, ensurenl=False)
    return highlight(code, lexer, HtmlFormatter(nowrap=True, classprefix=_CLASS_PREFIX)).rstrip("\n")


def _inline_code(tokens, index, options, env) -> str:
    return f"<code>{escape(visible(tokens[index].content, IN_CODE), quote=False)}</code>"


def _heading(tokens, index, options, env) -> str:
    # The page's own headings come first; a reply's begin below them.
    level = min(int(tokens[index].tag[1]) + 2, 6)
    return f"<h{level}>" if tokens[index].nesting == 1 else f"</h{level}>\n"


def _parser() -> MarkdownIt:
    # Reference definitions would let one block change another; images and raw HTML are nobody's business here.
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 20})
    parser.enable(["table", "strikethrough"]).disable(["image", "reference", "html_block", "html_inline"])
    parser.validateLink = lambda url: bool(_SCHEME.match(url))
    for name, rule in {
        "fence": _code, "code_block": _code, "code_inline": _inline_code, "heading_open": _heading,
        "heading_close": _heading,
    }.items():  # fmt: skip
        parser.renderer.rules[name] = rule
    return parser


_markdown = _parser()
_cleaner = nh3.Cleaner(
    tags={
        *("p", "br", "hr", "em", "strong", "s", "a", "ul", "ol", "li", "blockquote", "h3", "h4", "h5", "h6"),
        *("table", "thead", "tbody", "tr", "th", "td"),
        *("figure", "figcaption", "pre", "code", "span", "button"),
    },
    attributes={"*": set(), "a": {"href"}, "ol": {"start"}, "figure": {"data-code"}, "button": {"data-copy"}},
    tag_attribute_values={"button": {"type": {"button"}}, "pre": {"tabindex": {"0"}}},
    allowed_classes={"figure": {"code"}, "span": {_CLASS_PREFIX + name for name in STANDARD_TYPES.values() if name}},
    set_tag_attribute_values={"a": {"target": "_blank"}},
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel="noopener noreferrer nofollow",
)


def begins_block(text: str, line: int) -> bool:
    """Whether a block that is in no other begins in that line of the text, counted from nought."""
    if len(text) > LONGEST_BLOCK:
        return False
    tokens = []
    _markdown.block.parse(text, _markdown, {}, tokens)
    return any(token.level == 0 and token.map and token.map[0] == line for token in tokens)


def as_written(text: str) -> str:
    """The text as one preformatted paragraph, for what is too long or too odd to be read as Markdown."""
    return f"<pre>{escape(text)}</pre>\n" if text.strip() else ""


def render_block(text: str) -> str:
    """One or several whole blocks of Markdown as safe HTML; never raises, because a reply must be able to end."""
    if not text.strip(" \t\n"):
        return ""
    if len(text) > LONGEST_BLOCK and not text.lstrip().startswith(("```", "~~~")):
        return as_written(visible(text))
    try:
        return _cleaner.clean(_markdown.render(visible(text)))
    except Exception:
        logger.exception("A block of %s characters could not be rendered and is shown as written.", len(text))
        return as_written(visible(text))
