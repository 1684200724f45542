"""How far a template's outcomes can be trusted: the lower end of a 95 % confidence interval (Wilson's)."""

from django.db.models import Case, F, FloatField, Value, When
from django.db.models.functions import Cast, Sqrt

Z = 1.96


def lower_bound(successes: str, *others: str) -> Case:
    """The share of `successes` among these columns, as low as it may well be; 0 where there is no outcome.

    Two of two may be luck, forty of forty-four hardly: the bound is 0.34 for the one and 0.79 for the other.
    """
    worked = Cast(F(successes), FloatField())
    total = worked
    for other in others:
        total = total + Cast(F(other), FloatField())
    squared = Value(Z * Z)
    spread = Value(Z) * Sqrt(worked * (total - worked) / total + squared / Value(4.0))
    bound = (worked + squared / Value(2.0) - spread) / (total + squared)
    return Case(When(**{f"{successes}__gt": 0}, then=bound), default=Value(0.0), output_field=FloatField())
