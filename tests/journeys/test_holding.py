"""What somebody typed, opened or scrolled to stays, whatever happens around it."""

import pytest
from playwright.sync_api import expect

from pilot.actions import tasks
from pilot.lifecycle import Move
from pilot.models import ChatMessage, SuggestedFix
from tests.factories.people import PASSWORD
from tests.factories.pilot import make_fix, make_session, make_task, make_template, run, settle

HALF = "Half a sentence, and\nnot sent"
PARAMETERS = {"host": {"type": "host", "label": "Computer", "required": True}}
SCRIPT = "Connect-Host {{ host }}\n"


@pytest.fixture
def session(orm, owner):
    """The owner's open session, in which nothing was said yet."""
    return orm(lambda: make_session(owner))


@pytest.fixture
def propose(orm, owner, session):
    """`propose(**fields)` puts a fix on the record; `template=True` gives it one that asks for a computer."""

    def propose(template=False, **fields):
        return orm(
            lambda: make_fix(session, template=make_template(owner, SCRIPT, PARAMETERS) if template else None, **fields)
        )

    return propose


def test_a_half_typed_message_survives_every_action(desk, session, propose, record, hold):
    propose(template=True)
    desk.goes_to(session)
    desk.composer.fill(HALF)

    def holds():
        expect(desk.composer).to_have_value(HALF)

    desk.applies()
    desk.panel.get_by_label("Computer").fill("pc-1")
    desk.presses("Generate", desk.panel)
    expect(desk.generated).to_be_visible()
    holds()
    desk.presses("Edit parameters", desk.panel)
    desk.panel.get_by_label("Computer").fill("pc-2")
    desk.presses("Generate", desk.panel)
    expect(desk.generated).to_contain_text("pc-2")
    desk.presses("✓ I ran this", desk.panel)
    desk.is_verifying()
    holds()
    desk.presses("I didn't run it after all")
    desk.is_offered("Restart the spooler")
    record.runs_nothing()
    holds()
    desk.applies()
    desk.panel.get_by_label("Computer").fill("pc-3")
    desk.presses("Generate", desk.panel)
    desk.presses("✓ I ran this", desk.panel)
    desk.is_verifying()
    desk.says_partial("One of two.")
    expect(desk.banner).to_contain_text("One of two.")
    holds()
    desk.page.reload()
    holds()
    desk.presses("Worked")
    expect(desk.banner).to_have_accessible_name("Last fix")
    holds()
    desk.banner.get_by_text("Correct", exact=True).click()
    desk.banner.get_by_label("Why is it").fill("It came back.")
    desk.presses("Correct to Didn't work")
    expect(desk.banner.locator("p strong")).to_have_text("Didn't work:")
    holds()

    propose()
    desk.asks_what_changed()
    holds()
    held = hold(desk.page, "**/builder/", times=1)
    with desk.page.expect_request("**/builder/"):
        desk.selects("Script Builder")
    desk.selects("Chat")
    with desk.page.expect_response("**/builder/"):
        held.pop().continue_()
    expect(desk.script).to_be_attached()
    desk.is_on("Chat")
    holds()
    desk.selects("Script Builder")
    desk.opens_the_editor()
    desk.writes("Restart-Service Spooler\n")
    desk.submits()
    desk.has_no_strip()
    holds()
    desk.applies()
    expect(desk.dialog.locator(".card")).to_have_count(3)
    desk.dialog.get_by_role("link", name="Close").click()
    desk.page.get_by_role("link", name="Resolve", exact=True).click()
    desk.dialog.get_by_role("link", name="Cancel").click()
    expect(desk.dialog).to_have_count(0)
    holds()
    assert record.said() == []

    desk.page.get_by_role("button", name="Menu of").click()
    desk.page.get_by_role("button", name="Sign out").click()
    desk.page.wait_for_url("**/sign-in/")
    assert desk.page.evaluate("sessionStorage.length") == 0
    desk.page.get_by_label("Username").fill("owner")
    desk.page.get_by_label("Password").fill(PASSWORD)
    desk.page.get_by_role("button", name="Sign in").click()
    desk.page.wait_for_url("**/sessions/")
    desk.goes_to(session)
    expect(desk.composer).to_have_value("")


def test_enter_twice_posts_once(desk, session, record, hold):
    desk.goes_to(session)
    held = hold(desk.page, "**/messages/")
    desk.composer.fill("Why does it not print?")
    for _ in range(2):
        desk.composer.press("Enter")
    desk.page.get_by_role("button", name="Send").click()
    desk.composer.press_sequentially(" And then?")
    expect(desk.composer).to_have_value("Why does it not print? And then?")
    assert len(held) == 1
    held.pop().continue_()
    desk.hears(1)
    assert record.said() == ["Why does it not print?"]
    # What was typed meanwhile is another message.
    expect(desk.composer).to_have_value("Why does it not print? And then?")
    desk.page.unroute("**/messages/")
    desk.composer.press("Enter")
    desk.hears(2)
    expect(desk.composer).to_have_value("")
    assert record.said() == ["Why does it not print?", "Why does it not print? And then?"]


