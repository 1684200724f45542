"""Run declarations: what they stamp, and what stamps nothing."""

import hashlib

import pytest

from flowpilot.web.http import WrongState
from pilot.actions import fixes, runs
from pilot.lifecycle import Move, Phase, phase
from pilot.models import RunStamp, SessionEvent
from script_builder.actions import sessions as drafting_sessions
from script_builder.actions import templates
from script_builder.models import ScriptBuilderSession, ScriptTemplate
from script_builder.parameters import InvalidParameters
from tests.conventions.world import snapshot
from tests.factories.pilot import (
    FILLED,
    PARAMETERS,
    SCRIPT,
    SECRET,
    SECRET_SCRIPT,
    fresh,
    make_fix,
    make_template,
    never_applied,
    run,
    settle,
)

# What is kept of SECRET_SCRIPT when it was run with FILLED.
STAMPED = "Connect-Host 'srv-print01' -Password '<secret:password>'\n"


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def last_event(fix) -> SessionEvent:
    return SessionEvent.objects.filter(fix=fix).last()


def test_a_template_run_stamps_its_version_text_and_values(session, owner, secret_template_fix):
    stamp = run(secret_template_fix, **FILLED)
    fix = fresh(secret_template_fix)
    assert phase(fix) == Phase.VERIFYING
    assert (fix.applied_by, fix.applied_at, fix.version) == (owner, stamp.ran_at, secret_template_fix.version + 1)
    assert (stamp.kind, stamp.ran_by, stamp.run_round, stamp.withdrawn_at) == ("template", owner, 1, None)
    assert (stamp.template, stamp.template_version.number) == (fix.script_template, 1)
    assert (stamp.text, stamp.sha256) == (STAMPED, sha256(STAMPED))
    assert stamp.parameters == {"host": "srv-print01"}
    assert ScriptTemplate.objects.get(pk=stamp.template_id).runs == 1


def test_a_draft_run_stamps_its_rendered_text(owner, secret_draft_fix):
    stamp = run(secret_draft_fix, **FILLED)
    assert (stamp.kind, stamp.ran_by, stamp.template, stamp.template_version) == ("draft", owner, None, None)
    assert (stamp.text, stamp.sha256) == (STAMPED, sha256(STAMPED))
    assert stamp.parameters == {"host": "srv-print01"}
    assert phase(fresh(secret_draft_fix)) == Phase.VERIFYING


def test_a_run_by_hand_stamps_the_word_alone(owner, fix):
    stamp = run(fix, what="  Pulled the plug.\n")
    assert (stamp.kind, stamp.note, stamp.ran_by) == ("by_hand", "Pulled the plug.", owner)
    assert (stamp.text, stamp.sha256, stamp.parameters) == (None, None, {})
    assert phase(fresh(fix)) == Phase.VERIFYING


def test_a_run_is_on_the_timeline_and_in_the_transcript(session, owner, template_fix):
    version = session.state_version
    run(template_fix)
    event = last_event(template_fix)
    assert (event.kind, event.by, event.via) == ("fix_run", owner, "person")
    assert event.data == {
        "how": f"with the template “{template_fix.script_template}”, version 1",
        "sha256": sha256(SCRIPT),
    }
    assert [turn.text for turn in session.messages.filter(role="note")] == [
        f"Owner ran “{template_fix.title}” {event.data['how']}."
    ]
    session.refresh_from_db()
    assert session.state_version > version


def test_the_version_that_was_generated_is_stamped_even_where_a_newer_one_exists(owner, template, template_fix):
    template.versions.create(number=2, text="Get-Date\n", created_by=owner)
    version = template_fix.version
    stamp = runs.declare_template(fix=template_fix, version=version, by=owner, number=1, values={})
    assert (stamp.template_version.number, stamp.text) == (1, SCRIPT)


@pytest.mark.parametrize("number", [0, 2, 10**30])
def test_a_version_that_does_not_exist_is_refused(owner, template_fix, number):
    before = snapshot()
    with pytest.raises(WrongState) as refused:
        runs.declare_template(fix=template_fix, version=template_fix.version, by=owner, number=number, values={})
    assert refused.value.code == "no_such_version"
    assert snapshot() == before


def test_another_templates_version_is_refused(owner, template_fix):
    other = make_template(owner)
    other.versions.create(number=2, text="Get-Date\n", created_by=owner)
    with pytest.raises(WrongState):
        runs.declare_template(fix=template_fix, version=template_fix.version, by=owner, number=2, values={})


