"""Which refusal comes before which, of every POST on a session; who gets where at all is tests/access's."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from flowpilot.replies.models import Reply
from pilot.lifecycle import Phase
from pilot.models import ChatMessage
from tests.access.expectations import RULES
from tests.conventions.world import routes, snapshot
from tests.factories.pilot import (
    FILLED,
    PARAMETERS,
    SCRIPT,
    SECRET_SCRIPT,
    escalate,
    make_fix,
    make_session,
    make_task,
    make_template,
    resolve,
)
from tests.factories.script_builder import InlineFactory

# Of sessions that are not open.
REOPENING = {"pilot:take_over", "pilot:withdraw", "pilot:reopen"}
POSTS = sorted(
    name for name, rules in RULES.items() if rules.get("POST", "").startswith("session.") and name.startswith("pilot:")
)
UNRUN, VERIFYING, PARTIAL, SUCCESS, FAILED, DISMISSED = Phase
RUNNABLE = {UNRUN, VERIFYING, PARTIAL}
# Of each URL of a fix: the phases in which it is possible, and what is invalid input to it (None: nothing is).
FIXES = {
    "pilot:fix_apply": (RUNNABLE, None),
    "pilot:fix_dismiss": ({UNRUN}, None),
    "pilot:fix_outcome": ({VERIFYING, PARTIAL}, {"outcome": "solved"}),
    "pilot:fix_never_applied": ({VERIFYING, PARTIAL}, None),
    "pilot:fix_correct": ({SUCCESS, FAILED}, {"reason": " "}),
    "pilot:fix_by_hand": (RUNNABLE, {"what": "x" * 5001}),
    "pilot:fix_generate": (RUNNABLE, {"template_version": 1, "p-host": "not a host!"}),
    "pilot:fix_ran": (RUNNABLE, {"template_version": 1, "p-host": "not a host!"}),
    "pilot:fix_decision": (RUNNABLE, {"decision": "one_off", "p-host": "not a host!"}),
    "pilot:fix_builder": (RUNNABLE, None),
    "pilot:fix_submit": (RUNNABLE, {"script": " ", "language": "bash"}),
    "pilot:fix_compare": (RUNNABLE, None),
    "pilot:fix_output": ({VERIFYING, PARTIAL}, {"output": " "}),
    "pilot:fix_intercept": ({VERIFYING, PARTIAL}, {"choice": "lost"}),
    # Without a proposal there is nothing to say to one.
    "pilot:fix_confirm_proposal": (set(), None),
    "pilot:fix_decline_proposal": (set(), None),
}
# Further wrong input, each judged after the state like the first.
MORE = [
    ("pilot:fix_outcome", {"outcome": "partial", "notes": " "}, {VERIFYING}),
    ("pilot:fix_outcome", {"outcome": "failed", "notes": "x" * 5001}, {VERIFYING, PARTIAL}),
    ("pilot:fix_outcome", {"outcome": "worked", "notes": "a\0b"}, {VERIFYING, PARTIAL}),
    ("pilot:fix_correct", {"reason": "a\0b"}, {SUCCESS, FAILED}),
    ("pilot:fix_intercept", {"choice": "partial", "notes": " "}, {VERIFYING}),
    ("pilot:fix_intercept", {"choice": "partial", "notes": "a\0b"}, {VERIFYING}),
    ("pilot:fix_decision", {"decision": "later"}, RUNNABLE),
    ("pilot:fix_decision", {"decision": "draft_template"}, RUNNABLE),
    ("pilot:fix_decision", {"decision": "preview"}, RUNNABLE),
    ("pilot:fix_submit", {"script": "ls", "language": "cobol"}, RUNNABLE),
    ("pilot:fix_submit", {"script": "ls"}, RUNNABLE),
    ("pilot:fix_submit", {"script": "a\0b", "language": "bash"}, RUNNABLE),
]
WRONG = [(name, body, allowed) for name, (allowed, body) in FIXES.items() if body] + MORE


def fix_for(name: str, session, at: Phase):
    """A fix in that phase, of the kind that this URL is for."""
    if name in ("pilot:fix_generate", "pilot:fix_ran"):
        return make_fix(session, at, template=make_template(session.owner, SECRET_SCRIPT, PARAMETERS), ran=FILLED)
    if name == "pilot:fix_decision":
        return make_fix(session, at, script=SECRET_SCRIPT, parameters=PARAMETERS, ran=FILLED)
    if name == "pilot:fix_compare":
        fix = make_fix(session, at, script=SCRIPT)
        InlineFactory(user=session.owner, ai_session=session, source_fix=fix, buffer="Get-Mine\n")
        return fix
    verified = {"verify_command": "Get-Service Spooler", "verify_expected": "Running"}
    return make_fix(session, at, **verified)


def make_turn(session, state=Reply.State.INTERRUPTED) -> ChatMessage:
    """An assistant's turn whose reply came to that end."""
    turn = ChatMessage.objects.ask_next(session, session.owner)
    Reply.objects.filter(pk=turn.reply_id).update(state=state, finished_at=timezone.now())
    return turn


