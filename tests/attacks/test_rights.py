"""More than one may: by a token in another place, a field too many, another way to the same thing, the assistant."""

import json
import uuid

import pytest
from django.test import Client

from flowpilot.api import api as product
from flowpilot.people import tokens
from flowpilot.people.models import Role, User
from flowpilot.replies.models import Reply
from pilot.models import AISession, ChatMessage, SuggestedFix
from script_builder.models import ScriptBuilderSession
from script_builder.replies import BuilderReplies
from tests.calling import Api, refusal
from tests.conventions import world as worlds
from tests.factories.pilot import escalate, fresh, make_fix, make_session, make_template, resolve
from tests.factories.script_builder import DraftingFactory, InlineFactory

pytestmark = pytest.mark.django_db
WALRUS = "walrus"


# ---- Tokens ------------------------------------------------------------------------------------------


def test_where_a_token_and_a_cookie_disagree_the_token_alone_counts(owner, stranger):
    mine, theirs = make_session(owner), make_session(stranger)
    both = Api(owner)
    text = tokens.make(by=stranger, name="Job", scope="read", days=1)[1]
    bearer = {"authorization": f"Bearer {text}"}
    assert [one["id"] for one in both.get("/ai-sessions", **bearer).json()["items"]] == [str(theirs.pk)]
    refusal(both.get(f"/ai-sessions/{mine.pk}", **bearer), 404)
    refusal(both.post(f"/ai-sessions/{mine.pk}/messages", {"text": "Hello"}, **bearer), 403, "read_only_token")


@pytest.mark.parametrize("where", ["x-api-key", "x-auth-token", "x-access-token", "api-key", "proxy-authorization"])
def test_a_token_counts_nowhere_but_in_its_header(owner, where):
    text = tokens.make(by=owner, name="Job", scope="write", days=1)[1]
    for value in (text, f"Bearer {text}"):
        refusal(Api().get("/me", **{where: value}), 401)
        refusal(Api().get("/me", cookie=f"token={value}; sessionid={value}"), 401)
        refusal(Api().get(f"/me?token={text}&access_token={text}&api_key={text}"), 401)
        assert Client().get("/sessions/", headers={where: value}).status_code == 302


def test_a_reading_token_beside_a_writing_one_in_another_place_only_reads(owner):
    reads, writes = (tokens.make(by=owner, name="Job", scope=scope, days=1)[1] for scope in ("read", "write"))
    sent = Api(token=reads).post("/script-builder/sessions", {"title": "t"}, x_api_key=writes)
    refusal(sent, 403, "read_only_token")
    refusal(Api(token=f"{reads}, Bearer {writes}").get("/me"), 401)


# ---- Mass assignment -----------------------------------------------------------------------------------


def test_a_form_sets_what_it_shows_and_nothing_else(as_owner, owner, stranger):
    theirs = worlds.build(stranger.account, stranger)
    more = {
        **dict.fromkeys(["owner", "by", "user", "author", "created_by", "handed_to", "taken_over_by"], stranger.pk),
        **dict.fromkeys(["id", "pk"], uuid.UUID(int=1)), **dict.fromkeys(["runs", "successes", "state_version"], 99),
        **dict.fromkeys(["account", "account_id"], stranger.account_id), "role": "assistant", "status": "resolved",
        **dict.fromkeys(["session", "ai_session"], theirs.session.pk), "state": "done", "via": "assistant",
        "origin": "pilot_inline", "source_fix": theirs.fix.pk, "reply": theirs.turn.reply_id,
        "retry_of": theirs.turn.pk, "library_key": "x", "is_superuser": "on", "is_staff": "on",
        "applied_at": "2026-01-01", "created_at": "2020-01-01",
    }  # fmt: skip
    as_owner.post("/sessions/new/", {"title": "Mine", "problem": "p", **more})
    session = AISession.objects.get(title="Mine")
    assert (session.account, session.owner, session.status) == (owner.account, owner, "open")
    assert (session.handed_to, session.taken_over_by, session.closed_at) == (None, None, None)
    as_owner.post(f"/sessions/{session.pk}/messages/", {"text": "Said", "key": "k", **more})
    said = ChatMessage.objects.get(text="Said")
    assert (said.session, said.role, said.author, said.reply, said.retry_of) == (session, "user", owner, None, None)
    as_owner.post("/script-builder/new/", {"title": "Drafted", "language": "bash", **more})
    drafting = ScriptBuilderSession.objects.get(title="Drafted")
    assert (drafting.user, drafting.account, drafting.origin) == (owner, owner.account, "standalone")
    assert (drafting.ai_session, drafting.source_fix, drafting.template) == (None, None, None)
    template = make_template(owner)
    details = {"name": "Renamed", "tags": "", "run_as": "", "risk": "low"}
    as_owner.post(f"/scripts/{template.pk}/edit/", details | {**more, "status": "draft"})
    template.refresh_from_db()
    assert (template.name, template.account, template.created_by) == ("Renamed", owner.account, owner)
    assert (template.status, template.library_key, template.runs, template.successes) == ("published", None, 0, 0)
    as_owner.post("/profile/", {"name": "Job", "scope": "read", "days": "30", **more})
    assert owner.tokens.get().scope == "read"
    made = make_fix(session)
    as_owner.post(f"/sessions/{session.pk}/fixes/{made.pk}/apply/", {"version": made.version, **more})
    assert (fresh(made).status, fresh(made).applied_at) == ("proposed", None)
    owner.refresh_from_db()
    assert (owner.role, owner.is_superuser) == (Role.ENGINEER, False)


