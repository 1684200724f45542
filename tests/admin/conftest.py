import hashlib
import uuid
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from django.utils import timezone

from flowpilot.people.models import User
from flowpilot.replies.models import Reply
from pilot.models import AISession, ChatMessage, RunStamp, SessionEvent, SuggestedFix, TaskItem
from script_builder.models import (
    Origin,
    ScriptBuilderMessage,
    ScriptBuilderSession,
    ScriptTemplate,
    ScriptTemplateVersion,
)


@dataclass
class Record(SimpleNamespace):
    """One row of everything that a session can hold, every text of it marked with a word."""

    session: AISession
    fix: SuggestedFix
    template: ScriptTemplate
    inline: ScriptBuilderSession
    standalone: ScriptBuilderSession
    stamp: RunStamp
    replies: list[Reply]

    def rows(self):
        """What admin lists, by model."""
        return [self.session, self.session.owner, self.session.account, self.fix, self.template, self.inline]


def make_record(owner: User, mark: str) -> Record:
    """A session with everything, in the account of `owner`."""
    now, account = timezone.now(), owner.account
    session = AISession.objects.create(
        account=account, owner=owner, title=f"{mark} title", problem=f"{mark} problem", client=f"{mark} client"
    )
    template = ScriptTemplate.objects.create(
        account=account, name=f"{mark} template", category=f"{mark} category", created_by=owner
    )
    text = f"echo {mark}"
    version = ScriptTemplateVersion.objects.create(template=template, number=1, text=text, created_by=owner)
    fix = SuggestedFix.objects.create(
        session=session, title=f"{mark} fix", script_template=template, applied_at=now, applied_by=owner
    )
    stamp = RunStamp.objects.create(
        fix=fix,
        kind="template",
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        template=template,
        template_version=version,
        ran_by=owner,
    )
    TaskItem.objects.create(session=session, group=uuid.uuid4(), kind="question", text=f"{mark} question")
    SessionEvent.objects.create(session=session, fix=fix, kind="fix_run", by=owner, data={"note": f"{mark} event"})
    drafting = {"account": account, "user": owner, "ai_session": session, "source_fix": fix, "title": f"{mark} draft"}
    inline = ScriptBuilderSession.objects.create(origin=Origin.PILOT_INLINE, **drafting)
    standalone = ScriptBuilderSession.objects.create(origin=Origin.STANDALONE, **drafting)
    replies = []
    for conversation, message in ((session, ChatMessage), (inline, ScriptBuilderMessage)):
        reply = Reply.objects.create(
            account=account,
            kind=message.REPLY_KIND,
            conversation=conversation.pk,
            asked_by=owner,
            state="done",
            finished_at=now,
            text=f"{mark} answer",
        )
        message.objects.create(session=conversation, role="user", author=owner, text=f"{mark} words", key="1")
        message.objects.create(session=conversation, role="assistant", reply=reply)
        replies.append(reply)
    return Record(session, fix, template, inline, standalone, stamp, replies)


@pytest.fixture
def mine(owner):
    """The record of the account that the tests' admin belongs to."""
    return make_record(owner, "Heron")


@pytest.fixture
def theirs(stranger):
    """The record of another account; nothing marked Osprey may ever reach the admin of the first."""
    stranger.name = "Osprey person"
    stranger.save()
    stranger.account.name = "Osprey account"
    stranger.account.save()
    return make_record(stranger, "Osprey")
