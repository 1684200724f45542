"""The chat and the task lane."""

from pilot.styleguide import things
from pilot.styleguide.sections.cast import Cast
from pilot.styleguide.staging import Example, Section
from pilot.surfaces import Trouble


def chat(cast: Cast) -> Section:
    """Turns, replies in each state, and the composer."""
    said = things.said(cast.session, "Nobody on the second floor can print.\n  The display says “Ready”.")
    turns = {
        "Message": said,
        "Line of the record": things.noted(cast.session, "“Restart the spooler” was dismissed."),
        "Reply that waits": things.replied(cast.session, "", "queued"),
        "Reply being written": things.replied(cast.session, "I look at what the queue", "running"),
        "Reply that was stopped": things.replied(cast.session, "The queue of PRN-02", "stopped"),
        "Reply cut off": things.replied(cast.session, "The queue of PRN-02 holds", "interrupted"),
        "Reply that failed": things.replied(cast.session, "", "failed", "The provider gave no answer."),
    }
    whole = {"turn": things.replied(cast.session, things.MARKDOWN)}
    wrong = {"trouble": Trouble("message", {"text": "Write something first."}, {"text": ""}), "message_key": ""}
    return Section(
        "Chat",
        "Who spoke stands beside the words; a reply says how it stands until it is whole.",
        [
            Example("Head of a session", "pilot/_header.html", cast.given | {"open_tasks": 2}, wide=True),
            Example("Reply", "pilot/_turn.html", cast.given | whole, wide=True),
            *(Example(name, "pilot/_turn.html", cast.given | {"turn": turn}) for name, turn in turns.items()),
            Example("No message yet", "pilot/_no_turns.html", cast.given),
            Example("Earlier messages", "pilot/_earlier.html", cast.given | {"earlier": True, "turns": [said]}),
            Example("Composer", "pilot/_composer.html", cast.given | wrong),
        ],
    )


def tasks(cast: Cast) -> Section:
    """Questions and checks, open and closed."""
    asked = things.task(cast.session, "Since when does it not print?", choices=["Today", "Since the update"])
    command = {"kind": "check", "command": "Get-Service Spooler", "why": "A spooler that hangs still says Running."}
    shown = {
        "Question": asked,
        "Check": things.task(cast.session, "Look at the print spooler.", **command),
        "Answered": things.task(cast.session, "Who else?", state="answered", answer="Everybody on the floor."),
        "Skipped": things.task(cast.session, "Is it plugged in?", state="skipped"),
    }
    refused = things.task(cast.session, "Which printer is it?")
    wrong = {"trouble": Trouble(refused.form_name, {"answer": "Write the answer first, or skip it."}, {"answer": ""})}
    return Section(
        "Tasks",
        "What the assistant needs to know, one thing at a time.",
        [
            *(Example(name, "pilot/_task.html", cast.given | {"task": one}) for name, one in shown.items()),
            Example("Answer refused", "pilot/_task.html", cast.given | wrong | {"task": refused}),
            Example("Empty lane", "pilot/_tasks.html", cast.given | {"tasks": []}),
        ],
    )
