"""Another account, and what a person may not do in their own: everything that carries an id or a right."""

import uuid
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db.models import UniqueConstraint
from django.test import Client

from flowpilot.people.models import User
from pilot.models import AISession, ChatMessage
from script_builder.models import ScriptBuilderSession, ScriptTemplate
from script_builder.words import index
from tests.attacks.looking import told
from tests.calling import Api
from tests.conventions import world as worlds
from tests.conventions.source import FLOORS
from tests.factories.pilot import make_session
from tests.factories.script_builder import DraftingFactory

pytestmark = pytest.mark.django_db
# A word by which the stranger's things would be found.
WALRUS = "walrus"


@pytest.fixture
def world(account, owner):
    return worlds.build(account, owner)


@pytest.fixture
def elsewhere(stranger):
    """`elsewhere()` fills the stranger's account with one of everything, named by the word."""

    def build() -> SimpleNamespace:
        return walrus(worlds.build(stranger.account, stranger))

    return build


def walrus(world) -> SimpleNamespace:
    """The rows with the word in all that can be searched, filtered or chosen from."""
    AISession.objects.filter(pk=world.session.pk).update(
        title=f"{WALRUS} offline", problem=WALRUS, client=WALRUS, ticket_ref=WALRUS, device=WALRUS
    )
    ScriptTemplate.objects.filter(pk=world.template.pk).update(
        name=WALRUS, description=WALRUS, category=WALRUS, tags=[WALRUS], status="published", successes=9, runs=9
    )
    index(ScriptTemplate.objects.get(pk=world.template.pk))
    ScriptBuilderSession.objects.filter(pk=world.standalone.pk).update(title=WALRUS)
    ChatMessage.objects.filter(session=world.session, role="user").update(text=WALRUS)
    return world


# ---- What an answer tells of others -----------------------------------------------------------------


LISTS = {
    "/sessions/": ["?q={0}", "?q=printer", "?status=waiting", "?status=open", "?page=2"],
    "/scripts/": ["?q={0}", "?q=printer", "?category={0}", "?tag={0}", "?sort=runs", "?status=archived"],
    "/api/v1/ai-sessions": ["?q={0}", "?client={0}", "?ticket_ref={0}", "?owner_id={1}", "?limit=1"],
    "/api/v1/script-templates": ["?q={0}", "?category={0}", "?language=powershell"],
    "/api/v1/people": ["?limit=1"],
    "/admin/pilot/aisession/": ["", "?q={0}", "?owner__id__exact={1}"],
    "/admin/script_builder/scripttemplate/": ["", "?q={0}"],
    "/admin/people/user/": ["", "?q=stranger"],
    "/admin/": [""],
}


@pytest.mark.parametrize("who", ["owner", "admin", "viewer"])
def test_no_answer_depends_on_another_account(request, client_of, world, elsewhere, stranger, who):
    """Lists, searches, counts, choices, orders, exports and refusals are the same to the letter without the other."""
    browser = client_of(request.getfixturevalue(who))
    # The style guide shows no row, and makes its samples with new ids and moments each time.
    apart = ("people:sign_in", "styleguide:page")
    paths = [worlds.address(route, world) for name, route in worlds.routes() if name not in apart]
    paths += [path + query.format(WALRUS, stranger.pk) for path, queries in LISTS.items() for query in queries]

    def answers() -> dict:
        return {path: told(browser.get(path)) for path in paths}

    answers()  # the first visit of a browser is told things that later ones are not
    before = answers()
    elsewhere()
    after = answers()
    assert [path for path in paths if before[path] != after[path]] == []
    assert sum(answer[0] == 200 for answer in after.values()) > 40


def test_what_is_another_accounts_and_what_never_was_are_the_same(as_stranger, world, settings):
    """The same status, the same headers, the same words, whatever is asked for and by which method."""
    settings.PAGE_WRITES_PER_MINUTE = settings.API_WRITES_PER_MINUTE = 10_000
    never = SimpleNamespace(**{name: SimpleNamespace(pk=uuid.uuid4()) for name in vars(world)})
    never.number = world.number
    differ, asked = [], 0
    for _, route in worlds.routes():
        theirs, nowhere = worlds.address(route, world), worlds.address(route, never)
        if theirs == nowhere:
            continue
        ids = [str(row.pk) for rows in (world, never) for row in vars(rows).values() if "-" in str(row.pk)]
        for method in worlds.METHODS:
            asked += 1
            if told(as_stranger.generic(method, theirs), *ids) != told(as_stranger.generic(method, nowhere), *ids):
                differ.append(f"{method} {route}")
    assert differ == [] and asked > 300


