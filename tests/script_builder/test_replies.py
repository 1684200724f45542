"""The builder's chat as the reply engine sees it: what it is told, and that it may only write."""

import uuid

import pytest

from flowpilot.ai.port import Call, assistant
from flowpilot.ai.tools import MalformedCall
from flowpilot.replies.kinds import kind
from flowpilot.replies.models import Reply
from flowpilot.replies.run import LEFT_OUT
from flowpilot.replies.testing import drain
from pilot.actions import drafts, fixes, tasks
from pilot.lifecycle import Phase
from script_builder.actions import messages, sessions
from script_builder.models import ScriptBuilderMessage
from script_builder.replies import BuilderReplies
from tests.conventions.world import snapshot
from tests.factories.pilot import fresh, make_fix, make_session, make_task
from tests.replies.processes import Process, eventually

pytestmark = pytest.mark.django_db


class Saying:
    """An assistant that says what the test put down."""

    name = "Test"
    parts: tuple = ()

    async def reply(self, conversation):
        """The same in every conversation."""
        for part in self.parts:
            yield part


@pytest.fixture
def says(settings):
    """`says(*parts)`: from now on every reply is made of these words and calls."""
    settings.ASSISTANT = f"{__name__}.Saying"
    assistant.cache_clear()

    def put(*parts):
        Saying.parts = parts

    yield put
    Saying.parts = ()
    assistant.cache_clear()


@pytest.fixture
def session(owner):
    return make_session(
        owner, problem="It is offline.", client="Northwind", device="PC-7", operating_system="Windows 11"
    )


@pytest.fixture
def fix(session):
    return make_fix(session, why="It hangs.", description="Restart it.", source="W02/fix/restart")


@pytest.fixture
def inline(fix, owner):
    return drafts.open_inline(fix=fix, by=owner)


def ask(drafting, text="Draft it.") -> Reply:
    """Posts a message; the reply that waits for it."""
    messages.post(drafting=drafting, by=drafting.user, text=text, key=uuid.uuid4().hex)
    return Reply.objects.filter(conversation=drafting.pk).latest("created_at")


def told(reply) -> list[tuple[str, str]]:
    return [(message.role, message.text) for message in BuilderReplies().conversation(reply).messages]


# ---- what it is told ----------------------------------------------------------------------------


def test_the_engine_finds_it_by_its_name():
    assert isinstance(kind("builder"), BuilderReplies)


def test_a_conversation_is_the_turns_before_the_reply_in_their_order(inline, says):
    says("For whom?")
    ask(inline)
    drain()
    first, second = ask(inline, "For one user."), ask(inline, "And with logging.")
    before = [("user", "Draft it."), ("assistant", "For whom?"), ("user", "For one user.")]
    assert told(first) == before
    assert told(second) == [*before, ("user", "And with logging.")]
    assert BuilderReplies().conversation(first).kind == "builder"


def test_only_what_was_said_since_the_present_fix_began(inline, session, owner, fix, says):
    says("```bash\nls\n```")
    ask(inline, "For the first fix.")
    drain()
    fixes.dismiss(fix=fix, version=fix.version, by=owner)
    later = make_fix(session, title="Replace the driver")
    drafts.open_inline(fix=later, by=owner)
    reply = ask(inline, "For the second.")
    assert told(reply) == [("note", "From here on: Replace the driver"), ("user", "For the second.")]
    assert BuilderReplies().conversation(reply).brief.draft.fix_title == "Replace the driver"


def test_what_waits_for_an_earlier_fix_is_not_answered_about_a_later_one(
    inline, session, owner, fix, says, django_capture_on_commit_callbacks
):
    drain()
    says("Here.")
    with django_capture_on_commit_callbacks(execute=True):
        waiting = ask(inline, "For the first fix.")
        fixes.dismiss(fix=fix, version=fix.version, by=owner)
        drafts.open_inline(fix=make_fix(session, title="Replace the driver"), by=owner)
    drain()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.text) == ("stopped", "")
    again = messages.retry(turn=ScriptBuilderMessage.objects.get(reply=waiting), by=owner)
    assert told(again.reply) == [("note", "From here on: Replace the driver")]
    assert [reply.state for reply in drain()] == ["done"]


