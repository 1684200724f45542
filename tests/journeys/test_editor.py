"""The script editor by itself: Monaco over a real field, fetched when opened, and the field alone where it fails."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys import editor_page
from tests.journeys.editor_page import SCRIPT
from tests.replies.processes import eventually

pytestmark = pytest.mark.urls("tests.journeys.editor_page")

SIDE_BY_SIDE = re.compile("side-by-side")
BUNDLE = "**/dist/editor*"
# A colour of the page's tokens, and the colour in which Monaco shows a word, both in the browser's own words.
TOKEN = """name => {
    const probe = document.body.appendChild(document.createElement("span"));
    probe.style.color = `color-mix(in srgb, var(${name}) 100%, transparent)`;
    const parts = getComputedStyle(probe).color.match(/[\\d.]+/g).slice(0, 3).map(part => Math.round(part * 255));
    probe.remove();
    return `rgb(${parts.join(", ")})`;
}"""
COLOUR_OF_WORD = """word => {
    const spans = [...document.querySelectorAll(".script-editor__frame .view-line span span")];
    const span = spans.find(span => span.textContent.trim().startsWith(word));
    return span && getComputedStyle(span).color;
}"""


class Editor:
    """What a journey does with the element on the page."""

    def __init__(self, page):
        self.page = page
        self.requests = []
        page.on("request", lambda request: self.requests.append(request.url))
        self.field = page.locator("#text")
        self.code = page.locator(".script-editor__frame .monaco-editor").first
        self.lines = page.locator(".script-editor__frame .view-line")

    @property
    def bundle(self) -> list[str]:
        return [url for url in self.requests if "/dist/editor" in url or "codicon" in url]

    def holds(self, text: str) -> None:
        expect(self.field).to_have_value(text)

    def visit(self, **query):
        self.page.goto("/editor/?" + "&".join(f"{name}={value}" for name, value in query.items()))
        return self

    def open(self) -> bool:
        return self.page.evaluate("() => document.querySelector('script-editor').open()")

    def ask(self, what: str, *arguments):
        return self.page.evaluate(
            f"given => {{ const editor = document.querySelector('script-editor'); return {what}; }}", *arguments
        )

    def draws(self):
        """Waits for two frames: what was asked for is drawn, and the observers of sizes have run."""
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def end(self):
        self.ask("editor.focusEnd()")

    def type(self, text: str):
        self.page.keyboard.type(text)

    def press(self, *keys: str):
        for key in keys:
            self.page.keyboard.press(key)


@pytest.fixture
def page(new_context):
    editor_page.saved.clear()
    return new_context().new_page()


@pytest.fixture
def editor(page):
    """On the page, not opened yet. Nothing on it may come from anywhere else."""
    editor = Editor(page).visit()
    yield editor
    assert editor.requests
    assert [url for url in editor.requests if not url.startswith(("http://127.0.0.1:", "data:"))] == []


@pytest.fixture
def opened(editor):
    assert editor.open()
    return editor


# ---- Fetched when opened ------------------------------------------------------------------------


def test_nothing_of_monaco_is_fetched_before_the_first_opening(editor):
    editor.field.press_sequentially("x")
    assert editor.bundle == []
    editor.page.evaluate(
        "() => { panel.hidden = true; window.opening = document.querySelector('script-editor').open(); }"
    )
    editor.page.wait_for_load_state("networkidle")
    assert editor.bundle == []
    assert editor.page.evaluate("() => { panel.hidden = false; return window.opening; }")
    expect(editor.code).to_be_visible()
    assert {url.rpartition("/")[2] for url in editor.bundle} >= {"editor.js", "editor.css"}
    fetched = len(editor.bundle)
    assert editor.open()
    assert len([url for url in editor.bundle if "worker" not in url and "codicon" not in url]) <= fetched


def test_the_open_attribute_opens(editor):
    editor.visit(**{"with": "open"})
    expect(editor.code).to_be_visible()
    expect(editor.field).to_be_hidden()


def test_what_was_typed_while_it_loaded_stays_with_its_cursor(editor):
    editor.field.focus()
    editor.page.evaluate("() => document.getElementById('text').setSelectionRange(8, 8)")
    editor.type("XY")
    assert editor.open()
    editor.type("Z")
    editor.holds(SCRIPT[:8] + "XYZ" + SCRIPT[8:])


# ---- The field is the truth ---------------------------------------------------------------------


def test_typing_reaches_the_field_the_server_and_the_form(opened):
    opened.end()
    opened.type("exit 0")
    opened.holds(SCRIPT + "exit 0")
    expect(opened.page.locator("[data-buffer-state]")).to_have_text("Saved")
    assert editor_page.saved[-1] == SCRIPT + "exit 0"
    opened.press("Enter")
    opened.page.locator("#after").click()
    expect(opened.page.locator("body > pre")).to_have_text(SCRIPT + "exit 0\n")


def test_scripts_have_lf_alone(opened):
    opened.ask("editor.replace(given)", "one\r\ntwo\rthree")
    opened.holds("one\ntwo\nthree")
    opened.ask("editor.replace('')")
    opened.ask("editor.focus()")
    opened.page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.setData("text/plain", "a\\r\\nb\\r\\n");
            document.activeElement.dispatchEvent(
                new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )
    opened.holds("a\nb\n")


def test_what_else_writes_the_field_reaches_the_editor(opened):
    opened.page.evaluate(
        "() => { const field = document.getElementById('text'); field.value = 'Get-Service\\n';"
        " field.dispatchEvent(new Event('input', { bubbles: true })); }"
    )
    expect(opened.lines.first).to_have_text("Get-Service")
    opened.page.evaluate("() => document.getElementById('form').reset()")
    expect(opened.lines.first).to_contain_text("function")
    opened.holds(SCRIPT)


def test_a_read_only_field_makes_a_read_only_editor(opened):
    opened.page.evaluate("() => { document.getElementById('text').readOnly = true; }")
    opened.end()
    opened.type("x")
    opened.holds(SCRIPT)
    opened.page.evaluate("() => { document.getElementById('text').readOnly = false; }")
    opened.type("x")
    opened.holds(SCRIPT + "x")


# ---- Undo, and whose text it is -----------------------------------------------------------------


def test_a_replacement_is_one_undo_step(opened):
    opened.end()
    opened.type("mine")
    opened.ask("editor.replace(given)", "the draft\n")
    opened.end()
    opened.type("more")
    opened.holds("the draft\nmore")
    opened.press("Control+z")
    opened.holds("the draft\n")
    opened.press("Control+z")
    opened.holds(SCRIPT + "mine")
    opened.press("Control+y")
    opened.holds("the draft\n")
    opened.press("Control+z", "Control+z")
    opened.holds(SCRIPT)


def test_a_replacement_before_the_first_opening_can_be_undone_after_it(editor):
    editor.page.evaluate("() => { panel.hidden = true; }")
    editor.ask("editor.value = 'the draft\\n'")
    editor.page.evaluate("() => { panel.hidden = false; }")
    assert editor.open()
    editor.ask("editor.focus()")
    editor.holds("the draft\n")
    editor.press("Control+z")
    editor.holds(SCRIPT)


def test_it_knows_a_persons_writing_from_the_pages(opened):
    assert opened.ask("editor.humanEdited") is False
    opened.end()
    opened.type("x")
    assert opened.ask("editor.humanEdited") is True
    opened.ask("editor.replace('the draft')")
    assert opened.ask("editor.humanEdited") is False
    opened.press("Control+z")
    assert opened.ask("editor.humanEdited") is True


def test_the_page_can_say_that_a_person_wrote_it_before(editor):
    editor.visit(**{"with": "edited"})
    assert editor.ask("editor.humanEdited") is True
    editor.ask("editor.replace('the draft')")
    assert editor.ask("editor.humanEdited") is False


# ---- Hidden and back ----------------------------------------------------------------------------


@pytest.mark.parametrize("wrapped", [False, True])
def test_cursor_scroll_and_undo_survive_hiding(opened, wrapped):
    opened.ask("editor.toggleAttribute('wrap', given)", wrapped)
    opened.ask("editor.replace(given)", "\n".join(f"line {number} " + "word " * 60 for number in range(200)))
    opened.end()
    opened.press("Control+Home", *["PageDown"] * 3, "End", "ArrowLeft", "ArrowLeft")
    opened.type("!")
    opened.draws()
    shown = opened.lines.first.text_content()
    place = opened.page.locator(".script-editor__frame .lines-content").evaluate("lines => lines.style.cssText")
    for hidden in ("true", "false"):
        opened.page.evaluate(f"() => {{ panel.hidden = {hidden}; }}")
        opened.draws()
    assert opened.lines.first.text_content() == shown
    assert opened.page.locator(".script-editor__frame .lines-content").evaluate("lines => lines.style.cssText") == place
    opened.ask("editor.focus()")
    opened.type("?")
    expect(opened.field).to_have_value(re.compile(r"wor!\?d "))
    opened.press("Control+z", "Control+z")
    expect(opened.field).not_to_have_value(re.compile("wor!"))
    opened.press("Control+z")
    opened.holds(SCRIPT)


def test_it_follows_the_size_of_its_place_and_settles(opened):
    opened.page.evaluate("() => { document.querySelector('script-editor').style.height = '600px'; }")
    expect(opened.code).to_have_css(
        "height", opened.page.locator(".script-editor__frame").evaluate("f => `${f.clientHeight}px`")
    )
    heights = opened.page.evaluate(
        """async () => {
            const seen = new Set();
            for (let frame = 0; frame < 20; frame++) {
                await new Promise(requestAnimationFrame);
                seen.add(document.querySelector(".script-editor__frame").getBoundingClientRect().height);
            }
            return [...seen];
        }"""
    )
    assert len(heights) == 1


def test_moving_it_keeps_it_and_removing_it_ends_it(opened):
    opened.end()
    opened.type("x")
    opened.ask("document.getElementById('comparison').before(editor)")
    opened.end()
    opened.press("Control+z")
    opened.holds(SCRIPT)
    left = opened.page.evaluate(
        "async () => { const editor = document.querySelector('script-editor'); editor.remove(); await null;"
        " return [editor.querySelectorAll('.monaco-editor').length, editor.querySelector('textarea').hidden]; }"
    )
    assert left == [0, False]


# ---- What it shows ------------------------------------------------------------------------------


def test_the_language_changes_nothing_but_the_highlighting(opened):
    eventually(lambda: opened.page.evaluate(COLOUR_OF_WORD, "function") == opened.page.evaluate(TOKEN, "--code-key"))
    opened.end()
    opened.type("x")
    opened.ask("editor.setAttribute('language', 'batch')")
    plain = opened.page.evaluate(TOKEN, "--ink")
    eventually(lambda: opened.page.evaluate(COLOUR_OF_WORD, "function") == plain)
    for language, script, word in (
        ("bash", "if true; then exit; fi\n", "if"),
        ("python", "def main(): pass\n", "def"),
        ("batch", "goto end\n", "goto"),
    ):
        opened.ask("editor.setAttribute('language', given)", language)
        opened.ask("editor.replace(given)", script)
        key = opened.page.evaluate(TOKEN, "--code-key")
        expect(opened.lines.first).to_have_text(script.strip())
        eventually(lambda word=word, key=key: opened.page.evaluate(COLOUR_OF_WORD, word) == key)
    opened.ask("editor.focus()")
    opened.press(*["Control+z"] * 3)
    opened.holds(SCRIPT + "x")


def test_it_takes_the_pages_colours_and_follows_them_live(opened):
    def look():
        return opened.code.evaluate("code => getComputedStyle(code).backgroundColor")

    light = opened.page.evaluate(TOKEN, "--sunken")
    assert look() == light
    opened.page.emulate_media(color_scheme="dark")
    eventually(lambda: look() == opened.page.evaluate(TOKEN, "--sunken") != light)
    eventually(lambda: opened.page.evaluate(COLOUR_OF_WORD, "function") == opened.page.evaluate(TOKEN, "--code-key"))


def test_it_has_the_pages_font(opened):
    expect(opened.lines.first).to_have_css("font-family", re.compile("JetBrains Mono"))
    opened.page.wait_for_function("() => document.fonts.check('13px \"JetBrains Mono\"')")


def test_a_phone_has_no_gutter(opened):
    numbers = opened.page.locator(".script-editor__frame .line-numbers")
    expect(numbers.first).to_be_visible()
    opened.page.set_viewport_size({"width": 390, "height": 800})
    expect(numbers).to_have_count(0)
    frame = opened.page.locator(".script-editor__frame")
    eventually(lambda: opened.page.locator(".view-lines").bounding_box()["x"] - frame.bounding_box()["x"] < 12)


def test_long_lines_wrap_only_when_asked(opened):
    opened.ask("editor.replace(given)", "word " * 200)
    expect(opened.lines).to_have_count(1)
    opened.ask("editor.focus()")
    opened.press("Alt+z")
    expect(opened.lines.nth(3)).to_be_visible()
    opened.press("Alt+z")
    expect(opened.lines).to_have_count(1)


# ---- By keyboard and by ear ---------------------------------------------------------------------


def test_find(opened):
    opened.ask("editor.focus()")
    opened.press("Control+f")
    expect(opened.page.locator(".find-widget.visible")).to_be_visible()
    opened.type("service")
    expect(opened.page.locator(".find-widget .matchesCount")).to_have_text("1 of 2")
    opened.press("Enter")
    expect(opened.page.locator(".find-widget .matchesCount")).to_have_text("2 of 2")
    opened.press("Escape")
    expect(opened.page.locator(".find-widget.visible")).to_have_count(0)
    opened.holds(SCRIPT)
    assert opened.page.url.endswith("/editor/?")


def test_words_of_the_script_are_offered(opened):
    offered = opened.page.locator(".suggest-widget.visible .monaco-list-row")
    opened.end()
    opened.page.keyboard.insert_text("Restart-Q")
    opened.press("Control+Space")
    expect(offered).to_have_text("Restart-Queue")
    opened.press("Tab")
    opened.holds(SCRIPT + "Restart-Queue")
    opened.press("Enter")
    opened.page.keyboard.insert_text("Restart-S")
    opened.press("Control+Space")
    expect(offered).to_have_text("Restart-Service")
    opened.press("Enter")
    opened.holds(SCRIPT + "Restart-Queue\nRestart-S\n")


def test_folding(opened):
    opened.ask("editor.focus()")
    opened.press("Control+Home", "Control+Shift+BracketLeft")
    expect(opened.lines).to_have_count(3)
    opened.holds(SCRIPT)
    opened.press("Control+Shift+BracketRight")
    expect(opened.lines).to_have_count(8)


def test_tab_indents_and_there_is_a_way_out(opened):
    opened.end()
    opened.press("Tab")
    opened.holds(SCRIPT + "    ")
    help_line = opened.page.locator(".script-editor__help")
    expect(help_line).to_be_visible()
    expect(help_line).to_have_text("Tab indents. To leave the editor, press Esc and then Tab.")
    opened.press("Escape")
    expect(opened.page.locator(".script-editor__state")).to_have_text("Tab now leaves the editor.")
    opened.press("Tab")
    expect(opened.page.locator("#after")).to_be_focused()
    expect(opened.page.locator(".script-editor__state")).to_be_hidden()
    opened.end()
    opened.press("Escape", "a", "Tab")
    opened.holds(SCRIPT + "    a   ")
    opened.press("Control+m", "Tab")
    expect(opened.page.locator("#after")).to_be_focused()
    opened.end()
    opened.press("Control+m", "Escape", "Shift+Tab")
    expect(opened.page.locator("#before")).to_be_focused()


def test_a_screen_reader_hears_its_name_and_the_way_out(opened):
    box = opened.page.get_by_role("textbox", name="Script. Tab indents. To leave the editor, press Esc and then Tab.")
    expect(box).to_have_count(1)
    opened.page.locator("label[for=text]").click()
    expect(box).to_be_focused()


# ---- Two texts ----------------------------------------------------------------------------------


def test_two_texts_side_by_side_and_one_below_the_other(editor):
    assert editor.bundle == []
    editor.page.evaluate("() => { document.getElementById('comparison').hidden = false; }")
    diff = editor.page.locator("script-diff .monaco-diff-editor")
    expect(diff).to_have_class(SIDE_BY_SIDE)
    expect(editor.page.locator("script-diff .char-insert").first).to_be_visible()
    expect(editor.page.locator("script-diff .script-diff__heads")).to_contain_text("Yours")
    expect(editor.page.get_by_role("textbox", name="The draft")).to_have_count(1)
    editor.page.set_viewport_size({"width": 600, "height": 800})
    expect(diff).not_to_have_class(SIDE_BY_SIDE)
    expect(editor.page.locator("script-diff .view-lines", has_text="-Force").first).to_be_visible()
    expect(editor.page.get_by_role("textbox", name="The draft")).to_have_count(1)
    assert editor.page.evaluate("() => document.querySelector('script-diff').show('a\\n', 'b\\n')")
    expect(editor.page.locator("script-diff .view-lines").last).to_have_text("b")


# ---- Where it cannot be had ---------------------------------------------------------------------


def test_without_the_bundle_the_field_serves(editor, faults):
    faults.expect("Failed to load resource")
    editor.page.route(BUNDLE, lambda route: route.abort())
    assert editor.open() is False
    expect(editor.page.get_by_text("The code editor could not be loaded.")).to_be_visible()
    editor.end()
    editor.type("exit 0")
    editor.holds(SCRIPT + "exit 0")
    eventually(lambda: editor_page.saved and editor_page.saved[-1] == SCRIPT + "exit 0")
    assert editor.ask("editor.humanEdited") is True
    editor.ask("editor.replace('the draft\\n')")
    eventually(lambda: editor_page.saved[-1] == "the draft\n")
    assert editor.ask("editor.humanEdited") is False
    editor.press("Control+z")
    editor.holds(SCRIPT + "exit 0")
    editor.page.unroute(BUNDLE)
    assert editor.open()
    expect(editor.page.get_by_text("The code editor could not be loaded.")).to_have_count(0)
    editor.holds(SCRIPT + "exit 0")


def test_without_the_bundle_both_texts_can_be_read(editor, faults):
    faults.expect("Failed to load resource")
    editor.page.route(BUNDLE, lambda route: route.abort())
    editor.page.evaluate("() => { document.getElementById('comparison').hidden = false; }")
    expect(editor.page.locator("script-diff figure", has_text="Yours").locator("pre")).to_have_text(SCRIPT)
    expect(editor.page.locator("script-diff figure", has_text="The draft").locator("pre")).to_contain_text("-Force")
    expect(editor.page.locator("script-diff .monaco-diff-editor")).to_have_count(0)


def test_without_javascript_the_form_works(new_context):
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/editor/")
    page.locator("#text").fill("Get-Service\n")
    page.locator("#after").click()
    assert page.locator("pre").text_content() == "Get-Service\n"
