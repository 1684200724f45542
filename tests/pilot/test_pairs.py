"""Every two moves of one fix at the same moment: one wins, the other is told how things stand, nothing is half done."""

from collections import Counter
from itertools import combinations

import pytest

from flowpilot.replies.models import Reply
from flowpilot.web.http import WrongState
from pilot.actions import drafts, fixes, runs
from pilot.lifecycle import Phase, phase
from pilot.models import SessionEvent
from pilot.replies import SessionReplies
from script_builder.models import ScriptBuilderSession
from tests.calling import Api
from tests.factories.pilot import SCRIPT, call, fresh, make_fix
from tests.script_builder.together import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

# What each move is called by, on which fix it is possible, the line that it writes, and where the fix is afterwards.
FORMS = {
    "dismiss": ("dismiss", {}, "fix_dismissed", Phase.DISMISSED),
    "submit": ("submit", {"script": SCRIPT, "language": "powershell"}, "fix_drafted", None),
    "run": ("by-hand", {"what": "Pulled the plug."}, "fix_run", Phase.VERIFYING),
    "worked": ("outcome", {"outcome": "worked"}, "fix_worked", Phase.SUCCESS),
    "failed": ("outcome", {"outcome": "failed"}, "fix_failed", Phase.FAILED),
    "partial": ("outcome", {"outcome": "partial", "notes": "One of two."}, "fix_partial", Phase.PARTIAL),
    "never_applied": ("never-applied", {}, "run_withdrawn", Phase.UNRUN),
}
POSSIBLE = {
    Phase.UNRUN: ["dismiss", "submit", "run"],
    Phase.VERIFYING: ["submit", "run", "worked", "failed", "partial", "never_applied"],
    Phase.PARTIAL: ["submit", "run", "worked", "failed", "never_applied"],
}
PAIRS = [(at, *pair) for at, moves in POSSIBLE.items() for pair in combinations(moves, 2)]


@pytest.fixture
def send(client_of, owner):
    """`send(fix, *moves)`: the status of each move's form, all of them of the fix as it is now, sent together."""

    def sent(fix, *moves) -> list[int]:
        left = iter([(client_of(owner), *FORMS[move][:2]) for move in moves])

        def post():
            browser, name, fields = next(left)
            browser.defaults["HTTP_HX_REQUEST"] = "true"
            path = f"/sessions/{fix.session_id}/fixes/{fix.pk}/{name}/"
            answer = browser.post(path, fields | {"version": fix.version})
            return name, fields, answer

        answers = together(len(moves), post)
        statuses = {}
        for move in moves:
            found = [answer for name, fields, answer in answers if (name, fields) == FORMS[move][:2]]
            statuses[move] = found.pop().status_code
        return [statuses[move] for move in moves]

    return sent


def trail(session) -> Counter:
    return Counter(SessionEvent.objects.filter(session=session).values_list("kind", flat=True))


@pytest.mark.parametrize(("at", "first", "second"), PAIRS)
def test_two_moves_of_one_fix(send, session, at, first, second):
    fix = make_fix(session, at)
    before = trail(session)
    statuses = send(fix, first, second)
    assert sorted(statuses) == [200, 409]
    won = (first, second)[statuses.index(200)]
    now = fresh(fix)
    assert phase(now) == (FORMS[won][3] or at)
    assert now.version == fix.version + 1
    assert trail(session) - before == Counter([FORMS[won][2]])
    standing = now.stamps.standing().count()
    assert (standing > 0) == (now.applied_at is not None)


