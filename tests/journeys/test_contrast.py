"""Small print can be read: WCAG asks for a ratio of 4.5 between ink and ground."""

import pytest

from tests.factories.pilot import make_session
from tests.replies.processes import eventually

# The ratio of an element's ink to what is painted behind it, one ground over the other.
RATIO = """element => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
    const paint = colour => {
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
    };
    const light = () => {
        const parts = [...canvas.getImageData(0, 0, 1, 1).data].map(part => part / 255);
        const [r, g, b] = parts.map(part => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
    };
    const grounds = [];
    for (let around = element; around; around = around.parentElement) grounds.unshift(getComputedStyle(around));
    for (const { backgroundColor } of grounds) paint(backgroundColor);
    const ground = light();
    paint(getComputedStyle(element).color);
    const ink = light();
    return Math.max(ink, ground) / Math.min(ink, ground);
}"""


# The same for the words that a comparison marks: its marks lie beside the words, and are painted one over the other.
MARKED = """([side, line, part]) => {
    const ground = ["monaco-editor-background", line, part].map(name => document.querySelector(`.${side} .${name}`));
    const words = [...document.querySelectorAll(`.${side} .view-line span span`)].map(word => word.cloneNode(true));
    if (ground.includes(null)) return [];
    const layers = ground.map(mark => {
        const layer = document.createElement("div");
        layer.style.backgroundColor = getComputedStyle(mark).backgroundColor;
        return layer;
    });
    document.querySelector(`.${side} .view-lines`).append(layers[0]);
    layers[0].append(layers[1]);
    layers[1].append(layers[2]);
    layers[2].append(...words);
    return words.map(RATIO);
}""".replace("RATIO", RATIO)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.urls("tests.journeys.editor_page")
def test_what_a_comparison_marks(new_context, scheme):
    page = new_context(color_scheme=scheme).new_page()
    page.goto("/editor/")
    page.evaluate("() => { comparison.hidden = false; }")
    code = "# {0}\nif ($true) {{ Stop-Service '{0}' -Wait {1} }}\n"
    page.evaluate(
        "texts => document.querySelector('script-diff').show(...texts)", [code.format("a", 1), code.format("b", 2)]
    )
    for marks in (["original", "line-delete", "char-delete"], ["modified", "line-insert", "char-insert"]):
        ratios = eventually(lambda marks=marks: page.evaluate(MARKED, marks))
        assert min(ratios) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_counts_beside_the_filters(workbench_of, owner, orm, scheme):
    orm(lambda: make_session(owner))
    page = workbench_of(owner, color_scheme=scheme).page
    for address in ("/sessions/", "/sessions/?status=open"):
        page.goto(address)
        counts = page.locator(".segments .num").all()
        assert len(counts) == 5
        assert min(count.evaluate(RATIO) for count in counts) >= 4.5
