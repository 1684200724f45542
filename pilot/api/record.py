"""The task lane and the record: what was asked, what was run, what happened."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field

from flowpilot.web.problems import invalid
from flowpilot.web.schemas import In, Out, Page, Paging, PersonOut, Text, example, page
from pilot import access, exports, timeline
from pilot.actions import tasks
from pilot.actions.record import Via
from pilot.api.guard import SessionRequest, reads, works
from pilot.api.schemas import ALICE, AT, ID, STAMP, TASK, MarkdownOut, StampOut, TaskOut
from pilot.models import RunStamp, SessionEvent, TaskItem

router = Router(tags=["Tasks and record"])
State = TaskItem.State


class TaskPage(Page):
    """Some of the tasks, oldest first."""

    model_config = ConfigDict(json_schema_extra=example(items=[TASK], next=None))

    items: list[TaskOut]


class TaskFilters(Paging):
    """Which tasks."""

    state: Literal["open", "answered", "done", "skipped"] | None = None


@router.get("/{session_id}/tasks", response=TaskPage, auth=reads)
def list_tasks(request: SessionRequest, session_id: UUID, filters: Query[TaskFilters]):
    """The questions and checks of the task lane, oldest first."""
    found = request.ai_session.tasks.all()
    found = found.filter(state=filters.state) if filters.state else found
    return page(request, found, filters, ("created_at", "position", "id"), TaskOut.of)


@router.get("/{session_id}/tasks/{task_id}", response=TaskOut, auth=reads)
def read_task(request: SessionRequest, session_id: UUID, task_id: UUID):
    """One task."""
    return TaskOut.of(request.task)


class TaskIn(In):
    """How a task is closed."""

    model_config = ConfigDict(json_schema_extra=example(state="answered", answer="Since this morning."))

    state: Literal["answered", "done", "skipped"]
    answer: Text = Field("", max_length=20_000, description="Required for `answered`.")


@router.patch("/{session_id}/tasks/{task_id}", response=TaskOut, auth=works)
def close_task(request: SessionRequest, session_id: UUID, task_id: UUID, sent: TaskIn):
    """Answers, does or skips a task. After the last one of its group the assistant goes on."""
    if request.task.state != State.OPEN:
        raise tasks.task_closed()
    answer = sent.answer.strip()
    if sent.state == State.ANSWERED and not answer:
        raise invalid({"answer": "Write the answer first, or skip the question."})
    tasks.close(task=request.task, by=request.caller, state=State(sent.state), answer=answer, via=Via.API)
    return TaskOut.of(access.get_task(request.ai_session, task_id))


class StampPage(Page):
    """Some of the run stamps, oldest first."""

    model_config = ConfigDict(json_schema_extra=example(items=[STAMP], next=None))

    items: list[StampOut]


@router.get("/{session_id}/run-stamps", response=StampPage, auth=reads)
def list_run_stamps(request: SessionRequest, session_id: UUID, paging: Query[Paging]):
    """Everything that was declared as run in the session, oldest first; withdrawn stamps say so."""
    stamps = RunStamp.objects.filter(fix__session=request.ai_session).select_related("ran_by", "template_version")
    return page(request, stamps, paging, ("ran_at", "id"), StampOut.of)


EVENT = {
    "id": ID, "kind": "fix_run", "by": ALICE, "via": "api", "suggested_fix_id": ID, "created_at": AT,
    "sentence": "declared “Restart the spooler” as run with its drafted script.",
}  # fmt: skip


class EventOut(Out):
    """One line of the Timeline: who did what, when, by which way."""

    model_config = ConfigDict(json_schema_extra=example(**EVENT))

    id: UUID
    kind: str
    by: PersonOut
    via: Literal["person", "assistant", "api", "system"]
    suggested_fix_id: UUID | None
    sentence: str = Field(description="To be read after the person's name.")
    created_at: datetime

    @classmethod
    def of(cls, event: SessionEvent) -> "EventOut":
        """This event."""
        made = {"by": PersonOut.of(event.by), "suggested_fix_id": event.fix_id, "sentence": timeline.sentence(event)}
        return cls(**{name: getattr(event, name) for name in cls.model_fields if name not in made}, **made)


class EventPage(Page):
    """Some of the Timeline, oldest first."""

    model_config = ConfigDict(json_schema_extra=example(items=[EVENT], next=None))

    items: list[EventOut]


class EventFilters(Paging):
    """Which lines."""

    group: Literal["fixes", "tasks", "session"] | None = None


@router.get("/{session_id}/timeline", response=EventPage, auth=reads)
def list_timeline(request: SessionRequest, session_id: UUID, filters: Query[EventFilters]):
    """The Timeline, oldest first."""
    events = request.ai_session.events.select_related("by", "fix")
    events = events.filter(kind__in=timeline.GROUPS[filters.group]) if filters.group else events
    return page(request, events, filters, ("created_at", "id"), EventOut.of)


class Group(Schema):
    """Which lines."""

    group: Literal["fixes", "tasks", "session"] | None = None


@router.get("/{session_id}/timeline/markdown", response=MarkdownOut, auth=reads)
def timeline_markdown(request: SessionRequest, session_id: UUID, filters: Query[Group]):
    """The whole Timeline as the file that the page offers."""
    return MarkdownOut(text=exports.timeline_markdown(request.ai_session, filters.group or ""))