@pytest.mark.parametrize("declare", [runs.declare_draft, runs.declare_draft_and_keep])
def test_a_fix_without_a_draft_has_none_to_run(owner, fix, declare):
    before = snapshot()
    with pytest.raises(WrongState) as refused:
        declare(fix=fix, version=fix.version, by=owner, values={})
    assert refused.value.code == "no_draft"
    assert snapshot() == before


@pytest.mark.parametrize("declare", [runs.declare_draft, runs.declare_draft_and_keep])
def test_a_draft_needs_its_parameters_valid(owner, secret_draft_fix, declare):
    before = snapshot()
    with pytest.raises(InvalidParameters) as wrong:
        declare(fix=secret_draft_fix, version=secret_draft_fix.version, by=owner, values={"password": SECRET})
    assert set(wrong.value.errors) == {"host"}
    assert snapshot() == before


def test_a_template_needs_its_parameters_valid_but_no_secret_again(owner, secret_template_fix):
    """The secret was needed to generate the text, not to say that it was run."""
    said = {"fix": secret_template_fix, "version": secret_template_fix.version, "by": owner, "number": 1}
    with pytest.raises(InvalidParameters):
        runs.declare_template(**said, values={"host": "not a host!"})
    with pytest.raises(InvalidParameters):
        runs.template_text(secret_template_fix, 1, {"host": "srv-print01"})
    assert runs.declare_template(**said, values={"host": "srv-print01"}).text == STAMPED


# ---- again --------------------------------------------------------------------------------------


def test_declaring_the_same_again_adds_nothing(owner, secret_template_fix):
    first = run(secret_template_fix, **FILLED)
    before = snapshot()
    again = runs.declare_template(
        fix=fresh(secret_template_fix), version=secret_template_fix.version, by=owner, number=1, values=FILLED
    )
    assert again == first
    assert snapshot() == before


@pytest.mark.parametrize("what", ["", "Pulled the plug."])
def test_declaring_the_same_by_hand_again_adds_nothing(fix, what):
    first = run(fix, what=what)
    before = snapshot()
    assert run(fix, what=what) == first
    assert snapshot() == before


def test_another_text_adds_a_stamp_and_leaves_applied_at(owner, teammate, secret_draft_fix):
    run(secret_draft_fix, **FILLED)
    applied_at = fresh(secret_draft_fix).applied_at
    second = run(secret_draft_fix, by=teammate, host="srv-print02", password=SECRET)
    fix = fresh(secret_draft_fix)
    assert (fix.applied_at, fix.applied_by) == (applied_at, owner)
    assert list(fix.stamps.values_list("ran_by__username", flat=True)) == ["owner", "teammate"]
    assert (second.run_round, fix.run_round) == (1, 1)
    assert fix.events.filter(kind="fix_run").count() == 2


def test_another_version_with_the_same_text_is_another_run(owner, template, template_fix):
    run(template_fix)
    template.versions.create(number=2, text=SCRIPT, created_by=owner)
    run(template_fix)
    assert [stamp.template_version.number for stamp in template_fix.stamps.all()] == [1, 2]
    template.refresh_from_db()
    assert template.runs == 2


def test_apply_again_after_partial_is_a_new_round_with_a_stamp_of_its_own(template, template_fix):
    run(template_fix)
    first = settle(template_fix, Move.PARTIAL, "One of two.")
    again = run(template_fix)
    fix = fresh(template_fix)
    assert phase(fix) == Phase.VERIFYING
    assert (fix.run_round, again.run_round, template_fix.stamps.count()) == (2, 2, 2)
    assert fix.applied_at == again.ran_at > first.applied_at
    template.refresh_from_db()
    assert (template.runs, template.partials) == (2, 0)


def test_apply_again_is_refused_while_another_fix_is_open(session, fix):
    partial = settle(run(fix, what="").fix, Move.PARTIAL, "One of two.")
    make_fix(session)
    before = snapshot()
    with pytest.raises(WrongState) as refused:
        run(partial, what="Once more.")
    assert refused.value.code == "another_fix_open"
    assert snapshot() == before


# ---- nothing is stamped -------------------------------------------------------------------------


def build(fix, owner):
    runs.build_template(fix=fix, by=owner)


def build_and_link(fix, owner):
    drafting = runs.build_template(fix=fix, by=owner)
    templates.save(drafting=drafting, by=owner, name="Spooler", text=SCRIPT)


