"""Tells a session's story through the real actions, so that the record of a demo is as true as any other."""

import asyncio
import uuid
from contextlib import contextmanager
from datetime import timedelta

from django.db.models import DateTimeField, F
from django.utils import timezone

from flowpilot.ai import library
from flowpilot.ai.port import Call, Conversation
from flowpilot.ai.providers.builtin import BuiltInAssistant
from flowpilot.ai.schema import RunbookFix
from flowpilot.ai.tools import ProposeFix
from flowpilot.people.models import User
from flowpilot.replies import store
from flowpilot.replies.models import Reply
from flowpilot.replies.run import Run
from pilot import notes
from pilot.actions import closing, fixes, messages, runs, sessions, tasks
from pilot.lifecycle import Move, active_fix
from pilot.models import AISession, ChatMessage, Closing, RunStamp, SessionEvent, SuggestedFix, TaskItem


class Telling:
    """One session, told by one engineer; every step says how long ago it was."""

    def __init__(self, by: User):
        self.by = by
        self.now = timezone.now()

    def open(self, ago: timedelta, **ticket) -> None:
        """Opens the session and takes the assistant's first reply."""
        with self._step(ago):
            self.session = sessions.open_session(by=self.by, **ticket)
            self._reply()

    def open_knowing(self, ago: timedelta, number: str, fix_id: str, **ticket) -> None:
        """Opens the session with a fix of a runbook proposed at once, without the conversation that leads to it."""
        fix = next(fix for fix in library.runbooks()[number].fixes if fix.id == fix_id)
        said = fix.model_dump(include=ProposeFix.model_fields.keys() & RunbookFix.model_fields.keys())
        with self._step(ago):
            self.session = sessions.open_session(by=self.by, **ticket)
            call = ProposeFix(**said, source=f"{number}/fix/{fix_id}")
            fixes.propose(session=self.session, call=call, by=self.by)

    def say(self, ago: timedelta, text: str) -> None:
        """Writes something and takes the reply."""
        with self._step(ago):
            messages.post(session=self.session, by=self.by, text=text, key=str(uuid.uuid4()))
            self._reply()

    def answer(self, ago: timedelta, answers: dict[str, str]) -> None:
        """Closes open tasks, found by the end of their source, until none of these is open; "" skips its task."""
        with self._step(ago):
            while waiting := [
                (task, said)
                for task in self.session.tasks.filter(state=TaskItem.State.OPEN)
                for source, said in answers.items()
                if task.source.endswith(source)
            ]:
                for task, said in waiting:
                    done = TaskItem.State.DONE if task.kind == TaskItem.Kind.CHECK else TaskItem.State.ANSWERED
                    state = done if said else TaskItem.State.SKIPPED
                    tasks.close(task=task, by=self.by, state=state, answer=said)
                self._reply()

    def run(self, ago: timedelta, **values) -> None:
        """Declares the active fix as run: its template or its draft with these values, or by hand (`note`)."""
        with self._step(ago):
            fix = self._fix()
            fixes.engage(fix=fix, by=self.by)
            said = {"fix": fix, "version": fix.version, "by": self.by}
            if fix.script_template:
                values = fix.template_values | values
                runs.declare_template(**said, number=fix.script_template.newest.number, values=values)
            elif fix.ai_drafted_script:
                runs.declare_draft(**said, values=values)
            else:
                runs.declare_by_hand(**said, what=values["note"])

    def outcome(self, ago: timedelta, move: Move, notes: str = "", *, asks_next: bool = True) -> None:
        """Says what came of the run; the assistant then says its next step, where it is asked for one."""
        with self._step(ago):
            fix = self._fix()
            said = {"fix": fix, "version": fix.version, "by": self.by, "move": move, "notes": notes}
            fixes.write_outcome(**said, asks_next=asks_next)
            self._reply()

    def resolve(self, ago: timedelta, outcome: Move = Move.WORKED, outcome_notes: str = "") -> None:
        """Resolves with the notes that the record gives; a run that waits for its outcome gets this one."""
        with self._step(ago):
            self.session.refresh_from_db()
            said = {"notes": notes.resolution_notes(self.session), "seen": self.session.state_version}
            said |= {"outcome": outcome, "outcome_notes": outcome_notes}
            closing.resolve(session=self.session, by=self.by, **said)

    def escalate(self, ago: timedelta, reason: str, *, to: User | None = None, party: str = "") -> None:
        """Hands over, with the record as the summary."""
        with self._step(ago):
            self.session.refresh_from_db()
            said = {"reason": reason, "summary": notes.handoff_summary(self.session), "to": to, "party": party}
            closing.escalate(session=self.session, by=self.by, seen=self.session.state_version, **said)

    def _fix(self) -> SuggestedFix:
        fix = active_fix(self.session.fixes.select_related("script_template"))
        fix.session = self.session
        return fix

    def _reply(self) -> None:
        """Has the built-in assistant give the reply that is asked for, if one is."""
        worker = uuid.uuid4()
        for reply in store.claim(worker, 1):
            run = Run(reply)
            asyncio.run(_listen(run, run.conversation()))
            store.finish(worker, reply.pk, run.ending(None), run.complete(), run.calls)

    @contextmanager
    def _step(self, ago: timedelta):
        """Moves whatever the step writes to the time at which the story has it."""
        started = timezone.now()
        yield
        back = self.now - ago - started
        for rows in self._rows():
            for field in rows.model._meta.concrete_fields:
                if isinstance(field, DateTimeField):
                    rows.filter(**{f"{field.name}__gte": started}).update(**{field.name: F(field.name) + back})

    def _rows(self):
        mine = {"session": self.session}
        yield AISession.objects.filter(pk=self.session.pk)
        yield Reply.objects.filter(conversation=self.session.pk)
        yield from (
            model.objects.filter(**mine) for model in (ChatMessage, Closing, TaskItem, SuggestedFix, SessionEvent)
        )
        yield RunStamp.objects.filter(fix__session=self.session)


async def _listen(run: Run, conversation: Conversation) -> None:
    async for part in BuiltInAssistant().reply(conversation):
        run.call(part) if isinstance(part, Call) else run.add(part)
