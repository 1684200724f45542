"""Two at the same moment: one wins, the other is told, and nothing is written twice."""

import pytest

from flowpilot.ai.tools import ProposeOutcome
from flowpilot.replies.models import Reply
from flowpilot.web.http import WrongState
from pilot.actions import closing, fixes, messages, proposals, runs, tasks
from pilot.lifecycle import Move, Phase, phase
from pilot.models import AISession, ChatMessage, Closing, RunStamp, SessionEvent, SuggestedFix
from script_builder.models import ScriptBuilderSession, ScriptTemplate
from tests.factories.pilot import FILLED, SCRIPT, call, escalate, fresh, make_fix, make_task, settle
from tests.script_builder.together import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def race(*works) -> list:
    """Does all of them at the same moment; what each gave, or the exception that it raised, in any order."""
    left = iter(works)
    return together(len(works), lambda: next(left)())


def one_won(results) -> bool:
    """Whether just one got through, and every other was told so."""
    refused = [result for result in results if isinstance(result, WrongState)]
    failed = [result for result in results if isinstance(result, Exception) and result not in refused]
    assert not failed, failed
    return len(results) - len(refused) == 1


def test_two_outcomes(session, owner, admin):
    fix = make_fix(session, Phase.VERIFYING)

    def write(move, by):
        mine = fresh(fix)
        return lambda: fixes.write_outcome(fix=mine, version=mine.version, by=by, move=move, notes="So.")

    moves = {Move.WORKED: owner, Move.FAILED: admin, Move.PARTIAL: owner}
    assert one_won(race(*(write(move, by) for move, by in moves.items())))
    assert SessionEvent.objects.filter(kind__in=("fix_worked", "fix_failed", "fix_partial")).count() == 1
    assert ChatMessage.objects.filter(role="note", text__contains=f"“{fix.title}”").count() == 2
    assert fresh(fix).version == fix.version + 1


@pytest.mark.parametrize("at", [Phase.UNRUN, Phase.PARTIAL])
@pytest.mark.parametrize("kind", ["template", "draft", "by_hand"])
def test_equal_declarations(session, owner, template, at, kind):
    how = {"draft": {"script": SCRIPT}, "template": {"template": template}, "by_hand": {}}
    fix = make_fix(session, at, **how[kind])
    before = fix.stamps.count()

    def declare():
        mine = fresh(fix)
        said = {"fix": mine, "version": mine.version, "by": owner}
        return {
            "template": lambda: runs.declare_template(**said, number=1, values={}),
            "draft": lambda: runs.declare_draft(**said, values={}),
            "by_hand": lambda: runs.declare_by_hand(**said, what="Again."),
        }[kind]

    stamps = race(*(declare() for _ in range(4)))
    assert len(set(stamps)) == 1 and isinstance(stamps[0], RunStamp), stamps
    assert fix.stamps.count() == before + 1
    assert fresh(fix).version == fix.version + 1
    assert SessionEvent.objects.filter(kind="fix_run").count() == before + 1


def test_declarations_of_different_runs(secret_draft_fix, owner):
    fix = secret_draft_fix

    def declare(host):
        mine = fresh(fix)
        return lambda: runs.declare_draft(fix=mine, version=mine.version, by=owner, values=FILLED | {"host": host})

    assert one_won(race(declare("srv-1"), declare("srv-2")))
    assert RunStamp.objects.count() == 1


def test_templatizing(session, owner, draft_fix):
    def declare():
        mine = fresh(draft_fix)
        return lambda: runs.declare_draft_and_keep(fix=mine, version=mine.version, by=owner, values={})

    stamps = race(*(declare() for _ in range(4)))
    assert len(set(stamps)) == 1 and isinstance(stamps[0], RunStamp), stamps
    assert ScriptTemplate.objects.count() == 1
    assert SessionEvent.objects.filter(kind="template_drafted").count() == 1


def test_building_a_template(owner, draft_fix):
    opened = race(*[lambda: runs.build_template(fix=fresh(draft_fix), by=owner).pk] * 4)
    assert len(set(opened)) == 1, opened
    assert ScriptBuilderSession.objects.count() == 1


def test_sending_a_message_twice(session, owner):
    turns = race(*[lambda: messages.post(session=session, by=owner, text="It is offline.", key="k")] * 8)
    assert len(set(turns)) == 1 and isinstance(turns[0], ChatMessage), turns
    assert ChatMessage.objects.filter(role="user").count() == 1
    assert Reply.objects.count() == 1


def test_retrying_twice(session, owner):
    messages.post(session=session, by=owner, text="It is offline.", key="k")
    turn = session.messages.select_related("reply").get(role="assistant")
    messages.stop(turn=turn, by=owner)
    turn.reply.refresh_from_db()
    turns = race(*[lambda: messages.retry(turn=turn, by=owner)] * 4)
    assert len(set(turns)) == 1 and isinstance(turns[0], ChatMessage), turns
    assert Reply.objects.count() == 2


def test_opening_the_inline_session_through_the_page(client_of, owner, fix):
    """Twenty requests of several tabs end at one row."""
    path = f"/sessions/{fix.session_id}/fixes/{fix.pk}/builder/"
    browsers = [client_of(owner) for _ in range(20)]
    answers = race(*(lambda b=b: b.post(path, {"version": fix.version}).status_code for b in browsers))
    assert answers == [302] * 20
    assert ScriptBuilderSession.objects.get().source_fix_id == fix.pk


