"""One request to one address: sent inside a transaction that is taken back, with an eye on every statement."""

import re
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.http.cookie import SimpleCookie

from tests.access.cast import INLINE, MARKS, UNKNOWN
from tests.conventions import world as worlds

_WRITE = re.compile(
    r'\s*(?:INSERT INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+"?(\w+)"?(?: SET "(\w+)")?', re.IGNORECASE | re.DOTALL
)
# What is kept of every request, refused or not: the browser's session, how much was sent, a token's last use.
HOUSEKEEPING = {("django_session", None), ("people_usage", None), ("people_accesstoken", "last_used_at")}
# Differ from answer to answer: tokens against forgery, the policy's nonces, the moment.
_EACH_TIME = re.compile(r'(csrfmiddlewaretoken" value="|X-CSRFToken":"|nonce-|nonce="|data-now=")[^"\']+')
_PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
NOWHERE = uuid.UUID(int=7)


@dataclass(frozen=True)
class Id:
    """An id in the address: its name, the row that it is of, and whether it travels in the query."""

    name: str
    row: str
    in_query: bool = False


@dataclass(frozen=True)
class Url:
    """An address of the URL table, the ids that it takes, and what its query says in any case."""

    name: str
    route: str
    ids: tuple[Id, ...] = field(default=())
    query: str = ""

    @property
    def api(self) -> bool:
        """Whether programs ask it: refusals are problems rather than pages."""
        return self.name.startswith("api:")

    def path(self, cast, said: dict[str, str], query: str = "") -> str:
        """The address with ids from these worlds."""
        value = {one.name: str(_pk(cast, said[one.name], one.row)) for one in self.ids}
        sent = [f"{one.name}={value[one.name]}" for one in self.ids if one.in_query]
        sent += filter(None, (self.query, query))
        return _PARAMETER.sub(lambda found: value[found[2]], self.route) + ("?" + "&".join(sent) if sent else "")

    def swaps(self) -> dict[str, dict[str, str]]:
        """From whose worlds the ids come, by words that say so: all the owner's, then others in each one's place."""
        base = {one.name: "owner" for one in self.ids}
        found = {}
        for one in self.ids:
            for name in self._others(one.row):
                found[f"{one.name} of {name}"] = base | {one.name: name}
        for name in [*MARKS, UNKNOWN] if len(self.ids) > 1 else []:
            found[f"all ids of {name}"] = dict.fromkeys(base, name)
        return {"ids of owner": base} | {words: said for words, said in found.items() if said != base}

    def _others(self, row: str) -> list[str]:
        if row == "number":  # there is a first version of everything
            return [UNKNOWN]
        return [*list(MARKS)[1:], UNKNOWN] + ([INLINE] if row == "standalone" else [])

    def named(self, said: dict[str, str]) -> set[str]:
        """From whose worlds the rows come."""
        return {said[one.name] for one in self.ids if one.row != "number" or said[one.name] == UNKNOWN}


def _pk(cast, world: str, row: str):
    if world == UNKNOWN:
        return 99 if row == "number" else NOWHERE
    return getattr(cast.worlds[world], row).pk


def urls(in_the_query: dict[str, tuple[str, str]], queries: dict[str, str]) -> list[Url]:
    """Every address of the product but Django admin's."""
    found = []
    for name, route in worlds.routes():
        ids = [Id(argument, worlds.row_of(route, argument)) for _, argument in _PARAMETER.findall(route)]
        if name in in_the_query:
            ids.append(Id(*in_the_query[name], in_query=True))
        found.append(Url(name, route, tuple(ids), queries.get(name, "")))
    return found


@contextmanager
def taken_back():
    """Nothing that is done inside stays."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ask(cast, actor, method: str, path: str):
    """The answer to this actor, and the tables that were written to."""
    browser = cast.browsers[(actor.user, actor.token) if actor.token else actor.user]
    kept, written = browser.cookies.output(header="", sep=";"), []

    def watch(execute, sql, params, many, context):
        if (found := _WRITE.match(sql)) and not {(found[1], None), (found[1], found[2])} & HOUSEKEEPING:
            written.append(found[1])
        return execute(sql, params, many, context)

    with taken_back():
        actor.given(cast)
        with connection.execute_wrapper(watch):
            kind = "application/json" if path.startswith("/api/") else "application/x-www-form-urlencoded"
            body = "{}" if kind == "application/json" and method in ("POST", "PATCH") else ""
            answer = browser.generic(method, path, body, content_type=kind)
    browser.cookies = SimpleCookie(kept)
    return answer, written


def told(answer) -> str:
    """All that an answer tells whoever asked, without what differs each time."""
    headers = sorted((name, value) for name, value in answer.headers.items() if name != "Expires")  # by the second
    return _EACH_TIME.sub(r"\1", f"{answer.status_code} {headers} {answer.content.decode()}")
