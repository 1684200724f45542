"""Figures of samples, and how they are said: the size is always with them, and a small sample says nothing."""

from collections.abc import Sequence
from datetime import timedelta
from math import ceil, sqrt

Z = 1.96  # 95 % confidence
FEW = 5  # fewer than these are too few to tell


def interval(worked: int, of: int) -> tuple[float, float]:
    """Where the true share lies with 95 % confidence, by Wilson; of nothing it may be anything."""
    if not of:
        return 0.0, 1.0
    middle = worked + Z * Z / 2
    spread = Z * sqrt(worked * (of - worked) / of + Z * Z / 4)
    return max(0.0, (middle - spread) / (of + Z * Z)), min(1.0, (middle + spread) / (of + Z * Z))


def percentile(values: Sequence[timedelta], percent: int) -> timedelta:
    """The smallest of the values that at least so many per cent do not exceed (nearest rank)."""
    return sorted(values)[max(1, ceil(len(values) * percent / 100)) - 1]


def median(values: Sequence[timedelta]) -> timedelta:
    """The middle one, or halfway between the two in the middle."""
    ranked, half = sorted(values), len(values) // 2
    return ranked[half] if len(ranked) % 2 else (ranked[half - 1] + ranked[half]) / 2


def minutes(took: timedelta) -> float:
    """For a chart and a spreadsheet: minutes, to a tenth."""
    return round(took.total_seconds() / 60, 1)


def duration(took: timedelta) -> str:
    """In words, with its two largest units: “2 d 4 h”, “1 h 5 min”, “under a minute”."""
    whole = round(took.total_seconds() / 60)
    if whole < 1:
        return "under a minute"
    days, rest = divmod(whole, 24 * 60)
    hours, left = divmod(rest, 60)
    parts = [(days, "d"), (hours, "h"), (left, "min")]
    first = next(number for number, (amount, _) in enumerate(parts) if amount)
    return " ".join(f"{amount} {unit}" for amount, unit in parts[first : first + 2] if amount)


def percent(share: float) -> str:
    """A whole number of per cent."""
    return f"{share * 100:.0f} %"


def percent_of(part: float, of: float) -> float:
    """The share as a number of per cent, to a tenth."""
    return round(100 * part / of, 1)


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun."""
    return f"{number} {one if number == 1 else many or one + 's'}"