@pytest.mark.parametrize("move", ["dismiss", "submit", "run"])
def test_the_assistant_proposing_another(client_of, owner, session, move):
    """Whichever comes first, at most one fix is open, and what the engineer was told is what happened."""
    fix = make_fix(session)
    name, fields, line, to = FORMS[move]
    browser, left = client_of(owner), iter([True, False])

    def propose():
        reply = Reply(account=owner.account, conversation=session.pk, asked_by=owner)
        SessionReplies().apply(reply, [call(title="Replace the driver")])

    def post():
        path = f"/sessions/{session.pk}/fixes/{fix.pk}/{name}/"
        return browser.post(path, fields | {"version": fix.version}).status_code

    results = [one for one in together(2, lambda: post() if next(left) else propose()) if one is not None]
    now, others = fresh(fix), session.fixes.exclude(pk=fix.pk)
    events = trail(session)
    if results == [302]:
        assert phase(now) == (to or Phase.UNRUN) or now.dismissed_reason == "superseded"
    else:
        assert results == [409] and now.dismissed_reason == "superseded"
    assert events["fix_superseded"] == (now.dismissed_reason == "superseded")
    assert events[line] == (results == [302])
    # It stays words where a run came first; a fix that was only drafted, and not engaged, gives way.
    assert others.count() == (phase(now) != Phase.VERIFYING) == events["fix_proposed"] - 1
    assert session.fixes.filter(status="proposed").count() == 1


def test_applying_against_the_assistant_proposing_another(client_of, owner, session):
    """Once Apply was opened the fix stays; opened too late, the engineer is told."""
    fix = make_fix(session)
    browser, left = client_of(owner), iter([True, False])

    def post():
        return browser.post(f"/sessions/{session.pk}/fixes/{fix.pk}/apply/", {"version": fix.version}).status_code

    def propose():
        fixes.propose(session=session, call=call(title="Replace the driver"), by=owner)

    status = next(one for one in together(2, lambda: post() if next(left) else propose()) if isinstance(one, int))
    now = fresh(fix)
    assert status == (409 if now.dismissed_reason == "superseded" else 302)
    assert (now.engaged_at is not None) == (status == 302)
    assert ScriptBuilderSession.objects.count() == (status == 302)
    assert trail(session)["fix_superseded"] == (status == 409)
    assert session.fixes.filter(status="proposed").count() == 1


@pytest.mark.parametrize("rival", ["dismiss", "submit", "run"])
def test_applying_against_a_move(client_of, owner, session, rival):
    """Apply stamps nothing and asks for no version: both may succeed, and no dismissed fix gets engaged later."""
    fix = make_fix(session)
    name, fields, line, to = FORMS[rival]
    left = iter([(client_of(owner), "apply", {}), (client_of(owner), name, fields)])

    def post():
        browser, form, body = next(left)
        path = f"/sessions/{session.pk}/fixes/{fix.pk}/{form}/"
        return form, browser.post(path, body | {"version": fix.version}).status_code

    answers = dict(together(2, post))
    assert answers[name] == 302 and answers["apply"] in (302, 409)
    now = fresh(fix)
    assert phase(now) == (to or Phase.UNRUN) and trail(session)[line] == 1
    assert now.engaged_at or answers["apply"] == 409
    if rival == "dismiss" and now.engaged_at:
        assert now.engaged_at < now.closed_at
    assert now.stamps.count() == (rival == "run")


@pytest.mark.parametrize("opens", [fixes.engage, drafts.open_inline, runs.build_template])
def test_opening_what_was_read_before_it_was_dismissed(owner, session, opens):
    """No version is asked for, so it is what the fix is by now that counts."""
    fix = make_fix(session, script=SCRIPT if opens is runs.build_template else None)
    read = fresh(fix)
    fixes.dismiss(fix=fix, version=fix.version, by=owner)
    with pytest.raises(WrongState) as refused:
        opens(fix=read, by=owner)
    assert refused.value.code == "fix_changed" and fresh(fix).engaged_at is None
    assert not ScriptBuilderSession.objects.exists()


def test_two_equal_declarations_through_page_and_api(client_of, owner, session):
    fix = make_fix(session, script=SCRIPT)
    body = {"version": fix.version}
    path = f"/ai-sessions/{session.pk}/suggested-fixes/{fix.pk}/decision"
    page = f"/sessions/{session.pk}/fixes/{fix.pk}/decision/"
    browser, api, left = client_of(owner), Api(owner), iter([True, False])

    def declare():
        if next(left):
            return browser.post(page, body | {"decision": "one_off"}).status_code
        return api.post(path, body | {"decision": "one_off"}).status_code

    assert sorted(together(2, declare)) == [200, 302]
    assert fresh(fix).stamps.count() == 1 == trail(session)["fix_run"]