def attach(fix, owner):
    fixes.attach_draft(fix=fix, version=fix.version, by=owner, script="Get-Date\n")


@pytest.mark.parametrize("act", [lambda fix, owner: fixes.engage(fix=fix, by=owner), build, build_and_link, attach])
def test_these_stamp_nothing(owner, draft_fix, act):
    act(draft_fix, owner)
    fix = fresh(draft_fix)
    assert (fix.applied_at, fix.applied_by, fix.status) == (None, None, "proposed")
    assert not RunStamp.objects.exists()
    assert not SessionEvent.objects.filter(kind="fix_run").exists()


@pytest.mark.parametrize("at", [Phase.VERIFYING, Phase.PARTIAL])
def test_a_new_draft_leaves_the_run_as_it_was(session, owner, at):
    fix = make_fix(session, at, script=SCRIPT)
    kept = ("status", "applied_at", "applied_by_id", "run_round", "outcome_notes")
    before = [getattr(fix, name) for name in kept], list(fix.stamps.values())
    fixes.attach_draft(
        fix=fix, version=fix.version, by=owner, script=SECRET_SCRIPT, parameters=PARAMETERS, language="bash"
    )
    now = fresh(fix)
    assert ([getattr(now, name) for name in kept], list(now.stamps.values())) == before
    assert (now.ai_drafted_script, now.language, now.version) == (SECRET_SCRIPT, "bash", fix.version + 1)
    assert set(now.ai_drafted_parameters) == set(PARAMETERS)
    assert last_event(fix).kind == "fix_drafted"


def test_a_draft_without_parameters_clears_those_of_the_one_before(owner, secret_draft_fix):
    version = secret_draft_fix.version
    fixes.attach_draft(fix=secret_draft_fix, version=version, by=owner, script="Get-Date\r\n")
    now = fresh(secret_draft_fix)
    assert (now.ai_drafted_script, now.ai_drafted_parameters) == ("Get-Date\n", None)


# ---- the cards ----------------------------------------------------------------------------------


def test_templatize_after_makes_one_draft_template_and_never_links_it(owner, secret_draft_fix):
    for _ in range(2):
        fix = fresh(secret_draft_fix)
        runs.declare_draft_and_keep(fix=fix, version=fix.version, by=owner, values=FILLED)
    made = ScriptTemplate.objects.get()
    assert (made.status, made.source_fix, made.name) == ("draft", secret_draft_fix, secret_draft_fix.title)
    assert (made.newest.text, set(made.newest.parameters), made.runs) == (SECRET_SCRIPT, set(PARAMETERS), 0)
    fix = fresh(secret_draft_fix)
    assert (fix.script_template, fix.stamps.count()) == (None, 1)
    assert fix.events.filter(kind="template_drafted").count() == 1


def test_run_once_then_templatize_is_one_run(owner, draft_fix):
    run(draft_fix)
    fix = fresh(draft_fix)
    runs.declare_draft_and_keep(fix=fix, version=fix.version, by=owner, values={})
    assert (draft_fix.stamps.count(), ScriptTemplate.objects.count()) == (1, 1)


def test_the_builder_opens_once_for_a_user_and_a_fix(owner, admin, secret_draft_fix):
    drafting = runs.build_template(fix=secret_draft_fix, by=owner)
    assert (drafting.origin, drafting.user, drafting.source_fix_id) == ("standalone", owner, secret_draft_fix.pk)
    assert (drafting.buffer, set(drafting.parameters)) == (SECRET_SCRIPT, set(PARAMETERS))
    assert drafting.ai_session_id == secret_draft_fix.session_id
    assert runs.build_template(fix=secret_draft_fix, by=owner) == drafting
    assert runs.build_template(fix=secret_draft_fix, by=admin) != drafting
    assert ScriptBuilderSession.objects.count() == 2


def test_the_builder_says_when_there_is_no_room_for_one_more(owner, draft_fix):
    for number in range(5):
        drafting_sessions.open_standalone(by=owner, title=str(number))
    before = snapshot()
    with pytest.raises(WrongState) as refused:
        runs.build_template(fix=draft_fix, by=owner)
    assert refused.value.code == "cap_reached"
    assert snapshot() == before


@pytest.mark.parametrize("at", [Phase.SUCCESS, Phase.FAILED, Phase.DISMISSED])
def test_the_builder_is_not_opened_for_a_closed_fix(session, owner, at):
    fix = make_fix(session, at, script=SCRIPT)
    before = snapshot()
    with pytest.raises(WrongState):
        runs.build_template(fix=fix, by=owner)
    assert snapshot() == before


