from playwright.sync_api import expect

from tests.factories.people import PASSWORD
from tests.factories.pilot import make_session


def test_a_page_asked_for_comes_after_signing_in(page, owner):
    page.goto("/sessions/new/")
    page.get_by_label("Username").fill(owner.username)
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url("/sessions/new/")


def test_signing_out_shuts_the_pages(page, owner, sign_in):
    sign_in(page, owner)
    expect(page).to_have_url("/sessions/")
    page.get_by_role("button", name="Menu of").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url("/sign-in/")
    page.go_back()
    expect(page.get_by_label("Password")).to_be_visible()


def test_a_page_from_before_signing_in_again_keeps_what_was_typed_and_says_why(desk, sign_in, owner, orm, faults):
    faults.expect("403")
    session = orm(lambda: make_session(owner))
    desk.goes_to(session)
    desk.page.get_by_role("link", name="Resolve", exact=True).click()
    notes = desk.dialog.get_by_label("Resolution notes")
    notes.fill("A new cable.")
    other = desk.page.context.new_page()
    other.goto("/sessions/")
    other.get_by_role("button", name="Menu of").click()
    other.get_by_role("button", name="Sign out").click()
    sign_in(other, owner)
    desk.presses("Confirm", desk.dialog)
    expect(desk.notice).to_contain_text("opened before you last signed in")
    expect(notes).to_have_value("A new cable.")
