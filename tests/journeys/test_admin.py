"""Admin in a real browser: it stands under the strict policy, and what signs out elsewhere signs out here."""

from playwright.sync_api import expect

from pilot.models import AISession
from tests.admin.conftest import make_record


def test_an_admin_reads_a_session_and_edits_a_colleague(page, sign_in, orm, admin, owner):
    record = orm(lambda: make_record(owner, "Heron"))
    sign_in(page, admin)
    page.goto("/admin/")
    page.get_by_role("link", name="AI sessions").first.click()
    page.get_by_role("link", name="Heron title").click()
    expect(page.get_by_text("Heron answer")).to_be_visible()
    expect(page.get_by_text(record.stamp.sha256)).to_be_visible()
    expect(page.get_by_role("button", name="Save", exact=True)).to_have_count(0)
    page.goto(f"/admin/people/user/{owner.pk}/change/")
    page.get_by_label("Name:", exact=True).fill("Robin Ashe")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    expect(page.get_by_role("cell", name="Robin Ashe")).to_be_visible()


def test_signing_out_forgets_what_was_not_sent(page, context, sign_in, orm, admin):
    session = orm(lambda: AISession.objects.create(account=admin.account, owner=admin, title="Unsent"))
    address = f"/sessions/{session.pk}/"
    sign_in(page, admin)
    page.goto(address)
    page.locator("[data-composer] textarea").fill("Not for the next one at this desk")
    page.reload()
    expect(page.locator("[data-composer] textarea")).to_have_value("Not for the next one at this desk")
    second = context.new_page()
    second.goto("/admin/")
    second.get_by_role("button", name="Sign out").click()
    second.wait_for_url("**/sign-in/")
    assert page.evaluate("sessionStorage.length") == 0
    sign_in(page, admin)
    page.goto(address)
    expect(page.locator("[data-composer] textarea")).to_have_value("")
