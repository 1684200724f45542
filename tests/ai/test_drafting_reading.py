import pytest

from flowpilot.ai.drafting.requests import read

WORDS = {"drive": ("letter",), "server": ("host",), "share": ("folder",), "persistent": ("keep",)}


def asked(text):
    """What a message asks for, as short words: -name where it is taken back, name=value where there is one."""
    request = read(text, WORDS)
    return " ".join(
        ("" if change.on else "-")
        + (change.parameter or change.name)
        + (f"={change.value}" if change.value and change.on else "")
        for change in request.changes
    )


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("add logging", "logging"),
        ("Can you add some logging, please?", "logging"),
        ("log everything to a file", "logging"),
        ("with a log file", "logging"),
        ("without logging", "-logging"),
        ("remove the log file again", "-logging"),
        ("I don't want logging", "-logging"),
        ("look into the event log first", ""),
        ("make it a function", "function"),
        ("Turn this into an advanced function", "function"),
        ("not as a function", "-function"),
        ("without logging and functions", "-logging -function"),
        ("without logging but make it a function", "-logging function"),
        ("only for one user", "one_user"),
        ("it should run for a single user only", "one_user"),
        ("just for this user please", "one_user"),
        ("for all users", "-one_user"),
        ("run it on several computers", "computers"),
        ("Run it remotely on 12 PCs", "computers"),
        ("for a list of servers", "computers"),
        ("only on this computer", "-computers"),
        ("add a dry run", "dry_run"),
        ("with -WhatIf", "dry_run"),
        ("drop the dry run", "-dry_run"),
        ("shorter", "short"),
        ("without comments", "short"),
        ("with more comments", "-short"),
        ("translate to Bash", "language=bash"),
        ("translate it from PowerShell to Python 3", "language=python"),
        ("in batch please", "language=batch"),
        ("give me a PowerShell version", "language=powershell"),
        ("Rewrite it in Perl", "language=perl"),
        ("Python", "language=python"),
        ("don't use Bash", ""),
        ("I have no Python on that PC", ""),
        ("ask for the server name as a parameter", "ask=server name"),
        ("prompt me for the share and the drive letter", "ask=share ask=drive letter"),
        ("make the share a parameter", "ask=share"),
        ("add a parameter for the port number", "ask=port number"),
        ("add a port parameter", "ask=port"),
        ("the drive letter as a parameter", "ask=drive letter"),
        ("set the drive to P:", "drive=P:"),
        ("The server is fs02.example.com.", "server=fs02.example.com"),
        ("use FS03 as the server", "server=FS03"),
        ("the server is down", ""),
        ("in Bash, with logging and as a function", "language=bash logging function"),
        ("use Q as the drive letter", "drive=Q"),
        ("drive letter Q:", "drive=Q:"),
        ("use the drive letter Q:", "drive=Q:"),
        ("the server FS03 is down", ""),
        ("make the server a param", "ask=server"),
        ("restrict it to j.doe", "one_user"),
        ("just for maria", "one_user"),
        ("only for this PC", ""),
        ("log to C:\\Temp", "logging"),
        ("the linux version", "language=bash"),
        ("Draft it.", ""),
        ("The drive is gone since the update and she cannot work", ""),
    ],
)
def test_what_a_message_asks_for(text, changes):
    assert asked(text) == changes


@pytest.mark.parametrize(
    ("text", "about"),
    [("why?", "why"), ("Why PowerShell?", "why"), ("explain", "explain"), ("what does this do?", "explain"),
     ("show me what the script does", "explain"), ("explain the function", "explain"), ("is it safe?", "safe"),
     ("undo", "undo"), ("take that back", "undo"), ("start over", "reset"), ("hello", "greeting"), ("thanks", "thanks"),
     ("draft it", "draft"), ("Please write me the script", "draft"), ("it failed", "failed"),
     ("make it check the registry", "")],
)  # fmt: skip
def test_what_a_message_is_about(text, about):
    request = read(text, WORDS)
    assert (request.about, request.changes) == (about, ())