def test_other_words_after_a_lost_answer_are_another_message(desk, session, record, hold, faults):
    faults.expect("net::ERR_FAILED")
    faults.expect("Failed to fetch")
    desk.goes_to(session)
    held = hold(desk.page, "**/messages/", times=1)
    with desk.page.expect_request("**/messages/"):
        desk.says("Why does it not print?")
    route = held.pop()
    route.fetch()
    route.abort()
    expect(desk.notice).to_contain_text("could not be reached")
    desk.says("It prints again.")
    expect(desk.composer).to_have_value("")
    assert record.said() == ["Why does it not print?", "It prints again."]


def test_a_click_is_not_lost_to_what_the_page_asks_by_itself(desk, session, propose, orm, hold):
    propose(script="Restart-Service Spooler\n")
    desk.goes_to(session)
    held = hold(desk.page, "**/live/**")
    with desk.page.expect_request("**/live/**"):
        desk.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    desk.applies()
    expect(desk.dialog.locator(".card")).to_have_count(3)
    # What was asked before Apply knows of no dialog; its answer comes too late to close it.
    orm(lambda: ChatMessage.objects.note(session, "Later"))
    while held:
        held.pop().continue_()
    desk.page.unroute("**/live/**")
    desk.asks_what_changed()
    expect(desk.page.get_by_role("log")).to_contain_text("Later")
    expect(desk.dialog.locator(".card")).to_have_count(3)


def test_a_slow_answer_undoes_nothing_of_what_was_pressed_after_it(desk, session, propose, hold):
    """It would show the page without what that one opened."""
    propose(script="Restart-Service Spooler\n")
    desk.goes_to(session)
    order = []
    for event, at in (("request", lambda request: request), ("response", lambda response: response.request)):
        desk.page.on(event, lambda it, at=at, event=event: order.append((event, at(it).url.split("/")[-2])))
    held = hold(desk.page, "**/messages/", times=1)
    with desk.page.expect_request("**/messages/"):
        desk.says("Why does it not print?")
    desk.applies()
    held.pop().continue_()
    expect(desk.dialog.locator(".card")).to_have_count(3)
    desk.hears(1)
    expect(desk.dialog.locator(".card")).to_have_count(3)
    sent = [("request", "messages"), ("response", "messages"), ("request", "apply"), ("response", "apply")]
    assert [step for step in order if step in sent] == sent


def test_what_changes_while_the_page_asks_is_asked_again(desk, session, propose, hold):
    desk.goes_to(session)
    hold(desk.page, "**/live/**", times=1)
    with desk.page.expect_request("**/live/**"):
        desk.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    propose()
    desk.asks_what_changed()
    desk.is_offered("Restart the spooler")


def test_the_transcript_stays_where_it_was_read(desk, session, propose, orm):
    orm(lambda: [ChatMessage.objects.note(session, f"Line {number}") for number in range(40)])
    propose()
    desk.goes_to(session)
    transcript = desk.page.get_by_role("log")
    there = "list => list.scrollTop"
    bottom = transcript.evaluate("list => list.scrollHeight - list.clientHeight")
    assert bottom > 400
    assert transcript.evaluate(there) == pytest.approx(bottom, abs=2)
    transcript.evaluate("list => { list.scrollTop = 200 }")
    desk.page.wait_for_function("() => !document.querySelector('[data-to-newest]').hidden")
    for _ in range(2):
        desk.selects("Script Builder")
        expect(desk.page.get_by_role("button", name="Write it myself")).to_be_visible()
        desk.selects("Chat")
        assert transcript.evaluate(there) == 200
    desk.selects("Script Builder")
    desk.opens_the_editor()
    desk.writes("Restart-Service Spooler\n")
    desk.submits()
    desk.has_no_strip()
    assert transcript.evaluate(there) == 200
    orm(lambda: ChatMessage.objects.note(session, "Line 40"))
    desk.asks_what_changed()
    expect(transcript).to_contain_text("Line 40")
    assert transcript.evaluate(there) == 200

    # Scrolled up in the very moment in which something is written.
    transcript.evaluate("list => { list.scrollTop = list.scrollHeight }")
    desk.page.wait_for_function("() => document.querySelector('[data-to-newest]').hidden")
    transcript.evaluate("list => { list.scrollTop = 100; list.querySelector('.turns').append('word '.repeat(400)) }")
    desk.page.wait_for_function("() => !document.querySelector('[data-to-newest]').hidden")
    assert transcript.evaluate(there) == 100


