"""A script is drafted once, kept, found again, and its record is true."""

import pytest
from playwright.sync_api import expect

from script_builder.models import ScriptBuilderSession, ScriptTemplate
from tests.factories.pilot import make_fix, make_session, make_template
from tests.factories.script_builder import DraftingFactory
from tests.journeys.studio import Studio

FIRST, SECOND = "Get-Service Spooler\n", "Get-Service Spooler\nRestart-Service Spooler\n"
NAME = "Restart the print spooler"


@pytest.fixture
def studio(desk):
    return Studio(desk)


def template(orm) -> ScriptTemplate:
    return orm(ScriptTemplate.objects.get)


def texts(orm) -> list[str]:
    return orm(lambda: [one.text for one in ScriptTemplate.objects.get().versions.order_by("number")])


def test_a_draft_is_saved_goes_through_versions_and_is_restored(studio, orm):
    page = studio.page
    studio.begins(NAME)
    expect(studio.script).to_have_value(f"# {NAME}\n\n")
    studio.writes(FIRST)
    studio.saves("Save as template")
    expect(page.get_by_text(", version 1")).to_be_visible()
    studio.writes(SECOND)
    studio.saves("Save as version 2", note="Restarts it too")

    page.get_by_role("link", name="Scripts", exact=True).click()
    page.get_by_role("searchbox").fill("restrat spoler")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("link", name=NAME).click()
    expect(page.get_by_role("heading", name="Version 2")).to_be_visible()
    expect(page.get_by_text("Restarts it too").first).to_be_visible()
    page.get_by_role("button", name="Compare").click()
    studio.compares(FIRST, SECOND)
    page.get_by_label("Newer version").select_option("1")
    expect(page.get_by_text("are the same")).to_be_visible()
    page.get_by_role("link", name="Back to the script").click()

    page.locator(".versions a").filter(has_text="No note").click()
    expect(page.get_by_role("heading", name="Version 1")).to_be_visible()
    page.get_by_role("button", name="Restore as version 3").click()
    expect(page.get_by_role("heading", name="Version 3")).to_be_visible()
    assert texts(orm) == [FIRST, SECOND, FIRST]

    page.get_by_role("link", name="Script Builder").click()
    page.get_by_role("link", name=NAME).click()
    expect(page.get_by_text("Version 3 of")).to_be_visible()
    expect(studio.script).to_have_value(SECOND)


def test_a_stale_save_is_compared_and_loses_nothing(studio, owner, teammate, orm, faults):
    faults.expect("409")
    made = orm(lambda: make_template(owner, FIRST, name=NAME))
    drafting = orm(lambda: DraftingFactory(user=owner, template=made, made_from=made.newest, buffer=FIRST))
    page = studio.page
    page.goto(f"/script-builder/{drafting.pk}/")
    studio.writes(SECOND)
    orm(lambda: made.versions.create(number=2, text="Get-Printer\n", created_by=teammate))
    page.get_by_role("button", name="Save as version 2", exact=True).click()
    expect(page.locator(".newer")).to_contain_text("Version 2 was saved meanwhile, by Teammate.")
    studio.compares("Get-Printer\n", SECOND)
    expect(studio.script).to_have_value(SECOND)
    assert len(texts(orm)) == 2
    page.get_by_role("button", name="Save mine as version 3").click()
    expect(page.get_by_text("Version 3 is in the library.")).to_be_visible()
    assert texts(orm) == [FIRST, "Get-Printer\n", SECOND]


def test_the_assistant_drafts_beside_the_editor(studio, orm):
    page = studio.page
    studio.begins("Clear the print queue")
    for words in ("draft it", "add logging"):
        studio.composer.fill(words)
        studio.composer.press("Enter")
        expect(page.locator("[data-reply=done]")).to_have_count(1 if words == "draft it" else 2)
    assert page.locator("#builder-turns [data-turn]").count() == 4
    draft = studio.blocks.first.locator("pre").text_content() + "\n"
    studio.blocks.first.get_by_role("button", name="Use this draft").click()
    expect(studio.script).to_have_value(draft)
    expect(studio.composer).to_be_visible()
    studio.saves("Save as template")
    assert texts(orm) == [draft]


@pytest.fixture
def crowded(orm, owner):
    """Five builder sessions, and a ticket whose fix has a drafted script."""
    orm(lambda: [DraftingFactory(user=owner, title=f"In the way {number}") for number in range(5)])
    session = orm(lambda: make_session(owner, title="Locked again"))
    orm(lambda: make_fix(session, title="Unlock the account", script=FIRST))
    return session


