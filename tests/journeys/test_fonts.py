"""A page in plain English brings the two small font files alone; another letter brings the file that holds it."""

from playwright.sync_api import expect

from pilot.lifecycle import Phase
from tests.factories.pilot import make_fix, make_session

EVERYDAY = {"inter", "jetbrains-mono"}
FETCHED = """async () => {
    await document.fonts.ready;
    return performance.getEntriesByType("resource").map(entry => entry.name).filter(name => name.endsWith(".woff2"))
        .map(name => name.split("/").at(-1).split(".")[0]);
}"""


def fetched(desk, session) -> list[str]:
    """The font files that the session's page brings."""
    desk.goes_to(session)
    expect(desk.page.get_by_role("heading", level=1)).to_have_text(session.title)
    return desk.page.evaluate(FETCHED)


def test_plain_english_needs_two_files(desk, orm, owner):
    def make():
        session = make_session(owner, title="Printer offline – since 9·30", client="Heron “Legal” Co…")
        make_fix(session, Phase.VERIFYING, verify_command='Get-Service | Where-Object Status -ne "Running"')
        return session

    assert sorted(fetched(desk, orm(make))) == sorted(EVERYDAY)


def test_another_letter_brings_its_file_and_each_file_once(desk, orm, owner):
    def make():
        session = make_session(owner, title="José, Besançon", client="Łódź")
        make_fix(session, Phase.VERIFYING, verify_command="Get-Service £")
        return session

    expected = EVERYDAY | {"inter-latin", "inter-latin-ext", "jetbrains-mono-latin"}
    assert sorted(fetched(desk, orm(make))) == sorted(expected)
