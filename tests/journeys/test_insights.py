"""The figures in a real browser: drawn from the tables behind them, in the page's colours, under its policy."""

import pytest
from playwright.sync_api import expect

from pilot.lifecycle import Phase
from tests.factories.pilot import make_fix, make_session, make_template, resolve

# How much of a chart is painted, and how light it is.
PAINTED = """canvas => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const shown = [];
    for (let at = 0; at < data.length; at += 4)
        if (data[at + 3] > 200) shown.push(data[at] + data[at + 1] + data[at + 2]);
    return { dots: shown.length, light: shown.reduce((sum, one) => sum + one, 0) / shown.length };
}"""
LIGHTER = f"light => ({PAINTED})(document.querySelector('[data-chart=bars]')).light > light + 60"
CHARTS = 7
# The cells of every table that do not say their column's head beside them, but where a row says "none" once for all.
UNNAMED = """() => [...document.querySelectorAll("main table")].flatMap(table => {
    const heads = [...table.tHead.rows[0].cells].map(head => head.textContent.trim());
    const rows = [...table.tBodies[0].rows].filter(row => row.querySelector("data"));
    return rows.flatMap(row => [...row.cells].filter((cell, at) =>
        !getComputedStyle(cell, "::before").content.startsWith(JSON.stringify(heads[at]))
        || !cell.checkVisibility({ visibilityProperty: true }) || cell.getBoundingClientRect().width < 20
    ).map(cell => cell.outerHTML));
})"""
WIDER = """() => [...document.querySelectorAll("main table")].flatMap(table =>
    [document.documentElement, table, table.parentElement].filter(box => box.scrollWidth > box.clientWidth)
).map(box => `${box.tagName} ${box.id || box.className}: ${box.scrollWidth} > ${box.clientWidth}`)"""


@pytest.fixture
def world(orm, owner):
    """Five runs of one template for two clients, three of which worked, and something that is still open."""

    def make():
        template = make_template(owner, name="Clear the queue")
        for number, phase in enumerate([Phase.SUCCESS, Phase.SUCCESS, Phase.SUCCESS, Phase.FAILED, Phase.PARTIAL]):
            session = make_session(owner, client="Acme" if number else "Heron Legal")
            make_fix(session, phase, template=template, source="W02/fix/clear-queue")
            resolve(session)
        make_session(owner, client="Acme")

    orm(make)


def painted(page) -> list[dict]:
    charts = page.locator("canvas:visible")
    expect(charts).to_have_count(CHARTS)
    return [chart.evaluate(PAINTED) for chart in charts.all()]


def test_charts_stand_for_tables_that_fold_out(desk, world):
    page = desk.page
    page.goto("/sessions/")
    page.get_by_role("link", name="Insights").click()
    assert all(chart["dots"] > 500 for chart in painted(page))
    chart = page.get_by_role(
        "img", name="What came of the fixes. 3 of 5 fixes that were run worked (60 %); 0 dismissed."
    )
    expect(chart).to_be_visible()
    table = page.locator("#table-templates")
    expect(table).to_be_hidden()
    summary = page.locator(".figure", has=page.get_by_role("heading", name="Templates")).locator("summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(table.get_by_role("row", name="Clear the queue")).to_contain_text("60 %")
    with page.expect_download() as saved:
        page.get_by_role("link", name="CSV of Templates").click()
    assert saved.value.suggested_filename.startswith("insights-templates-")
    assert "Clear the queue,5,3,1,1,60.0," in saved.value.path().read_text("utf-8-sig")


def test_a_filter_counts_again_and_back_undoes_it(desk, world):
    page = desk.page
    page.goto("/insights/")
    keys = page.locator(".keys")
    expect(keys).to_contain_text("3 of 5 run")
    page.get_by_label("Client").select_option("Acme")
    expect(keys).to_contain_text("2 of 4")
    assert page.url.endswith("/insights/?period=12-weeks&client=Acme")
    page.get_by_role("link", name="4 weeks").click()
    expect(page.get_by_role("link", name="4 weeks")).to_have_attribute("aria-current", "true")
    expect(page.get_by_label("Client")).to_have_value("Acme")
    page.get_by_label("From").fill("2020-01-01")
    page.get_by_label("to", exact=True).fill("2020-02-01")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("No fix got an outcome in this period.")).to_be_visible()
    page.go_back()
    expect(keys).to_contain_text("2 of 4")


def test_a_chart_turns_dark_with_the_page(desk, world):
    page = desk.page
    page.goto("/insights/")
    painted(page)
    page.wait_for_function(LIGHTER, arg=0)
    before = page.locator("[data-chart=bars]").evaluate(PAINTED)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(LIGHTER, arg=before["light"])
    assert all(chart["dots"] > 500 for chart in painted(page))


def test_without_scripts_the_tables_are_open(new_context, sign_in, owner, world):
    page = new_context(java_script_enabled=False).new_page()
    sign_in(page, owner)
    page.get_by_role("link", name="Insights").click()
    expect(page.locator("table:visible")).to_have_count(CHARTS)
    expect(page.locator("canvas:visible")).to_have_count(0)
    page.get_by_label("Client").select_option("Acme")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".keys")).to_contain_text("2 of 4")


def test_on_a_phone_the_way_there_is_in_the_menu(desk, world):
    page = desk.page
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/sessions/")
    link = page.get_by_role("link", name="Insights")
    expect(link).to_have_count(0)
    page.get_by_role("button", name="Menu of").click()
    link.click()
    assert len(painted(page)) == CHARTS
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def table_as_heard(page) -> list[tuple[str, str]]:
    """What a screen reader is given of the tables: each role with its name, in order."""
    with_tools = page.context.new_cdp_session(page)
    nodes = with_tools.send("Accessibility.getFullAXTree")["nodes"]
    with_tools.detach()
    roles = {"table", "row", "columnheader", "rowheader", "cell"}
    heard = [(node["role"]["value"], node.get("name", {}).get("value")) for node in nodes if not node["ignored"]]
    return [(role, name) for role, name in heard if role in roles]


def test_on_a_phone_a_row_is_a_card_and_still_a_row_of_a_table(desk, world, owner, orm):
    endless = "Get-Printer-With-A-Name-That-Never-Ends-" * 4
    orm(lambda: make_fix(make_session(owner), Phase.SUCCESS, template=make_template(owner, name=endless)))
    page = desk.page
    page.goto("/insights/")
    painted(page)
    for figure in page.locator(".figure__data > summary").all():
        figure.click()
    wide = table_as_heard(page)
    assert ("rowheader", endless) in wide and ("columnheader", "Worked") in wide
    assert len(page.evaluate(UNNAMED)) > 20
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate(UNNAMED) == []
    assert page.evaluate(WIDER) == []
    assert table_as_heard(page) == wide
    # Not every browser goes on by the tags where the look is no table's.
    roles = {"table": "table", "thead, tbody": "rowgroup", "tr": "row", "td": "cell", "tbody th": "rowheader"}
    for tags, role in roles.items():
        expect(page.locator(f"main :is({tags}):not([role={role}])")).to_have_count(0)
