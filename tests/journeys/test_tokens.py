"""A personal access token is made and copied, by keyboard, and revoked."""

from playwright.sync_api import expect

from flowpilot.people.models import AccessToken
from tests.calling import Api


def test_a_token_from_making_to_revoking(desk, orm):
    page = desk.page
    page.goto("/profile/")
    page.get_by_label("Name").fill("RMM nightly job")
    page.keyboard.press("Enter")
    shown = page.locator("#new-token").inner_text()
    assert orm(lambda: Api(token=shown).get("/me").json()["username"]) == "owner"
    row = page.get_by_role("listitem").filter(has_text="RMM nightly job")
    expect(row).to_contain_text("expires")
    expect(row).not_to_contain_text("just now")
    row.locator("summary", has_text="Revoke").click()
    expect(row).to_contain_text("this cannot be undone")
    assert orm(AccessToken.objects.exists)
    row.get_by_role("button", name="Revoke it").click()
    expect(page.get_by_text("“RMM nightly job” is revoked.")).to_be_visible()
    assert not orm(lambda: AccessToken.objects.exists())