def test_the_brief_is_what_the_record_and_the_editor_hold(session, fix, owner):
    make_fix(session, Phase.DISMISSED, title="Pull the plug")
    make_fix(session, Phase.PARTIAL, title="Clear the queue", source="W02/fix/queue")
    task = make_task(session, source="W02/question/since")
    tasks.close(task=task, by=owner, state="answered", answer="Monday.")
    present = make_fix(session, title="Restart it", why="It hangs.", description="Stop, start.", source="W02/fix/r")
    drafting = drafts.open_inline(fix=present, by=owner)
    sessions.change_language(
        session=drafting, by=owner, language="bash", text="ls\n", revision=drafting.buffer_revision
    )
    brief = BuilderReplies().conversation(ask(drafting)).brief
    assert (brief.title, brief.problem, brief.client) == ("Printer offline", "It is offline.", "Northwind")
    assert (brief.device, brief.operating_system, brief.engineer) == ("PC-7", "Windows 11", "Owner")
    draft = brief.draft
    assert (draft.fix_title, draft.fix_why, draft.fix_description) == ("Restart it", "It hangs.", "Stop, start.")
    assert (draft.fix_source, draft.language, draft.buffer) == ("W02/fix/r", "bash", "ls\n")
    [fact] = brief.tasks
    assert (fact.text, fact.state, fact.answer, fact.source) == (task.text, "answered", "Monday.", task.source)
    tried = {fact.title: (fact.status, fact.was_run, fact.notes, fact.reason) for fact in brief.fixes}
    assert tried["Pull the plug"] == ("dismissed", False, "", "engineer")
    assert tried["Clear the queue"] == ("applied_partial", True, "One of two printers.", "")
    assert tried["Restart it"] == ("proposed", False, "", "")


def test_a_standalone_session_tells_what_is_drafted_and_no_more(drafting):
    sessions.save_buffer(session=drafting, by=drafting.user, text="Get-Printer\n", revision=0)
    conversation = BuilderReplies().conversation(ask(drafting, "Add logging."))
    assert [message.text for message in conversation.messages] == ["Add logging."]
    brief = conversation.brief
    assert (brief.title, brief.problem, brief.tasks, brief.fixes) == ("", "", (), ())
    assert (brief.draft.fix_title, brief.draft.buffer) == ("Map a printer", "Get-Printer\n")


def test_nothing_of_another_session_or_another_engineer_is_told(inline, owner, admin, fix):
    other = make_session(owner, problem="Secret matter.")
    make_task(other, text="Secret task?")
    theirs = drafts.open_inline(fix=fix, by=admin)
    ask(theirs, "Secret words.")
    sessions.save_buffer(session=theirs, by=admin, text="Get-Secret\n", revision=theirs.buffer_revision)
    assert "ecret" not in str(BuilderReplies().conversation(ask(inline)))


# ---- what it may do -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call",
    [
        Call("ask_tasks", {"tasks": [{"kind": "question", "text": "Since when?"}]}),
        Call("propose_fix", {"title": "Replace it", "confidence": 60, "risk": "low"}),
        Call("unknown", {}),
    ],
)
def test_a_call_never_reaches_the_record(inline, says, call):
    drain()
    says("Here: ", call)
    reply = ask(inline)
    with pytest.raises(MalformedCall):
        BuilderReplies().check(reply, call)
    before = snapshot()
    [made] = drain()
    assert (made.state, made.text) == ("done", "Here: " + LEFT_OUT)
    changed = {name for name, rows in snapshot().items() if rows != before[name]}
    assert changed == {"replies.Reply"}


def test_a_reply_changes_neither_fix_nor_buffer(inline, fix, says):
    says("```powershell\nGet-Date\n```")
    ask(inline)
    drain()
    inline.refresh_from_db()
    assert (inline.is_untouched, fresh(fix).version, fresh(fix).ai_drafted_script) == (True, fix.version, None)


# ---- who may watch ------------------------------------------------------------------------------


def test_one_watches_ones_own(inline, owner, teammate, admin, viewer, stranger, superuser, account):
    account.share_sessions = True
    account.save()
    reply = ask(inline)
    everybody = (owner, teammate, admin, viewer, stranger, superuser)
    assert [user for user in everybody if BuilderReplies().may_watch(user, reply)] == [owner]


@pytest.fixture
def process():
    """A server process that only watches."""
    process = Process(engine=False)
    yield process
    process.stop()


@pytest.mark.django_db(transaction=True)
def test_the_stream_of_somebody_elses_builder_does_not_exist(inline, owner, admin, stranger, process):
    reply = ask(inline)
    own = process.watch(reply.pk, owner)
    eventually(lambda: own.status == 200)
    assert [process.watch(reply.pk, user).wait().status for user in (admin, stranger)] == [404, 404]
    own.disconnect()
    own.wait()
