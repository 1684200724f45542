"""The tab strip, its dot, and the banner: derived from the record, never stored."""

import pytest
from django.urls import reverse
from django.utils import timezone

from pilot.actions import drafts, fixes
from pilot.lifecycle import Move, Phase, active_fix, banner_fix, banner_mode
from script_builder.actions import messages as builder_messages
from script_builder.actions import sessions
from tests.factories.pilot import SCRIPT, fresh, make_fix, make_template, never_applied, resolve, run, settle
from tests.pilot.reading import regions, text_of

STRIP = 'role="tablist"'


def page(browser, session, query=""):
    return browser.get(f"/sessions/{session.pk}/{query}")


def has_strip(browser, session) -> bool:
    return STRIP in text_of(page(browser, session))


def dot(browser, session) -> bool:
    shown = text_of(page(browser, session))
    assert "data-dot" in shown
    return "data-dot hidden" not in shown


@pytest.mark.parametrize(
    ("at", "shows"),
    [
        (Phase.UNRUN, True),
        (Phase.VERIFYING, True),
        (Phase.PARTIAL, True),
        (Phase.SUCCESS, False),
        (Phase.FAILED, False),
        (Phase.DISMISSED, False),
    ],
)
def test_the_strip_shows_while_the_active_fix_needs_a_script(as_owner, session, at, shows):
    make_fix(session, at)
    assert has_strip(as_owner, session) == shows


@pytest.mark.parametrize("at", [Phase.UNRUN, Phase.VERIFYING, Phase.PARTIAL])
def test_no_strip_where_the_fix_has_a_script(as_owner, session, owner, at):
    made = make_fix(session, at)
    fixes.attach_draft(fix=made, version=made.version, by=owner, script=SCRIPT)
    assert not has_strip(as_owner, session)


def test_no_strip_without_a_fix_with_a_template_or_in_a_closed_session(as_owner, session, owner):
    assert not has_strip(as_owner, session)
    made = make_fix(session, template=make_template(owner))
    assert not has_strip(as_owner, session)
    fixes.dismiss(fix=made, version=made.version, by=owner)
    make_fix(session, Phase.PARTIAL)
    assert has_strip(as_owner, session)
    resolve(session)
    assert not has_strip(as_owner, session)


def test_the_strip_is_for_who_works_the_session(client_of, session, viewer, admin, teammate, account):
    account.share_sessions = True
    account.save()
    make_fix(session)
    assert [has_strip(client_of(user), session) for user in (admin, viewer, teammate)] == [True, False, False]


def test_it_is_the_active_fix_that_counts(as_owner, session):
    """The newest proposed one; where there is none, the newest that waits in part."""
    make_fix(session, Phase.PARTIAL)
    assert has_strip(as_owner, session)
    proposed = make_fix(session, script=SCRIPT)
    assert not has_strip(as_owner, session)
    fixes.dismiss(fix=proposed, version=proposed.version, by=session.owner)
    assert has_strip(as_owner, session)


def test_submit_takes_the_strip_away(htmx, session):
    made = make_fix(session)
    drafts.open_inline(fix=made, by=session.owner)
    body = {"version": made.version, "script": SCRIPT, "language": "bash", "page-tab": "script_builder"}
    answer = htmx.post(reverse("pilot:fix_submit", args=[session.pk, made.pk]), body)
    strip = regions(answer)["#tab-strip"]
    assert STRIP not in strip and "hidden" in strip
    assert "Drafted script" in regions(answer)["#fix-slot"]


# ---- which tab ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("query", "tab"), [("", "chat"), ("?tab=chat", "chat"), ("?tab=script_builder", "builder")])
def test_the_tab_is_the_pages(as_owner, session, query, tab):
    make_fix(session)
    shown = text_of(page(as_owner, session, query))
    chosen = {name: f'id="tab-{name}"' in part for name in ("chat", "builder") for part in [selected(shown)]}
    assert chosen == {"chat": tab == "chat", "builder": tab == "builder"}