def test_a_full_builder_asks_what_to_delete_and_goes_on_to_save_run_and_count(
    desk, studio, crowded, record, orm, faults
):
    faults.expect("409")
    desk.goes_to(crowded).applies()
    desk.presses("Just open the builder", desk.dialog)
    expect(desk.dialog.get_by_role("alert")).to_contain_text("as many as there may be")
    expect(desk.dialog.locator(".in-the-way__list > li")).to_have_count(5)
    assert orm(ScriptBuilderSession.objects.count) == 5
    row = desk.dialog.locator(".in-the-way__list > li").filter(has_text="In the way 2")
    row.locator("summary").click()
    desk.presses("Delete it and go on", row)
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("Unlock the account")
    expect(studio.script).to_have_value(FIRST)
    titles = orm(lambda: set(ScriptBuilderSession.objects.values_list("title", flat=True)))
    assert "In the way 2" not in titles and len(titles) == 5
    record.runs_nothing()

    studio.saves("Save as template")
    expect(desk.page.get_by_text("which uses it")).to_be_visible()
    assert record.fix().script_template_id == template(orm).pk
    desk.page.get_by_role("link", name="Back to the session").click()
    desk.applies()
    expect(desk.panel.get_by_role("heading", name="Unlock the account")).to_be_visible()
    desk.presses("Generate", desk.panel)
    with desk.page.expect_download() as saving:
        desk.presses("Download", desk.panel)
    assert saving.value.suggested_filename == "unlock-the-account.ps1"
    assert saving.value.path().read_bytes() == FIRST.replace("\n", "\r\n").encode()
    record.runs_nothing()
    desk.presses("✓ I ran this", desk.panel)
    desk.is_verifying()
    desk.presses("Worked")
    expect(desk.banner).to_contain_text("Worked")
    desk.page.get_by_role("link", name="Scripts", exact=True).click()
    expect(desk.page.locator(".template-row").first).to_contain_text("1 of 1 worked")
    desk.page.get_by_role("link", name="Unlock the account").click()
    expect(desk.page.locator(".counts")).to_contain_text("Runs1")


def test_a_panel_keeps_its_version_and_offers_the_newer_one(desk, owner, record, orm):
    made = orm(lambda: make_template(owner, "Write-Output 'größe'\n", name=NAME))
    session = orm(lambda: make_session(owner))
    orm(lambda: make_fix(session, title="Restart", template=made))
    desk.goes_to(session).applies()
    expect(desk.panel).to_contain_text("version 1")
    orm(lambda: made.versions.create(number=2, text=SECOND, created_by=owner))
    desk.presses("Generate", desk.panel)
    expect(desk.panel).to_contain_text("version 1; 2 is newer")
    with desk.page.expect_download() as saving:
        desk.presses("Download", desk.panel)
    assert saving.value.path().read_bytes() == b"\xef\xbb\xbf" + "Write-Output 'größe'\r\n".encode()
    desk.presses("Edit parameters", desk.panel)
    expect(desk.panel.get_by_role("button", name="Generate")).to_be_visible()
    expect(desk.panel).to_contain_text("version 1; 2 is newer")
    desk.presses("Use version 2", desk.panel)
    expect(desk.panel).to_contain_text("Template, version 2 ·")
    desk.presses("Generate", desk.panel)
    expect(desk.generated).to_contain_text("Restart-Service")
    record.runs_nothing()
    desk.presses("✓ I ran this", desk.panel)
    desk.is_verifying()
    assert record.runs_once().text == SECOND


def test_deleting_a_session_asks_first(desk, owner, orm):
    drafting = orm(lambda: DraftingFactory(user=owner, title="Map a drive"))
    page = desk.page
    page.goto("/script-builder/")
    page.get_by_label("Delete “Map a drive”").click()
    expect(page.get_by_text("Its chat and its script go; this cannot be undone.")).to_be_visible()
    assert orm(lambda: ScriptBuilderSession.objects.filter(pk=drafting.pk).exists())
    page.get_by_role("button", name="Delete it").click()
    expect(page.get_by_text("“Map a drive” was deleted.")).to_be_visible()
    assert not orm(lambda: ScriptBuilderSession.objects.exists())


def test_filters_travel_in_the_address(desk, owner, orm):
    orm(
        lambda: [
            make_template(owner, name=NAME, category="Printing"),
            make_template(owner, name="Renew", language="bash"),
        ]
    )
    page = desk.page
    page.goto("/scripts/")
    page.get_by_label("Language").select_option("bash")
    expect(page.locator(".template-row")).to_have_count(1)
    assert page.url.endswith("/scripts/?language=bash")
    page.go_back()
    expect(page.locator(".template-row")).to_have_count(2)
    page.get_by_label("Category").select_option("Printing")
    expect(page.get_by_role("link", name=NAME)).to_be_visible()
    expect(page.locator(".template-row")).to_have_count(1)
