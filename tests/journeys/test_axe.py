"""WCAG 2.2 AA in the real browser: axe-core finds nothing on any page, in any dialog and state, light and dark."""

from functools import cache

from django.conf import settings

# Asked of the page through the browser's own tools, so that no page's policy is loosened for it.
RUN = """async ({ only, root }) => {
    const asked = { resultTypes: ["violations"], rules: { "target-size": { enabled: true } } };
    if (only) Object.assign(asked, { runOnly: { type: "rule", values: only } });
    else asked.runOnly = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const { violations } = await axe.run(root ?? document, asked);
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, html, any }) =>
        `${id}: ${target.join(" ")} ${html.slice(0, 140)} ${any[0]?.message ?? ""}`));
}"""
# The new colours are computed, and told to what paints by itself, a frame later.
DRAWN = """async () => {
    for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
}"""
# What another colour scheme can change.
COLOURS = ["color-contrast", "link-in-text-block"]
# What a narrow window can change, where icons stand for words and things stand closer.
NARROW = ["button-name", "link-name", "label", "target-size", "scrollable-region-focusable", "aria-hidden-focus"]
NAMED = {
    *("button", "link", "textbox", "searchbox", "combobox", "checkbox", "radio", "tab", "DisclosureTriangle"),
    *("dialog", "region", "tablist", "tabpanel", "toolbar", "complementary", "navigation", "log", "spinbutton"),
}


@cache
def axe() -> str:
    return (settings.BASE_DIR / "node_modules/axe-core/axe.min.js").read_text()


def nameless(page) -> list[str]:
    """The roles of what Chromium hands a screen reader without a name, though it needs one."""
    with_tools = page.context.new_cdp_session(page)
    nodes = with_tools.send("Accessibility.getFullAXTree")["nodes"]
    with_tools.detach()
    shown = [node for node in nodes if not node["ignored"] and node["role"]["value"] in NAMED]
    assert shown
    return [node["role"]["value"] for node in shown if not node.get("name", {}).get("value")]


def test_no_rule_is_broken_in_any_state(states, desks):
    wrong = []
    for name, state in states.items():
        desk = desks(state.who)
        page = desk.page
        page.emulate_media(color_scheme="light")
        page.goto(state.path)
        state.reach(desk)
        page.evaluate(axe())
        wrong += [f"{name}: {line}" for line in page.evaluate(RUN, {"only": None})]
        wrong += [f"{name}: {role} without a name" for role in nameless(page)]
        page.emulate_media(color_scheme="dark")
        page.evaluate(DRAWN)
        wrong += [f"{name}, dark: {line}" for line in page.evaluate(RUN, {"only": COLOURS})]
        page.set_viewport_size({"width": 390, "height": 844})
        wrong += [f"{name}, 390 px: {line}" for line in page.evaluate(RUN, {"only": NARROW})]
        page.set_viewport_size({"width": 1440, "height": 900})
    assert not wrong, "\n".join(wrong)
