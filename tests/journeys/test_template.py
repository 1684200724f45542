"""The main job: a problem in plain words, a template from the library, resolved."""

from hashlib import sha256

import pytest
from playwright.sync_api import expect

PROBLEM = "cant print, evrything stuck"
FIX = "Clear the print queue and restart the spooler"


@pytest.fixture
def desk(workbench_of, owner):
    return workbench_of(owner, permissions=["clipboard-read", "clipboard-write"])


def test_a_stuck_printer_is_resolved_with_a_template(desk, record, faults):
    faults.expect("422")
    desk.opens_session("Second floor: printer", PROBLEM, Client="Heron Legal", Device="HRN-PC-07")
    expect(desk.page.get_by_role("log")).to_contain_text(PROBLEM)
    desk.chooses("Is it one printer or all of them", "All printers on one computer")
    desk.answers("Does the printer hang on a print server", "No idea, ask <b>Jo</b>")
    desk.does("Look at the state of the spooler service", "Status : Running")
    desk.hears(2)
    desk.skips("List the jobs that are waiting")
    desk.hears(3)
    desk.is_offered(FIX)

    desk.applies()
    expect(desk.panel.get_by_role("heading", name="Clear the print queue")).to_be_focused()
    record.runs_nothing()
    seconds = desk.panel.get_by_label("Seconds to wait")
    seconds.fill("never")
    desk.presses("Generate", desk.panel)
    expect(seconds).to_have_attribute("aria-invalid", "true")
    expect(seconds).to_have_value("never")
    seconds.fill("45")
    desk.presses("Generate", desk.panel)
    expect(desk.generated).to_contain_text("$WaitSeconds = 45")
    record.runs_nothing()
    desk.presses("Copy", desk.panel)
    expect(desk.panel.get_by_role("button", name="Copied")).to_be_visible()
    record.runs_nothing()

    desk.presses("Edit parameters", desk.panel)
    expect(seconds).to_have_value("45")
    seconds.fill("60")
    desk.panel.get_by_label("Dry run").check()
    desk.presses("Generate", desk.panel)
    expect(desk.generated).to_contain_text("$WaitSeconds = 60")
    expect(desk.generated).to_contain_text("$DryRun = $true")
    shown = desk.generated.text_content()
    desk.presses("Copy", desk.panel)
    expect(desk.panel.get_by_role("button", name="Copied")).to_be_visible()
    copied = desk.page.evaluate("navigator.clipboard.readText()")
    assert copied.rstrip("\n") == shown
    record.runs_nothing()

    desk.presses("✓ I ran this", desk.panel)
    desk.is_verifying()
    expect(desk.panel).to_have_count(0)
    expect(desk.banner).to_contain_text("template “Clear the print queue”, version 1")
    stamp = record.runs_once()
    assert (stamp.kind, stamp.text) == ("template", copied)
    assert stamp.sha256 == sha256(copied.encode()).hexdigest()

    desk.presses("Worked")
    expect(desk.banner).to_have_accessible_name("Last fix")
    expect(desk.banner).to_contain_text("Worked")
    desk.resolves(edit=lambda notes: f"{notes}Told Jo to use <b>one</b> tray & wait.")
    _is_read_only(desk)
    notes = record.closing().text
    assert notes.endswith("Told Jo to use <b>one</b> tray & wait.")
    assert stamp.sha256 in notes and shown in notes and "No idea, ask <b>Jo</b>" in notes
    desk.page.get_by_text("Resolution notes").click()
    expect(desk.page.locator(".closing__text")).to_contain_text("Told Jo to use <b>one</b> tray & wait.")
    desk.page.reload()
    _is_read_only(desk)
    _timeline_says(
        desk,
        "opened the session",
        "had 3 tasks added",
        "answered “Is it one printer or all of them, and can others print to the same one?”: All printers on",
        "answered “Does the printer hang on a print server, or is it connected to this computer directly?”: No idea",
        "did the check “Look at the state of the spooler service.”: Status : Running",
        "had 1 task added",
        "skipped “List the jobs",
        f"was offered the fix “{FIX}”",
        f"declared “{FIX}” as run with the template “Clear the print queue”, version 1",
        f"recorded that “{FIX}” worked",
        "resolved the session",
    )
    record.runs_once()


def _is_read_only(desk):
    expect(desk.notice).to_contain_text("This session is read-only.")
    expect(desk.composer).to_have_count(0)
    for name in ("Apply", "Worked", "Correct", "Skip", "Answer", "Retry", "Stop"):
        expect(desk.page.locator("#main, #lane-drawer").get_by_role("button", name=name, exact=True)).to_have_count(0)
    expect(desk.page.get_by_role("link", name="Resolve", exact=True)).to_have_count(0)


def _timeline_says(desk, *sentences):
    desk.page.get_by_role("link", name="Timeline").click()
    lines = desk.page.locator(".timeline__item")
    expect(lines.first).to_be_visible()
    said = iter(lines.all_inner_texts())
    for sentence in sentences:
        assert any(sentence in line for line in said), f"The Timeline lacks, in order: {sentence}"
