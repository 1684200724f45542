"""Small print can be read: WCAG asks for a ratio of 4.5 between ink and ground."""

import pytest

from tests.factories.pilot import make_session

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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_counts_beside_the_filters(workbench_of, owner, orm, scheme):
    orm(lambda: make_session(owner))
    page = workbench_of(owner, color_scheme=scheme).page
    for address in ("/sessions/", "/sessions/?status=open"):
        page.goto(address)
        counts = page.locator(".segments .num").all()
        assert len(counts) == 4
        assert min(count.evaluate(RATIO) for count in counts) >= 4.5
