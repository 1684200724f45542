"""The buffer saves itself while somebody types, and never over what another tab saved."""

import pytest
from playwright.sync_api import expect

from script_builder.models import ScriptBuilderSession, ScriptTemplate
from tests.factories.script_builder import DraftingFactory
from tests.replies.processes import eventually


@pytest.fixture
def drafting(orm, owner):
    return orm(lambda: DraftingFactory(user=owner, title="Map a printer", buffer="Get-Printer\n"))


@pytest.fixture
def editor(workbench_of, owner, drafting):
    """Opens the drafting session; further tabs come with `editor.context.new_page()`."""
    page = workbench_of(owner).page
    page.goto(f"/script-builder/{drafting.pk}/")
    return page


@pytest.fixture
def stored(orm, drafting):
    """`stored(text)`: waits until the database holds it."""
    return lambda text: eventually(lambda: orm(lambda: ScriptBuilderSession.objects.get(pk=drafting.pk).buffer) == text)


def test_typing_saves(editor, stored):
    editor.locator("#text").fill("Get-Printer\nGet-PrintJob\n")
    expect(editor.locator("[data-buffer-state]")).to_have_text("Saved")
    stored("Get-Printer\nGet-PrintJob\n")
    editor.locator("#text").fill("again\n")
    expect(editor.locator("[data-buffer-state]")).to_have_text("Saved")
    editor.reload()
    expect(editor.locator("#text")).to_have_value("again\n")


def test_leaving_at_once_saves_what_was_typed_last(editor, stored):
    editor.locator("#text").fill("the last words")
    editor.goto("/script-builder/")
    stored("the last words")


def test_another_tab_was_faster(editor, stored, faults):
    faults.expect("409")
    other = editor.context.new_page()
    other.goto(editor.url)
    other.locator("#text").fill("theirs")
    expect(other.locator("[data-buffer-state]")).to_have_text("Saved")
    editor.locator("#text").fill("mine")
    expect(editor.locator("[data-buffer-state]")).to_have_text("Changed in another tab: your text is kept here.")
    expect(editor.locator("#text")).to_have_value("mine")
    stored("theirs")
    editor.get_by_role("button", name="Save draft").click()
    expect(editor.locator("#text")).to_have_value("mine")
    expect(editor.get_by_text("Changed in another tab: nothing was saved")).to_be_visible()
    stored("theirs")
    editor.get_by_role("button", name="Save draft").click()
    stored("mine")


def test_save_as_template_right_after_typing(editor, orm):
    editor.locator("#text").fill("Get-Printer | Out-Null\n")
    editor.get_by_label("Template name").fill("Look at printers")
    editor.get_by_role("button", name="Save as template").click()
    expect(editor.get_by_text("Saved as template “Look at printers”, version 1.").first).to_be_visible()
    assert orm(lambda: ScriptTemplate.objects.get().newest.text) == "Get-Printer | Out-Null\n"


def test_a_refused_template_is_no_conflict_with_oneself(editor, faults):
    faults.expect("422")
    name = editor.get_by_label("Template name")
    editor.locator("#text").fill("Get-Printer | Out-Null\n")
    name.fill(" ")
    editor.get_by_role("button", name="Save as template").click()
    expect(editor.get_by_text("Name the template.")).to_be_visible()
    expect(editor.locator("#text")).to_have_value("Get-Printer | Out-Null\n")
    name.fill("Look at printers")
    editor.get_by_role("button", name="Save as template").click()
    expect(editor.get_by_text("Saved as template “Look at printers”, version 1.").first).to_be_visible()


def test_leaving_after_a_refusal_keeps_what_was_typed(editor, stored, faults):
    faults.expect("422")
    editor.locator("#text").fill("Get-Printer | Out-Null\n")
    editor.get_by_label("Template name").fill(" ")
    editor.get_by_role("button", name="Save as template").click()
    expect(editor.get_by_text("Name the template.")).to_be_visible()
    editor.goto("/script-builder/")
    stored("Get-Printer | Out-Null\n")
