"""Where a session stands, read from its conversation and brief alone; the assistant itself remembers nothing."""

from dataclasses import dataclass, replace
from functools import cached_property

from flowpilot.ai import course, intents, library
from flowpilot.ai.answers import Answers
from flowpilot.ai.course import Course
from flowpilot.ai.port import Conversation, FixFact, TaskFact
from flowpilot.ai.schema import Check, Fill, Hints, Question, Runbook, RunbookFix, Trigger
from flowpilot.ai.tools import Parameter

# Of a long chat the newest counts.
MOST_MESSAGES = 30
# How many questions and checks are asked at a time.
GROUP = 3


@dataclass(frozen=True)
class Situation:
    """What the built-in assistant knows when it is asked for a reply."""

    conversation: Conversation
    # Set where the assistant turns to another runbook than the one that was worked so far.
    turned_to: Runbook | None = None

    def turn_to(self, runbook: Runbook) -> "Situation":
        """The same session, seen with this runbook."""
        return replace(self, turned_to=runbook)

    # ---- What was said -------------------------------------------------------------------------------

    @cached_property
    def said(self) -> str:
        """The message to answer; nothing where a task or an outcome asked for the reply."""
        messages = self.conversation.messages
        return messages[-1].text if messages and messages[-1].role == "user" else ""

    @cached_property
    def intent(self) -> str:
        """What the message is for, where it is short and plain; "No" may just be the answer to what is open."""
        answers = self.runbook is not None and self.open_fix is None and self.answers.is_choice(self.said)
        return "" if answers else intents.intent(self.said)

    @cached_property
    def course(self) -> Course:
        """Which runbooks were turned to, and what was said about each; a builder's chat is about none."""
        brief = self.conversation.brief
        messages = self.conversation.messages if self.conversation.kind == "session" else ()
        return course.follow(messages, [brief.problem, brief.title])

    @cached_property
    def story(self) -> str:
        """What people said of the problem while no runbook was found, the newest first."""
        return "\n".join([*reversed(self.course.about("")[2:][-5:]), *self.course.about("")[1::-1]])

    # ---- The runbook ---------------------------------------------------------------------------------

    @cached_property
    def books(self) -> dict[str, Runbook]:
        """The runbooks by number, the account's own among them."""
        return library.books(self.conversation.brief.runbooks)

    @cached_property
    def picked(self) -> Runbook | None:
        """The runbook that the message to answer picks."""
        return self.books.get(course.picked(self.said))

    @cached_property
    def runbook(self) -> Runbook | None:
        """The runbook that is being worked: the one last turned to, else that of the newest task or fix."""
        if self.turned_to or self.course.number in self.books:
            return self.turned_to or self.books[self.course.number]
        brief = self.conversation.brief
        for fact in (*reversed(brief.tasks), *reversed(brief.fixes)):
            number, _, rest = fact.source.partition("/")
            if rest and number in self.books:
                return self.books[number]
        return None

    @cached_property
    def worked(self) -> list[Runbook]:
        """The runbooks that something was asked for in this session."""
        begun = dict.fromkeys(task.source.partition("/")[0] for task in self.conversation.brief.tasks)
        return [self.books[number] for number in begun if number in self.books]

    @cached_property
    def unsettled(self) -> list[Runbook]:
        """The other runbooks that were worked in this session and came to no fix that helped."""
        fixes = self.conversation.brief.fixes
        solved = {fix.source.partition("/")[0] for fix in fixes if fix.status == "applied_success"}
        return [book for book in self.worked if book.number not in solved and book != self.runbook]

    # ---- Tasks and their answers ---------------------------------------------------------------------

    def tasks(self, owner: str) -> list[TaskFact]:
        """The tasks that were asked under this name: a runbook's number, or a kind of our own."""
        return [task for task in self.conversation.brief.tasks if task.source.startswith(f"{owner}/")]

    @cached_property
    def open_tasks(self) -> list[TaskFact]:
        """The tasks that wait for an answer."""
        return [task for task in self.conversation.brief.tasks if task.state == "open"]

    @cached_property
    def asked(self) -> dict[str, TaskFact]:
        """The runbook's tasks that were asked, by their id."""
        asked = self.tasks(self.runbook.number) if self.runbook else []
        return {task.source.rpartition("/")[2]: task for task in asked}

    @cached_property
    def answers(self) -> Answers:
        """What is answered of the runbook's tasks: in the lane, in the chat, or by what was said of the problem."""
        texts = self.course.about(self.runbook.number)[-MOST_MESSAGES:] if self.runbook else []
        return Answers(self.runbook, tuple(texts), self.asked)

    @cached_property
    def heard_now(self) -> list[str]:
        """The ids of the tasks that the message to answer answers."""
        return self.answers.heard_in(self.said)

    @cached_property
    def hurried(self) -> bool:
        """Whether the engineer asked to go on without more questions about this problem."""
        return "go on" in self._since(f"** ({self.runbook.number})")

    @cached_property
    def waits_for(self) -> list[TaskFact]:
        """The open tasks of the runbook whose answers still matter."""
        if not self.runbook or self.hurried:
            return []
        wanted = {task.id for task in self.runbook.tasks if task.id not in self.answers.all and self._matters(task)}
        return [task for name, task in self.asked.items() if task.state == "open" and name in wanted]

    @cached_property
    def next_tasks(self) -> list[Question | Check]:
        """The next questions and checks, few at a time; none where nothing more would change what comes first."""
        if self.hurried:
            return []
        ready = [
            task
            for task in self.runbook.tasks
            if task.id not in self.asked
            and task.id not in self.answers.all
            and (not task.only_if or self.holds(task.only_if))
            and self._matters(task)
        ]
        return ready[:GROUP]

    def _matters(self, task: Question | Check) -> bool:
        later = [other for other in self.runbook.tasks if task.id in other.only_if and other.id not in self.asked]
        return self._weighs(task) or any(self._weighs(other) for other in later)

    def _weighs(self, task: Question | Check) -> bool:
        """Whether an answer to this may still change whether to hand over, which fix comes next or what it gets."""
        if any(task.id in trigger.when for trigger in self.runbook.escalate):
            return True
        fix = self.next_fix
        if fix is None:
            return False
        if not (self.holds(fix.first_if) or self.own_fixes):
            return True
        fills = [*fix.fill.values(), *(fix.draft.fill.values() if fix.draft else ())]
        if task.id in {*fix.not_if, *fix.last_if, *(fill.task for fill in fills)}:
            return True
        decided = self._order(fix) < 0
        rivals = self.left[: self.left.index(fix)] if decided else self.left
        return any(task.id in rival.first_if for rival in rivals)

    # ---- Fixes ---------------------------------------------------------------------------------------

    @cached_property
    def open_fix(self) -> FixFact | None:
        """The active fix: the newest proposed one, else the newest partial one."""
        fixes = self.conversation.brief.fixes[::-1]
        proposed = [fix for fix in fixes if fix.status == "proposed"]
        return next(iter(proposed + [fix for fix in fixes if fix.status == "applied_partial"]), None)

    @cached_property
    def own_fixes(self) -> list[FixFact]:
        """The fixes of the runbook that were proposed and not replaced, oldest first."""
        number = self.runbook.number if self.runbook else ""
        fixes = [fix for fix in self.conversation.brief.fixes if fix.reason != "superseded"]
        return [fix for fix in fixes if number and fix.source.startswith(f"{number}/fix/")]

    def entry(self, fact: FixFact) -> RunbookFix | None:
        """What the library says of a fix that was proposed, if it is the library's."""
        number, _, slug = fact.source.partition("/fix/")
        book = self.books.get(number)
        return next((fix for fix in book.fixes if fix.id == slug), None) if book else None

    def holds(self, hints: Hints) -> bool:
        """Whether an answer says one of these things."""
        return bool(self.answers.because(hints))

    @cached_property
    def left(self) -> list[RunbookFix]:
        """The fixes of the runbook that were not proposed yet.

        What failed in this session does not come again, under whatever runbook: neither the fix nor its template.
        """
        used = {fix.source.rpartition("/")[2] for fix in self.own_fixes}
        failed = [fix for fix in self.conversation.brief.fixes if fix.status == "applied_failed"]
        titles = {fix.title.casefold() for fix in failed}
        templates = {entry.template for fact in failed if (entry := self.entry(fact)) and entry.template}
        return [
            fix
            for fix in (self.runbook.fixes if self.runbook else ())
            if fix.id not in used and fix.title.casefold() not in titles and fix.template not in templates
        ]

    @cached_property
    def ruled_out(self) -> list[RunbookFix]:
        """The fixes that an answer speaks against."""
        return [fix for fix in self.left if self.holds(fix.not_if)]

    @cached_property
    def next_fix(self) -> RunbookFix | None:
        """The first fix that is left; the answers may put one first or last, or rule it out."""
        return min((fix for fix in self.left if fix not in self.ruled_out), key=self._order, default=None)

    def _order(self, fix: RunbookFix) -> int:
        return self.holds(fix.last_if) - self.holds(fix.first_if)

    @cached_property
    def triggers(self) -> list[Trigger]:
        """The runbook's reasons to hand over that the answers give, or anything that was pasted."""
        triggers = self.runbook.escalate if self.runbook else ()
        return [trigger for trigger in triggers if self.answers.because(trigger.when, anywhere=True)]

    @cached_property
    def stopping(self) -> list[Trigger]:
        """Those of the reasons that the engineer was not told of, or did not put aside by saying to go on."""
        return [trigger for trigger in self.triggers if "go on" not in self._since(trigger.text)]

    def was_told(self, words: str) -> bool:
        """Whether the assistant said this before."""
        return any(words in message.text for message in self.conversation.messages if message.role == "assistant")

    def _since(self, words: str) -> set[str]:
        """What the engineer's messages since the assistant said this were for."""
        messages = self.conversation.messages
        at = next((i for i, m in enumerate(messages) if m.role == "assistant" and words in m.text), len(messages))
        return {intents.intent(message.text) for message in messages[at:] if message.role == "user"}

    # ---- What the answers fill in --------------------------------------------------------------------

    def filled(self, fix: RunbookFix) -> dict[str, str]:
        """The values that the answers give for a fix's parameters; one that does not fit is left to the engineer."""
        parameters = library.templates()[fix.template].parameters if fix.template else fix.parameters
        return self.values(fix.fill, parameters)

    def values(self, fills: dict[str, Fill], parameters: dict[str, Parameter]) -> dict[str, str]:
        """What the answers give for these parameters, where it fits them."""
        values = {name: self.answers.value(fill, parameters[name]) for name, fill in fills.items()}
        return {name: value for name, value in values.items() if value}
