"""Resolving: the notes that are written from the record, and what happens to the fix."""

import hashlib
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from flowpilot.replies.models import Reply
from pilot import notes, timeline
from pilot.actions import tasks
from pilot.lifecycle import Phase, phase
from tests.conventions.world import snapshot
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
    never_applied,
    resolve,
    run,
)
from tests.pilot.reading import regions, surface, text_of


@pytest.fixture
def confirm(htmx, session):
    """`confirm(...)`: posts the dialog as it was shown a moment ago."""

    def post(browser=htmx, **body):
        session.refresh_from_db()
        sent = {"v": session.state_version, "notes": "All done."} | body
        return browser.post(reverse("pilot:resolve", args=[session.pk]), sent)

    return post


def test_the_dialog_shows_the_notes(htmx, as_owner, session):
    make_fix(session, Phase.VERIFYING, script=SCRIPT)
    for browser in (htmx, as_owner):
        answer = browser.get(reverse("pilot:resolve", args=[session.pk]))
        assert answer.status_code == 200 and surface(answer).startswith("resolve_")
        assert notes.resolution_notes(session) in text_of(answer)
        assert "is still being verified. On Confirm it becomes" in text_of(answer)
        session.refresh_from_db()
        assert f'name="v" value="{session.state_version}"' in text_of(answer)


def test_it_resolves_with_the_notes_as_edited(confirm, session, owner):
    answer = confirm(notes="My own\r\nwords.")
    assert answer.status_code == 200
    session.refresh_from_db()
    assert (session.status, session.closings.get().text) == ("resolved", "My own\nwords.")
    assert (session.closed_by, session.closed_at is None) == (owner, False)
    event = session.events.last()
    assert (event.kind, event.by, event.via) == ("session_resolved", owner, "person")
    assert session.messages.last().text == "Owner resolved the session."
    assert "This session is read-only." in regions(answer)["#notice"]


@pytest.mark.parametrize(
    ("at", "body", "to"),
    [
        (Phase.VERIFYING, {}, Phase.SUCCESS),
        (Phase.VERIFYING, {"outcome": "worked", "outcome_notes": "Yes."}, Phase.SUCCESS),
        (Phase.VERIFYING, {"outcome": "failed"}, Phase.FAILED),
        (Phase.VERIFYING, {"outcome": "partial", "outcome_notes": "One of two."}, Phase.PARTIAL),
        (Phase.PARTIAL, {}, Phase.PARTIAL),
        (Phase.PARTIAL, {"outcome": "failed"}, Phase.PARTIAL),
        (Phase.UNRUN, {}, Phase.DISMISSED),
        (Phase.SUCCESS, {}, Phase.SUCCESS),
        (Phase.FAILED, {}, Phase.FAILED),
        (Phase.DISMISSED, {}, Phase.DISMISSED),
    ],
)
def test_what_becomes_of_the_fix(confirm, session, at, body, to):
    fix = make_fix(session, at)
    asked = Reply.objects.count()
    assert confirm(**body).status_code == 200
    now = fresh(fix)
    assert phase(now) == to
    assert now.outcome_notes == (body.get("outcome_notes") or fix.outcome_notes)
    if at == Phase.UNRUN:
        assert now.dismissed_reason == "session_resolved"
        assert fix.events.last().data == {"reason": "session_resolved"}
    # Nothing more is asked of the assistant.
    assert Reply.objects.count() == asked


@pytest.mark.parametrize(
    ("at", "body", "says"),
    [
        (Phase.VERIFYING, {}, "worked"),
        (Phase.VERIFYING, {"outcome": "failed"}, "didn't work"),
        (Phase.VERIFYING, {"outcome": "partial", "outcome_notes": "One of two.\r\n"}, "worked in part.\n\nOne of two"),
        (Phase.UNRUN, {}, "not run, dismissed when the session was resolved"),
        (Phase.PARTIAL, {}, "worked in part"),
    ],
)
def test_the_notes_say_what_becomes_of_the_fix(confirm, session, at, body, says):
    """They were written before it was said; an edited text keeps all else."""
    fix = make_fix(session, at)
    text = f"{notes.resolution_notes(session)}And told Jo."
    assert confirm(notes=text, **body).status_code == 200
    stored = session.closings.get().text
    assert f"**{fix.title}**: {says}." in stored and stored.endswith("And told Jo.")
    assert "not verified yet" not in stored and "proposed, not run" not in stored


