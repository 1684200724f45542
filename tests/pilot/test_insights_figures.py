"""What Insights counts, in a small world that was counted by hand: its account is in New York, and it is Wednesday."""

from datetime import UTC, datetime, timedelta

import pytest

from flowpilot.runbooks.models import AccountRunbook
from pilot.actions import closing, fixes
from pilot.insights.numbers import duration, interval, median, percentile
from pilot.insights.page import look
from pilot.lifecycle import Move, Phase
from pilot.models import AISession, SessionEvent, SuggestedFix
from tests.factories.pilot import (
    escalate,
    fresh,
    make_fix,
    make_session,
    make_task,
    make_template,
    never_applied,
    resolve,
    run,
    settle,
)

NOW = datetime(2026, 3, 18, 16, tzinfo=UTC)
NOBODY = ["none"] * 4

pytestmark = pytest.mark.postgres


@pytest.fixture(autouse=True)
def new_york(account):
    account.time_zone = "America/New_York"
    account.save()


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


def ended(owner, phase: Phase, moment: str, session=None, **fields) -> SuggestedFix:
    """A fix that came out so at that moment."""
    fix = make_fix(session or make_session(owner), phase, **fields)
    return move(fix, moment)


def move(fix: SuggestedFix, moment: str) -> SuggestedFix:
    """The same fix, with its outcome at that moment; it was run the week before."""
    rows = SuggestedFix.objects.filter(pk=fix.pk)
    if fix.applied_at:
        rows.update(applied_at=at(moment) - timedelta(days=8))
    if fix.closed_at:
        rows.update(closed_at=at(moment))
    fix.events.filter(kind=SessionEvent.Kind.FIX_PARTIAL).update(created_at=at(moment))
    return fresh(fix)


def took(owner, minutes: float, moment: str = "2026-03-11T15:00", **fields) -> AISession:
    """A session that was resolved at that moment, so long after it was opened."""
    session = resolve(make_session(owner, **fields))
    opened = at(moment) - timedelta(minutes=minutes)
    AISession.objects.filter(pk=session.pk).update(created_at=opened, closed_at=at(moment))
    return session


def rows_of(user, key: str, sent=(), now=NOW) -> dict[str, list[str]]:
    """A figure's rows, by what stands first in them."""
    return {row[0].text: [cell.text for cell in row[1:]] for row in look(user, dict(sent), now).figure(key).rows}


def test_every_fix_counts_once_in_the_week_of_its_outcome(owner, stranger):
    ended(owner, Phase.SUCCESS, "2026-03-16T03:59")  # Sunday evening in New York
    ended(owner, Phase.SUCCESS, "2026-03-16T04:00")  # Monday
    ended(owner, Phase.FAILED, "2026-03-17T12:00")
    ended(owner, Phase.PARTIAL, "2026-03-17T12:00")
    ended(owner, Phase.DISMISSED, "2026-03-17T12:00")
    ended(owner, Phase.FAILED, "2025-12-29T04:59")  # Sunday, before the twelve weeks
    ended(owner, Phase.FAILED, "2025-12-29T05:00")  # the first moment of them
    make_fix(make_session(owner), Phase.VERIFYING)
    make_fix(make_session(owner))
    ended(stranger, Phase.SUCCESS, "2026-03-17T12:00")
    weeks = rows_of(owner, "outcomes")
    first, *between, last = weeks
    assert (first, len(between), last) == ("29 Dec 2025", 10, "16 Mar 2026")
    # Worked, partly, didn't work, dismissed; worked of those that were run.
    assert weeks["9 Mar 2026"] == ["1", "0", "0", "0", "1 of 1"]
    assert weeks["16 Mar 2026"] == ["1", "1", "1", "1", "1 of 3"]
    assert weeks["29 Dec 2025"] == ["0", "0", "1", "0", "0 of 1"]
    assert weeks["5 Jan 2026"] == [*NOBODY, "none"]
    page = look(owner, {}, NOW)
    assert page.figure("outcomes").sums_up == "2 of 5 fixes that were run worked (40 %); 1 dismissed."
    assert page.keys[0] == ("Fixes that worked", "40 %", "2 of 5 run")


def test_a_corrected_outcome_counts_as_corrected_where_it_was_written(owner):
    fix = ended(owner, Phase.SUCCESS, "2026-03-10T12:00")
    fixes.correct(fix=fix, version=fix.version, by=owner, reason="It came back.")
    assert rows_of(owner, "outcomes")["9 Mar 2026"] == ["0", "0", "1", "0", "0 of 1"]


def test_a_withdrawn_run_does_not_count(owner):
    template = make_template(owner)
    never_applied(make_fix(make_session(owner), Phase.VERIFYING, template=template))
    assert look(owner, {}, NOW).figure("outcomes").rows == []
    # The draft helped in part; that the template was run after it was taken back.
    fix = make_fix(make_session(owner), Phase.PARTIAL, script="ls\n")
    SuggestedFix.objects.filter(pk=fix.pk).update(script_template=template)
    run(fix)
    move(never_applied(fix), "2026-03-17T12:00")
    assert rows_of(owner, "outcomes")["16 Mar 2026"] == ["0", "1", "0", "0", "0 of 1"]
    assert list(rows_of(owner, "ways")) == ["Drafted script"] and rows_of(owner, "templates") == {}


