"""How much a user and an account may write through the API in a minute; in the database, so for all processes."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from flowpilot.people.models import User, WriteCount


def seconds_to_wait(user: User) -> int:
    """Counts one write; 0 where it is within the limits, else the seconds until the next may come."""
    now = timezone.now()
    minute = now.replace(second=0, microsecond=0)
    limits = {user.pk: settings.API_WRITES_PER_MINUTE, user.account_id: settings.API_ACCOUNT_WRITES_PER_MINUTE}
    if all(_count(of, minute, most) for of, most in limits.items()):
        return 0
    return max(1, int((minute + timedelta(minutes=1) - now).total_seconds()) + 1)


def _count(of, minute: datetime, most: int) -> bool:
    """Whether one more fits in; two at once never both take the last place."""
    rows = WriteCount.objects.filter(of=of)
    fits = rows.filter(Q(minute__lt=minute) | Q(count__lt=most))
    counted = {
        "count": Case(When(minute__lt=minute, then=Value(1)), default=F("count") + 1),
        "minute": Case(When(minute__lt=minute, then=Value(minute)), default=F("minute")),
    }
    if fits.update(**counted):
        return True
    try:
        with transaction.atomic():
            WriteCount.objects.create(of=of, minute=minute)
            return True
    except IntegrityError:
        return bool(fits.update(**counted))
