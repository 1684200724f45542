"""What an engineer does on a standalone session's page and in the library, by the words on the screen."""

from playwright.sync_api import expect

from tests.journeys.steps import PASTE, Workbench


class Studio:
    """The page of a standalone session, and the templates that are saved from it."""

    def __init__(self, desk: Workbench):
        self.desk, self.page = desk, desk.page
        self.editor = desk.page.locator("script-editor .monaco-editor").first
        self.script = desk.page.locator("#text")
        self.composer = desk.page.get_by_role("textbox", name="Message to the drafting assistant")
        self.blocks = desk.page.locator("#builder-turns figure.code")

    def begins(self, title: str, language: str = "PowerShell") -> None:
        """Opens a new session from the Script Builder's page."""
        self.page.goto("/script-builder/")
        self.page.get_by_label("What should the script do?").fill(title)
        self.page.get_by_label("Language").select_option(label=language)
        self.page.get_by_role("button", name="New session").click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(title)
        expect(self.editor).to_be_visible()

    def writes(self, text: str) -> None:
        """Pastes this over whatever the editor holds, and sees it saved."""
        self.editor.click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.press("Delete")
        self.page.evaluate(PASTE, text)
        expect(self.script).to_have_value(text)
        expect(self.page.locator("[data-buffer-state]")).to_have_text("Saved")

    def saves(self, button: str, note: str = "") -> None:
        """Presses Save, and is told the version."""
        if note:
            self.page.get_by_label("What changed").fill(note)
        self.page.get_by_role("button", name=button, exact=True).click()
        expect(self.page.get_by_text("is in the library.")).to_be_visible()

    def compares(self, before: str, after: str) -> None:
        """Sees both texts beside each other in Monaco."""
        difference = self.page.locator("script-diff:has(.monaco-diff-editor)")
        expect(difference).to_be_visible()
        texts = difference.locator(".script-diff__plain pre").all()
        assert [text.text_content() for text in texts] == [before, after]