def test_a_week_without_a_session_has_no_time(owner):
    for minutes in (10, 40, 20, 100, 30):
        took(owner, minutes)
    for minutes in (60, 90, 0.2):
        took(owner, minutes, "2026-03-17T12:00")
    handed = escalate(make_session(owner))
    AISession.objects.filter(pk=handed.pk).update(created_at=at("2026-03-01T00:00"), closed_at=at("2026-03-11T15:00"))
    make_session(owner)
    weeks = rows_of(owner, "time-to-resolve")
    assert weeks["9 Mar 2026"] == ["30 min", "1 h 40 min", "5"]
    assert weeks["16 Mar 2026"] == ["1 h", "too few to tell", "3"]
    assert weeks["2 Mar 2026"] == ["none", "none", "none"]
    said = look(owner, {}, NOW).figure("time-to-resolve").sums_up
    assert said == "Median 35 min of 8 resolved sessions, 90th percentile 1 h 40 min."
    spans = {words: count for words, (count,) in rows_of(owner, "how-long").items()}
    assert {words: count for words, count in spans.items() if count != "0"} == {
        "Under 15 min": "2",
        "15 to 30 min": "1",
        "30 to 60 min": "2",
        "1 to 2 h": "3",
    }


def test_a_reopened_session_counts_when_it_is_resolved_again(owner):
    session = took(owner, 30)
    closing.reopen(session=session, by=owner)
    assert look(owner, {}, NOW).figure("time-to-resolve").rows == []
    resolve(session)
    AISession.objects.filter(pk=session.pk).update(closed_at=at("2026-03-17T15:00"))
    weeks = rows_of(owner, "time-to-resolve")
    assert weeks["9 Mar 2026"][2] == "none" and weeks["16 Mar 2026"] == ["6 d", "too few to tell", "1"]


def test_a_template_has_its_sample_and_its_interval(owner):
    sure, few = make_template(owner, name="Sure"), make_template(owner, name="Few")
    for phase in (Phase.SUCCESS, Phase.SUCCESS, Phase.SUCCESS, Phase.SUCCESS, Phase.FAILED):
        ended(owner, phase, "2026-03-17T12:00", template=sure)
    for phase in (Phase.SUCCESS, Phase.SUCCESS, Phase.PARTIAL):
        ended(owner, phase, "2026-03-17T12:00", template=few)
    twice = make_fix(make_session(owner), Phase.PARTIAL, template=few)
    run(twice)
    move(settle(twice, Move.WORKED), "2026-03-17T12:00")
    ended(owner, Phase.SUCCESS, "2025-03-17T12:00", template=few)
    make_fix(make_session(owner), Phase.VERIFYING, template=few)
    # Outcomes, worked, partly, didn't work, share, at least, at most.
    assert rows_of(owner, "templates") == {
        "Sure": ["5", "4", "0", "1", "80 %", "38 %", "96 %"],
        "Few": ["4", "3", "1", "0", "too few to tell", "none", "none"],
    }
    assert look(owner, {}, NOW).figure("templates").sums_up == (
        "1 of 2 templates with 5 outcomes or more. The surest: Sure, 4 of 5 worked."
    )


def test_a_runbook_is_where_a_fix_came_from(owner, account):
    for phase in (Phase.SUCCESS, Phase.FAILED):
        ended(owner, phase, "2026-03-17T12:00", source="W02/fix/clear-queue")
    ended(owner, Phase.SUCCESS, "2026-03-17T12:00", source="W02/fix/driver")
    ended(owner, Phase.DISMISSED, "2026-03-17T12:00", source="W03/fix/bring-online")
    ended(owner, Phase.SUCCESS, "2026-03-17T12:00", source="from a manual")
    ended(owner, Phase.SUCCESS, "2026-03-17T12:00", source="X01/fix/turn-it")
    few = ["too few to tell", "none", "none"]
    ours, theirs = "W02 Print spooler stuck, or jobs that cannot be deleted", "X01"
    found = rows_of(owner, "runbooks")
    assert found == {ours: ["3", "2", "0", "1", *few], theirs: ["1", "1", "0", "0", *few]}
    said = {"account": account, "text": "x", "created_by": owner, "updated_by": owner}
    for number, title in (("W02", "Our printers"), ("X01", "Our lift")):
        AccountRunbook.objects.create(number=number, title=title, **said)
    assert set(rows_of(owner, "runbooks")) == {"W02 Our printers", "X01 Our lift"}


