import asyncio
import random
import re
from dataclasses import replace

import pytest

from flowpilot.ai.port import Brief, Conversation, FixFact, Message
from flowpilot.ai.providers.builtin import BuiltInAssistant
from tests.ai.checkers import CHECKERS, shellcheck
from tests.ai.drafts import OFFERED, TO_DRAFT, Chat

REMAP, HIBERNATION, SERVICES = "W20/fix/remap", "W04/fix/hibernation", "W10/fix/services-and-tasks"
UNC = {"W20/question/by-name": r"It is \\fs01\projects; by IP it opens."}


@pytest.mark.parametrize(("source", "language"), OFFERED)
def test_the_first_reply_drafts_and_says_what_to_check_and_what_was_assumed(source, language):
    chat = Chat(source, language)
    reply = chat.say("Draft the script, please.")
    before, _, after = reply.partition("```")
    assert chat.language == language
    assert "Check first: " in before
    assert "changes nothing" in before
    assert "Assumed:" in after
    assert "untested" in after
    assert "scaffold" not in reply


def test_an_answer_in_the_task_lane_is_the_start_value_until_it_is_asked_for():
    chat = Chat(REMAP, answers=UNC)
    assert "`-Server` starts as fs01, from an answer" in chat.say("draft it")
    assert "[string]$Server = 'fs01'" in chat.script
    assert "[string]$Share = 'projects'" in chat.script
    assert "has to be given" in chat.say("ask for the server name as a parameter")
    assert "fs01'" not in chat.script
    assert "'projects'" in chat.script
    assert "already" in chat.say("ask for the server name as a parameter")
    assert chat.script == ""
    chat.say("take that back")
    assert "[string]$Server = 'fs01'" in chat.script


def test_the_first_draft_names_what_was_tried_before():
    chat = Chat(REMAP)
    tried = (FixFact("Remove *it*", "applied_failed", was_run=True), FixFact("Map it", "proposed"))
    chat.brief = replace(chat.brief, fixes=tried)
    assert r"Tried in this session before: “Remove \*it\*” (didn't work)." in chat.say("draft it")
    assert "Tried in this session" not in chat.say("add logging")


def test_a_hostile_answer_is_no_start_value():
    chat = Chat(REMAP, answers={"W20/question/by-name": r"\\fs01'; calc #\x$(calc)"})
    chat.say("draft it")
    assert "calc" not in chat.script


def test_a_value_is_set_if_it_fits():
    chat = Chat(REMAP)
    chat.say("draft it")
    chat.say("Set the drive to P:")
    assert "[string]$Drive = 'P:'" in chat.script
    assert "I cannot set `-Drive`" in chat.say("set the drive to C:")
    assert chat.script == ""
    assert "I cannot set `-Server`" in chat.say("set the server to $(calc)")
    chat.say("add logging")
    assert "[string]$Drive = 'P:'" in chat.script
    assert "calc" not in chat.script
    chat.say("use Q as the drive letter")
    assert "[string]$Drive = 'Q:'" in chat.script


def test_requests_add_up_survive_a_translation_and_can_be_taken_back():
    chat = Chat(REMAP)
    chat.say("draft it")
    plain = chat.script
    assert "`-LogPath`" in chat.say("add logging")
    assert "Add-Content -LiteralPath $LogPath" in chat.script
    chat.say("make it a function")
    assert "function Reset-DriveMapping {" in chat.script
    assert "Add-Content" in chat.script
    chat.say("translate to Bash")
    assert chat.language == "bash"
    assert "--log)" in chat.script
    assert "reset_drive_mapping() (" in chat.script
    assert "no functions" in chat.say("in Batch")
    assert chat.language == "batch"
    assert ":say" in chat.script
    chat.say("back to PowerShell")
    assert chat.language == "powershell"
    assert "function Reset-DriveMapping {" in chat.script
    chat.say("without logging")
    assert "Add-Content" not in chat.script
    chat.say("not as a function")
    assert chat.script == plain
    chat.say("undo")
    assert "function Reset-DriveMapping {" in chat.script
    chat.say("start over")
    assert chat.script == plain


def test_there_is_nothing_to_take_back_at_first():
    chat = Chat(REMAP)
    chat.say("draft it")
    assert "no change to take back" in chat.say("undo")
    assert "There is no logging in it." in chat.say("without logging")


@pytest.mark.parametrize(
    ("source", "language", "text", "reason"),
    [
        (REMAP, "powershell", "run it on several computers", "signed-in user's own session"),
        (REMAP, "powershell", "without the dry run", "I leave the dry run in"),
        (REMAP, "powershell", "translate to Perl", "I write PowerShell, Bash, Python, Batch"),
        (REMAP, "powershell", "ask for the port number as a parameter", "None of its steps uses that"),
        (REMAP, "powershell", "add a dry run", "It has a dry run already: `-WhatIf`"),
        (REMAP, "batch", "make it a function", "Batch has no functions"),
        (REMAP, "python", "make it a function", "in a function in any case"),
        (HIBERNATION, "powershell", "only for one user", "setting of the whole computer"),
        (HIBERNATION, "bash", "run it on several computers", "I cannot in Bash"),
        (SERVICES, "powershell", "translate to Bash", "I cannot translate this to Bash: Windows' services"),
        (SERVICES, "powershell", "in Python", "I cannot translate this to Python"),
        (SERVICES, "powershell", "as a batch file", "I cannot translate this to Batch"),
        (SERVICES, "powershell", "only for one user", "only what runs as the one account"),
        (REMAP, "powershell", "send the result to my phone", "I am the built-in assistant and cannot do that"),
        (REMAP, "powershell", "make the script check the registry", "I am the built-in assistant and cannot do that"),
        (REMAP, "powershell", "it failed with error 1219", "I cannot run a script"),
        ("", "powershell", "use AI to find the bug", "I am the built-in assistant and cannot do that"),
    ],
)
def test_what_it_cannot_do_it_says_and_offers_no_script(source, language, text, reason):
    chat = Chat(source, language)
    chat.say("draft it")
    assert reason in chat.say(text)
    assert chat.script == ""