@pytest.mark.parametrize("kind", ["draft", "template"])
def test_an_open_surface_survives_what_others_do_and_is_told_when_its_fix_changes(
    kind, desk, workbench_of, admin, session, propose, record, orm
):
    orm(lambda: make_task(session, text="Since when?"))
    fix = propose(template=True) if kind == "template" else propose(script=SCRIPT, parameters=PARAMETERS)
    surface = desk.panel if kind == "template" else desk.dialog
    desk.page.clock.install()
    desk.goes_to(session).applies()
    typed = surface.get_by_label("Computer")
    typed.fill("pc-half-ty")
    desk.composer.fill(HALF)

    lead = workbench_of(admin).goes_to(session)
    lead.answers("Since when?", "Since Monday")
    lead.hears(1)
    desk.page.clock.fast_forward(21_000)
    desk.hears(1)
    expect(desk.task("Since when?")).to_contain_text("Since Monday")
    expect(typed).to_have_value("pc-half-ty")
    expect(desk.composer).to_have_value(HALF)

    orm(lambda: run(fix, by=admin, host="pc-1"))
    desk.page.clock.fast_forward(21_000)
    desk.is_told_of_a_change("task-lane" if kind == "template" else "fix-slot")
    expect(typed).to_have_value("pc-half-ty")
    desk.wants_to_see_it()
    desk.is_verifying()
    expect(surface).to_have_count(0)
    expect(desk.composer).to_have_value(HALF)
    record.runs_once()


def test_a_form_of_the_past_is_told_so_and_keeps_what_was_typed(desk, session, propose, record, orm, faults):
    faults.expect("409")
    fix = propose(script="Restart-Service Spooler\n")
    orm(lambda: run(fix))
    desk.goes_to(session)
    second = type(desk)(desk.page.context.new_page()).goes_to(session)
    second.banner.get_by_text("Partial", exact=True).click()
    second.banner.get_by_label("What works, and what does not?").fill("Two of <b>three</b>")
    desk.presses("Worked")
    expect(desk.banner).to_have_accessible_name("Last fix")

    second.banner.locator("#partial").get_by_role("button", name="Save outcome").click()
    expect(second.notice).to_contain_text("What you typed")
    expect(second.notice.locator("#typed")).to_have_text("Two of <b>three</b>")
    expect(second.banner).to_have_accessible_name("Last fix")
    assert record.fix().status == SuggestedFix.Status.SUCCESS


def test_words_in_a_form_that_others_take_away_are_given_back(desk, session, propose, admin, orm):
    fix = propose(script="Restart-Service Spooler\n")
    task = orm(lambda: make_task(session, text="Since when?"))
    orm(lambda: run(fix))
    desk.goes_to(session)
    kept = desk.page.locator("#kept")
    desk.task("Since when?").get_by_role("textbox").fill("Since the upd")
    desk.banner.get_by_text("Partial", exact=True).click()
    desk.banner.get_by_label("What works, and what does not?").fill("Two of <b>three</b>")
    orm(lambda: ChatMessage.objects.note(session, "Something else"))
    desk.asks_what_changed()
    expect(desk.page.get_by_role("log")).to_contain_text("Something else")
    expect(desk.banner.get_by_label("What works, and what does not?")).to_have_value("Two of <b>three</b>")
    desk.page.get_by_role("link", name="Resolve", exact=True).click()
    desk.dialog.get_by_label("Resolution notes").fill("Given up.")
    desk.dialog.get_by_role("link", name="Cancel").click()
    expect(kept).to_be_hidden()

    orm(lambda: settle(fix, Move.WORKED, by=admin))
    desk.asks_what_changed()
    desk.is_told_of_a_change("fix-slot")
    desk.wants_to_see_it()
    expect(desk.banner).to_have_accessible_name("Last fix")
    expect(kept).to_contain_text("Two of <b>three</b>")
    expect(kept).not_to_contain_text("Given up.")
    expect(desk.task("Since when?").get_by_role("textbox")).to_have_value("Since the upd")
    orm(lambda: tasks.close(task=task, by=admin, state="answered", answer="Monday"))
    desk.asks_what_changed()
    desk.is_told_of_a_change("task-lane")
    expect(desk.task("Since when?").get_by_role("textbox")).to_have_value("Since the upd")
    desk.wants_to_see_it()
    expect(desk.task("Since when?")).to_contain_text("Monday")
    expect(kept).to_contain_text("Since the upd")
    expect(kept).to_contain_text("Two of <b>three</b>")
    kept.get_by_role("button", name="Close").click()
    expect(kept).to_be_hidden()
