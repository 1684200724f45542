"""What `make eval` prints: how well problems lead to their runbooks, and each miss."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.ai.evaluation import Figures, load, measure, measure_learnt


def main() -> None:
    """Prints the figures of both sets, and each miss."""
    tell(
        "evaluation.yaml, held out: written by somebody who had not seen the matcher's words",
        measure(load("evaluation")),
    )
    tell("phrasings.yaml, each quarter by what the others taught", measure_learnt())


def tell(name: str, figures: Figures) -> None:
    """Prints the figures of a set, and each miss."""
    print(f"{name}: {figures.fits} that fit, {figures.none} that none fits")
    for rate, share in figures.rates.items():
        print(f"  {rate:<30} {share:6.1%}")
    sure, wrongly = figures.sure / figures.fits, figures.wrongly_sure / figures.fits
    print(f"  sure of one in {sure:.1%}, wrongly so in {wrongly:.1%}")
    for miss in figures.misses:
        print(f"    {miss}")


if __name__ == "__main__":
    main()