def test_what_it_understood_only_in_part_it_says():
    chat = Chat(REMAP)
    chat.say("draft it")
    reply = chat.say("Add logging and send me an *email*.")
    assert r"I could not make use of “send me an \*email\*”." in reply
    assert "Add-Content" in chat.script


def test_questions_are_answered_without_a_script():
    chat = Chat(REMAP, answers=UNC)
    assert "Say “draft it”" in chat.say("hello")
    chat.say("draft it")
    assert "2. Remove the mapping of -Drive." in chat.say("what does this do?")
    assert "The saved mapping points to an old path" in chat.say("why?")
    assert "Risk: low" in chat.say("is it safe?")
    assert chat.script == ""
    assert "Use this draft" in chat.say("thanks")


def test_a_language_that_cannot_be_drafted_is_named_and_another_offered():
    chat = Chat(SERVICES, "bash")
    assert "I cannot draft this in Bash: " in chat.say("draft it")
    assert chat.language == "powershell"


def test_the_first_draft_decides_the_language_and_the_editor_is_named_where_it_differs():
    chat = Chat(REMAP, "batch")
    chat.say("draft it")
    chat.brief = Chat(REMAP, "python").brief
    assert "The editor is set to Python; this is Batch." in chat.say("add logging")
    assert chat.language == "batch"


def test_the_engineers_own_text_is_never_claimed_to_be_changed():
    chat = Chat(REMAP)
    chat.say("draft it")
    drafted = chat.script
    chat.edit("# Map the drive again\n\n")
    assert "a text of your own" not in chat.say("add logging")
    chat.edit(drafted)
    assert "a text of your own" not in chat.say("shorter")
    chat.edit(drafted + "Write-Output 'mine'\n")
    reply = chat.say("without logging")
    assert "a text of your own. I cannot change that" in reply
    assert "mine" not in chat.script
    assert chat.script


def test_for_what_no_runbook_covers_it_is_a_scaffold_and_says_so():
    chat = Chat("", "powershell", fix_title="Defragment the flux", fix_description="Turn it; off and on.")
    reply = chat.say("Write the script")
    assert "**This is a scaffold, not a solution.**" in reply
    assert "no command was guessed" in reply
    assert "# Turn it; off and on." in chat.script
    assert "asks for `-ServerName`" in chat.say("ask for the server name as a parameter")
    assert re.search(r"\[Parameter\(Mandatory\)\]\n    \[string\]\$ServerName", chat.script)
    assert "It is still a scaffold" in chat.say("in Python, for one user only")
    assert chat.language == "python"
    assert "server_name: str" in chat.script
    assert "It does nothing yet" in chat.say("explain")
    assert "no reason for this fix" in chat.say("why?")


def test_a_fix_that_is_done_by_hand_says_how_and_names_the_button():
    chat = Chat("W20/fix/saved-credential")
    reply = chat.say("draft it")
    assert "`cmdkey /list`" in reply
    assert "**No script needed: I did this by hand**" in reply
    assert "scaffold, not a solution" in reply


def test_without_a_fix_the_first_message_is_the_description():
    chat = Chat("", fix_title="", fix_description="")
    chat.say("A script that empties the recycle bin")
    assert "# A script that empties the recycle bin" in chat.script


@pytest.mark.parametrize(
    "source", ["W99/fix/remap", "W20/fix/nothing", "W20", "generic/question/x", "/fix/", "W20/fix/"]
)
def test_an_unknown_source_is_a_scaffold(source):
    assert "scaffold, not a solution" in Chat(source).say("draft it")


@pytest.mark.parametrize("messages", [(), (Message("note", "“x”: dismissed"),), (Message("assistant", "Hello."),)])
def test_a_reply_that_nobody_wrote_for_is_a_draft(messages):
    async def collect():
        conversation = Conversation("builder", messages, Brief(draft=Chat(REMAP).brief.draft))
        return [part async for part in BuiltInAssistant().reply(conversation)]

    assert "```powershell" in "".join(asyncio.run(collect()))


SAID = [
    "add logging", "without logging", "make it a function", "as a plain script again", "only for one user",
    "for all users", "run it on several computers", "only on this computer", "translate to Bash", "in Python",
    "in Batch", "in PowerShell", "add a dry run", "without the dry run", "shorter", "with more comments", "undo",
    "start over", "ask for the server name as a parameter", "ask for the port and the path", "set the drive to X:",
    "explain", "why?", "set the server to FS09", "draft it again", "thanks", "Add logging and feed the cat.",
    "it failed",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("source", [*TO_DRAFT, ""])
def test_any_sequence_of_requests_composes(source, seed):
    chance, chat = random.Random(f"{source}{seed}"), Chat(source, answers=UNC)
    chat.say("draft it")
    scripts = {(chat.language, chat.script)}
    for _ in range(10):
        chat.say(chance.choice(SAID))
        scripts.add((chat.language, chat.script))
    for spoken, text in scripts - {("", "")}:
        # ShellCheck sees every form of the Bash drafts elsewhere; here it is worth one look at each chat's end.
        if spoken != "bash":
            assert CHECKERS[spoken](text) == ""
    if chat.language == "bash":
        assert shellcheck(chat.script) == ""
    again = Chat(source, answers=UNC)
    again.say("draft it")
    chat.say("start over")
    assert chat.script == again.script
