"""A fix with a drafted script: three cards, one of them is the run, and what comes after it."""

import pytest
from playwright.sync_api import expect

from script_builder.models import ScriptTemplate
from tests.factories.pilot import make_fix, make_session

FIX = "Find where the lockouts come from, and unlock the account"
CARDS = ("Run now, no template", "Run now, templatize after", "Just open the builder")
# What is seen of it is not what it is: a zero-width space, blanks that end a line, empty lines at both ends.
ODD = "\n  Write-Output 'a\u200bb'  \n\t\nexit 0\n\n"


@pytest.fixture
def drafted(orm, owner):
    """A session whose fix has a drafted script that asks for nothing."""
    session = orm(lambda: make_session(owner, title="Locked again"))
    orm(lambda: make_fix(session, title="Unlock the account", script=ODD))
    return session


def test_a_locked_account_goes_from_a_draft_to_the_next_fix(desk, record, faults):
    faults.expect("422")
    desk.opens_session("Reception: account", "maria gets locked out of windows every few minutes")
    desk.answers("Which account is it", "maria.k")
    desk.skips_the_rest()
    desk.is_offered(FIX)
    for width in (1440, 1280):
        desk.page.set_viewport_size({"width": width, "height": 800})
        for side in ("Sessions", "Tasks"):
            expect(desk.page.get_by_role("complementary", name=side)).to_be_visible()
        desk.applies()
        _three_cards_on_one_line(desk)
        desk.dialog.get_by_role("link", name="Close").click()
        expect(desk.dialog).to_have_count(0)
    desk.applies()
    expect(desk.dialog.get_by_label("Sign-in name of the account")).to_have_value("maria.k")
    record.runs_nothing()
    desk.presses(CARDS[0], desk.dialog)
    desk.is_verifying()
    expect(desk.dialog).to_have_count(0)
    stamp = record.runs_once()
    assert stamp.kind == "draft" and "'maria.k'" in stamp.text

    desk.says_partial("")
    expect(desk.banner.get_by_role("alert")).to_be_visible()
    desk.banner.get_by_label("What works, and what does not?").fill("Unlocked; it locks again.")
    desk.banner.locator("#partial").get_by_role("button", name="Save outcome").click()
    expect(desk.banner).to_contain_text("Unlocked; it locks again.")
    assert record.fix().status == "applied_partial"

    desk.presses("Apply again")
    desk.presses(CARDS[0], desk.dialog)
    desk.is_verifying()
    assert [stamp.run_round for stamp in record.stamps()] == [1, 2]
    desk.says_it_failed("The domain controller has no such event.")
    desk.hears(4)
    expect(desk.banner).to_contain_text("Proposed fix")
    expect(desk.banner.get_by_role("heading", name=FIX)).to_have_count(0)
    expect(desk.page.get_by_role("log")).to_contain_text("The domain controller has no such event.")
    record.runs_nothing()


def test_a_script_is_run_and_kept_as_a_draft_template(desk, drafted, record, orm):
    desk.goes_to(drafted).applies()
    desk.presses(CARDS[1], desk.dialog)
    desk.is_verifying()
    assert record.runs_once().text == ODD
    desk.presses("Run again")
    desk.presses(CARDS[1], desk.dialog)
    expect(desk.dialog).to_have_count(0)
    desk.is_verifying()
    record.runs_once()
    template = orm(ScriptTemplate.objects.get)
    assert (template.status, template.name) == ("draft", "Unlock the account")
    assert record.fix().script_template_id is None


def test_the_builder_makes_a_template_of_it_first(desk, drafted, record, orm):
    desk.goes_to(drafted).applies()
    desk.presses(CARDS[2], desk.dialog)
    expect(desk.script).to_have_value(ODD)
    record.runs_nothing()
    desk.page.get_by_label("Template name").fill("Unlock an account")
    desk.page.get_by_role("button", name="Save as template").click()
    expect(desk.page.get_by_text("Saved as template “Unlock an account”, version 1.")).to_be_visible()
    assert record.fix().script_template_id == orm(ScriptTemplate.objects.get).pk
    record.runs_nothing()

    desk.page.get_by_role("link", name="Back to the session").click()
    expect(desk.banner).to_contain_text("Template")
    desk.applies()
    expect(desk.dialog).to_have_count(0)
    expect(desk.panel.get_by_role("heading", name="Unlock an account")).to_be_focused()
    desk.presses("Generate", desk.panel)
    desk.presses("✓ I ran this", desk.panel)
    desk.is_verifying()
    stamp = record.runs_once()
    assert (stamp.kind, stamp.text) == ("template", ODD)


def test_a_script_is_copied_as_it_is_not_as_it_is_shown(workbench_of, owner, drafted):
    desk = workbench_of(owner, permissions=["clipboard-read", "clipboard-write"])
    desk.goes_to(drafted).applies()
    expect(desk.dialog.locator("code")).to_contain_text("a⟨U+200B⟩b")
    desk.presses("Copy", desk.dialog)
    expect(desk.dialog.get_by_role("button", name="Copied")).to_be_visible()
    assert desk.page.evaluate("navigator.clipboard.readText()") == ODD


def _three_cards_on_one_line(desk):
    buttons = [desk.dialog.get_by_role("button", name=name) for name in CARDS]
    for button in buttons:
        expect(button).to_be_enabled()
        button.scroll_into_view_if_needed()
    cards = [card.bounding_box() for card in desk.dialog.locator(".card").all()]
    region = desk.page.locator("#chat").bounding_box()
    assert len(cards) == 3
    assert len({round(card["y"]) for card in cards}) == 1, cards
    assert len({round(button.bounding_box()["y"]) for button in buttons}) == 1
    left = [card["x"] for card in cards]
    assert left == sorted(left) and left[0] >= region["x"]
    assert cards[-1]["x"] + cards[-1]["width"] <= region["x"] + region["width"]
    spilt = "card => card.scrollWidth > card.clientWidth"
    assert not any(card.evaluate(spilt) for card in desk.dialog.locator(".card, .card button").all())
    assert desk.page.locator("#chat").evaluate(spilt) is False
