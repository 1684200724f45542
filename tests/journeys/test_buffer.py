"""The buffer saves itself while somebody types, and never over what another tab saved."""

import pytest
from playwright.sync_api import expect

from script_builder.models import ScriptBuilderSession, ScriptTemplate
from tests.factories.script_builder import DraftingFactory
from tests.journeys.steps import PASTE
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


def types(page, text):
    """Pastes this over whatever the open editor holds."""
    page.locator("script-editor .monaco-editor").first.click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Delete")
    page.evaluate(PASTE, text)
    expect(page.locator("#text")).to_have_value(text)


def is_saved(page):
    expect(page.locator("[data-buffer-state]")).to_have_text("Saved")


def test_typing_saves(editor, stored):
    types(editor, "Get-Printer\nGet-PrintJob\n")
    is_saved(editor)
    stored("Get-Printer\nGet-PrintJob\n")
    types(editor, "again\n")
    is_saved(editor)
    editor.reload()
    expect(editor.locator("#text")).to_have_value("again\n")


def test_leaving_at_once_saves_what_was_typed_last(editor, stored):
    types(editor, "the last words")
    editor.goto("/script-builder/")
    stored("the last words")


def test_another_tab_was_faster(editor, stored, faults):
    faults.expect("409")
    other = editor.context.new_page()
    other.goto(editor.url)
    types(other, "theirs")
    is_saved(other)
    types(editor, "mine")
    comparison = editor.get_by_role("dialog", name="Changed in another tab")
    expect(comparison).to_be_visible()
    expect(editor.locator("#text")).to_have_value("mine")
    stored("theirs")
    comparison.get_by_role("button", name="Keep mine").click()
    expect(editor.locator("#text")).to_have_value("mine")
    stored("mine")


def saved_as(page, name):
    expect(page.get_by_text("Version 1 is in the library.")).to_be_visible()
    expect(page.locator(".studio__title").get_by_role("link", name=name)).to_be_visible()


def test_save_as_template_right_after_typing(editor, orm):
    types(editor, "Get-Printer | Out-Null\n")
    editor.get_by_label("Template name").fill("Look at printers")
    editor.get_by_role("button", name="Save as template").click()
    saved_as(editor, "Look at printers")
    assert orm(lambda: ScriptTemplate.objects.get().newest.text) == "Get-Printer | Out-Null\n"


def test_a_refused_template_is_no_conflict_with_oneself(editor, faults):
    faults.expect("422")
    name = editor.get_by_label("Template name")
    types(editor, "Get-Printer | Out-Null\n")
    name.fill(" ")
    editor.get_by_role("button", name="Save as template").click()
    expect(editor.get_by_text("Name the template.")).to_be_visible()
    expect(editor.locator("#text")).to_have_value("Get-Printer | Out-Null\n")
    name.fill("Look at printers")
    editor.get_by_role("button", name="Save as template").click()
    saved_as(editor, "Look at printers")


def test_leaving_after_a_refusal_keeps_what_was_typed(editor, stored, faults):
    faults.expect("422")
    types(editor, "Get-Printer | Out-Null\n")
    editor.get_by_label("Template name").fill(" ")
    editor.get_by_role("button", name="Save as template").click()
    expect(editor.get_by_text("Name the template.")).to_be_visible()
    editor.goto("/script-builder/")
    stored("Get-Printer | Out-Null\n")
