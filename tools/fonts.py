"""Cuts the fonts to what pages show, for static/dist/fonts: the weights and features that are used, and the everyday
characters of each apart, so that a page in plain English fetches a third of the bytes.

static/css/tokens.css says which characters bring which file.
"""

import logging
from pathlib import Path

from fontTools.subset import Options, Subsetter, load_font, save_font
from fontTools.varLib.instancer import instantiateVariableFont

ROOT = Path(__file__).resolve().parent.parent
PACKAGES, OUT = ROOT / "node_modules/@fontsource-variable", ROOT / "static/dist/fonts"
WEIGHTS = (400, 700)
# Scripts are set without ligatures, so the code font's `calt`, half of its shapes, is never used.
FEATURES = {"inter": ["calt", "ccmp", "kern", "locl", "mark", "mkmk", "tnum"], "jetbrains-mono": ["ccmp", "mark"]}
EVERYDAY = {*range(0x20, 0x7F), *map(ord, "\xa0·×–—‘’“”…−↑↓")}


def cut(family: str, script: str, characters: set[int] | None, name: str) -> None:
    """Writes one file, with these characters of the package's file, or with all that are not everyday ones."""
    options = Options(layout_features=FEATURES[family], flavor="woff2", name_IDs=["*"])
    font = load_font(str(PACKAGES / family / f"files/{family}-{script}-wght-normal.woff2"), options, lazy=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=set(font.getBestCmap()) - EVERYDAY if characters is None else characters)
    subsetter.subset(font)
    instantiateVariableFont(font, {"wght": WEIGHTS}, inplace=True)
    save_font(font, str(OUT / f"{name}.woff2"), options)


def main() -> None:
    """Writes all of them."""
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    OUT.mkdir(parents=True, exist_ok=True)
    for family in FEATURES:
        cut(family, "latin", EVERYDAY, family)
        cut(family, "latin", None, f"{family}-latin")
    cut("inter", "latin-ext", None, "inter-latin-ext")


if __name__ == "__main__":
    main()
