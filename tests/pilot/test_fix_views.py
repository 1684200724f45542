"""The forms of a fix, one after the other: what each does when it is right. Refusals: test_access and test_regions."""

import re

import pytest
from django.urls import reverse

from pilot.actions import fixes, tasks
from pilot.lifecycle import Move, Phase, phase
from pilot.models import RunStamp, SuggestedFix
from script_builder.models import ScriptBuilderSession, ScriptTemplate
from tests.conventions.world import snapshot
from tests.factories.pilot import (
    FILLED,
    PARAMETERS,
    SCRIPT,
    SECRET,
    SECRET_SCRIPT,
    call,
    fresh,
    make_fix,
    make_session,
    make_task,
    make_template,
    run,
    settle,
)
from tests.pilot.reading import regions, surface, text_of

FORM = {f"p-{name}": value for name, value in FILLED.items()}
TEXT = f"Connect-Host 'srv-print01' -Password '{SECRET}'"


@pytest.fixture
def post(htmx):
    """`post(fix, "apply", ...)`: sends that form of the fix as the page has it now."""

    def send(fix, name, browser=htmx, **body):
        path = reverse(f"pilot:fix_{name}", args=[fix.session_id, fix.pk])
        return browser.post(path, {"version": fresh(fix).version} | body)

    return send


def untouched(fix) -> bool:
    """Whether nothing was stamped."""
    return fresh(fix).applied_at is None and not RunStamp.objects.exists()


def beside_the_script(part: str) -> str:
    """The HTML without the script that is to be copied."""
    return re.sub(r"<figure.*?</figure>", "", part, flags=re.DOTALL)


# ---- apply --------------------------------------------------------------------------------------


def test_apply_opens_the_template_panel_in_the_task_lane(post, secret_template_fix):
    shown = regions(post(secret_template_fix, "apply"))
    assert surface_in(shown["#task-lane"]) == "template" and surface_in(shown["#fix-slot"]) == ""
    assert 'name="p-host"' in shown["#task-lane"] and "Generate" in shown["#task-lane"]
    assert untouched(secret_template_fix)


def test_apply_opens_the_three_cards_in_the_chat(post, secret_draft_fix):
    shown = regions(post(secret_draft_fix, "apply"))
    assert surface_in(shown["#fix-slot"]) == "draft" and surface_in(shown["#task-lane"]) == ""
    for card in ("Run now, no template", "Run now, templatize after", "Just open the builder"):
        assert f">{card}</button>" in shown["#fix-slot"]
    assert 'name="p-host"' in shown["#fix-slot"]
    assert untouched(secret_draft_fix)


def test_apply_opens_the_builder_where_there_is_no_script(post, fix, owner):
    shown = regions(post(fix, "apply"))
    assert surface_in("".join(shown.values())) == ""
    drafting = ScriptBuilderSession.objects.get()
    assert (drafting.origin, drafting.user, drafting.source_fix_id) == ("pilot_inline", owner, fix.pk)
    assert drafting.buffer.strip() in shown["#builder-panel"]
    assert untouched(fix)


def test_a_template_comes_before_a_draft(post, template_fix, owner):
    SuggestedFix.objects.update(ai_drafted_script=SCRIPT)
    assert surface_in(regions(post(template_fix, "apply"))["#task-lane"]) == "template"


def test_apply_engages_the_fix_and_leaves_its_version(post, fix, owner):
    post(fix, "apply")
    now = fresh(fix)
    assert (now.engaged_by, now.engaged_at is None, now.version) == (owner, False, fix.version)


def test_apply_on_an_older_fix_opens_nothing_while_another_is_open(post, session):
    partial = make_fix(session, Phase.PARTIAL, script=SCRIPT)
    make_fix(session, script=SCRIPT)
    before = snapshot()
    assert post(partial, "apply").status_code == 409
    assert snapshot() == before


def surface_in(part: str) -> str:
    return part.partition('data-surface="')[2].partition("_")[0]


# ---- template panel -----------------------------------------------------------------------------


def test_generate_shows_the_text_and_stamps_and_stores_nothing(post, secret_template_fix):
    before = snapshot()
    answer = post(secret_template_fix, "generate", template_version=1, **FORM)
    lane = regions(answer)["#task-lane"]
    assert TEXT in lane
    # The secret stands in the script to copy and nowhere else: ✓ I ran this sends everything but it.
    assert SECRET not in beside_the_script(lane) and 'name="p-password"' not in lane
    assert 'name="p-host" value="srv-print01"' in lane and 'name="template_version" value="1"' in lane
    assert "✓ I ran this" in lane
    kept = ("pilot.AISession",)
    assert {k: v for k, v in snapshot().items() if k not in kept} == {k: v for k, v in before.items() if k not in kept}
    assert untouched(secret_template_fix)


def test_edit_parameters_brings_the_form_back_without_the_secret(post, as_owner, secret_template_fix):
    for browser in ({}, {"browser": as_owner}):
        answer = post(secret_template_fix, "generate", template_version=1, edit="1", **FORM, **browser)
        shown = text_of(answer)
        assert answer.status_code == 200
        assert 'value="srv-print01"' in shown and "Generate" in shown and SECRET not in shown
    assert untouched(secret_template_fix)


