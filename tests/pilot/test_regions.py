"""The one answer that every write gives: small regions from fresh rows, and the turns that the page lacks."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from flowpilot.replies.models import Reply
from pilot import regions as regions_module
from pilot.actions import drafts, fixes, messages
from pilot.lifecycle import Phase
from pilot.models import ChatMessage
from pilot.regions import banner_of
from script_builder.actions import sessions
from script_builder.models import ScriptBuilderSession
from tests.factories.pilot import (
    FILLED,
    PARAMETERS,
    SCRIPT,
    SECRET,
    SECRET_SCRIPT,
    fresh,
    make_fix,
    make_session,
    make_task,
    make_template,
    resolve,
    run,
)
from tests.pilot.reading import REGIONS, regions, surface, text_of, turns


class Write:
    """A write that is right: where it goes, what it sends, what it leads to without htmx, how many turns it adds."""

    def __init__(self, name, make=None, body=None, leads="", adds=0):
        self.name, self.make, self.body, self.leads, self.adds = name, make, body or {}, leads, adds

    def prepared(self, session) -> tuple[str, dict]:
        """The path and the form, after everything that it needs was made."""
        row = self.make(session) if self.make else None
        version = {"version": row.version} if self.name.startswith("fix_") else {}
        path = reverse(f"pilot:{self.name}", args=[session.pk, *([row.pk] if row else [])])
        session.refresh_from_db()
        body = {key: value(session) if callable(value) else value for key, value in self.body.items()}
        return path, body | version


def turn(state):
    def make(session):
        turn = ChatMessage.objects.ask_next(session, session.owner)
        ended = {} if state == "queued" else {"state": state, "finished_at": timezone.now()}
        Reply.objects.filter(pk=turn.reply_id).update(**ended)
        return turn

    return make


def fix(at=Phase.UNRUN, **how):
    return lambda session: make_fix(session, at, **how)


def with_template(session):
    return make_fix(session, template=make_template(session.owner, SECRET_SCRIPT, PARAMETERS))


def with_inline(session):
    made = make_fix(session)
    drafts.open_inline(fix=made, by=session.owner)
    return made


def with_two_drafts(session):
    """The owner wrote one, and another one came first."""
    made = with_inline(session)
    mine = ScriptBuilderSession.objects.get()
    sessions.save_buffer(session=mine, by=mine.user, text="ping srv-print01\n", revision=mine.buffer_revision)
    fixes.attach_draft(fix=made, version=made.version, by=session.owner, script=SCRIPT)
    return fresh(made)


def secret_draft(session):
    return make_fix(session, script=SECRET_SCRIPT, parameters=PARAMETERS)


FORM = {"p-host": "srv-print01", "p-password": SECRET}
WRITES = {
    "message": Write("message", body={"text": "Hello.", "key": "k"}, adds=2),
    "stop": Write("stop", turn("queued")),
    "retry": Write("retry", turn("interrupted"), adds=1),
    "answer": Write("task", make_task, {"state": "answered", "answer": "Monday."}, adds=1),
    "apply, template": Write("fix_apply", with_template, leads="?open=template"),
    "apply, draft": Write("fix_apply", secret_draft, leads="?open=draft"),
    "apply, neither": Write("fix_apply", fix(), leads="?tab=script_builder"),
    "dismiss": Write("fix_dismiss", fix(), adds=2),
    "worked": Write("fix_outcome", fix(Phase.VERIFYING), {"outcome": "worked"}, adds=1),
    "didn't work": Write("fix_outcome", fix(Phase.VERIFYING), {"outcome": "failed"}, adds=2),
    "partial": Write("fix_outcome", fix(Phase.VERIFYING), {"outcome": "partial", "notes": "One."}, adds=1),
    "never applied": Write("fix_never_applied", fix(Phase.VERIFYING), adds=1),
    "correct": Write("fix_correct", fix(Phase.SUCCESS), {"reason": "It came back."}, adds=1),
    "by hand": Write("fix_by_hand", fix(), {"what": "Pulled the plug."}, adds=1),
    "ran": Write("fix_ran", with_template, {"template_version": 1, "p-host": "srv-print01"}, adds=1),
    "one_off": Write("fix_decision", secret_draft, {"decision": "one_off"} | FORM, adds=1),
    "draft_template": Write("fix_decision", secret_draft, {"decision": "draft_template"} | FORM, adds=1),
    "builder": Write("fix_builder", fix(), leads="?tab=script_builder"),
    "submit": Write("fix_submit", with_inline, {"script": SCRIPT, "language": "bash"}),
    "resolve": Write("resolve", body={"notes": "Done.", "v": lambda session: session.state_version}, adds=1),
}
# These show something that is not stored, so without htmx they are the page itself.
SHOWING = {
    "generate": Write("fix_generate", with_template, {"template_version": 1} | FORM),
    "edit": Write("fix_generate", with_template, {"template_version": 1, "edit": "1"} | FORM),
    "preview": Write("fix_decision", secret_draft, {"decision": "preview"} | FORM),
    "compare": Write("fix_compare", with_two_drafts),
}


@pytest.mark.parametrize("name", WRITES | SHOWING)
def test_every_write_answers_with_the_regions_and_the_turns_that_the_page_lacks(htmx, session, name):
    write = (WRITES | SHOWING)[name]
    path, body = write.prepared(session)
    ChatMessage.objects.note(session, "An earlier line.")
    seen = str(session.messages.last().pk)
    answer = htmx.post(path, body | {"page-seen": seen})
    assert answer.status_code == 200
    shown = regions(answer)
    assert list(shown)[: len(REGIONS)] == REGIONS
    for target, part in list(shown.items())[: len(REGIONS)]:
        assert f'id="{target[1:]}"' in part and "data-region" in part
    added = [str(row.pk) for row in session.messages.all()][-write.adds :] if write.adds else []
    assert turns(answer) == added and seen not in added
    assert set(shown) - set(REGIONS) <= {"#turns", "#builder-panel"}
    assert ("#turns" in shown) == bool(added)


@pytest.mark.parametrize("name", WRITES)
def test_without_htmx_every_write_leads_to_the_page(as_owner, session, name):
    path, body = WRITES[name].prepared(session)
    answer = as_owner.post(path, body)
    assert (answer.status_code, answer["Location"]) == (302, f"/sessions/{session.pk}/{WRITES[name].leads}")
    assert as_owner.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize("name", SHOWING)
def test_without_htmx_what_is_not_stored_is_the_page_itself(as_owner, session, name):
    path, body = SHOWING[name].prepared(session)
    answer = as_owner.post(path, body)
    assert answer.status_code == 200
    assert "<!doctype html>" in text_of(answer).lower()
    assert surface(answer)
    assert "srv-print01" in text_of(answer)


@pytest.mark.parametrize("name", WRITES | SHOWING)
def test_only_what_opens_the_builder_brings_its_panel(htmx, session, name):
    path, body = (WRITES | SHOWING)[name].prepared(session)
    answer = htmx.post(path, body | {"page-tab": "script_builder"})
    opens = name in ("apply, neither", "builder")
    assert ("#builder-panel" in regions(answer)) == opens
    assert (" data-buffer " in text_of(answer)) == opens


def test_what_a_page_asks_by_itself_brings_no_panel(htmx, session):
    with_inline(session)
    answer = live(htmx, session, **{"page-tab": "script_builder"})
    assert list(regions(answer)) == REGIONS
    assert "data-buffer" not in text_of(answer)


def test_the_regions_hold_the_present_state(htmx, session):
    made = make_fix(session, Phase.VERIFYING)
    shown = regions(
        htmx.post(
            reverse("pilot:fix_outcome", args=[session.pk, made.pk]), {"version": made.version, "outcome": "worked"}
        )
    )
    assert "Worked:" in shown["#fix-slot"] and "Correct" in shown["#fix-slot"]
    session.refresh_from_db()
    assert f'data-state-version="{session.state_version}"' in shown["#session-head"]


# ---- 409 and 422 --------------------------------------------------------------------------------

STALE = {
    "outcome": (Phase.SUCCESS, "fix_outcome", {"outcome": "partial", "notes": "One of <two>."}, "One of <two>."),
    "correct": (Phase.UNRUN, "fix_correct", {"reason": "It came back."}, "It came back."),
    "by hand": (Phase.SUCCESS, "fix_by_hand", {"what": "Pulled it."}, "Pulled it."),
    "submit": (Phase.SUCCESS, "fix_submit", {"script": "Get-Date # mine", "language": "bash"}, "Get-Date # mine"),
    "dismiss": (Phase.SUCCESS, "fix_dismiss", {}, ""),
}


@pytest.mark.parametrize("name", STALE)
def test_a_refusal_has_the_same_body_with_a_notice_and_what_was_typed(htmx, as_owner, session, name):
    at, view, body, typed = STALE[name]
    made = make_fix(session, at)
    ChatMessage.objects.note(session, "An earlier line.")
    path, body = reverse(f"pilot:{view}", args=[session.pk, made.pk]), body | {"version": made.version}
    answer = htmx.post(path, body | {"page-seen": str(session.messages.last().pk)})
    assert answer.status_code == 409
    shown = regions(answer)
    assert list(shown) == REGIONS
    assert "Here is how it stands now." in shown["#notice"]
    assert ("What you typed" in shown["#notice"], typed in shown["#notice"]) == (bool(typed), True)
    page = as_owner.post(path, body)
    assert page.status_code == 409
    assert typed in text_of(page) and "Here is how it stands now." in text_of(page)
    assert "<!doctype html>" in text_of(page).lower()


def test_what_was_typed_is_shown_as_text(htmx, session):
    made = make_fix(session)
    path = reverse("pilot:fix_correct", args=[session.pk, made.pk])
    answer = htmx.post(path, {"version": made.version, "reason": "<script>alert(1)</script>"})
    assert b"<script>alert(1)" not in answer.content
    assert b"&lt;script&gt;alert(1)" in answer.content


INVALID = {
    "partial": (fix(Phase.VERIFYING), "fix_outcome", {"outcome": "partial", "notes": " "}, "#fix-slot", "Say what was"),
    "correct": (fix(Phase.SUCCESS), "fix_correct", {"reason": " "}, "#fix-slot", "Say why"),
    "generate": (
        with_template,
        "fix_generate",
        {"template_version": 1, "p-host": "not a host!"},
        "#task-lane",
        "not a host!",
    ),
    "ran": (with_template, "fix_ran", {"template_version": 1, "p-host": "not a host!"}, "#task-lane", "not a host!"),
    "draft": (
        secret_draft,
        "fix_decision",
        {"decision": "one_off", "p-host": "not a host!"},
        "#fix-slot",
        "not a host!",
    ),
    "card": (secret_draft, "fix_decision", {"decision": "later"}, "#fix-slot", "Choose one of the three cards."),
    "submit": (with_inline, "fix_submit", {"script": " ", "language": "bash"}, "#builder-error", "The script is empty"),
    "scaffold": (
        with_inline,
        "fix_submit",
        {"script": "# Restart the spooler", "language": "powershell"},
        "#builder-error",
        "still the empty",
    ),
    "language": (
        with_inline,
        "fix_submit",
        {"script": "ls", "language": "cobol"},
        "#builder-error",
        "Choose one of the languages.",
    ),
    "long": (fix(Phase.VERIFYING), "fix_outcome", {"outcome": "failed", "notes": "x" * 5001}, "#notice", "x" * 5001),
}


@pytest.mark.parametrize("name", INVALID)
def test_wrong_input_is_said_where_it_was_typed(htmx, session, name):
    make, view, body, target, words = INVALID[name]
    made = make(session)
    seen = str(ChatMessage.objects.note(session, "An earlier line.").pk)
    path = reverse(f"pilot:{view}", args=[session.pk, made.pk])
    answer = htmx.post(path, body | {"version": made.version, "page-seen": seen})
    assert answer.status_code == 422
    shown = regions(answer)
    assert list(shown)[: len(REGIONS)] == REGIONS
    assert words in shown[target]
    assert set(shown) - set(REGIONS) <= {target}


@pytest.mark.parametrize("name", INVALID)
def test_without_htmx_wrong_input_is_the_whole_page_with_what_was_typed(as_owner, session, name):
    make, view, body, _, words = INVALID[name]
    made = make(session)
    # The tab is a field of the builder's forms.
    tab = {"tab": "script_builder"} if view == "fix_submit" else {}
    path = reverse(f"pilot:{view}", args=[session.pk, made.pk])
    answer = as_owner.post(path, body | tab | {"version": made.version})
    assert answer.status_code == 422
    page = text_of(answer)
    assert "<!doctype html>" in page.lower() and words in page
    for value in body.values():
        if str(value).strip() and value not in ("later", "cobol"):
            assert str(value) in page


def test_a_message_that_is_refused_says_so_at_the_composer(htmx, as_owner, session):
    path, body = reverse("pilot:message", args=[session.pk]), {"text": "x" * 50_001, "key": "k"}
    shown = regions(htmx.post(path, body))
    assert "That is too long for one message" in shown["#composer-error"]
    page = as_owner.post(path, body)
    assert page.status_code == 422
    assert "x" * 50_001 in text_of(page)


def test_a_task_that_is_refused_says_so_on_its_card(htmx, as_owner, session):
    first, second = make_task(session, text="Since when?"), make_task(session, text="For whom?")
    path = reverse("pilot:task", args=[session.pk, second.pk])
    answer = htmx.post(path, {"state": "answered", "answer": " "})
    assert answer.status_code == 422
    lane = regions(answer)["#task-lane"]
    assert lane.count("Write the answer first, or skip the question.") == 1
    assert lane.index("Write the answer first") > lane.index(second.text) > lane.index(first.text)
    page = as_owner.post(path, {"state": "answered", "answer": "y" * 20_001})
    assert page.status_code == 422 and "y" * 20_001 in text_of(page)


def test_a_refused_message_is_not_lost_without_htmx(as_owner, session):
    """The session was closed in another tab, so there is no composer any more."""
    resolve(session)
    page = as_owner.post(reverse("pilot:message", args=[session.pk]), {"text": "One more thing.", "key": "k"})
    assert page.status_code == 409
    assert "One more thing." in text_of(page)


def test_the_same_key_with_another_text_is_refused(htmx, session, owner):
    messages.post(session=session, by=owner, text="Hello.", key="k")
    answer = htmx.post(reverse("pilot:message", args=[session.pk]), {"text": "Bye.", "key": "k"})
    assert answer.status_code == 409
    assert session.messages.filter(role="user").count() == 1


# ---- turns --------------------------------------------------------------------------------------


def post(browser, session, seen):
    return browser.post(reverse("pilot:message", args=[session.pk]), {"text": "Hello.", "key": "k", "page-seen": seen})


def test_only_turns_after_the_one_that_the_page_shows_are_appended(htmx, session):
    notes = [ChatMessage.objects.note(session, f"Line {number}.") for number in range(4)]
    answer = post(htmx, session, str(notes[1].pk))
    assert turns(answer)[:2] == [str(note.pk) for note in notes[2:]]
    assert len(turns(answer)) == 4


@pytest.mark.parametrize("seen", ["", "none", "a\0b", str(uuid.UUID(int=7)), "é" * 40])
def test_a_page_that_says_nothing_of_use_gets_the_newest_turns(htmx, session, seen):
    notes = [str(ChatMessage.objects.note(session, f"Line {number}.").pk) for number in range(60)]
    shown = turns(post(htmx, session, seen))
    assert len(shown) == 50 and shown[:48] == notes[12:]


def test_another_sessions_turn_is_not_the_one_that_the_page_shows(htmx, session, owner):
    mine = ChatMessage.objects.note(session, "A line.")
    other = ChatMessage.objects.note(make_session(owner), "A line.")
    assert str(mine.pk) in turns(post(htmx, session, str(other.pk)))


# ---- live ---------------------------------------------------------------------------------------


def live(browser, session, **page):
    return browser.get(reverse("pilot:live", args=[session.pk]), page)


def current(session) -> dict:
    session.refresh_from_db()
    newest = session.messages.last()
    return {
        "v": session.state_version,
        "page-seen": str(newest.pk) if newest else "",
        "page-banner": banner_of(session),
    }


def test_nothing_new_is_204(htmx, session):
    make_fix(session, Phase.VERIFYING)
    answer = live(htmx, session, **current(session))
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_change_or_a_new_turn_is_shown(htmx, session):
    made, before = make_fix(session), current(session)
    fixes.attach_draft(fix=made, version=made.version, by=session.owner, script=SCRIPT)
    assert list(regions(live(htmx, session, **before))) == REGIONS
    before = current(session)
    note = ChatMessage.objects.note(session, "A line.")
    assert turns(live(htmx, session, **before)) == [str(note.pk)]
    assert live(htmx, session, **current(session)).status_code == 204


@pytest.mark.parametrize("v", ["", "0", "one"])
def test_a_page_of_an_unknown_state_is_shown_the_present_one(htmx, session, v):
    assert list(regions(live(htmx, session, **(current(session) | {"v": v})))) == REGIONS


def test_who_sees_the_session_may_ask_what_is_new(client_of, session, viewer, stranger, teammate):
    assert live(client_of(viewer), session, **current(session)).status_code == 204
    assert live(client_of(stranger), session).status_code == 404
    assert live(client_of(teammate), session).status_code == 404


# ---- surfaces -----------------------------------------------------------------------------------


def apply(browser, made):
    made = fresh(made)
    return browser.post(reverse("pilot:fix_apply", args=[made.session_id, made.pk]), {"version": made.version})


def touch(htmx, session, shown) -> str:
    """The surface that is open after something else was written while `shown` was open."""
    path = reverse("pilot:message", args=[session.pk])
    return surface(htmx.post(path, {"text": "Hi.", "key": uuid.uuid4().hex, "page-surface": shown}))


@pytest.mark.parametrize(("make", "kind"), [(with_template, "template"), (secret_draft, "draft")])
def test_an_open_surface_stays_while_its_fix_does(htmx, session, make, kind):
    made = make(session)
    shown = surface(apply(htmx, made))
    assert shown.startswith(f"{kind}_{made.pk}_{made.version}_")
    assert touch(htmx, session, shown) == shown
    assert surface(live(htmx, session, **{"page-surface": shown})) == shown
    run(made, **FILLED)
    assert touch(htmx, session, shown) == ""


def test_an_answer_to_its_own_form_is_a_new_surface(htmx, session):
    made = with_template(session)
    first, second = surface(apply(htmx, made)), surface(apply(htmx, made))
    assert first and second and first != second


def test_a_draft_that_was_replaced_closes_the_dialog(htmx, session):
    made = secret_draft(session)
    shown = surface(apply(htmx, made))
    fixes.attach_draft(fix=made, version=made.version, by=session.owner, script=SCRIPT)
    assert touch(htmx, session, shown) == ""


def test_the_resolve_dialog_stays_whatever_happens_to_the_fix(htmx, session):
    made = make_fix(session)
    shown = surface(htmx.get(reverse("pilot:resolve", args=[session.pk])))
    assert shown.startswith(f"resolve_{session.pk}_")
    run(made, what="")
    assert touch(htmx, session, shown) == shown


@pytest.mark.parametrize(
    "sent", ["x", "template", "resolve", "resolve_", "template_x_1_y", "draft_" + "_" * 50, '"><b>', "a\0b"]
)
def test_what_is_no_surface_opens_none(htmx, session, sent):
    with_template(session)
    assert touch(htmx, session, sent) == ""


def test_a_surface_is_for_who_works_the_session(client_of, htmx_of, session, viewer):
    made = with_template(session)
    shown = f"template_{made.pk}_{made.version}_0"
    answer = live(htmx_of(viewer), session, **{"page-surface": shown})
    assert list(regions(answer)) == REGIONS and surface(answer) == ""
    page = client_of(viewer).get(f"/sessions/{session.pk}/?open=template")
    assert page.status_code == 200 and surface(page) == ""


def test_text_that_was_generated_for_one_fix_never_shows_in_anothers_panel(htmx, session):
    """Two fixes wait in part; the newer one is the active one."""
    older, _ = (
        make_fix(session, Phase.PARTIAL, template=make_template(session.owner, text))
        for text in ("Get-Old\n", "Get-New\n")
    )
    older.script_template.versions.create(number=2, text="Get-Older\n", created_by=session.owner)
    path = reverse("pilot:fix_generate", args=[session.pk, older.pk])
    answer = htmx.post(path, {"version": older.version, "template_version": 2})
    assert answer.status_code == 200
    assert "Get-Older" not in text_of(answer)


@pytest.mark.parametrize("reads", ["newest_turns", "new_turns"])
def test_what_a_reply_did_as_the_page_was_read_is_on_the_page(htmx, as_owner, session, monkeypatch, reads):
    """The chat is read first: a reply that ends meanwhile is still to come, or there with its tasks."""
    real = getattr(regions_module, reads)

    def and_then_it_ends(*args, **kwargs):
        found = real(*args, **kwargs)
        make_task(session, text="Since when?")
        return found

    monkeypatch.setattr(regions_module, reads, and_then_it_ends)
    if reads == "newest_turns":
        assert "Since when?" in text_of(as_owner.get(f"/sessions/{session.pk}/"))
    else:
        answer = htmx.get(reverse("pilot:resolve", args=[session.pk]), {"page-seen": "x"})
        assert "Since when?" in regions(answer)["#task-lane"]
