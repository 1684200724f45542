"""What Chromium tells a screen reader: names and states of what is on the page, and what is said as it changes."""

import re
import threading

import pytest
from playwright.sync_api import expect

from pilot.actions import drafts
from pilot.lifecycle import Phase
from script_builder.models import ScriptBuilderSession
from tests.factories.pilot import PARAMETERS, SECRET_SCRIPT, make_fix, make_session, make_task, make_template
from tests.journeys.test_axe import RUN, axe

IN_PROGRESS = re.compile("draft in progress")
# Whatever a live region says, in the order in which it is said.
LISTEN = """() => {
    globalThis.heard = [];
    for (const region of document.querySelectorAll("[role=status], [role=alert], [aria-live]:not([aria-live=off])")) {
        let last = region.textContent.trim();
        new MutationObserver(() => {
            const now = region.textContent.trim();
            if (now && now !== last) heard.push(now);
            last = now;
        }).observe(region, { childList: true, characterData: true, subtree: true });
    }
}"""


@pytest.fixture
def go_on(speaks):
    go_on = threading.Event()
    speaks("Is the ", "spooler", " up?\n\n", "Look ", "at it.\n\n", "Then ", go_on, "tell me.")
    return go_on


@pytest.fixture
def session(orm, owner):
    return orm(lambda: make_session(owner))


def test_the_tab_strip_says_which_tab_is_selected_and_that_a_draft_is_in_progress(desk, session, orm, owner):
    fix = orm(lambda: make_fix(session))
    drafting = orm(lambda: drafts.open_inline(fix=fix, by=owner))
    desk.goes_to(session)
    expect(desk.tabs).to_match_aria_snapshot("""
      - tablist "Chat and Script Builder":
        - /children: equal
        - tab "Chat" [selected]
        - tab "Script Builder"
    """)
    expect(desk.page.get_by_role("tab", name="Script Builder")).not_to_have_accessible_name(IN_PROGRESS)
    orm(lambda: ScriptBuilderSession.objects.filter(pk=drafting.pk).update(buffer="ls\n"))
    desk.page.reload()
    expect(desk.page.get_by_role("tab", name="Script Builder")).to_have_accessible_name(IN_PROGRESS)
    desk.selects("Script Builder")
    expect(desk.tabs).to_match_aria_snapshot("""
      - tablist:
        - tab "Chat" [selected=false]
        - tab /Script Builder.*draft in progress/ [selected]
    """)
    expect(desk.page.locator("#builder-panel")).to_match_aria_snapshot("""
      - tabpanel "Script Builder":
        - toolbar "Script Builder":
          - heading /Script Builder · Restart the spooler/
          - group: "No script needed: I did this by hand"
          - combobox "Language"
          - button /Write it myself/
          - button "Submit"
        - log "Drafting with the AI"
        - textbox "Message to the drafting assistant"
        - button "Send"
    """)


def test_the_banner_is_named_by_its_state_and_its_forms_have_labels(desk, session, orm, faults):
    faults.expect("422")
    orm(lambda: make_fix(session, Phase.VERIFYING, verify_command="Get-Service", verify_expected="Running"))
    desk.goes_to(session)
    desk.banner.locator("#partial summary").click()
    desk.banner.locator("#partial").get_by_role("button", name="Save outcome").click()
    expect(desk.banner).to_match_aria_snapshot("""
      - region "Verifying Restart the spooler":
        - heading "Restart the spooler" [level=2]
        - button "Copy"
        - button "Worked"
        - group:
          - textbox "What works, and what does not?"
          - alert
          - button "Save outcome"
        - button "Run again"
        - button "I didn't run it after all"
    """)


def test_tasks_and_the_template_panel_have_labels(desk, session, orm, owner):
    orm(lambda: make_task(session, text="Since when?", choices=["Today"]))
    orm(lambda: make_task(session, kind="check", text="Look at it.", command="Get-Service"))
    orm(lambda: make_fix(session, title="Restart", template=make_template(owner, SECRET_SCRIPT, PARAMETERS)))
    desk.goes_to(session).applies()
    expect(desk.panel).to_be_visible()
    expect(desk.page.locator("#lane-drawer")).to_match_aria_snapshot("""
      - complementary "Tasks":
        - group /Asked/:
          - article "Question Since when?":
            - button "Today"
            - 'textbox "Answer: Since when?"'
            - button "Skip"
            - button "Answer"
          - article "Check Look at it.":
            - button "Copy the command"
            - 'textbox "Result: Look at it."'
            - button "Skip"
            - button "Done"
        - region /Template/:
          - link "Close"
          - textbox /Computer/
          - textbox /Password/
          - button "Generate"
    """)


def test_on_a_phone_the_drawers_have_names_and_a_way_out(desk, session, orm):
    orm(lambda: make_task(session))
    page = desk.page
    page.set_viewport_size({"width": 390, "height": 844})
    desk.goes_to(session)
    page.evaluate(axe())
    for name, drawer in (("Show the sessions", "Sessions"), (re.compile("Tasks"), "Tasks")):
        opens = page.get_by_role("button", name=name)
        expect(page.get_by_role("complementary", name=drawer)).to_have_count(0)
        opens.click()
        box = page.get_by_role("complementary", name=drawer)
        expect(box.get_by_role("button", name="Close", exact=True)).to_be_visible()
        assert page.evaluate(RUN, {"only": None}) == []
        page.keyboard.press("Escape")
        expect(box).to_have_count(0)
        expect(opens).to_be_focused()


def test_dialogs_have_names(desk, session, orm, owner):
    orm(lambda: make_fix(session, Phase.VERIFYING, script="ls\n"))
    page = desk.page
    for surface, name in (("resolve", "Resolve this session"), ("escalate", "What came of “Restart the spooler”?")):
        page.goto(f"/sessions/{session.pk}/?open={surface}")
        box = page.get_by_role("region", name=name)
        expect(box.get_by_role("link", name="Close")).to_be_visible()
    other = orm(lambda: make_session(owner, title="Drafted"))
    orm(lambda: make_fix(other, script="ls\n"))
    page.goto(f"/sessions/{other.pk}/?open=draft")
    expect(page.get_by_role("region", name="Run the drafted script").get_by_role("button")).to_have_count(4)


def test_a_reply_is_announced_at_its_start_and_its_end(desk, session, go_on):
    page = desk.goes_to(session).page
    page.evaluate(LISTEN)
    desk.says("Why?")
    expect(page.locator(".reply [data-tail]")).to_contain_text("Then")
    go_on.set()
    desk.hears(1)
    expect(page.locator(".reply")).to_contain_text("Then tell me.")
    assert page.evaluate("heard") == ["The assistant is writing.", "The assistant has answered."]


def test_a_reply_that_is_stopped_says_so(desk, session, go_on):
    page = desk.goes_to(session).page
    page.evaluate(LISTEN)
    desk.says("Why?")
    expect(page.locator(".reply [data-tail]")).to_contain_text("Then")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("[data-reply=stopped]")).to_be_visible()
    assert page.evaluate("heard") == ["The assistant is writing.", "The assistant's reply: Stopped"]