class World:
    """A session with one of everything that a URL may name."""

    def __init__(self, owner):
        self.session = make_session(owner)
        self.task = make_task(self.session)
        self.turn = make_turn(self.session)
        self.fix = make_fix(self.session)

    def path(self, name: str, **others) -> str:
        """The address, with these rows in place of the world's own."""
        rows = vars(self) | others
        route = dict(routes())[name]
        return reverse(name, kwargs={f"{row}_id": rows[row].pk for row in rows if f"<uuid:{row}_id>" in route})


@pytest.fixture
def world(owner):
    return World(owner)


def status(browser, path, **body) -> int:
    return browser.post(path, body).status_code


def test_every_post_of_a_fix_is_in_the_table():
    assert {name for name in POSTS if "fix_" in name} == set(FIXES)
    assert set(POSTS) - set(FIXES) == {
        *("pilot:message", "pilot:stop", "pilot:retry", "pilot:task", "pilot:resolve", "pilot:escalate"),
        "pilot:runbooks",
        *REOPENING,
    }


def all_of(browser, world, names=POSTS) -> dict[str, int]:
    """What each of these URLs answers to an empty form, by the answer."""
    return {name: status(browser, world.path(name)) for name in names}


def test_who_gets_as_far_as_the_view(as_owner, as_admin, world):
    """Nothing is sent along, so most are told that the form lacks something."""
    for browser in (as_owner, as_admin):
        answers = all_of(browser, world)
        assert {name for name, code in answers.items() if code == 302} == {"pilot:stop", "pilot:retry"}
        assert {name for name, code in answers.items() if code == 422} == {
            "pilot:message",
            "pilot:task",
            "pilot:resolve",
            "pilot:escalate",
            "pilot:runbooks",
        }
        assert {name for name, code in answers.items() if code == 409} == set(FIXES) | REOPENING


def test_a_hand_over_that_is_no_more_shows_nothing(as_teammate, world, owner, teammate):
    """The session is open again; nobody took it over."""
    escalate(world.session, to=teammate)
    type(world.session).objects.update(status="open", closed_at=None, closed_by=None, handed_to=None)
    assert as_teammate.get(world.path("pilot:session")).status_code == 404


def test_who_took_it_over_works_it_like_the_owner(as_teammate, as_owner, world, teammate):
    type(world.session).objects.update(taken_over_at=timezone.now(), taken_over_by=teammate)
    theirs = all_of(as_teammate, world)
    assert set(theirs.values()) <= {302, 409, 422}
    assert theirs == all_of(as_owner, world)


# ---- 404 before 403 before 409 before 422 -------------------------------------------------------

CHILDREN = [name for name in POSTS if dict(routes())[name].count("<") > 1]


@pytest.mark.parametrize("closed", [False, True])
def test_what_is_in_another_session_does_not_exist_in_this_one(as_owner, as_viewer, world, owner, closed):
    other, unknown = World(owner), {child: Row() for child in ("task", "turn", "fix")}
    if closed:
        resolve(world.session)
    before = snapshot()
    for children in ({"task": other.task, "turn": other.turn, "fix": other.fix}, unknown):
        for browser in (as_owner, as_viewer):
            answers = {name: status(browser, world.path(name, **children), version=1) for name in CHILDREN}
            assert answers == dict.fromkeys(CHILDREN, 404)
    assert snapshot() == before


class Row:
    """Something that never was."""

    pk = uuid.UUID(int=7)


def test_a_users_turn_is_nobody_to_stop_or_retry(as_owner, world, owner):
    said = ChatMessage.objects.create(session=world.session, role="user", author=owner, text="Hello")
    for name in ("pilot:stop", "pilot:retry"):
        assert status(as_owner, world.path(name, turn=said)) == 404


