"""Whatever a ticket, a fix or an editor says, it never becomes code of a draft."""

import ast
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowpilot.ai.drafting import comments
from tests.ai.checkers import CHECKERS
from tests.ai.drafts import OFFERED, TAGS, Chat
from tests.script_builder.test_scaffold import HOSTILE, descriptions, is_comment

LANGUAGES = list(TAGS.values())
FENCES = [
    "```\ncalc\n```",
    "~~~\ncalc",
    '"""\ncalc\n"""',
    "'''",
    "<#\n#>\ncalc",
    "$(calc)",
    "`calc`",
    "%calc%",
    "!calc!",
]
words = st.one_of(
    descriptions, st.sampled_from(FENCES), st.text(st.sampled_from("`~\"'#<>$(){}\n rR;|&^%!\\"), max_size=80)
)


def code(text: str, language: str) -> list[str]:
    """The lines of a script that are no comment."""
    return [line for line in text.split("\n") if line and not is_comment(line, language, 1)]


@pytest.mark.parametrize("language", LANGUAGES)
@settings(deadline=None, max_examples=40)
@given(title=words, description=words)
def test_a_description_adds_comments_and_nothing_else(language, title, description):
    chat, plain = Chat("", language, fix_title=title, fix_description=description), Chat("", language)
    chat.say("draft it")
    plain.say("draft it")
    assert code(chat.script, language) == code(plain.script, language)
    if language != "bash":
        assert CHECKERS[language](chat.script) == ""


@pytest.mark.parametrize("language", LANGUAGES)
@settings(deadline=None, max_examples=40)
@given(said=words)
def test_a_message_adds_nothing_to_a_draft_from_a_runbook(language, said):
    chat, plain = Chat("W20/fix/remap", language), Chat("W20/fix/remap", language)
    plain.say("draft it")
    chat.say("draft it")
    assert chat.script == plain.script
    chat.say(said)
    assert chat.script in ("", plain.script)


@settings(deadline=None, max_examples=60)
@given(wanted=st.text(st.characters(codec="utf-8"), min_size=1, max_size=40), language=st.sampled_from(LANGUAGES))
def test_a_parameter_that_is_asked_for_is_a_plain_name(wanted, language):
    chat = Chat("", language)
    chat.say("draft it")
    chat.say(f"ask for {wanted} as a parameter")
    if chat.script and language == "python":
        tree = ast.parse(chat.script)
        names = [
            arg.arg for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) for arg in node.args.kwonlyargs
        ]
        assert all(name.isidentifier() and name.isascii() for name in names)
    elif chat.script and language != "bash":
        assert CHECKERS[language](chat.script) == ""


@pytest.mark.parametrize("buffer", [*HOSTILE, *FENCES, "Remove-Item C:\\ -Recurse"])
@pytest.mark.parametrize(("source", "language"), OFFERED[:2])
def test_the_editors_text_is_in_no_draft(source, language, buffer):
    chat, plain = Chat(source, language), Chat(source, language)
    chat.edit(buffer)
    chat.say("draft it")
    plain.say("draft it")
    assert chat.script == plain.script


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_scaffold_has_no_command_that_changes_anything(language):
    chat = Chat("", language)
    chat.say("draft it with logging and ask for the path")
    changing = {
        "powershell": r"\b(?:Remove|Set|Stop|Start|Restart|Clear|New|Move|Rename|Invoke)-(?!Fix)\w+",
        "bash": r"\b(?:rm|mv|cp|kill|systemctl|tee|dd|chmod|chown|curl|sudo)\b",
        "python": r"\b(?:subprocess|os\.|shutil|unlink|write_text|eval|exec)",
        "batch": r"\b(?:del|rd|rmdir|move|copy|net|sc|reg|taskkill|start|powershell)\b(?!-)",
    }[language]
    lines = [line.strip() for line in code(chat.script, language)]
    assert not [line for line in lines if re.search(changing, line) and not line.lower().startswith(("#", "rem "))]


@pytest.mark.parametrize(
    ("text", "language", "only"),
    [
        ("# a\n\n  # b\n", "bash", True), ("#!/usr/bin/env bash\n# a\n", "bash", True), ("", "python", True),
        ("REM - a\n:: b\n@rem c\nREM\n", "batch", True), ("remove x", "batch", False),
        ("REM - a\necho b", "batch", False),
        ("# a\ncalc", "powershell", False), ("<# a #> calc", "powershell", False),
    ],
)  # fmt: skip
def test_a_text_of_comments_alone_is_nobodys_work(text, language, only):
    assert comments.only(text, language) is only
