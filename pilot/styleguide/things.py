"""What the examples show: people, a ticket, its fixes and what was said, in no database and never saved."""

from datetime import timedelta

from django.utils import timezone

from flowpilot.people.models import User
from flowpilot.replies.models import Reply
from flowpilot.replies.shown import Shown
from flowpilot.web.blocks import Blocks
from pilot.models import AISession, ChatMessage, RunStamp, SessionEvent, SuggestedFix, TaskItem
from pilot.standing import Standing
from script_builder.models import ScriptBuilderSession, ScriptTemplate, ScriptTemplateVersion
from script_builder.parameters import check

SCRIPT = """\
# Clears what hangs in the queue, then starts the spooler again.
param([string]$Printer = "{{ printer }}")

if ((Get-Service Spooler).Status -ne 'Stopped') {
    Stop-Service Spooler -Force
}
Remove-Item "$env:SystemRoot\\System32\\spool\\PRINTERS\\*" -Force
Start-Service Spooler
Write-Output "$Printer prints again after {{ seconds }} seconds."
"""
LONGER = SCRIPT.replace("Start-Service Spooler\n", "Start-Service Spooler\nGet-PrintJob -PrinterName $Printer\n")
PARAMETERS = check(
    {
        "printer": {"type": "host", "label": "Printer", "required": True, "help": "As the print server names it."},
        "password": {"type": "secret", "label": "Password", "required": True},
        "seconds": {"type": "number", "label": "Seconds to wait", "default": "30"},
        "how": {"type": "choice", "label": "How", "choices": ["Gently", "At once"]},
        "dry": {"type": "boolean", "label": "Only say what would be done"},
    }
)
MARKDOWN = """\
The queue of **PRN-02** holds eleven jobs, and the first one hangs. That fits what you saw:

1. The spooler runs, so `Get-Service Spooler` says *Running*.
2. Nothing leaves the queue.

> A job in an unknown format stops all that stand behind it.

| Job | From | Since |
| --- | --- | --- |
| 418 | reception | 09:12 |
| 419 | accounting | 09:14 |

```powershell
Get-PrintJob -PrinterName PRN-02 | Where-Object JobStatus -match 'Error'
```

What the maker says of it stands [on its page](https://example.com/).
"""


def ago(**span):
    """A moment before now."""
    return timezone.now() - timedelta(**span)


def person(name: str, account) -> User:
    """A colleague."""
    return User(username=name.split()[0].lower(), name=name, account=account)


def session(owner: User, title: str = "Nobody on the second floor can print", **fields) -> AISession:
    """A session on a ticket."""
    ticket = {"client": "Heron Legal", "ticket_ref": "HL-20418", "device": "PRN-02", "operating_system": "Windows 11"}
    return AISession(
        owner=owner,
        account=owner.account,
        title=title,
        problem="Nothing prints.",
        created_at=ago(hours=3),
        **ticket,
        **fields,
    )


def standing(one: AISession, kind: str, words: str, about: str = "") -> AISession:
    """The session as a list shows it."""
    one.standing, one.waits = Standing(kind, words, about), kind if kind in ("handed", "outcome", "reply") else ""
    return one


def fix(one: AISession, title: str, **fields) -> SuggestedFix:
    """A fix of the session."""
    told = {
        "why": "The first job in the queue hangs, and nothing behind it is printed.",
        "confidence": 86,
        "risk": "low",
        "description": "Stop the spooler, delete what is in `C:\\Windows\\System32\\spool\\PRINTERS`, and start it.",
    }
    return SuggestedFix(session=one, title=title, **(told | fields))


def ran(one: SuggestedFix, **fields) -> RunStamp:
    """The run of a fix, by hand unless told otherwise."""
    said = {"kind": "by_hand", "note": "Stopped it, deleted eleven jobs, started it."} | fields
    return RunStamp(fix=one, ran_by=one.session.owner, ran_at=ago(minutes=4), **said)


def template(by: User, name: str = "Clear a print queue", **fields) -> ScriptTemplate:
    """A template of the library, with what came of its runs."""
    told = {
        "description": "Deletes every job of a queue that hangs and starts the spooler again.",
        "category": "Printing",
        "tags": ["spooler", "queue"],
        "needs_admin": True,
        "risk": "medium",
        "status": "published",
        "runs": 47,
        "successes": 40,
        "failures": 3,
        "partials": 1,
    }
    return ScriptTemplate(account=by.account, created_by=by, name=name, **(told | fields))


def version(of: ScriptTemplate, number: int = 1, text: str = SCRIPT, note: str = "") -> ScriptTemplateVersion:
    """A version of a template."""
    one = ScriptTemplateVersion(
        template=of, number=number, text=text, parameters=PARAMETERS, note=note, created_by=of.created_by
    )
    one.runs = 12 * number
    return one


def drafting(by: User, title: str, **fields) -> ScriptBuilderSession:
    """A drafting session with a script in it."""
    return ScriptBuilderSession(
        user=by, account=by.account, title=title, buffer=SCRIPT, updated_at=ago(hours=1), **fields
    )


def task(one: AISession, text: str, **fields) -> TaskItem:
    """A task of the lane."""
    asked = {"session": one, "group": one.pk, "kind": "question", "created_at": ago(minutes=20)}
    return TaskItem(text=text, **(asked | fields))


def said(one: AISession, text: str) -> ChatMessage:
    """What the engineer wrote."""
    return ChatMessage(session=one, role="user", author=one.owner, text=text, created_at=ago(minutes=22))


def noted(one: AISession, text: str) -> ChatMessage:
    """A line of the record in the chat."""
    return ChatMessage(session=one, role="note", text=text, created_at=ago(minutes=18))


def replied(one: AISession, text: str, state: str = "done", error: str = "") -> ChatMessage:
    """The assistant's turn."""
    asked = {"account": one.account, "kind": "session", "conversation": one.pk, "asked_by": one.owner}
    blocks = Blocks(text)
    reply = Reply(state=state, text=text, html=blocks.html(), error=error, **asked)
    if reply.is_live:
        reply.shown = Shown(blocks).part(len(text))
    return ChatMessage(session=one, role="assistant", reply=reply, created_at=ago(minutes=21))


def event(one: AISession, kind: str, minutes: int, via: str = "person", **data) -> SessionEvent:
    """A line of the Timeline."""
    about = data.pop("fix", None)
    return SessionEvent(
        session=one, by=one.owner, kind=kind, via=via, fix=about, data=data, created_at=ago(minutes=minutes)
    )