def in_every_phase(name, owner, phases=tuple(Phase)) -> dict:
    """A fix in each phase, each in a session of its own, and the address of its form."""
    fixes = {at: fix_for(name, make_session(owner), at) for at in phases}
    return {at: (fix, reverse(name, args=[fix.session_id, fix.pk])) for at, fix in fixes.items()}


@pytest.mark.parametrize("name", FIXES)
def test_no_right_comes_before_the_state(client_of, owner, teammate, viewer, stranger, name):
    browsers = {404: [client_of(stranger), client_of(teammate)], 403: [client_of(viewer)]}
    for at, (fix, path) in in_every_phase(name, owner, (UNRUN, SUCCESS)).items():
        body = (FIXES[name][1] or {}) | {"version": fix.version}
        for wanted, asking in browsers.items():
            assert [status(browser, path, **body) for browser in asking] == [wanted] * len(asking), at


@pytest.mark.parametrize(("name", "body", "allowed"), WRONG)
def test_the_state_comes_before_the_input(htmx, owner, name, body, allowed):
    fixes = in_every_phase(name, owner)
    before = snapshot()
    answers = {at: status(htmx, path, version=fix.version, **body) for at, (fix, path) in fixes.items()}
    assert answers == {at: 422 if at in allowed else 409 for at in Phase}
    # A form of an older page is told of the present state, whatever was typed into it.
    answers = {at: status(htmx, fixes[at][1], version=fixes[at][0].version - 1, **body) for at in allowed}
    assert answers == dict.fromkeys(allowed, 409)
    assert snapshot() == before


@pytest.mark.parametrize("name", [name for name, (_, body) in FIXES.items() if body is None])
def test_what_is_impossible_in_a_phase_is_409(htmx, owner, name):
    allowed = FIXES[name][0]
    for at, (fix, path) in in_every_phase(name, owner).items():
        before = snapshot()
        assert status(htmx, path, version=fix.version) == (200 if at in allowed else 409), at
        # Comparing only shows.
        assert (snapshot() == before) == (at not in allowed or name == "pilot:fix_compare"), at


@pytest.mark.parametrize("name", FIXES)
def test_a_form_without_a_version_that_can_be_is_409(htmx, world, name):
    """But where opening something is no conflict with any version."""
    before = snapshot()
    for version in ({}, {"version": "one"}, {"version": "1" * 5000}):
        assert status(htmx, world.path(name), **version) == 409
    opens = name in ("pilot:fix_apply", "pilot:fix_builder")
    assert opens or snapshot() == before
    assert status(htmx, world.path(name), version=10**30) == (200 if opens else 409)
    assert opens or snapshot() == before


@pytest.mark.parametrize("way", ["resolved", "escalated"])
def test_closed_comes_before_the_input(as_owner, htmx, world, owner, way):
    if way == "resolved":
        resolve(world.session)
    else:
        escalate(world.session)
    wrong = {name: body or {} for name, (_, body) in FIXES.items()} | {
        "pilot:message": {"text": "", "key": ""},
        "pilot:task": {"state": "lost"},
        "pilot:resolve": {"notes": ""},
        "pilot:escalate": {"summary": ""},
        "pilot:runbooks": {"number": "Z99"},
        "pilot:stop": {},
        "pilot:retry": {},
    }
    assert set(wrong) == set(POSTS) - REOPENING
    before = snapshot()
    for name, body in wrong.items():
        answer = htmx.post(world.path(name), body | {"version": 1})
        assert answer.status_code == 409, name
        assert "This session is closed. Nothing was changed." in answer.content.decode()
    assert status(as_owner, world.path("pilot:message")) == 409
    assert snapshot() == before


def test_a_closed_session_takes_nothing_that_is_right_otherwise(htmx, world):
    resolve(world.session)
    right = [
        ("pilot:message", {"text": "Hello", "key": "k"}),
        ("pilot:task", {"state": "done"}),
        ("pilot:resolve", {"notes": "Done.", "v": "1"}),
        ("pilot:fix_outcome", {"outcome": "worked"}),
        ("pilot:fix_by_hand", {"what": "Again."}),
        ("pilot:fix_decision", {"decision": "one_off"}),
        ("pilot:fix_decision", {"decision": "build_template"}),
        ("pilot:fix_submit", {"script": "Get-Date", "language": "bash"}),
        ("pilot:fix_correct", {"reason": "No."}),
    ]
    before = snapshot()
    for name, body in right:
        assert status(htmx, world.path(name), version=world.fix.version + 1, **body) == 409, name
    assert snapshot() == before
