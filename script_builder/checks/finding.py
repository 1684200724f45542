from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What sort of thing was found; the order of the alphabet is the order of weight."""

    DANGER = "danger"
    HIDDEN = "hidden"
    PROBLEM = "problem"


@dataclass(frozen=True, order=True)
class Finding:
    """One sentence on one line of a script."""

    line: int
    kind: Kind
    sentence: str
