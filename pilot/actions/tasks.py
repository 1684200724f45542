from django.db import transaction
from django.utils import timezone

from flowpilot.ai.tools import AskTasks
from flowpilot.people.models import User
from flowpilot.web.http import WrongState
from pilot.actions.record import Via, hold_open, write
from pilot.models import AISession, ChatMessage, SessionEvent, TaskItem

State = TaskItem.State
_EVENTS = {
    State.ANSWERED: SessionEvent.Kind.TASK_ANSWERED,
    State.DONE: SessionEvent.Kind.TASK_DONE,
    State.SKIPPED: SessionEvent.Kind.TASK_SKIPPED,
}


def task_closed() -> WrongState:
    """The refusal of a task that somebody closed before."""
    return WrongState("task_closed", "This task was closed before. Here is how it stands now.")


@transaction.atomic
def ask(*, session: AISession, call: AskTasks, group, by: User) -> None:
    """Puts a group of questions and checks into the task lane, on the assistant's wish."""
    hold_open(session)
    TaskItem.objects.bulk_create(
        TaskItem(session=session, group=group, position=position, **task.model_dump())
        for position, task in enumerate(call.tasks)
    )
    write(session, SessionEvent.Kind.TASKS_ASKED, by=by, via=Via.ASSISTANT, count=len(call.tasks))


@transaction.atomic
def close(*, task: TaskItem, by: User, state: State, answer: str = "", via: Via = Via.PERSON) -> None:
    """Answers, does or skips a task; with the last one of its group the assistant is asked for its next step.

    Raises WrongState where somebody closed it before.
    """
    hold_open(task.session)
    open_task = TaskItem.objects.filter(pk=task.pk, state=State.OPEN)
    if open_task.update(state=state, answer=answer, closed_at=timezone.now(), closed_by=by) != 1:
        raise task_closed()
    write(task.session, _EVENTS[state], by=by, via=via, text=task.text, answer=answer)
    if not TaskItem.objects.filter(session=task.session, group=task.group, state=State.OPEN).exists():
        ChatMessage.objects.ask_further(task.session, by)
