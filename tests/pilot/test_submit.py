"""Submit: the script goes onto the fix as it is, the buffer is emptied; and two of them for one fix."""

import re

import pytest
from django.urls import reverse

from flowpilot.replies.models import Reply
from pilot.actions import drafts, fixes
from pilot.lifecycle import Phase
from pilot.models import SessionEvent
from script_builder.actions import messages, sessions
from script_builder.models import ScriptBuilderSession
from tests.conventions.world import snapshot
from tests.factories.pilot import SCRIPT, escalate, fresh, make_fix, make_template
from tests.pilot.reading import regions, surface, text_of

MINE, THEIRS = "  Get-Mine  \n\n", "Get-Theirs\n"


@pytest.fixture
def as_admin(htmx_of, admin):
    """The browser of a second engineer who works the session."""
    return htmx_of(admin)


def post(browser, fix, name="submit", **body):
    """Sends that form of the fix, as the page has it."""
    body = {"version": fix.version, "page-tab": "script_builder"} | body
    return browser.post(reverse(f"pilot:fix_{name}", args=[fix.session_id, fix.pk]), body)


def submit(browser, fix, script=MINE, **body):
    return post(browser, fix, script=script, language="powershell", **body)


def write(fix, by, text=MINE) -> ScriptBuilderSession:
    """Somebody opens the tab and writes."""
    drafting = drafts.open_inline(fix=fix, by=by)
    return sessions.save_buffer(session=drafting, by=by, text=text, revision=drafting.buffer_revision)


def value(html: str, name: str) -> str:
    """What the field of that name holds."""
    return re.search(rf'name="{name}" value="([^"]*)"', html)[1]


def texts(html: str) -> list[str]:
    """Both texts of the comparison, as a browser reads them."""
    return re.findall(r"<textarea data-(?:old|new)[^>]*>\n(.*?)</textarea>", html, re.DOTALL)


# ---- one ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [Phase.UNRUN, Phase.VERIFYING, Phase.PARTIAL])
def test_works(htmx, session, owner, at):
    fix = make_fix(session, at)
    write(fix, owner)
    answer = submit(htmx, fix)
    now, shown = fresh(fix), regions(answer)
    assert answer.status_code == 200
    assert (now.ai_drafted_script, now.language, now.applied_at) == (MINE, "powershell", fix.applied_at)
    assert "tablist" not in shown["#tab-strip"]
    drafting = ScriptBuilderSession.objects.get()
    assert (drafting.buffer, drafting.is_untouched) == ("", True)


def test_the_eye_goes_to_apply(htmx, fix, owner):
    write(fix, owner)
    slot = regions(submit(htmx, fix))["#fix-slot"]
    assert re.search(r"<button [^>]*data-focus[^>]*>Apply</button>", slot)


def test_without_htmx(as_owner, fix, owner):
    write(fix, owner)
    answer = submit(as_owner, fix)
    assert (answer.status_code, answer["Location"]) == (302, fix.session.get_absolute_url())
    assert fresh(fix).ai_drafted_script == MINE


@pytest.mark.parametrize("script", ["Get-Date", "\n\n  Get-Date\n", "\ufeffls\r\n", "Write-Output 'ä💾'\n"])
def test_a_block_of_the_chat_is_submitted_as_it_is(htmx, fix, owner, script):
    """Whatever the editor holds; that is emptied with it."""
    write(fix, owner, "Get-Other\n")
    assert submit(htmx, fix, script).status_code == 200
    assert fresh(fix).ai_drafted_script == script.removeprefix("\ufeff").replace("\r\n", "\n")
    assert ScriptBuilderSession.objects.get().buffer == ""


def test_a_script_is_submitted_from_a_tab_that_never_opened_the_editor(htmx, fix):
    assert submit(htmx, fix).status_code == 200
    assert fresh(fix).ai_drafted_script == MINE


@pytest.mark.parametrize("script", ["", " \n\t", "# Restart the spooler\r\n\r\n", "\n# Restart the spooler"])
def test_blank_and_scaffold_are_refused_in_place(htmx, fix, owner, script):
    drafts.open_inline(fix=fix, by=owner)
    before = snapshot()
    answer = submit(htmx, fix, script)
    assert answer.status_code == 422
    assert 'role="alert"' in regions(answer)["#builder-error"]
    assert "tab-builder" in regions(answer)["#tab-strip"]
    assert snapshot() == before


def test_the_scaffold_of_another_language_is_the_scaffold(htmx, fix, owner):
    drafting = drafts.open_inline(fix=fix, by=owner)
    said = {"text": drafting.buffer, "revision": drafting.buffer_revision}
    changed = sessions.change_language(session=drafting, by=owner, language="batch", **said)
    assert changed.buffer != drafting.buffer
    assert post(htmx, fix, script=changed.buffer, language="batch").status_code == 422


def test_a_save_that_arrives_after_submit_is_refused(htmx, as_owner, fix, owner):
    drafting = write(fix, owner)
    submit(htmx, fix)
    before = snapshot()
    for name, body in (("buffer", {}), ("language", {"language": "bash"})):
        path = reverse(f"script_builder:{name}", args=[drafting.pk])
        answer = as_owner.post(path, {"text": "late", "revision": drafting.buffer_revision} | body)
        assert (answer.status_code, answer.json()["code"]) == (409, "stale_buffer")
    assert snapshot() == before


# ---- two ----------------------------------------------------------------------------------------