def test_saving_links_the_template_while_the_fix_is_unrun(owner, draft_fix):
    drafting = runs.build_template(fix=draft_fix, by=owner)
    version = templates.save(drafting=drafting, by=owner, name="Spooler", text=SCRIPT)
    fix = fresh(draft_fix)
    assert (fix.script_template, fix.version) == (version.template, draft_fix.version + 1)
    assert (last_event(fix).kind, last_event(fix).data) == ("fix_linked", {"template": "Spooler"})
    templates.save(drafting=drafting, by=owner, name="Spooler", text="Get-Date\n")
    again = fresh(draft_fix)
    assert (again.version, again.events.filter(kind="fix_linked").count()) == (fix.version, 1)


@pytest.mark.parametrize("at", [Phase.VERIFYING, Phase.PARTIAL, Phase.SUCCESS, Phase.FAILED, Phase.DISMISSED])
def test_saving_leaves_a_fix_that_went_on_alone(session, owner, at):
    fix = make_fix(session, script=SCRIPT)
    drafting = runs.build_template(fix=fix, by=owner)
    if at == Phase.DISMISSED:
        fixes.dismiss(fix=fix, version=fix.version, by=owner)
    else:
        run(fix)
        if at != Phase.VERIFYING:
            settle(fix, {Phase.PARTIAL: Move.PARTIAL, Phase.SUCCESS: Move.WORKED, Phase.FAILED: Move.FAILED}[at], "So.")
    before = fresh(fix).version
    templates.save(drafting=drafting, by=owner, name="Spooler", text=SCRIPT)
    assert ScriptTemplate.objects.count() == 1
    assert (fresh(fix).script_template, fresh(fix).version) == (None, before)


# ---- secrets ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["secret_template_fix", "secret_draft_fix"])
def test_a_secret_is_nowhere_in_the_database(request, session, owner, kind):
    fix = request.getfixturevalue(kind)
    run(fix, **FILLED)
    settle(fix, Move.PARTIAL, "One of two.")
    if kind == "secret_draft_fix":
        fix = fresh(fix)
        runs.declare_draft_and_keep(fix=fix, version=fix.version, by=owner, values=FILLED)
    assert "srv-print01" in str(snapshot())
    assert SECRET not in str(snapshot())


# ---- counts -------------------------------------------------------------------------------------


def counted(template) -> tuple:
    template.refresh_from_db()
    return template.runs, template.successes, template.failures, template.partials


def test_a_templates_counts_follow_its_runs_and_outcomes(owner, template, template_fix):
    steps = []
    for step in (
        lambda: run(template_fix),
        lambda: settle(template_fix, Move.PARTIAL, "One of two."),
        lambda: run(template_fix),
        lambda: settle(template_fix, Move.WORKED),
        lambda: fixes.correct(fix=fresh(template_fix), version=fresh(template_fix).version, by=owner, reason="No."),
    ):
        step()
        steps.append(counted(template))
    assert steps == [(1, 0, 0, 0), (1, 0, 0, 1), (2, 0, 0, 0), (2, 1, 0, 0), (2, 0, 1, 0)]


def test_a_withdrawn_run_is_not_counted(template, template_fix):
    run(template_fix)
    settle(template_fix, Move.PARTIAL, "One of two.")
    run(template_fix)
    never_applied(template_fix)
    assert counted(template) == (1, 0, 0, 1)
    never_applied(template_fix)
    assert counted(template) == (0, 0, 0, 0)


def test_counts_hold_where_the_rounds_were_run_in_different_ways(owner, template, template_fix):
    """By hand in the first round and with the template in the second, and the other way round."""
    fix = template_fix
    runs.declare_by_hand(fix=fix, version=fix.version, by=owner)
    settle(fix, Move.PARTIAL, "One of two.")
    assert counted(template) == (0, 0, 0, 0)
    run(fix)
    assert counted(template) == (1, 0, 0, 0)
    settle(fix, Move.PARTIAL, "Two of three.")
    assert counted(template) == (1, 0, 0, 1)
    fix = fresh(fix)
    runs.declare_by_hand(fix=fix, version=fix.version, by=owner)
    assert counted(template) == (1, 0, 0, 0)
    never_applied(fix)
    assert counted(template) == (1, 0, 0, 1)