def selected(shown: str) -> str:
    """The tab that is selected."""
    return next(part for part in shown.split("<a ") if 'aria-selected="true"' in part.split(">")[0])


def test_an_answer_leaves_the_tab_where_the_page_has_it(htmx, session):
    make_fix(session)
    path = reverse("pilot:message", args=[session.pk])
    for tab, wanted in (("script_builder", "tab-builder"), ("chat", "tab-chat"), ("settings", "tab-chat")):
        answer = htmx.post(path, {"text": "Hello.", "key": tab, "page-tab": tab})
        assert wanted in selected(regions(answer)["#tab-strip"])


@pytest.mark.parametrize("at", [Phase.UNRUN, Phase.VERIFYING])
@pytest.mark.parametrize("closes", ["resolve", "escalate"])
def test_a_dialog_is_shown_in_the_chat_wherever_it_is_asked_for(htmx, session, at, closes):
    make_fix(session, at)
    answer = htmx.get(reverse(f"pilot:{closes}", args=[session.pk]), {"page-tab": "script_builder"})
    assert "data-surface" in regions(answer)["#fix-slot"]
    assert "tab-chat" in selected(regions(answer)["#tab-strip"])


def test_apply_selects_the_builder(htmx, session):
    made = make_fix(session)
    answer = htmx.post(reverse("pilot:fix_apply", args=[session.pk, made.pk]), {"version": made.version})
    assert "tab-builder" in selected(regions(answer)["#tab-strip"])
    assert "Restart the spooler" in regions(answer)["#builder-panel"]


def test_without_a_strip_the_page_is_on_chat(as_owner, session):
    shown = text_of(page(as_owner, session, "?tab=script_builder"))
    assert 'data-panel="chat" role="tabpanel" aria-label="Chat" >' in shown


# ---- the dot ------------------------------------------------------------------------------------


def save(drafting, text):
    fresh_one = type(drafting).objects.get(pk=drafting.pk)
    sessions.save_buffer(session=fresh_one, by=fresh_one.user, text=text, revision=fresh_one.buffer_revision)


def test_the_dot_shows_while_a_draft_is_in_progress(as_owner, session, owner):
    made = make_fix(session)
    assert not dot(as_owner, session)
    drafting = drafts.open_inline(fix=made, by=owner)
    assert not dot(as_owner, session)
    scaffold = drafting.buffer
    for text, shows in (("Get-Date\n", True), ("", False), (" \n\t", False), (scaffold, False), (scaffold + "x", True)):
        save(drafting, text)
        assert dot(as_owner, session) == shows, text


def test_the_dot_is_each_engineers_own(as_owner, as_admin, session, owner):
    save(drafts.open_inline(fix=make_fix(session), by=owner), "Get-Date\n")
    assert dot(as_owner, session) and not dot(as_admin, session)


def test_the_dot_shows_once_the_assistant_was_asked(as_owner, as_admin, session, owner):
    drafting = drafts.open_inline(fix=make_fix(session), by=owner)
    builder_messages.post(drafting=drafting, by=owner, text="Draft it.", key="k")
    assert dot(as_owner, session) and not dot(as_admin, session)


def test_the_dot_is_out_for_a_later_fix(as_owner, session, owner):
    made = make_fix(session)
    drafting = drafts.open_inline(fix=made, by=owner)
    save(drafting, "Get-Date\n")
    builder_messages.post(drafting=drafting, by=owner, text="Draft it.", key="k")
    fixes.dismiss(fix=made, version=made.version, by=owner)
    later = make_fix(session, title="Replace the driver")
    assert not dot(as_owner, session)
    drafts.open_inline(fix=later, by=owner)
    assert not dot(as_owner, session)