def test_one_that_was_run_in_two_ways_counts_for_both(owner):
    both = make_fix(make_session(owner), Phase.PARTIAL, script="ls\n")
    SuggestedFix.objects.filter(pk=both.pk).update(script_template=make_template(owner))
    run(both)
    move(settle(both, Move.WORKED), "2026-03-17T12:00")
    ended(owner, Phase.FAILED, "2026-03-17T12:00")
    found = {way: figures[:4] for way, figures in rows_of(owner, "ways").items()}
    assert found == {
        "Template": ["1", "1", "0", "0"],
        "Drafted script": ["1", "1", "0", "0"],
        "By hand": ["1", "0", "0", "1"],
    }
    assert rows_of(owner, "outcomes")["16 Mar 2026"] == ["1", "0", "1", "0", "1 of 2"]


def test_what_waits_stands_once_under_the_first_that_fits(owner, teammate):
    def opened(days: float, session: AISession) -> AISession:
        AISession.objects.filter(pk=session.pk).update(created_at=NOW - timedelta(days=days))
        return session

    opened(0.9, make_session(owner))
    opened(1.1, make_session(owner))
    asked = opened(2, make_session(owner))
    make_task(asked)
    make_fix(opened(4, make_session(owner)), Phase.PARTIAL)
    both = opened(5, make_session(owner))
    make_fix(both, Phase.PARTIAL)
    make_fix(both)
    make_task(both)
    make_fix(opened(40, make_session(owner)), Phase.VERIFYING)
    opened(10, escalate(make_session(owner), to=teammate))
    opened(10, escalate(make_session(owner), party="Vendor"))
    opened(10, resolve(make_session(owner)))
    assert rows_of(owner, "waiting") == {
        "Handed over, not taken": ["0", "0", "0", "1", "0", "1"],
        "Run, waits for its outcome": ["0", "0", "0", "0", "1", "1"],
        "Worked in part": ["0", "0", "1", "0", "0", "1"],
        "Fix proposed, not run": ["0", "0", "1", "0", "0", "1"],
        "Questions or checks open": ["0", "1", "0", "0", "0", "1"],
        "Nothing proposed, nothing asked": ["1", "1", "0", "0", "0", "2"],
    }
    assert look(owner, {}, NOW).figure("waiting").sums_up == "7 sessions wait, 2 for a week or longer."
    # Of the present moment: no period narrows it.
    assert rows_of(owner, "waiting", {"from": "2026-01-01", "to": "2026-01-02"}) == rows_of(owner, "waiting")


def test_a_client_and_an_engineer_narrow_every_figure(owner, teammate, admin):
    ended(owner, Phase.SUCCESS, "2026-03-17T12:00", session=make_session(owner, client="Acme"))
    ended(teammate, Phase.FAILED, "2026-03-17T12:00", session=make_session(teammate, client="Acme"))
    ended(teammate, Phase.FAILED, "2026-03-17T12:00", session=make_session(teammate))
    took(owner, 10, client="Acme")
    taken = took(owner, 20)
    AISession.objects.filter(pk=taken.pk).update(taken_over_by=teammate, taken_over_at=NOW)

    def counted(**sent) -> tuple:
        page = look(admin, sent, NOW)
        return page.figure("outcomes").sums_up[:6], page.keys[1][2], page.keys[3][1]

    assert counted() == ("1 of 3", "2 resolved sessions", "3")
    assert counted(client="Acme") == ("1 of 2", "1 resolved session", "2")
    assert counted(engineer=str(teammate.pk)) == ("0 of 2", "1 resolved session", "2")
    assert counted(engineer=str(teammate.pk), client="Acme") == ("0 of 1", "0 resolved sessions", "1")
    choices = look(admin, {}, NOW).choices
    assert choices.clients == ["Acme"] and choices.engineers == {owner.pk: "Owner", teammate.pk: "Teammate"}


class TestNumbers:
    @pytest.mark.parametrize(
        ("worked", "of", "low", "high"),
        [(0, 0, 0, 1), (0, 5, 0, 0.434), (5, 5, 0.566, 1), (4, 5, 0.376, 0.964), (40, 44, 0.788, 0.964)],
    )
    def test_wilsons_interval(self, worked, of, low, high):
        assert interval(worked, of) == pytest.approx((low, high), abs=0.001)

    def test_middle_and_nearest_rank(self):
        minutes = [timedelta(minutes=number) for number in (4, 1, 3, 2)]
        assert median(minutes) == timedelta(minutes=2.5) and median(minutes[:3]) == timedelta(minutes=3)
        ten = [timedelta(minutes=number) for number in range(10, 0, -1)]
        assert [percentile(ten, percent) for percent in (1, 50, 90, 91, 100)] == [
            timedelta(minutes=number) for number in (1, 5, 9, 10, 10)
        ]

    @pytest.mark.parametrize(
        ("minutes", "words"),
        [(0.4, "under a minute"), (59.6, "1 h"), (65, "1 h 5 min"), (1440, "1 d"), (3005, "2 d 2 h"), (1445, "1 d")],
    )
    def test_durations_in_words(self, minutes, words):
        assert duration(timedelta(minutes=minutes)) == words