def test_resolving_against_an_outcome(session, owner):
    fix = make_fix(session, Phase.VERIFYING)
    session.refresh_from_db()
    seen = session.state_version
    results = race(
        lambda: closing.resolve(session=session, by=owner, notes="Done.", seen=seen),
        lambda: fixes.write_outcome(fix=fix, version=fix.version, by=owner, move=Move.FAILED),
    )
    assert one_won(results)
    session.refresh_from_db()
    wanted = (AISession.Status.RESOLVED, Phase.SUCCESS), (AISession.Status.OPEN, Phase.FAILED)
    assert (session.status, phase(fresh(fix))) in wanted


def test_resolving_twice(session, owner):
    session.refresh_from_db()
    seen = session.state_version
    assert one_won(race(*[lambda: closing.resolve(session=session, by=owner, notes="Done.", seen=seen)] * 3))
    assert SessionEvent.objects.filter(kind="session_resolved").count() == 1


def test_dismissing_against_a_run(session, owner, fix):
    results = race(
        lambda: fixes.dismiss(fix=fix, version=fix.version, by=owner),
        lambda: runs.declare_by_hand(fix=fix, version=fix.version, by=owner),
    )
    assert one_won(results)
    now = fresh(fix)
    assert (phase(now), RunStamp.objects.count()) in ((Phase.DISMISSED, 0), (Phase.VERIFYING, 1))


def test_proposing_twice(session, owner):
    race(*[lambda: fixes.propose(session=session, call=call(), by=owner)] * 4)
    assert SuggestedFix.objects.filter(status="proposed").count() == 1
    assert SuggestedFix.objects.filter(status="dismissed", dismissed_reason="superseded").count() == 3


def test_applying_again_against_a_new_proposal(session, owner):
    partial = make_fix(session, Phase.PARTIAL)
    results = race(
        lambda: runs.declare_by_hand(fix=partial, version=partial.version, by=owner, what="Again."),
        lambda: fixes.propose(session=session, call=call(), by=owner),
    )
    assert one_won(results)
    assert SuggestedFix.objects.filter(status="proposed").count() == 1


def test_correcting_twice(session, owner, admin):
    fix = settle(make_fix(session, Phase.VERIFYING), Move.WORKED)
    correct = [lambda by=by: fixes.correct(fix=fix, version=fix.version, by=by, reason="No.") for by in (owner, admin)]
    assert one_won(race(*correct))
    assert phase(fresh(fix)) == Phase.FAILED


def test_the_two_last_tasks_of_a_group_ask_once(session, owner):
    first = make_task(session, text="Since when?")
    second = make_task(session, text="For whom?")
    results = race(*(lambda t=t: tasks.close(task=t, by=owner, state="done") for t in (first, second)))
    assert results == [None, None]
    assert Reply.objects.count() == 1


def test_a_task_closed_twice(session, owner):
    task = make_task(session)
    assert one_won(race(*[lambda: tasks.close(task=task, by=owner, state="done")] * 3))
    assert SessionEvent.objects.filter(kind="task_done").count() == 1
    assert Reply.objects.count() == 1


def test_confirm_not_yet_and_an_outcome_of_ones_own(session, owner, admin):
    fix = make_fix(session, Phase.VERIFYING)
    proposal = ProposeOutcome(outcome="worked", evidence="It prints.")
    proposals.propose(session=session, call=proposal, by=owner)
    seen = fresh(fix).ai_outcome_proposed_at
    mine = [fresh(fix) for _ in range(3)]
    results = race(
        lambda: proposals.confirm(fix=mine[0], version=fix.version, by=owner, seen=seen),
        lambda: proposals.decline(fix=mine[1], by=owner, seen=seen),
        lambda: fixes.write_outcome(fix=mine[2], version=fix.version, by=admin, move=Move.FAILED),
    )
    # Not yet and an outcome of one's own do not exclude each other; a confirmation excludes both.
    refused = [result for result in results if isinstance(result, WrongState)]
    assert len(refused) in (1, 2) and len(refused) + results.count(None) == 3, results
    now = fresh(fix)
    assert (now.ai_outcome_proposal, now.proposal_key) == ("", "")
    assert SessionEvent.objects.filter(kind__in=("fix_worked", "fix_failed")).count() == (now.version - fix.version)


def test_taking_over_and_withdrawing(session, owner, teammate):
    escalate(session, to=teammate)
    assert one_won(
        race(
            lambda: closing.take_over(session=session, by=teammate),
            lambda: closing.withdraw(session=session, by=owner),
        )
    )
    session.refresh_from_db()
    assert (session.status, session.handed_to) == ("open", None)
    assert SessionEvent.objects.filter(kind__in=("session_taken_over", "handover_withdrawn")).count() == 1


def test_resolving_and_escalating(session, owner, teammate):
    session.refresh_from_db()
    seen, said = session.state_version, {"session": session, "by": owner}
    assert one_won(
        race(
            lambda: closing.resolve(**said, notes="Done.", seen=seen),
            lambda: closing.escalate(**said, reason="Beyond me.", summary="So far.", seen=seen, to=teammate),
        )
    )
    assert Closing.objects.count() == 1
