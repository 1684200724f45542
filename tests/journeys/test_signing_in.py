import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from tests.factories.people import PASSWORD
from tests.factories.pilot import PARAMETERS, SECRET_SCRIPT, make_fix, make_session, make_task, make_template


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


@pytest.fixture
def writing(desk, owner, orm):
    """Somebody whose session ended while they wrote into every kind of form."""

    def open_session():
        session = make_session(owner)
        make_task(session, text="Since when?")
        make_fix(session, template=make_template(owner, SECRET_SCRIPT, PARAMETERS))
        return session

    page = desk.goes_to(orm(open_session)).page
    desk.applies()
    desk.panel.get_by_label("Computer").fill("pc-7")
    desk.panel.get_by_label("Password").fill("hunter2")
    page.get_by_label("Answer: Since when?").fill("Since Monday")
    page.get_by_role("textbox", name="Message", exact=True).fill("It stopped again.")
    orm(lambda: Session.objects.all().delete())
    return desk


def signs_in_again(page, user):
    page.get_by_label("Username").fill(user.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/sessions/**")


def test_whose_session_ends_while_they_write_finds_their_words_again(writing, owner):
    page = writing.page
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/sign-in/**")
    assert "hunter2" not in page.evaluate("JSON.stringify(sessionStorage)")
    signs_in_again(page, owner)
    expect(page.get_by_role("textbox", name="Message", exact=True)).to_have_value("It stopped again.")
    expect(page.get_by_label("Answer: Since when?")).to_have_value("Since Monday")
    # The template's panel is closed now; what was filled in there stands where it can be copied.
    expect(page.locator("#kept-words")).to_have_text("pc-7")


def test_somebody_else_finds_nothing_of_it(writing, admin):
    page = writing.page
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/sign-in/**")
    signs_in_again(page, admin)
    expect(page.get_by_label("Answer: Since when?")).to_have_value("")
    expect(page.get_by_role("textbox", name="Message", exact=True)).to_have_value("")
    expect(page.locator("#kept")).to_be_hidden()
    assert "Since Monday" not in page.evaluate("JSON.stringify(sessionStorage)")


def test_words_outlive_a_reload_and_the_way_to_another_page_and_back(desk, owner, orm):
    session = orm(lambda: make_session(owner))
    orm(lambda: make_task(session, text="Since when?"))
    page = desk.goes_to(session).page
    page.get_by_label("Answer: Since when?").fill("Since Monday")
    page.get_by_role("link", name="Resolve", exact=True).click()
    desk.dialog.get_by_label("Resolution notes").fill("A new cable.")
    page.reload()
    expect(page.get_by_label("Answer: Since when?")).to_have_value("Since Monday")
    expect(page.locator("#kept-words")).to_have_text("A new cable.")
    page.goto("/scripts/")
    page.go_back()
    expect(page.get_by_label("Answer: Since when?")).to_have_value("Since Monday")
    page.get_by_role("button", name="Answer", exact=True).click()
    expect(page.get_by_label("Answer: Since when?")).to_have_count(0)
    page.goto("/sessions/new/")
    page.get_by_label("Problem").fill("Nobody can print.")
    page.reload()
    expect(page.get_by_label("Problem")).to_have_value("Nobody can print.")


def test_a_page_that_is_sent_whole_keeps_them_too(desk, owner, orm):
    page = desk.page
    page.goto("/sessions/new/")
    page.get_by_label("Problem").fill("Nobody can print.")
    page.get_by_label("Client").fill("Heron Legal")
    orm(lambda: Session.objects.all().delete())
    page.get_by_role("button", name="Open session").click()
    page.wait_for_url("**/sign-in/**")
    signs_in_again(page, owner)
    expect(page).to_have_url("/sessions/new/")
    expect(page.get_by_label("Problem")).to_have_value("Nobody can print.")
    expect(page.get_by_label("Client")).to_have_value("Heron Legal")
    page.get_by_role("button", name="Open session").click()
    page.wait_for_url(lambda url: "/new/" not in url)
    page.goto("/sessions/new/")
    expect(page.get_by_label("Problem")).to_have_value("")