def test_a_later_fix_is_drafted_below_a_divider_and_the_earlier_draft_is_offered(as_owner, session, owner):
    made = make_fix(session)
    drafting = drafts.open_inline(fix=made, by=owner)
    builder_messages.post(drafting=drafting, by=owner, text="Draft it.", key="k")
    save(drafting, "Get-Mine\n")
    assert "Use the earlier draft" not in text_of(page(as_owner, session))
    fixes.dismiss(fix=made, version=made.version, by=owner)
    drafts.open_inline(fix=make_fix(session, title="Replace the driver"), by=owner)
    shown = text_of(page(as_owner, session))
    assert shown.index("Draft it.") < shown.index("From here on: Replace the driver")
    assert "Use the earlier draft" in shown and "<template data-earlier>Get-Mine\n</template>" in shown
    assert "\n# Replace the driver\n\n</textarea>" in shown


# ---- the banner ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "mode", "buttons", "none_of"),
    [
        (Phase.UNRUN, "proposed", ["Apply", "Dismiss"], ["Worked", "Run again", "run it after all"]),
        (
            Phase.VERIFYING,
            "verifying",
            ["Worked", "Didn't work", "Partial", "Run again", "I didn't run it after all"],
            ["Dismiss"],
        ),
        (Phase.PARTIAL, "partial", ["Worked", "Didn't work", "Apply again"], ["Dismiss", "Run again"]),
        (Phase.SUCCESS, "closed", ["Correct"], ["Apply", "Dismiss", "run it after all"]),
        (Phase.FAILED, "closed", ["Correct"], ["Apply", "Dismiss", "run it after all"]),
        (Phase.DISMISSED, "closed", [], ["Apply", "Correct", "run it after all"]),
    ],
)
def test_the_banner_offers_what_its_mode_allows(htmx, session, viewer, htmx_of, at, mode, buttons, none_of):
    made = make_fix(session, at, verify_command="Get-Printer", why="It is stuck.")
    assert banner_mode(made, 10, timezone.now()) == mode

    def slot(browser) -> str:
        return regions(browser.get(reverse("pilot:live", args=[session.pk])))["#fix-slot"]

    shown = slot(htmx)
    assert f"fix--{mode}" in shown and made.title in shown
    for words in buttons:
        assert words in shown
    for words in none_of:
        assert words not in shown
    assert ("80 % confident" in shown, "Low risk" in shown, made.why in shown) == (mode == "proposed",) * 3
    assert ("Get-Printer" in shown) == (mode in ("verifying", "partial"))
    if mode == "partial":
        assert made.outcome_notes in shown
    assert "<form" not in slot(htmx_of(viewer))


def test_a_closed_banner_stays_until_the_next_fix(session, owner):
    first, second = make_fix(session, Phase.FAILED), make_fix(session, Phase.DISMISSED)
    rows = list(session.fixes.all())
    assert (active_fix(rows), banner_fix(rows)) == (None, second)
    fixes.correct(fix=first, version=first.version, by=owner, reason="No.")
    assert banner_fix(list(session.fixes.all())) == second
    partial = make_fix(session, Phase.PARTIAL)
    assert active_fix(list(session.fixes.all())) == partial
    proposed = make_fix(session)
    assert active_fix(list(session.fixes.all())) == proposed
    assert (active_fix([]), banner_fix([])) == (None, None)


def test_the_banner_tells_the_last_run_that_stands(htmx, session, owner):
    template = make_template(owner, name="Restart it well")
    made = make_fix(session, template=template)
    run(made)
    settle(made, Move.PARTIAL, "One of two.")
    template.versions.create(number=2, text="Get-Date\n", created_by=owner)
    run(made)

    def slot() -> str:
        return regions(htmx.get(reverse("pilot:live", args=[session.pk])))["#fix-slot"]

    assert "template “Restart it well”, version 2," in slot()
    never_applied(made)
    assert "template “Restart it well”, version 1," in slot()
    assert fresh(made).status == "applied_partial"