def test_notes_of_an_older_state_are_refused_and_kept(confirm, session):
    fix = make_fix(session)
    session.refresh_from_db()
    seen = session.state_version
    run(fix, what="")
    before = snapshot()
    answer = confirm(v=seen, notes="My own words.", outcome="failed")
    assert answer.status_code == 409
    assert snapshot() == before
    slot = regions(answer)["#fix-slot"]
    assert "My own words." in slot and 'value="failed" checked' in slot
    session.refresh_from_db()
    assert f'name="v" value="{session.state_version}"' in slot
    assert "Have a look before you confirm." in regions(answer)["#notice"]
    assert confirm(notes="My own words.").status_code == 200


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"notes": " \n"}, "Write the resolution notes first."),
        ({"notes": "a\0b"}, "NUL"),
        ({"outcome": "lost"}, "Choose what came of the fix."),
        ({"v": ""}, "The form was not complete."),
        ({"v": "²"}, "The form was not complete."),
        ({"outcome": "partial", "outcome_notes": " "}, "Say what was done"),
        ({"outcome": "failed", "outcome_notes": "x" * 5001}, "That is too long"),
    ],
)
def test_invalid(confirm, as_owner, session, body, words):
    make_fix(session, Phase.VERIFYING)
    before = snapshot()
    for browser in (confirm(**body), confirm(as_owner, **body)):
        assert browser.status_code == 422
        assert words in text_of(browser)
        if body.get("notes", "x").strip():
            assert "All done." in text_of(browser) or "notes" in body
    assert snapshot() == before


def test_who_may_not_write_sees_no_dialog(htmx_of, session, viewer):
    answer = htmx_of(viewer).get(reverse("pilot:resolve", args=[session.pk]))
    assert answer.status_code == 200 and surface(answer) == ""


def test_a_closed_session_has_no_dialog(htmx, session):
    resolve(session)
    assert surface(htmx.get(reverse("pilot:resolve", args=[session.pk]))) == ""


# ---- the notes ----------------------------------------------------------------------------------


def test_the_notes_tell_the_problem_the_findings_and_every_fix(session, owner, admin):
    session = make_session(owner, title="Printer offline", problem="It is offline.")
    for text, state, answer in (
        ("Since when?", "answered", "Monday."),
        ("Look at it.", "done", ""),
        ("Who?", "skipped", ""),
    ):
        tasks.close(task=make_task(session, text=text, group=admin.pk), by=owner, state=state, answer=answer)
    make_fix(session, Phase.FAILED, title="First fix")
    make_fix(session, Phase.DISMISSED, title="Second fix")
    make_fix(session, Phase.PARTIAL, title="Third fix")
    last = make_fix(session, title="Fourth fix")
    run(last, what="Pulled the plug.")
    text = notes.resolution_notes(session)
    for words in (
        "**Problem.** It is offline.",
        "- Since when? Monday.\n- Look at it. Done.",
        "**First fix**: didn't work.",
        "**Second fix**: dismissed, not run.",
        "**Third fix**: worked in part.\n\nOne of two printers.",
        "**Fourth fix**: run, not verified yet.",
        ", by hand. Pulled the plug.",
    ):
        assert words in text
    assert "Who?" not in text


def test_the_notes_quote_what_was_run_exactly(session):
    text = "Get-Date   \n\n```\n````\n  trailing \n\n"
    fix = make_fix(session, Phase.VERIFYING, script=text)
    stamp = fix.stamps.get()
    assert hashlib.sha256(text.encode()).hexdigest() == stamp.sha256
    assert f"SHA-256 {stamp.sha256}:\n\n`````powershell\n{text}`````\n" in notes.resolution_notes(session)


def test_a_script_without_a_last_line_end_is_fenced_all_the_same(session):
    make_fix(session, Phase.VERIFYING, script="Get-Date")
    assert "```powershell\nGet-Date\n```\n" in notes.resolution_notes(session)


def test_the_notes_leave_out_what_was_withdrawn_and_every_secret(session, owner):
    fix = make_fix(session, template=make_template(owner, SECRET_SCRIPT, PARAMETERS, language="bash", name="Connect"))
    run(fix, host="srv-wrong", password=SECRET)
    never_applied(fix)
    run(fix, **FILLED)
    text = notes.resolution_notes(session)
    assert "srv-wrong" not in text and SECRET not in text
    assert "template “Connect” version 1, SHA-256 " in text
    assert "```bash\nConnect-Host 'srv-print01' -Password '<secret:password>'\n```" in text


def test_the_record_says_how_many_runs_were_withdrawn(session):
    fix = make_fix(session, Phase.VERIFYING)
    run(fix, what="Once more, with the other cable.")
    never_applied(fix)
    assert "the last 2 runs were withdrawn" in notes.resolution_notes(session)
    assert "withdrew the last 2 runs of “Restart the spooler”" in timeline.sentence(session.events.last())


def test_times_in_the_notes_are_the_accounts(session, account):
    account.time_zone = "Asia/Tokyo"
    account.save()
    session.refresh_from_db()
    stamp = make_fix(session, Phase.VERIFYING).stamps.get()
    assert stamp.ran_at.astimezone(ZoneInfo("Asia/Tokyo")).strftime("%Y-%m-%d %H:%M JST") in notes.resolution_notes(
        session
    )