def test_every_body_of_the_api_takes_exactly_its_fields():
    schema = json.loads(json.dumps(product.get_openapi_schema()))
    bodies = [
        operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        for methods in schema["paths"].values()
        for operation in methods.values()
        if "requestBody" in operation
    ]
    assert len(bodies) > 10
    assert [
        name for name in bodies if schema["components"]["schemas"][name].get("additionalProperties") is not False
    ] == []


def test_a_field_too_many_is_named_and_nothing_is_done(owner, stranger):
    session = make_session(owner)
    sent = {"title": "Other", "account_id": str(stranger.account_id), "owner": str(stranger.pk), "status": "resolved"}
    said = refusal(Api(owner).patch(f"/ai-sessions/{session.pk}", sent), 400, "invalid")
    assert {"account_id", "owner", "status"} <= set(said["errors"])
    session.refresh_from_db()
    assert (session.title, session.status) == ("Printer offline", "open")


# ---- Pages and API agree ---------------------------------------------------------------------------------


SITUATIONS = ["plain", "shared", "handed over", "taken over", "resolved"]


@pytest.mark.parametrize("situation", SITUATIONS)
def test_pages_and_api_say_the_same_of_one_session(
    client_of, situation, owner, teammate, admin, viewer, stranger, superuser
):
    session = make_session(owner)
    if situation == "shared":
        type(owner.account).objects.update(share_sessions=True)
    elif situation in ("handed over", "taken over"):
        escalate(session, to=teammate)
        if situation == "taken over":
            client_of(teammate).post(f"/sessions/{session.pk}/take-over/")
    elif situation == "resolved":
        resolve(session)
    fix = make_fix(session) if situation in ("plain", "shared", "taken over") else None
    pages = {"read": f"/sessions/{session.pk}/", "say": f"/sessions/{session.pk}/messages/"}
    api = {"read": f"/ai-sessions/{session.pk}", "say": f"/ai-sessions/{session.pk}/messages"}
    for name in ("owner", "teammate", "admin", "viewer", "stranger", "superuser"):
        user = User.objects.get(username="root" if name == "superuser" else name)
        browser, caller = client_of(user), Api(user)
        read = browser.get(pages["read"]).status_code, caller.get(api["read"]).status_code
        listed = [one["id"] for one in caller.get("/ai-sessions").json().get("items", [])] == [str(session.pk)]
        assert read[0] == read[1] and listed == (read[0] == 200), (name, read)
        said = browser.post(pages["say"], {"text": "a", "key": name}), caller.post(api["say"], {"text": "b"})
        assert {302: 201}.get(said[0].status_code, said[0].status_code) == said[1].status_code, name
        if fix:
            applied = browser.post(f"{pages['read']}fixes/{fix.pk}/dismiss/", {"version": 10**6}).status_code
            settled = caller.patch(f"{api['read']}/suggested-fixes/{fix.pk}/outcome", {"outcome": "applied_success"})
            assert applied == settled.status_code, name


def test_pages_and_api_say_the_same_of_templates_and_drafts(client_of, owner, teammate, viewer, stranger):
    template, drafting = make_template(owner), DraftingFactory(user=owner)
    for user in (owner, teammate, viewer, stranger):
        browser, api = client_of(user), Api(user)
        page = browser.get(f"/scripts/{template.pk}/").status_code
        assert page == api.get(f"/script-templates/{template.pk}").status_code
        page = browser.get(f"/script-builder/{drafting.pk}/").status_code
        assert page == api.get(f"/script-builder/sessions/{drafting.pk}").status_code == (200 if user == owner else 404)


# ---- The assistant has the rights of who asks -----------------------------------------------------------


def brief_of(drafting):
    """What a reply that is made now would be told."""
    reply = Reply.objects.create(
        account=drafting.account, kind="builder", conversation=drafting.pk, asked_by=drafting.user
    )
    drafting.messages.create(role="assistant", reply=reply)
    return BuilderReplies().conversation(reply).brief


@pytest.mark.parametrize("origin", ["standalone", "pilot_inline"])
@pytest.mark.parametrize("lost", ["taken over by another", "account"])
def test_who_lost_the_session_is_told_nothing_more_of_it_by_their_drafting_assistant(
    owner, teammate, admin, stranger, origin, lost
):
    session = make_session(owner, problem="It is offline.")
    fix = make_fix(session)
    type(session).objects.update(taken_over_at=session.created_at, taken_over_by=teammate)
    make = InlineFactory if origin == "pilot_inline" else DraftingFactory
    drafting = make(user=teammate, ai_session=session, source_fix=fix, title="Restart it")
    assert brief_of(drafting).problem == "It is offline."
    type(session).objects.update(problem=f"{WALRUS} since then")
    SuggestedFix.objects.update(title=f"{WALRUS} now", why=WALRUS, description=WALRUS)
    if lost == "taken over by another":
        type(session).objects.update(taken_over_by=admin)
    else:
        User.objects.filter(pk=teammate.pk).update(account=stranger.account)
    drafting = ScriptBuilderSession.objects.get(pk=drafting.pk)
    brief = brief_of(drafting)
    assert WALRUS not in str(brief)
    assert (brief.draft.fix_title, brief.engineer) == ("Restart it", "Teammate")