def test_a_cursor_of_another_accounts_list_shows_only_ones_own(owner, stranger):
    for user in (owner, stranger, owner, stranger):
        make_session(user, title=user.username)
    mine, theirs = Api(owner), Api(stranger)
    cursor = theirs.get("/ai-sessions?limit=1").json()["next"]
    assert {one["title"] for one in mine.get(f"/ai-sessions?cursor={cursor}").json()["items"]} <= {"owner"}


# A name that must be unique tells whoever is refused that somebody has it already. Of each such rule: why it does not
# reach into another account.
UNIQUE = {
    "accesstoken": "a token's hash, which nobody can choose",
    "usage": "counted by ourselves",
    "user": "people sign in by this name alone, so it is one for all accounts; only admins choose it",
    "reply": "a conversation's id, which is found through its owner first",
    "piece": "of a reply",
    "chatmessage": "of a session, and its author's own",
    "scriptbuildermessage": "of a session, and its author's own",
    "suggestedfix": "of a session",
    "scriptbuildersession": "of a user",
    "scripttemplate": "of an account, or made from a fix",
    "scripttemplateversion": "of a template",
    "templateword": "of a template",
    "accountrunbook": "of an account",
}


def test_nothing_must_be_unique_beyond_its_account():
    found = set()
    for model in apps.get_models():
        meta = model._meta
        ruled = [field for field in meta.concrete_fields if field.unique and not field.primary_key]
        if model.__module__.split(".")[0] in FLOORS and (
            ruled or any(isinstance(rule, UniqueConstraint) for rule in meta.constraints)
        ):
            found.add(meta.model_name)
    assert found <= set(UNIQUE)


def test_a_name_that_another_account_has_is_free(client_of, owner, stranger):
    drafts = {user: DraftingFactory(user=user) for user in (stranger, owner)}
    for user, drafting in drafts.items():
        form = {"text": "Get-Date\n", "revision": drafting.buffer_revision, "name": "The same", "publish": "on"}
        answer = client_of(user).post(f"/script-builder/{drafting.pk}/save-template/", form)
        assert answer.status_code == 302, user
    assert ScriptTemplate.objects.filter(name="The same").count() == 2


# ---- Ids that stand elsewhere than in the address -----------------------------------------------------


def handing(browser, mine, pk):
    form = {"to": pk, "reason": "r", "summary": "s", "v": mine.session.state_version}
    return browser.post(f"/sessions/{mine.session.pk}/escalate/", form)


def handing_by_api(browser, mine, pk):
    sent = {"to_user_id": pk, "reason": "r", "summary": "s", "state_version": mine.session.state_version}
    return browser.post(f"/api/v1/ai-sessions/{mine.session.pk}/escalate", sent, content_type="application/json")


def drafting_in(browser, mine, pk, origin="pilot_inline"):
    sent = {"origin": origin, "ai_session_id": pk}
    return browser.post("/api/v1/script-builder/sessions", sent, content_type="application/json")


def beginning_on(browser, mine, pk):
    return browser.post("/script-builder/new/", {"title": "t", "language": "bash", "template": pk})


def making_room(browser, mine, pk):
    return browser.post("/script-builder/new/", {"title": "t", "language": "bash", "instead_of": pk})


def saying(browser, mine, pk):
    form = {"text": "t", "key": str(pk), "page-seen": pk}
    return browser.post(f"/sessions/{mine.session.pk}/messages/", form, headers={"hx-request": "true"})


def drafting_talk(browser, mine, pk):
    form = {"text": "t", "key": str(pk), "page-builder-seen": pk}
    return browser.post(f"/script-builder/{mine.standalone.pk}/messages/", form, headers={"hx-request": "true"})