@pytest.fixture
def contested(fix, owner, admin, htmx, as_admin):
    """Both wrote a script for the fix as it was; the admin's came first."""
    write(fix, owner)
    write(fix, admin, THEIRS)
    assert submit(as_admin, fix, THEIRS).status_code == 200
    return fix


def test_the_second_is_shown_both_and_changes_nothing(htmx, contested, owner):
    before = snapshot()
    answer = submit(htmx, contested)
    assert answer.status_code == 409
    slot = regions(answer)["#fix-slot"]
    assert texts(slot) == [THEIRS, MINE]
    assert "Another draft came first" in slot
    assert surface(answer).startswith(f"compare_{contested.pk}_{contested.version + 1}_")
    assert snapshot() == before
    assert ScriptBuilderSession.objects.get(user=owner).buffer == MINE


def test_the_second_may_submit_theirs_anyway(htmx, contested, owner):
    slot = regions(submit(htmx, contested))["#fix-slot"].split("data-surface")[1]
    version, language = value(slot, "version"), value(slot, "language")
    answer = post(htmx, contested, script=texts(slot)[1], version=version, language=language)
    assert answer.status_code == 200 and surface(answer) == ""
    assert fresh(contested).ai_drafted_script == MINE
    assert ScriptBuilderSession.objects.get(user=owner).buffer == ""
    assert SessionEvent.objects.filter(kind="fix_drafted").count() == 2


def test_a_third_draft_is_met_again(htmx, as_admin, contested):
    slot = regions(submit(htmx, contested))["#fix-slot"].split("data-surface")[1]
    now = fresh(contested)
    submit(as_admin, now, "Get-Third\n")
    answer = post(htmx, contested, script=MINE, version=value(slot, "version"), language="powershell")
    assert answer.status_code == 409
    assert texts(regions(answer)["#fix-slot"]) == ["Get-Third\n", MINE]


def test_the_open_comparison_stays_while_the_fix_does(htmx, as_admin, contested):
    """Its content is not sent again: the browser leaves it alone with what it shows."""
    shown = surface(submit(htmx, contested))
    live = reverse("pilot:live", args=[contested.session_id])
    answer = htmx.get(live, {"page-surface": shown})
    assert surface(answer) == shown and "hx-morph-skip" in regions(answer)["#fix-slot"]
    submit(as_admin, fresh(contested), "Get-Third\n")
    assert surface(htmx.get(live, {"page-surface": shown})) == ""


def test_both_are_compared_later_from_the_banner(htmx, as_admin, as_owner, contested):
    def offers(browser) -> bool:
        page = browser.get(contested.session.get_absolute_url())
        return "Compare with your draft" in text_of(page)

    assert offers(htmx) and not offers(as_admin)
    for browser in (htmx, as_owner):
        answer = post(browser, fresh(contested), "compare")
        assert answer.status_code == 200
        assert texts(text_of(answer)) == [THEIRS, MINE]
    submit(htmx, fresh(contested))
    assert not offers(htmx)


def test_there_is_nothing_to_compare_without_two(htmx, as_admin, fix, owner, admin):
    drafts.open_inline(fix=fix, by=owner)
    write(fix, admin, THEIRS)
    for browser in (htmx, as_admin):
        assert post(browser, fix, "compare").status_code == 409
    submit(as_admin, fix, THEIRS)
    before = snapshot()
    for browser in (htmx, as_admin):
        assert post(browser, fresh(fix), "compare").status_code == 409
    assert snapshot() == before


def test_an_address_alone_opens_no_comparison(as_owner, contested):
    page = as_owner.get(f"{contested.session.get_absolute_url()}?open=compare")
    assert page.status_code == 200 and surface(page) == ""


def test_what_changed_otherwise_is_a_refusal_with_what_was_typed(htmx, session, owner, fix):
    write(fix, owner)
    stale = fresh(fix)
    fixes.link_template(fix=fix, template=make_template(owner), by=owner)
    answer = submit(htmx, stale)
    assert (answer.status_code, surface(answer)) == (409, "")
    assert "Here is how it stands now." in regions(answer)["#notice"]
    assert MINE in regions(answer)["#notice"]


def test_a_fix_that_is_not_the_active_one_any_more_is_compared_with_nothing(htmx, session, owner, admin):
    """Two wait in part, or one gave way to another: the comparison would show the wrong fix."""
    fix = make_fix(session, Phase.PARTIAL)
    write(fix, owner)
    fixes.attach_draft(fix=fix, version=fix.version, by=admin, script=THEIRS)
    make_fix(session, title="Replace the driver", script=SCRIPT)
    answer = submit(htmx, fix)
    assert (answer.status_code, surface(answer)) == (409, "")
    assert MINE in regions(answer)["#notice"]


# ---- closing ------------------------------------------------------------------------------------


def test_closing_the_session_stops_what_its_builders_are_asked(
    session, fix, owner, admin, django_capture_on_commit_callbacks
):
    for user in (owner, admin):
        drafting = drafts.open_inline(fix=fix, by=user)
        messages.post(drafting=drafting, by=user, text="Draft it.", key="k")
    standalone, _ = sessions.open_standalone(by=owner, ai_session_id=session.pk, text="ls\n")
    messages.post(drafting=standalone, by=owner, text="Shorter.", key="k")
    with django_capture_on_commit_callbacks(execute=True):
        escalate(session)
    states = {reply.conversation: reply.state for reply in Reply.objects.filter(kind="builder")}
    assert states.pop(standalone.pk) == "queued"
    assert set(states.values()) == {"stopped"} and len(states) == 2
