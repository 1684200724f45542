from flowpilot.web.http import Request
from pilot.actions import tasks
from pilot.models import TaskItem
from pilot.regions import session_regions
from pilot.surfaces import Trouble
from pilot.views.guard import NUL, Invalid, session_write

State = TaskItem.State


@session_write
def close(request: Request, session, task):
    """Answers, does or skips a task of the lane."""
    if task.state != State.OPEN:
        raise tasks.task_closed()
    state, answer = request.POST.get("state", ""), request.POST.get("answer", "").replace("\r\n", "\n").strip()
    wrong = ""
    if state not in (State.ANSWERED, State.DONE, State.SKIPPED):
        wrong = "Choose Answer, Done or Skip."
    elif state == State.ANSWERED and not answer:
        wrong = "Write the answer first, or skip the question."
    elif len(answer) > 20_000:
        wrong = f"That is too long: {len(answer)} of 20000 characters."
    elif "\0" in answer:
        wrong = NUL
    if wrong:
        raise Invalid(Trouble(task.form_name, {"answer": wrong}, request.POST.dict()))
    tasks.close(task=task, by=request.user, state=State(state), answer=answer)
    return session_regions(request, session.pk)
