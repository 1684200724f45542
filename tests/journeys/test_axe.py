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


@cache
def axe() -> str:
    return (settings.BASE_DIR / "node_modules/axe-core/axe.min.js").read_text()


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
        page.emulate_media(color_scheme="dark")
        page.evaluate(DRAWN)
        wrong += [f"{name}, dark: {line}" for line in page.evaluate(RUN, {"only": COLOURS})]
    assert not wrong, "\n".join(wrong)
