import uuid

import pytest

from flowpilot.ai.port import assistant
from flowpilot.replies.kinds import kind
from flowpilot.replies.models import Reply
from tests.replies.processes import Process
from tests.replies.speaking import speeches


@pytest.fixture(autouse=True)
def scripted(settings):
    """Replies are made by what the test puts down in `speeches`."""
    settings.REPLY_KINDS = {"session": "tests.replies.speaking.Kind"}
    settings.ASSISTANT = "tests.replies.speaking.Scripted"
    for cached in (kind, assistant):
        cached.cache_clear()
    speeches.clear()
    yield speeches
    for cached in (kind, assistant):
        cached.cache_clear()


@pytest.fixture
def ask(owner, scripted):
    """`ask(speech)`: queues a reply that will be that speech (an async generator function)."""

    def ask(speech=None, conversation=None, **fields) -> Reply:
        conversation = conversation or uuid.uuid4()
        if speech:
            scripted.said[str(conversation)] = speech
        return Reply.objects.create(
            account=owner.account, asked_by=owner, kind="session", conversation=conversation, **fields
        )

    return ask


@pytest.fixture
def processes(request):
    """`processes()`: starts a server process; all are ended with the test."""
    started = []

    def start(**options) -> Process:
        started.append(Process(**options))
        return started[-1]

    yield start
    for process in started:
        process.stop()
