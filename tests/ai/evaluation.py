"""How well problems lead to their runbooks, measured over a set of them that was not learnt from."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

from flowpilot.ai import library, likelihood
from flowpilot.ai.matching import Index, match_in

FOLDER = Path(__file__).parent
FOLDS = 4


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

    def add(self, problems: dict, over: Index) -> None:
        """Matches each problem and counts."""
        for number, texts in problems["fits"].items():
            for text in texts:
                found = match_in(over, text)
                numbers = [candidate.number for candidate in ((found.sure,) if found.sure else found.candidates)]
                self.fits += 1
                self.first += numbers[:1] == [number]
                self.three += number in numbers
                self.sure += found.sure is not None
                self.wrongly_sure += found.sure is not None and numbers != [number]
                if numbers[:1] != [number]:
                    self.misses.append(f"{number} -> {' '.join(numbers) or 'none':<12} {text}")
        for text in problems["none"]:
            found = match_in(over, text)
            self.none += 1
            self.offered_none += bool(found.candidates)
            self.sure_of_none += found.sure is not None
            if found.sure or found.candidates:
                offered = found.sure.number + "!" if found.sure else " ".join(c.number for c in found.candidates)
                self.misses.append(f"none -> {offered:<12} {text}")


def measure(problems: dict) -> Figures:
    """The figures of problems by what others taught: what is among the phrasings by chance does not count there."""
    figures = Figures()
    figures.add(problems, _apart_from(_texts(problems)))
    return figures


@cache
def measure_learnt() -> Figures:
    """The figures of the problems that are learnt from: each part is matched by what the other parts taught."""
    problems, figures = likelihood.phrasings(), Figures()
    texts = sorted(_texts(problems))
    random.Random(1).shuffle(texts)
    for at in range(FOLDS):
        part = set(texts[at::FOLDS])
        figures.add(_only(problems, part.__contains__), _apart_from(part))
    return figures


def _texts(problems: dict) -> set[str]:
    return {text for texts in (problems["none"], *problems["fits"].values()) for text in texts}


def _apart_from(texts: set[str]) -> Index:
    """The index as it were if these texts had never been heard."""
    known = {text.casefold() for text in texts}
    left = _only(likelihood.phrasings(), lambda text: text.casefold() not in known)
    return Index(library.books(), likelihood.Likelihood(likelihood.examples(left)))


def _only(problems: dict, wanted: Callable[[str], bool]) -> dict:
    fits = {number: list(filter(wanted, texts)) for number, texts in problems["fits"].items()}
    return {"fits": fits, "none": list(filter(wanted, problems["none"]))}
