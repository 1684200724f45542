"""How well problems lead to their runbooks, measured over a set of them."""

from dataclasses import dataclass, field
from pathlib import Path

import yaml

from flowpilot.ai.matching import match

FOLDER = Path(__file__).parent


def load(name: str) -> dict:
    """A set of problems: `fits` by the runbook's number, and `none`."""
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8"))


@dataclass
class Figures:
    """What came out: of the problems that fit, and of those that none fits."""

    fits: int = 0
    none: int = 0
    first: int = 0
    three: int = 0
    sure: int = 0
    wrongly_sure: int = 0
    offered_none: int = 0
    sure_of_none: int = 0
    misses: list[str] = field(default_factory=list)

    @property
    def rates(self) -> dict[str, float]:
        """The shares that are promised, by name."""
        return {
            "first answer right": self.first / self.fits,
            "right among three": self.three / self.fits,
            "honest none, nothing offered": 1 - (self.offered_none + self.sure_of_none) / self.none,
            "honest none, not sure of one": 1 - self.sure_of_none / self.none,
        }


def measure(problems: dict) -> Figures:
    """Matches each problem and counts."""
    figures = Figures()
    for number, texts in problems["fits"].items():
        for text in texts:
            found = match(text)
            numbers = [candidate.number for candidate in ((found.sure,) if found.sure else found.candidates)]
            figures.fits += 1
            figures.first += numbers[:1] == [number]
            figures.three += number in numbers
            figures.sure += found.sure is not None
            figures.wrongly_sure += found.sure is not None and numbers != [number]
            if numbers[:1] != [number]:
                figures.misses.append(f"{number} -> {' '.join(numbers) or 'none':<12} {text}")
    for text in problems["none"]:
        found = match(text)
        figures.none += 1
        figures.offered_none += bool(found.candidates)
        figures.sure_of_none += found.sure is not None
        if found.sure or found.candidates:
            offered = found.sure.number + "!" if found.sure else " ".join(c.number for c in found.candidates)
            figures.misses.append(f"none -> {offered:<12} {text}")
    return figures