def test_generate_uses_the_version_that_the_form_shows(post, template, template_fix, owner):
    template.versions.create(number=2, text="Get-Newer\n", created_by=owner)
    lane = regions(post(template_fix, "generate", template_version=1))["#task-lane"]
    assert "Restart-Service Spooler" in lane and "version 1; 2 is newer" in lane


def test_what_the_assistant_suggests_is_filled_in(post, session):
    # As the library's own template, which has a number and a box.
    values = {"wait_seconds": "77", "dry_run": "true"}
    fix = fixes.propose(
        session=session,
        by=session.owner,
        call=call(template="clear-print-queue", template_values=values),
    )
    lane = regions(post(fix, "apply"))["#task-lane"]
    assert 'value="77"' in lane and "checked" in lane


def test_ran_declares_the_run_without_the_secret(post, secret_template_fix):
    answer = post(secret_template_fix, "ran", template_version=1, **{"p-host": "srv-print01"})
    assert answer.status_code == 200 and surface(answer) == ""
    assert phase(fresh(secret_template_fix)) == Phase.VERIFYING
    assert RunStamp.objects.get().parameters == {"host": "srv-print01"}
    assert "Verifying" in regions(answer)["#fix-slot"]


@pytest.mark.parametrize("version", ["", "x", "0", "9", "1" * 5000, "-1"])
def test_a_template_version_that_is_none_is_409(post, secret_template_fix, version):
    before = snapshot()
    for name in ("generate", "ran"):
        assert post(secret_template_fix, name, template_version=version, **FORM).status_code == 409
    assert snapshot() == before


def test_a_secret_that_was_sent_is_in_no_later_page(post, as_owner, htmx, session, secret_template_fix):
    post(secret_template_fix, "ran", template_version=1, **FORM)
    for path in ("", "timeline/", "?open=template", "resolve/", "live/"):
        for browser in (as_owner, htmx):
            assert SECRET not in text_of(browser.get(f"/sessions/{session.pk}/{path}", follow=True))
    assert SECRET not in str(snapshot())


def test_a_wrong_form_does_not_send_the_secret_back(post, as_owner, secret_template_fix, secret_draft_fix_elsewhere):
    wrong = {"p-host": "not a host!", "p-password": SECRET}
    for browser in ({}, {"browser": as_owner}):
        for name in ("generate", "ran"):
            answer = post(secret_template_fix, name, template_version=1, **wrong, **browser)
            assert answer.status_code == 422
            assert "not a host!" in text_of(answer) and SECRET not in text_of(answer)
        for chosen in ("one_off", "draft_template", "preview", "later"):
            answer = post(secret_draft_fix_elsewhere, "decision", decision=chosen, **wrong, **browser)
            assert answer.status_code == 422 and SECRET not in text_of(answer)


@pytest.fixture
def secret_draft_fix_elsewhere(owner):
    return make_fix(make_session(owner), script=SECRET_SCRIPT, parameters=PARAMETERS)


def declared_meanwhile(htmx, fix, name, **body):
    """The answer to a run that was filled in before somebody else declared another one."""
    run(fix, host="srv-other", password=SECRET)
    path = reverse(f"pilot:fix_{name}", args=[fix.session_id, fix.pk])
    return htmx.post(path, {"version": fix.version, **body, **FORM})


def test_values_are_not_lost_where_somebody_was_faster(htmx, secret_template_fix, secret_draft_fix_elsewhere):
    answer = declared_meanwhile(htmx, secret_template_fix, "ran", template_version=1)
    assert answer.status_code == 409
    lane = regions(answer)["#task-lane"]
    assert surface_in(lane) == "template" and 'value="srv-print01"' in lane and SECRET not in text_of(answer)
    answer = declared_meanwhile(htmx, secret_draft_fix_elsewhere, "decision", decision="one_off")
    assert answer.status_code == 409
    slot = regions(answer)["#fix-slot"]
    assert surface_in(slot) == "draft" and 'value="srv-print01"' in slot and SECRET not in text_of(answer)
    assert RunStamp.objects.count() == 2


def test_values_for_one_fix_are_not_put_into_anothers_form(htmx, session, owner):
    template = make_template(owner, SECRET_SCRIPT, PARAMETERS)
    older = make_fix(session, Phase.FAILED, template=template, ran=FILLED)
    make_fix(session, template=template)
    path = reverse("pilot:fix_ran", args=[session.pk, older.pk])
    answer = htmx.post(path, {"version": older.version, "template_version": 1, **FORM})
    assert answer.status_code == 409 and surface(answer) == ""


# ---- three cards --------------------------------------------------------------------------------


def test_the_draft_is_shown_with_its_values_and_nothing_stamped(post, secret_draft_fix):
    answer = post(secret_draft_fix, "decision", decision="preview", **FORM)
    assert TEXT in regions(answer)["#fix-slot"]
    assert SECRET not in beside_the_script(text_of(answer))
    assert untouched(secret_draft_fix)


