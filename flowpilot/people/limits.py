"""How much a user and an account may do in a while; counted in the database, so for all processes together."""

import uuid
from dataclasses import dataclass
from threading import Lock
from time import time

from django.conf import settings
from django.db import connection

from flowpilot.people.models import Usage, User
from flowpilot.web.http import LimitReached


@dataclass(frozen=True)
class Limit:
    """So many within `seconds`, as the two settings say. `step` are taken at a time, and `code` names the refusal.

    With a step of ten a process asks the database at every tenth request alone; what it took and does not use is lost
    to the others, so there may be a few less than the limit, and never more.
    """

    kind: str
    of_user: str
    of_account: str
    sentence: str
    seconds: int = 60
    step: int = 1
    code: str = "too_many_requests"


WRITES = Limit(
    kind="write",
    of_user="API_WRITES_PER_MINUTE",
    of_account="API_ACCOUNT_WRITES_PER_MINUTE",
    sentence="That is more than may be written in a minute.",
)
READS = Limit(
    kind="read",
    of_user="API_READS_PER_MINUTE",
    of_account="API_ACCOUNT_READS_PER_MINUTE",
    sentence="That is more than may be read in a minute.",
    step=10,
)
PAGES = Limit(
    kind="page",
    of_user="PAGE_WRITES_PER_MINUTE",
    of_account="PAGE_ACCOUNT_WRITES_PER_MINUTE",
    sentence="That is more than may be sent in a minute.",
    step=10,
)
REPLIES = Limit(
    kind="reply",
    of_user="REPLIES_PER_HOUR",
    of_account="ACCOUNT_REPLIES_PER_HOUR",
    sentence="The assistant was asked as often as it may be in an hour.",
    seconds=3600,
    code="too_many_replies",
)

# What this process has taken and not used yet, or USED_UP: for each kind and user the window and how many.
USED_UP = -1
MOST_KEPT = 10_000
_stock: dict[tuple, tuple[int, int]] = {}
_lock = Lock()


def spend(limit: Limit, user: User) -> None:
    """Counts one; raises LimitReached where that is one too many."""
    now = int(time())
    since = now - now % limit.seconds
    fits = _from_stock(limit, user, since) if limit.step > 1 else _take(limit, user, since)
    if not fits:
        raise LimitReached(limit.code, limit.sentence, since + limit.seconds - now)


def _from_stock(limit: Limit, user: User, since: int) -> bool:
    key = (limit.kind, user.pk)
    with _lock:
        left = _left(key, since)
        if left > 0:
            _stock[key] = (since, left - 1)
    if left:
        return left != USED_UP
    taken = _take(limit, user, since)
    with _lock:
        if len(_stock) > MOST_KEPT:
            _stock.clear()
        left = max(0, _left(key, since)) + taken
        _stock[key] = (since, left - 1 if left else USED_UP)
    return left > 0


def _left(key: tuple, since: int) -> int:
    window, left = _stock.get(key, (since, 0))
    return left if window == since else 0


def _take(limit: Limit, user: User, since: int) -> int:
    """Counts a step for the user and their account, in one statement; gives how many of it are within the limits.

    A user who is beyond their own limit uses up nothing of their account's.
    """
    most = {user.pk: getattr(settings, limit.of_user), user.account_id: getattr(settings, limit.of_account)}
    own, account = (_row(limit, of, since) for of in most)
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [*own, *account, *own[1:4], most[user.pk]])
        counts = {uuid.UUID(str(of)): count for of, count in cursor.fetchall()}
    return min(max(0, min(limit.step, most[of] - count + limit.step)) for of, count in counts.items())


def _row(limit: Limit, of: uuid.UUID, since: int) -> list:
    """The row that begins a count, as the database takes it."""
    pk, of = (Usage._meta.pk.get_db_prep_value(value, connection) for value in (uuid.uuid4(), of))
    return [pk, limit.kind, of, since, limit.step]


# SQLite and PostgreSQL take the same words. Each row is locked from here to the end of the transaction, the user's
# first, so two at once never both take the last place.
_SQL = """
INSERT INTO people_usage (id, kind, "of", since, count)
SELECT %s, %s, %s, %s, %s
UNION ALL SELECT %s, %s, %s, %s, %s
WHERE NOT EXISTS (SELECT 1 FROM people_usage WHERE kind = %s AND "of" = %s AND since = %s AND count >= %s)
ON CONFLICT (kind, "of") DO UPDATE SET
    count = CASE WHEN people_usage.since < excluded.since THEN excluded.count
                 ELSE people_usage.count + excluded.count END,
    since = CASE WHEN people_usage.since < excluded.since THEN excluded.since ELSE people_usage.since END
RETURNING "of", count
"""
