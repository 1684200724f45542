"""WCAG 2.2 AA in the real browser: axe-core finds nothing on any page, in any dialog and state, light and dark."""

from functools import cache

import pytest
from django.conf import settings

from tests.journeys.states import of_scripts, of_sessions, of_the_rest
from tests.journeys.steps import Workbench

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


@pytest.fixture
def people(owner, teammate, viewer, stranger):
    return {"owner": owner, "teammate": teammate, "viewer": viewer, "stranger": stranger}


@pytest.fixture(params=[of_sessions, of_scripts, of_the_rest], ids=["sessions", "scripts", "the rest"])
def states(request, orm, people):
    return orm(lambda: request.param(people["owner"], people["teammate"]))


@pytest.fixture
def desks(new_context, workbench_of, people):
    """`desks(who)`: the browser of one of them, or of a visitor."""

    @cache
    def desk_of(who):
        still = {"reduced_motion": "reduce", "color_scheme": "light"}
        return workbench_of(people[who], **still) if who else Workbench(new_context(**still).new_page())

    return desk_of


def test_no_rule_is_broken_in_any_state(states, desks, faults):
    for refusal in ("403", "404", "409", "422", "429", "500"):
        faults.allow(f"status of {refusal}")
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
