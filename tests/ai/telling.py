"""Plays a whole dialogue through the real actions and writes it down as Markdown that a support engineer can read."""

import uuid

from flowpilot.ai import course, library
from flowpilot.people.models import User
from flowpilot.replies.testing import drain
from pilot import notes
from pilot.actions import closing, fixes, messages, runs, sessions, tasks
from pilot.lifecycle import Move, active_fix
from pilot.models import SuggestedFix, TaskItem

WAYS = {"template": "a template", "draft": "a drafted script", "none": "no script yet"}
MOVES = {Move.WORKED: "Worked", Move.FAILED: "Didn't work", Move.PARTIAL: "Partial"}


class Dialogue:
    """One session from first words to its end; `text` is what was said and done, in order."""

    def __init__(self, title: str, by: User):
        self.by = by
        self.lines = [f"# {title}"]

    @property
    def text(self) -> str:
        return "\n\n".join(self.lines) + "\n"

    # ---- What the engineer does ----------------------------------------------------------------------

    def opens(self, title: str, problem: str, **ticket: str) -> None:
        """Opens the session with the problem as its first message."""
        self.session = sessions.open_session(by=self.by, title=title, problem=problem, **ticket)
        self._writes(f"**Ticket:** {title}")
        self._writes(f"**Engineer:** {problem}")
        self._hears()

    def says(self, text: str) -> None:
        """Writes into the chat."""
        messages.post(session=self.session, by=self.by, text=text, key=str(uuid.uuid4()))
        quoted = "\n".join(f"> {line}".rstrip() for line in text.splitlines())
        self._writes(f"**Engineer:**\n\n{quoted}" if "\n" in text else f"**Engineer:** {text}")
        self._hears()

    def picks(self, number: str) -> None:
        """Picks a runbook from the list."""
        self._writes("*(The engineer opens **Runbooks** and picks one.)*")
        self.says(course.pick(library.runbooks()[number]))

    def answers(self, **answers: str) -> None:
        """Answers these open tasks, by the end of their source, and skips the others that were asked with them."""
        lines = []
        newest = self.session.tasks.filter(state=TaskItem.State.OPEN).last().group
        for task in self.session.tasks.filter(state=TaskItem.State.OPEN, group=newest):
            said = answers.pop(task.source.rpartition("/")[2].replace("-", "_"), "")
            state = TaskItem.State.SKIPPED
            if said:
                state = TaskItem.State.DONE if task.kind == TaskItem.Kind.CHECK else TaskItem.State.ANSWERED
            tasks.close(task=task, by=self.by, state=state, answer=said)
            lines.append(f"- {task.text} **{said or 'skipped'}**")
        assert not answers, f"not asked: {sorted(answers)}"
        self._writes("*Task lane, answered:*\n\n" + "\n".join(lines))
        self._hears()

    def runs(self, **values: str) -> None:
        """Declares the active fix as run."""
        fix = self._fix()
        said = {"fix": fix, "version": fix.version, "by": self.by}
        fixes.engage(fix=fix, by=self.by)
        if fix.script_template:
            values = fix.template_values | values
            runs.declare_template(**said, number=fix.script_template.newest.number, values=values)
            what = "the template"
        elif fix.ai_drafted_script:
            defaults = {name: spec["default"] for name, spec in (fix.ai_drafted_parameters or {}).items()}
            runs.declare_draft(**said, values=ticked(defaults | values))
            what = "the drafted script"
        else:
            runs.declare_by_hand(**said, what=values["what"])
            what = f"by hand: {values['what'].rstrip('.')}"
        self._writes(f"*The engineer declares “{fix.title}” as run, {what}.*")

    def records(self, move: Move, note: str = "") -> None:
        """Records on the banner what came of the fix."""
        fix = self._fix()
        fixes.write_outcome(fix=fix, version=fix.version, by=self.by, move=move, notes=note)
        self._writes(f"*Banner: “{fix.title}”: **{MOVES[move]}**{f', {note}' if note else ''}*")
        self._hears()

    def dismisses(self) -> None:
        """Puts the proposed fix aside."""
        fix = self._fix()
        fixes.dismiss(fix=fix, version=fix.version, by=self.by)
        self._writes(f"*Banner: “{fix.title}”: **Dismiss***")
        self._hears()

    def resolves(self) -> None:
        """Resolves the session with the notes that are written from the record."""
        self.session.refresh_from_db()
        text = notes.resolution_notes(self.session)
        closing.resolve(session=self.session, by=self.by, notes=text, seen=self.session.state_version)
        self._ends()

    def escalates(self, reason: str, to: str) -> None:
        """Hands the session over to somebody outside."""
        self.session.refresh_from_db()
        said = {"reason": reason, "summary": notes.handoff_summary(self.session), "party": to}
        closing.escalate(session=self.session, by=self.by, seen=self.session.state_version, **said)
        self._writes(f"*Escalate, to {to}: {reason}*")
        self._ends()

    # ---- What is written down ------------------------------------------------------------------------

    def _writes(self, words: str) -> None:
        self.lines.append(words)

    def _hears(self) -> None:
        """The replies that were asked for, with what they put on the record."""
        for reply in drain():
            assert reply.state == "done", reply.error
            self._writes("**Assistant:**\n\n" + "\n".join(f"> {line}".rstrip() for line in reply.text.splitlines()))
            asked = self.session.tasks.filter(group=reply.pk)
            if asked:
                self._writes("*Task lane, asked:*\n\n" + "\n".join(map(_task, asked)))
            for fix in self.session.fixes.filter(created_at__gte=reply.created_at):
                self._writes(_fix(fix))
            for fix in self.session.fixes.filter(ai_outcome_proposed_at__gte=reply.created_at):
                said = f"**{fix.get_ai_outcome_proposal_display()}**, {fix.ai_outcome_evidence}"
                self._writes(f"*Banner: the assistant takes “{fix.title}” for {said}*")

    def _ends(self) -> None:
        self.session.refresh_from_db()
        record = [f"- {fix.title}: {fix.get_status_display()}" for fix in self.session.fixes.all()]
        ending = f"## {self.session.get_status_display()}"
        self._writes("\n\n".join([ending, "\n".join(record) or "No fix was proposed."]))

    def _fix(self) -> SuggestedFix:
        fix = active_fix(self.session.fixes.select_related("script_template"))
        fix.session = self.session
        return fix


def ticked(values: dict[str, str]) -> dict:
    """The values as the form sends them: a box that is not ticked is not sent."""
    return {name: value for name, value in values.items() if value != "false"}


def _task(task: TaskItem) -> str:
    choices = f" [{' | '.join(task.choices)}]" if task.choices else ""
    command = f"\n  `{task.command.strip()}`" if task.command else ""
    return f"- {task.text}{choices}{command}"


def _fix(fix: SuggestedFix) -> str:
    way = "template" if fix.script_template_id else "draft" if fix.ai_drafted_script else "none"
    facts = [f"{fix.confidence} %", f"{fix.risk} risk", WAYS[way]]
    filled = ", ".join(f"{name} = {value}" for name, value in (fix.template_values or {}).items())
    given = f", filled in: {filled}" if filled else ""
    return f"*Banner, proposed: **{fix.title}** ({', '.join(facts)}{given})*"
