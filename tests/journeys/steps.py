"""What an engineer does in the browser, by the words on the screen, so that a journey reads like prose."""

import re

from playwright.sync_api import Page, expect

from pilot.lifecycle import active_fix
from pilot.models import AISession

PASTE = """text => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    if (text) document.activeElement.dispatchEvent(paste);
}"""


class Workbench:
    """One engineer's page, mostly on a session."""

    def __init__(self, page: Page):
        self.page = page
        self.banner = page.locator("#fix-slot .fix")
        self.composer = page.get_by_role("textbox", name="Message")
        self.dialog = page.locator("#fix-slot .dialog")
        self.panel = page.locator("#panel-slot .panel")
        self.generated = self.panel.locator("#generated code")
        self.tabs = page.locator("#tab-strip")
        self.script = page.get_by_label("Script", exact=True)
        self.code = page.locator("#builder-panel .script-editor__frame .monaco-editor").first
        self.notice = page.locator("#notice")

    # ---- Sessions and chat

    def opens_session(self, title: str, problem: str, **details: str) -> "Workbench":
        """Opens a session by the form, and is told what to do first."""
        page = self.page
        page.goto("/sessions/")
        page.get_by_role("link", name="New session").click()
        for label, text in {"Title": title, "Problem": problem, **details}.items():
            page.get_by_label(re.compile(rf"^\s*{label.replace('_', ' ')}", re.IGNORECASE)).fill(text)
        page.get_by_role("button", name="Open session").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        self.hears(1)
        return self

    def goes_to(self, session) -> "Workbench":
        """Opens a session by its address."""
        self.page.goto(f"/sessions/{session.pk}/")
        return self

    def hears(self, replies: int) -> None:
        """Sees that many replies come to their end."""
        expect(self.page.locator("[data-reply=done]")).to_have_count(replies)

    def says(self, text: str) -> None:
        """Types a message and presses Enter."""
        self.composer.fill(text)
        self.composer.press("Enter")

    def asks_what_changed(self) -> None:
        """Comes back to the page, which then asks what changed meanwhile."""
        with self.page.expect_request("**/live/**") as asked:
            self.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        # An answer to what was asked before would know of nothing new.
        asked.value.response()

    def is_told_of_a_change(self, region: str) -> None:
        """Sees that this region was left alone though something changed."""
        expect(self.page.locator(f'[data-changed="{region}"]')).to_contain_text("Something changed: show")

    def wants_to_see_it(self) -> None:
        """Lets the present state come."""
        self.page.locator("[data-changed]:visible").first.get_by_role("button", name="show").click()
        expect(self.page.locator("[data-changed]:visible")).to_have_count(0)

    # ---- Task lane

    def task(self, text: str):
        """The question or check that holds these words."""
        return self.page.locator(".task").filter(has_text=text)

    def chooses(self, task: str, answer: str) -> None:
        """Answers with one of the choices."""
        self.task(task).get_by_role("button", name=answer, exact=True).click()
        self._sees_closed(task)

    def answers(self, task: str, answer: str) -> None:
        """Answers a question in words."""
        self.task(task).get_by_role("textbox").fill(answer)
        self.task(task).get_by_role("button", name="Answer", exact=True).click()
        self._sees_closed(task)
        expect(self.task(task)).to_contain_text(answer)

    def does(self, task: str, result: str = "") -> None:
        """Does a check."""
        self.task(task).get_by_role("textbox").fill(result)
        self.task(task).get_by_role("button", name="Done", exact=True).click()
        self._sees_closed(task)

    def skips(self, task: str) -> None:
        """Skips a question or a check."""
        self.task(task).get_by_role("button", name="Skip", exact=True).click()
        self._sees_closed(task)

    def skips_the_rest(self) -> None:
        """Skips whatever is open and what is asked after it, until a fix is offered."""
        still = self.page.locator(".task").filter(has=self.page.get_by_role("button", name="Skip", exact=True))
        expect(still.first).to_be_visible()
        while not self.banner.is_visible():
            task = self.page.locator(f"#{still.first.get_attribute('id')}")
            task.get_by_role("button", name="Skip", exact=True).click()
            expect(task).to_have_class(re.compile("task--closed"))
            expect(still.first.or_(self.banner)).to_be_visible()

    def _sees_closed(self, task: str) -> None:
        expect(self.task(task)).to_have_class(re.compile("task--closed"))

    # ---- The fix

    def is_offered(self, title: str) -> None:
        """Sees a fix proposed."""
        expect(self.banner).to_contain_text("Proposed fix")
        expect(self.banner.get_by_role("heading", name=title)).to_be_visible()

    def presses(self, name: str, within=None) -> None:
        """Presses a button of the banner, or of another surface."""
        (within or self.banner).get_by_role("button", name=name, exact=True).click()

    def applies(self) -> None:
        """Presses Apply."""
        self.presses("Apply")

    def is_verifying(self) -> None:
        """Sees that the run is being verified."""
        expect(self.banner).to_contain_text("Verifying")
        expect(self.banner.get_by_role("button", name="Worked", exact=True)).to_be_visible()

    def says_partial(self, notes: str) -> None:
        """Says Partial; the notes are asked for in place."""
        self.banner.get_by_text("Partial", exact=True).click()
        if notes:
            self.banner.get_by_label("What works, and what does not?").fill(notes)
        self.banner.locator("#partial").get_by_role("button", name="Save outcome").click()

    def says_it_failed(self, notes: str = "") -> None:
        """Says Didn't work."""
        self.banner.locator("summary", has_text="Didn't work").click()
        self.banner.get_by_label("What happened?").fill(notes)
        self.banner.locator("#didnt-work").get_by_role("button", name="Save outcome").click()

    # ---- Script Builder tab

    def selects(self, tab: str) -> None:
        """Selects a tab of the strip."""
        self.tabs.get_by_role("tab", name=tab).click()
        self.is_on(tab)

    def is_on(self, tab: str) -> None:
        """Sees that tab selected, its panel shown and the other one hidden."""
        expect(self.tabs.get_by_role("tab", name=tab)).to_have_attribute("aria-selected", "true")
        other = "Chat" if tab != "Chat" else "Script Builder"
        expect(self.page.get_by_role("tabpanel", name=tab)).to_be_visible()
        expect(self.page.locator(f'[role=tabpanel][aria-label="{other}"]')).to_be_hidden()

    def has_no_strip(self) -> None:
        """Sees no tab strip, and the chat."""
        expect(self.tabs).to_be_hidden()
        expect(self.tabs.get_by_role("tab")).to_have_count(0)
        expect(self.page.get_by_role("tabpanel", name="Chat")).to_be_visible()
        expect(self.page.locator("#builder-panel")).to_be_hidden()

    def is_in(self, mode: str) -> None:
        """Sees one mode of the Script Builder, ai or editor, and the other one hidden."""
        expect(self.page.locator(f'[data-mode-panel="{mode}"]')).to_be_visible()
        expect(self.page.locator(f'[data-mode-panel]:not([data-mode-panel="{mode}"])')).to_be_hidden()

    def opens_the_editor(self) -> None:
        """Chooses to write by hand, and sees Monaco."""
        self.page.get_by_role("button", name="Write it myself").click()
        self.is_in("editor")
        expect(self.code).to_be_visible()

    def writes(self, text: str) -> None:
        """Pastes this over whatever the open editor holds."""
        self.code.click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.press("Delete")
        self.page.evaluate(PASTE, text)
        expect(self.script).to_have_value(text)

    def has_saved(self) -> None:
        """Sees the draft saved."""
        expect(self.page.locator("#builder-panel [data-buffer-state]")).to_have_text("Saved")

    def submits(self) -> None:
        """Presses Submit."""
        self.page.locator("#builder-panel").get_by_role("button", name="Submit", exact=True).click()

    def does_it_by_hand(self, what: str = "") -> None:
        """Says that no script is needed."""
        self.page.locator("#builder-panel summary", has_text="No script needed: I did this by hand").click()
        self.page.get_by_label("What I did").fill(what)
        self.page.get_by_role("button", name="I did this by hand", exact=True).click()

    # ---- The end

    def resolves(self, edit=None) -> None:
        """Opens the resolution notes, edits them by hand, and confirms."""
        self.page.get_by_role("link", name="Resolve", exact=True).click()
        notes = self.dialog.get_by_label("Resolution notes")
        expect(notes).to_have_value(re.compile("Problem"))
        if edit:
            notes.fill(edit(notes.input_value()))
        self.presses("Confirm", self.dialog)
        expect(self.page.locator("#session-head .chip")).to_have_text("Resolved")


class Record:
    """What the database holds of the newest session; every question is a fresh one."""

    def __init__(self, orm):
        self._orm = orm

    def session(self):
        """The session as it now is."""
        return self._orm(self._session)

    def closing(self):
        """What the session was closed with last."""
        return self._orm(lambda: self._session().closings.last())

    def fix(self):
        """The active fix, else the newest one."""
        return self._orm(self._fix)

    def stamps(self) -> list:
        """What was run and not withdrawn, in order."""
        return self._orm(lambda: list(self._fix().stamps.standing()))

    def said(self) -> list[str]:
        """What people said in the chat."""
        return self._orm(lambda: [turn.text for turn in self._session().messages.filter(role="user")])

    def runs_nothing(self) -> None:
        """Nothing was declared as run."""
        fix = self.fix()
        assert (fix.status, fix.applied_at, self.stamps()) == ("proposed", None, [])

    def runs_once(self):
        """One run was declared and stands; gives its stamp."""
        (stamp,) = self.stamps()
        assert self.fix().applied_at == stamp.ran_at
        return stamp

    @staticmethod
    def _session():
        return AISession.objects.latest("created_at")

    def _fix(self):
        fixes = list(self._session().fixes.all())
        return active_fix(fixes) or fixes[-1]