def test_run_now_no_template(post, secret_draft_fix):
    answer = post(secret_draft_fix, "decision", decision="one_off", **FORM)
    assert "Verifying" in regions(answer)["#fix-slot"] and surface(answer) == ""
    assert RunStamp.objects.get().kind == "draft"
    assert not ScriptTemplate.objects.exists()
    assert SECRET not in text_of(answer) and SECRET not in str(snapshot())


def test_run_now_templatize_after(post, secret_draft_fix):
    for _ in range(2):
        assert post(secret_draft_fix, "decision", decision="draft_template", **FORM).status_code == 200
    assert (RunStamp.objects.count(), ScriptTemplate.objects.get().status) == (1, "draft")
    assert fresh(secret_draft_fix).script_template is None


def test_just_open_the_builder(post, as_owner, draft_fix):
    answer = post(draft_fix, "decision", decision="build_template")
    drafting = ScriptBuilderSession.objects.get()
    assert answer["HX-Redirect"] == f"/script-builder/{drafting.pk}/"
    again = post(draft_fix, "decision", decision="build_template", browser=as_owner)
    assert (again.status_code, again["Location"]) == (302, f"/script-builder/{drafting.pk}/")
    assert SCRIPT.strip() in text_of(as_owner.get(again["Location"]))
    assert untouched(draft_fix)


def test_a_full_script_builder_is_409(post, owner, draft_fix):
    for number in range(5):
        ScriptBuilderSession.objects.create(account=owner.account, user=owner, title=str(number))
    before = snapshot()
    answer = post(draft_fix, "decision", decision="build_template")
    assert answer.status_code == 409
    assert "You have 5 script builder sessions" in regions(answer)["#notice"]
    assert snapshot() == before


# ---- builder tab --------------------------------------------------------------------------------


def test_by_hand_is_a_run_with_what_was_done(post, fix):
    answer = post(fix, "by_hand", what="Pulled the plug.\r\nPut it back.")
    stamp = RunStamp.objects.get()
    assert (stamp.kind, stamp.note) == ("by_hand", "Pulled the plug.\nPut it back.")
    assert phase(fresh(fix)) == Phase.VERIFYING
    assert "by hand," in regions(answer)["#fix-slot"]


# ---- outcomes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "at"), [("worked", Phase.SUCCESS), ("failed", Phase.FAILED), ("partial", Phase.PARTIAL)]
)
def test_an_outcome(post, session, outcome, at):
    fix = make_fix(session, Phase.VERIFYING)
    post(fix, "outcome", outcome=outcome, notes="One.\r\nTwo.")
    assert (phase(fresh(fix)), fresh(fix).outcome_notes) == (at, "One.\nTwo.")


def test_never_applied(post, session):
    fix = make_fix(session, Phase.VERIFYING)
    answer = post(fix, "never_applied")
    assert phase(fresh(fix)) == Phase.UNRUN
    assert "Proposed fix" in regions(answer)["#fix-slot"]


def test_correct(post, session):
    fix = make_fix(session, Phase.SUCCESS)
    post(fix, "correct", reason="It came\r\nback.")
    assert (phase(fresh(fix)), fresh(fix).outcome_notes) == (Phase.FAILED, "It came\nback.")


def test_dismiss(post, fix):
    answer = post(fix, "dismiss")
    assert phase(fresh(fix)) == Phase.DISMISSED
    assert "Dismissed by the engineer" in regions(answer)["#fix-slot"]


def test_an_equal_declaration_from_a_second_tab_is_no_conflict(post, htmx, draft_fix):
    """The double click on Run now."""
    path = reverse("pilot:fix_decision", args=[draft_fix.session_id, draft_fix.pk])
    for _ in range(2):
        assert htmx.post(path, {"version": draft_fix.version, "decision": "one_off"}).status_code == 200
    assert RunStamp.objects.count() == 1


# ---- timeline -----------------------------------------------------------------------------------


def test_the_timeline_tells_what_happened_in_order(as_owner, session, owner):
    fix = make_fix(session, template=make_template(owner, name="Restart it"))
    run(fix)
    settle(fix, Move.PARTIAL, "One of two.")
    shown = text_of(as_owner.get(f"/sessions/{session.pk}/timeline/"))
    told = [
        "opened the session.",
        "was offered the fix “Restart the spooler”.",
        "linked the template “Restart it” to “Restart the spooler”.",
        "declared “Restart the spooler” as run with the template “Restart it”, version 1.",
        "recorded that “Restart the spooler” worked in part. One of two.",
    ]
    places = [shown.index(sentence) for sentence in told]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("text", "shown"), [("Since when?", "skipped “Since when?”"), ("Ping the server", "skipped “Ping the server”.")]
)
def test_a_sentence_of_the_timeline_has_one_end(as_owner, session, owner, text, shown):
    tasks.close(task=make_task(session, text=text), by=owner, state="skipped")
    assert f"{shown}</span>" in text_of(as_owner.get(f"/sessions/{session.pk}/timeline/"))
