"""The main job in a browser that runs no script: forms, redirects, and the whole reply on the next look."""

from hashlib import sha256

import pytest
from playwright.sync_api import expect

from flowpilot.replies.models import Reply
from tests.factories.pilot import make_fix, make_session
from tests.journeys.steps import Workbench
from tests.replies.processes import eventually

FIX = "Clear the print queue and restart the spooler"


@pytest.fixture
def page(new_context):
    return new_context(java_script_enabled=False).new_page()


@pytest.fixture
def hear(orm, page):
    """`hear(n)`: the n-th reply is written, and the page shows it when it is looked at again."""

    def hear(replies):
        eventually(lambda: orm(lambda: Reply.objects.filter(state="done").count()) == replies)
        page.reload()
        expect(page.locator("[data-reply=done]")).to_have_count(replies)

    return hear


def test_a_ticket_is_resolved(page, sign_in, owner, hear, record, faults):
    faults.expect("422")
    sign_in(page, owner)
    desk = Workbench(page)
    page.get_by_role("link", name="New session").click()
    page.get_by_label("Title").fill("Second floor: printer")
    page.get_by_role("button", name="Open session").click()
    desk.composer.fill("cant print, evrything stuck")
    page.get_by_role("button", name="Send").click()
    expect(desk.composer).to_have_value("")
    assert record.said() == ["cant print, evrything stuck"]
    hear(1)
    desk.chooses("Is it one printer or all of them", "All printers on one computer")
    desk.answers("Does the printer hang on a print server", "This one")
    desk.does("Look at the state of the spooler service", "Status : Running")
    hear(2)
    desk.skips("List the jobs that are waiting")
    hear(3)
    desk.is_offered(FIX)

    desk.applies()
    desk.panel.get_by_label("Seconds to wait").fill("never")
    desk.presses("Generate", desk.panel)
    expect(desk.panel.get_by_label("Seconds to wait")).to_have_value("never")
    desk.panel.get_by_label("Seconds to wait").fill("45")
    desk.presses("Generate", desk.panel)
    expect(desk.generated).to_contain_text("$WaitSeconds = 45")
    shown = desk.panel.locator("[data-exact]").input_value()
    desk.presses("Edit parameters", desk.panel)
    expect(desk.panel.get_by_label("Seconds to wait")).to_have_value("45")
    desk.presses("Generate", desk.panel)
    expect(desk.generated).to_contain_text("$WaitSeconds = 45")
    record.runs_nothing()
    desk.presses("✓ I ran this", desk.panel)
    desk.is_verifying()
    expect(desk.panel).to_have_count(0)
    assert record.runs_once().sha256 == sha256(shown.encode()).hexdigest()
    desk.presses("Worked")
    expect(desk.banner).to_have_accessible_name("Last fix")
    desk.resolves(edit=lambda notes: f"{notes}Told Jo.")
    expect(desk.notice).to_contain_text("This session is read-only.")
    expect(desk.composer).to_have_count(0)
    assert record.closing().text.endswith("Told Jo.")


def test_a_script_is_written_submitted_and_run(page, sign_in, owner, orm, record, faults):
    faults.expect("422")
    session = orm(lambda: make_session(owner))
    orm(lambda: make_fix(session, title="Map it again"))
    desk = Workbench(sign_in(page, owner)).goes_to(session)
    desk.applies()
    desk.is_on("Script Builder")
    desk.is_in("ai")
    desk.presses("✎ Write it myself", page)
    desk.is_in("editor")
    scaffold = desk.script.input_value()
    desk.presses("Submit", page)
    desk.is_on("Script Builder")
    desk.is_in("editor")
    expect(page.locator("#builder-error")).not_to_be_empty()
    expect(desk.script).to_have_value(scaffold)
    desk.script.fill("net use P: /delete\n")
    desk.presses("Submit", page)
    desk.has_no_strip()
    desk.applies()
    expect(desk.dialog.locator(".card")).to_have_count(3)
    record.runs_nothing()
    desk.presses("Run now, no template", desk.dialog)
    desk.is_verifying()
    assert record.runs_once().text == "net use P: /delete\n"
    desk.says_partial("Only one of them.")
    expect(desk.banner).to_contain_text("Only one of them.")