def looking_back(browser, mine, pk):
    return browser.get(f"/sessions/{mine.session.pk}/messages/earlier/?before={pk}")


def looking_again(browser, mine, pk):
    return browser.get(f"/sessions/{mine.session.pk}/live/?page-seen={pk}", headers={"hx-request": "true"})


def surface_of(browser, mine, pk):
    return browser.get(f"/sessions/{mine.session.pk}/?page-surface=draft-{pk}")


def by_owner(browser, mine, pk):
    return browser.get(f"/api/v1/ai-sessions?owner_id={pk}")


CARRIED = [
    (handing, "user"),
    (handing_by_api, "user"),
    (drafting_in, "session"),
    (lambda *asked: drafting_in(*asked, origin="standalone"), "session"),
    (beginning_on, "template"),
    (making_room, "standalone"),
    (saying, "turn"),
    (drafting_talk, "builder_turn"),
    (looking_back, "turn"),
    (looking_again, "turn"),
    (surface_of, "fix"),
    (by_owner, "user"),
]


@pytest.mark.parametrize(("ask", "what"), CARRIED, ids=[f"{what}-{number}" for number, (_, what) in enumerate(CARRIED)])
def test_an_id_in_a_body_or_query_opens_nothing_of_another_account(client_of, owner, stranger, elsewhere, ask, what):
    """It is answered like an id that never was, and nothing of the other's is touched."""
    second = User.objects.create_user("second", account=owner.account, name="Owner")
    mine = {person: (client_of(person), worlds.build(owner.account, person)) for person in (owner, second)}
    theirs = elsewhere()  # the newest of all, as a leak of order would show
    theirs.user = stranger
    there, answers = worlds.snapshot(), []
    for (browser, world), pk in zip(mine.values(), (getattr(theirs, what).pk, uuid.uuid4()), strict=True):
        answer = ask(browser, world, pk)
        assert WALRUS not in answer.content.decode()
        answers.append((answer.status_code, answer.get("Content-Type"), answer.content.count(b"<")))
    assert answers[0] == answers[1]
    gone = {row for label, rows in there.items() for row in set(rows) - set(worlds.snapshot()[label])}
    assert not [row for row in gone if stranger.pk.hex in row or theirs.session.pk.hex in row or WALRUS in row]


@pytest.mark.parametrize(
    "header",
    ["x-account-id", "x-user-id", "x-tenant", "x-forwarded-user", "remote-user", "x-original-url", "x-rewrite-url"],
)
def test_a_header_makes_nobody_else_of_one(as_owner, stranger, elsewhere, header):
    theirs = elsewhere()
    for value in (str(stranger.account_id), str(stranger.pk), stranger.username, f"/sessions/{theirs.session.pk}/"):
        assert WALRUS not in as_owner.get("/sessions/", headers={header: value}).content.decode()
        assert as_owner.get(f"/sessions/{theirs.session.pk}/", headers={header: value}).status_code == 404
        assert Client().get("/sessions/", headers={header: value}).status_code == 302


@pytest.mark.parametrize("header", ["x-http-method-override", "x-method-override", "x-http-method"])
def test_a_method_in_a_header_is_no_method(as_viewer, as_owner, world, header):
    path = f"/api/v1/script-builder/sessions/{world.standalone.pk}"
    assert as_owner.get(path, headers={header: "DELETE"}).status_code == 200
    assert as_viewer.get(f"/sessions/{world.session.pk}/?_method=DELETE", headers={header: "POST"}).status_code == 200
    assert ScriptBuilderSession.objects.filter(pk=world.standalone.pk).exists()


# ---- Caches ----------------------------------------------------------------------------------------------


def test_nothing_is_kept_by_a_cache_or_the_back_button(client, as_owner, as_admin, world):
    kept = []
    for browser in (client, as_owner, as_admin):
        paths = [worlds.address(route, world) for _, route in worlds.routes()]
        for path in [*paths, "/nowhere/", "/api/v1/nowhere", "/admin/", "/admin/pilot/aisession/"]:
            for method in worlds.METHODS:
                answer = browser.generic(method, path)
                if "no-store" not in answer.get("Cache-Control", ""):
                    kept.append(f"{method} {path} {answer.status_code}")
    assert kept == []
