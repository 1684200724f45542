"""What an engineer does in the Script Builder tab, by the words on the screen."""

from playwright.sync_api import expect

from tests.journeys.steps import Workbench


class Builder:
    """The Script Builder tab of somebody's page."""

    def __init__(self, desk: Workbench):
        self.desk, self.page = desk, desk.page
        self.panel = desk.page.locator("#builder-panel")
        self.chat = self.panel.locator("[data-transcript]")
        self.composer = desk.page.get_by_role("textbox", name="Message to the drafting assistant")
        self.blocks = self.chat.locator("figure.code")
        self.replies = self.chat.locator(".reply")
        self.comparison = desk.page.locator("#compare-drafts")
        self.language = self.panel.get_by_label("Language")
        self.dot = desk.tabs.locator(".tab__dot")

    def asks(self, text: str, replies: int) -> None:
        """Asks the drafting assistant, and reads that many replies to their end."""
        self.composer.fill(text)
        self.composer.press("Enter")
        expect(self.chat.locator("[data-reply=done]")).to_have_count(replies)

    def block(self, number: int) -> str:
        """The script of that block."""
        return self.blocks.nth(number).locator("pre").text_content() + "\n"

    def presses(self, name: str, number: int) -> None:
        """Presses one of the buttons of a block."""
        self.blocks.nth(number).get_by_role("button", name=name, exact=True).click()

    def goes_back_to_the_ai(self) -> None:
        """Leaves the editor for the chat."""
        self.panel.get_by_role("button", name="Back to AI").click()
        self.desk.is_in("ai")

    def compares(self, before: str, after: str) -> None:
        """Sees both texts beside each other."""
        expect(self.comparison.locator(".script-diff__frame")).to_be_visible()
        texts = self.comparison.locator(".script-diff__plain pre").all()
        assert [text.text_content() for text in texts] == [before, after]

    def answers(self, name: str) -> None:
        """Chooses in the comparison."""
        self.comparison.get_by_role("button", name=name, exact=True).click()
        expect(self.comparison).to_be_hidden()
