"""Large letters, wide letters and a narrow window take nothing away: WCAG 1.4.4, 1.4.10 and 1.4.12."""

from tests.journeys.test_looks import STICKS_OUT

# 1280 px at 400 %, a phone, and 1440 px at 200 %.
SIZES = {"320 px": (320, 640), "390 px": (390, 844), "200 %": (720, 450)}
SPACED = """() => {
    const wide = new CSSStyleSheet();
    wide.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
        word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }`);
    document.adoptedStyleSheets = [wide];
}"""
# Words that are cut off where nothing scrolls, and words that stand out of the button around them.
CLIPPED = """() => {
    const shown = element => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    const apart = ".sr-only, .skip-link, .monaco-editor, option, svg, .api-docs, noscript, script, style, template";
    const lost = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const text = walker.currentNode;
        if (!text.data.trim() || !shown(text.parentElement) || text.parentElement.closest(apart)) continue;
        const range = document.createRange();
        range.selectNodeContents(text);
        const words = range.getBoundingClientRect();
        // A row of a list may shorten what the page behind it shows whole.
        if (!words.width || text.parentElement.closest("li a")) continue;
        const say = (how, box) => lost.push(`${how} ${box.tagName}.${box.className}: ${text.data.trim().slice(0, 50)}`);
        for (let box = text.parentElement, x = true, y = true; box && (x || y); box = box.parentElement) {
            const look = getComputedStyle(box);
            if (look.display === "inline") continue;
            if (look.clipPath !== "none") break;
            const around = box.getBoundingClientRect();
            const out = { x: words.left < around.left - 1 || words.right > around.right + 1,
                          y: words.top < around.top - 1 || words.bottom > around.bottom + 1 };
            const cuts = overflow => ["hidden", "clip"].includes(overflow);
            if (x && out.x && cuts(look.overflowX) || y && out.y && cuts(look.overflowY)) say("cut", box);
            if (box.matches(".button, .chip, .tab, .navlink") && (out.x || out.y)) say("outside", box);
            x &&= !["auto", "scroll"].includes(look.overflowX);
            y &&= !["auto", "scroll"].includes(look.overflowY);
        }
    }
    return lost;
}"""


def test_everything_is_there_at_every_size_and_spacing(states, desks):
    wrong = []
    for name, state in states.items():
        desk = desks(state.who)
        page = desk.page
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(state.path)
        state.reach(desk)
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate("() => { document.adoptedStyleSheets = []; }")
            for spacing in ("", ", spaced"):
                if spacing:
                    page.evaluate(SPACED)
                where = f"{name}, {size}{spacing}"
                if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    wrong.append(f"{where}: scrolls sideways")
                wrong += [f"{where}: sticks out: {element}" for element in page.evaluate(STICKS_OUT)]
                wrong += [f"{where}: {words}" for words in page.evaluate(CLIPPED)]
    assert not wrong, "\n".join(wrong)
