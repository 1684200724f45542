"""The runbooks that the built-in assistant can work with, and the engineer's choice of one."""

import uuid
from typing import Literal
from uuid import UUID

from ninja import Query, Router
from ninja.responses import Status
from pydantic import ConfigDict, Field

from flowpilot.ai import browsing, course, library
from flowpilot.ai.schema import Runbook
from flowpilot.replies.api import Key, PostedOut
from flowpilot.runbooks.models import AccountRunbook
from flowpilot.web.problems import invalid
from flowpilot.web.schemas import In, Line, Out, Page, Paging, Text, example, page_of
from pilot.actions import messages
from pilot.api.guard import SessionRequest, reads, works

router = Router(tags=["Runbooks"])
RUNBOOKS = "/{session_id}/runbooks"
RUNBOOK = {
    "number": "W01", "title": "Print queue is stuck", "apart": "Nobody can print.", "platform": "windows", "fixes": 4,
    "own": False,
}  # fmt: skip


class RunbookOut(Out):
    """One kind of trouble that the assistant can work through."""

    model_config = ConfigDict(json_schema_extra=example(**RUNBOOK))

    number: str
    title: str
    apart: str = Field(description="What tells it from others.")
    platform: Literal["windows", "linux"]
    fixes: int = Field(description="How many it knows.")
    own: bool = Field(description="Whether it is the account's own.")


class RunbookPage(Page):
    """Some of the runbooks."""

    model_config = ConfigDict(json_schema_extra=example(items=[RUNBOOK], next=None))

    items: list[RunbookOut]


class RunbookFilters(Paging):
    """Which runbooks."""

    q: Text = Field("", max_length=300, description="A symptom, an error code or a number.")


@router.get(RUNBOOKS, response=RunbookPage, auth=reads)
def list_runbooks(request: SessionRequest, session_id: UUID, filters: Query[RunbookFilters]):
    """The runbooks by number, those that fit best first where `q` is given."""
    texts = AccountRunbook.objects.texts(request.ai_session.account_id)
    own = {book.number for text in texts if (book := library.parse(text))}

    def show(book: Runbook) -> RunbookOut:
        plain = {name: getattr(book, name) for name in ("number", "title", "apart", "platform")}
        return RunbookOut(**plain, fixes=len(book.fixes), own=book.number in own)

    return page_of(request, browsing.find(filters.q, texts), filters, show)


class PickIn(In):
    """Which runbook."""

    model_config = ConfigDict(json_schema_extra=example(number="W01"))

    number: Line = Field(min_length=1, max_length=10)


@router.post(RUNBOOKS, response={201: PostedOut}, auth=works)
def pick_runbook(request: SessionRequest, session_id: UUID, sent: PickIn, key: Key = ""):
    """Picks a runbook, or changes to another, by a message like any other; what was said of the trouble counts on."""
    session = request.ai_session
    book = library.books(AccountRunbook.objects.texts(session.account_id)).get(sent.number)
    if book is None:
        raise invalid({"number": "There is no such runbook."})
    turn = messages.post(session=session, by=request.caller, text=course.pick(book), key=key or uuid.uuid4().hex)
    return Status(201, PostedOut.of(session.messages.all(), turn))
