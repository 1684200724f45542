from playwright.sync_api import expect

from tests.factories.people import PASSWORD


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
