"""The demo that `make run` shows: its people, and sessions in every state."""

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone

from flowpilot.ai import matching
from flowpilot.people.models import Account, User
from flowpilot.replies.models import Reply
from pilot import access
from pilot.access import visible
from pilot.insights.page import look
from pilot.lifecycle import Phase, active_fix, phase, surface_for
from pilot.management.commands.seed_demo import PASSWORD, PEOPLE
from pilot.models import AISession, ChatMessage, RunStamp, SessionEvent, SuggestedFix, TaskItem
from pilot.samples import SAMPLES
from pilot.standing import described
from script_builder.models import ScriptTemplate
from tests.conventions.world import snapshot
from tests.factories.people import UserFactory


@pytest.fixture
def seeded(db, capsys):
    """The demo, and what the command printed."""
    call_command("seed_demo")
    return capsys.readouterr().out


def test_its_people_are_there_and_printed(seeded):
    for username, name, role, (account, zone) in PEOPLE:
        user = User.objects.get(username=username)
        assert (user.name, user.role, user.account.name, user.account.time_zone) == (name, role, account, zone)
        assert user.account.is_demo and not user.is_superuser and user.check_password(PASSWORD)
        assert username in seeded
    assert PASSWORD in seeded and len(PASSWORD) >= 12
    assert User.objects.count() == len(PEOPLE)


def test_they_sign_in_to_a_demo_and_nowhere_else(seeded, client):
    form = {"username": "demo", "password": PASSWORD}
    with override_settings(DEMO=False):
        assert client.post("/sign-in/", form).status_code == 200
    assert client.post("/sign-in/", form).status_code == 302


def test_between_them_its_sessions_show_every_state(seeded):
    """Where the matching changes, a story may end elsewhere than it was meant to."""
    demo = User.objects.get(username="demo")
    found = described(access.visible(demo), demo)
    assert {session.standing.kind for session in found} >= {
        "handed",
        "verifying",
        "fix",
        "tasks",
        "partial",
        "resolved",
    }
    offered = [session.fixes.get(status="proposed") for session in found if session.standing.kind == "fix"]
    ways = {("template" if f.script_template else "draft" if f.ai_drafted_script else "to draft") for f in offered}
    assert ways == {"template", "draft", "to draft"}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.title)
def test_the_assistant_knows_what_a_sample_is_about(sample):
    assert matching.match(sample.problem).sure


def test_running_it_again_changes_nothing(seeded, capsys):
    before = snapshot()
    call_command("seed_demo")
    assert snapshot() == before
    assert capsys.readouterr().out == seeded


@override_settings(DEMO=False)
def test_it_is_refused_outside_the_demo(db):
    with pytest.raises(CommandError, match="FLOWPILOT_DEMO"):
        call_command("seed_demo")
    assert not Account.objects.exists() and not User.objects.exists()


def test_it_takes_nobodys_name(db):
    UserFactory(username="demo")
    with pytest.raises(CommandError, match="demo"):
        call_command("seed_demo")
    assert not Account.objects.filter(is_demo=True).exists()


def test_the_first_screen_shows_every_state(seeded):
    sessions = list(visible(User.objects.get(username="demo")))
    assert {session.status for session in sessions} == set(AISession.Status)
    active = [(session, active_fix(session.fixes.all())) for session in sessions if session.is_open]
    assert {phase(fix) for _, fix in active if fix} == {Phase.UNRUN, Phase.VERIFYING, Phase.PARTIAL}
    unrun = [fix for _, fix in active if fix and phase(fix) == Phase.UNRUN]
    assert {surface_for(fix) for fix in unrun} == {"template", "draft", "builder"}
    after_a_failure = [fix for fix in unrun if fix.session.fixes.filter(status=SuggestedFix.Status.FAILED).exists()]
    assert after_a_failure
    asked = [session for session, fix in active if fix is None]
    assert any({task.state for task in session.tasks.all()} >= {"open", "answered"} for session in asked)
    assert all(session.closings.exists() for session in sessions if session.status == AISession.Status.RESOLVED)


def test_each_account_has_the_library_and_its_own_sessions(seeded):
    for account in Account.objects.all():
        assert ScriptTemplate.objects.of(account).filter(status="published").count() >= 2
        assert AISession.objects.filter(account=account).exists()


def test_the_record_is_in_the_past_and_in_order(seeded):
    now = timezone.now()
    for session in AISession.objects.all():
        for rows in (session.events, session.messages, session.tasks, session.fixes):
            times = list(rows.values_list("created_at", flat=True))
            assert all(session.created_at <= at < now for at in times)
        kinds = list(session.events.values_list("kind", flat=True))
        assert kinds[0] == SessionEvent.Kind.SESSION_OPENED
        assert session.updated_at <= now and (session.closed_at or now) <= now
    for stamp in RunStamp.objects.select_related("fix"):
        assert stamp.fix.created_at < stamp.ran_at and stamp.fix.applied_at <= stamp.ran_at
        assert stamp.fix.closed_at is None or stamp.ran_at < stamp.fix.closed_at
    for turn in ChatMessage.objects.filter(reply__isnull=False).select_related("reply"):
        assert turn.created_at <= turn.reply.finished_at < turn.created_at + timezone.timedelta(minutes=1)


def test_the_weeks_before_have_something_to_count(seeded):
    for username, few in (("demo", 10), ("lead", 20)):
        page = look(User.objects.get(username=username), {}, timezone.now())
        weeks = [row for row in page.figure("outcomes").rows if row[-1].value is not None]
        assert len(weeks) >= 8 and len(page.figure("time-to-resolve").rows) == 12
        assert sum(cell.value for row in weeks for cell in row[1:5]) > few
        told = {key: [row[5].value is not None for row in page.figure(key).rows] for key in ("templates", "runbooks")}
        assert all({True, False} == set(rows) for rows in told.values())


def test_every_reply_is_whole(seeded):
    assert set(Reply.objects.values_list("state", flat=True)) == {Reply.State.DONE}
    assert not Reply.objects.filter(text="").exists() and not Reply.objects.filter(html="").exists()
    assert TaskItem.objects.filter(state="open").exists()
