"""The reference: what the product says of a session and its fixes, in plain Python that knows nothing of the code.

A method is one thing that somebody does. It changes the model and its trail, or raises `No` with the status that they
are answered, the checks in the product's order: 404, 403, 409, 422.
"""

from tests.machine.fixing import Fixing
from tests.machine.people import Person
from tests.machine.rows import (
    CONFLICT,
    DISMISSED,
    FORBIDDEN,
    GONE,
    HAS_WORKED,
    INVALID,
    PARTIAL,
    RUNNABLE,
    SUCCESS,
    UNRUN,
    VERIFYING,
    Fix,
    Inline,
    No,
    Task,
    need,
)


class Reference(Fixing):
    """The whole session: its fixes, drafts and tasks, and how it is closed and opened again."""

    # ---- drafting ----

    def _turn(self, who: Person, fix: Fix | None) -> bool:
        """This user's one inline session turns to the fix; gives whether it is new."""
        mine = self.inline.get(who.name)
        if mine is None:
            self.inline[who.name] = Inline(fix)
        elif mine.fix is not fix:
            mine.fix, mine.text, mine.revision = fix, None, mine.revision + 1
        return mine is None

    def open_builder(self, who: Person, fix: Fix) -> None:
        self.enter(who)
        need(fix.phase in RUNNABLE and fix.surface == "builder")
        self._turn(who, fix)

    def open_inline(self, who: Person) -> bool:
        """By the API, which names the session alone."""
        self.enter(who)
        if self.active and self.active.surface == "builder":
            return self._turn(who, self.active)
        return who.name not in self.inline and self._turn(who, None)

    def save_buffer(self, who: Person, whose: str, text: str, revision: int) -> None:
        need(who.token != "read", FORBIDDEN)
        need(who.name == whose, GONE)
        self.enter(who)
        mine = self.inline[whose]
        if revision == mine.revision:
            mine.text, mine.revision = text, revision + 1
        else:
            need(mine.text == text)

    # ---- tasks ----

    def ask(self, asker: Person, texts: list[str]) -> None:
        if self.works(asker) and self.status == "open":
            group = len(self.tasks)
            self.tasks += [Task(text, group) for text in texts]
            self.log("tasks_asked", asker)

    def close_task(self, who: Person, task: Task, state: str, answer: str) -> None:
        self.enter(who)
        need(task.state == "open")
        need(state != "answered" or bool(answer.strip()), INVALID)
        task.state = state
        self.replies += all(other.state != "open" for other in self.tasks if other.group == task.group)
        self.log(f"task_{state}", who)

    # ---- the session ----

    def escalate(self, who: Person, current: bool, to: str, summary: str) -> None:
        """`to` is a name, `party` for somebody outside, or nobody; `current` whether the summary is of this state."""
        self.enter(who)
        need(current and not (self.active and self.active.phase == VERIFYING))
        need(bool(summary.strip()) and to in ({"owner", "second", "admin", "party"} - {who.name}), INVALID)
        self.status, self.handed_to = "escalated", None if to == "party" else to
        self.log("session_escalated", who, line=True)

    def resolve(self, who: Person, current: bool, notes: str, to: str, outcome_notes: str) -> None:
        self.enter(who)
        need(current)
        need(bool(notes.strip()), INVALID)
        fix = self.active
        if fix and fix.phase == VERIFYING:
            need(to != PARTIAL or bool(outcome_notes.strip()), INVALID)
            self._settle(who, fix, to, outcome_notes, asks=False)
        elif fix and fix.phase == UNRUN:
            self._close(fix, DISMISSED, "session_resolved")
            self.log("fix_dismissed", who, fix)
        self.status = "resolved"
        self.log("session_resolved", who, line=True)

    def take_over(self, who: Person) -> None:
        need(who.token != "read", FORBIDDEN)
        need(self.sees(who), GONE)
        if self.handed_to != who.name:
            need(self.works(who) and self.handed_to is None, FORBIDDEN)
            raise No(CONFLICT)
        if who.name != "owner":
            self.taken_over_by = who.name
        self._open("session_taken_over", who)

    def withdraw(self, who: Person) -> None:
        self.enter(who, closed=True)
        need(self.handed_to is not None)
        self._open("handover_withdrawn", who)

    def reopen(self, who: Person, held: str) -> None:
        """`held`: yes, no, skip, or what is no answer."""
        self.enter(who, closed=True)
        need(self.status != "open")
        need(held in ("yes", "no", "skip"), INVALID)
        worked = [fix for fix in self.fixes if fix.phase in HAS_WORKED]
        last = max(worked, key=lambda fix: fix.closed, default=None)
        need(held != "no" or (last is not None and last.phase == SUCCESS))
        self._open("session_reopened", who)
        if held == "no":
            self._correct(who, last, "It did not hold: the session was reopened.")

    def _open(self, kind: str, who: Person) -> None:
        self.status, self.handed_to = "open", None
        self.log(kind, who, line=True)
