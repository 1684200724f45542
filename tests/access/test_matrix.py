"""Every URL and method of the product by every kind of person, with every id in the place of every other.

What is expected follows from one word in `expectations.RULES`; a URL or a method without one fails here.
"""

import pytest

from tests.access.asking import Url, ask, told, urls
from tests.access.cast import ACTORS, OK, SIGN_IN, UNKNOWN
from tests.access.expectations import IN_THE_QUERY, QUERIES, RULES, SEARCHES

pytestmark = pytest.mark.django_db
URLS = urls(IN_THE_QUERY, QUERIES)
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"}
OWNER = next(actor for actor in ACTORS if actor.name == "owner")
NOBODY = ACTORS[0]


def test_every_expectation_is_of_a_url():
    names = {url.name for url in URLS}
    assert set(RULES) - names == set(), "Take these out of tests/access/expectations.py: there are no such URLs"
    assert (set(IN_THE_QUERY) | set(QUERIES) | set(SEARCHES)) - names == set()


@pytest.mark.parametrize("url", URLS, ids=lambda url: url.name or "start")
def test_every_method_has_an_expectation(cast, url):
    """What an address takes is what it says itself when it is asked by a method that nothing takes."""
    path = url.path(cast, {one.name: "owner" for one in url.ids})
    answer, _ = ask(cast, NOBODY if _open(url) else OWNER, "TRACE", path)
    assert answer.status_code == 405, f"{url.name} takes every method: name those it is for"
    taken = set(answer["Allow"].replace(" ", "").split(",")) - {"HEAD", "OPTIONS"}
    if "PUT" in taken and not url.api:
        taken.remove("PUT")  # Django's own form views take it for a POST
    said = {method for other in URLS if other.route == url.route for method in RULES.get(other.name, ())}
    assert url.name in RULES and taken == said, (
        f"{url.route} takes {sorted(taken)}, and the table in tests/access/expectations.py says {sorted(said)} of it. "
        f'Add the name to a line of its kind, or a line: ("<rows>.<right>", "<METHOD>", "{url.name or ":"}"); '
        "what rows and rights there are is said above the table"
    )


@pytest.mark.parametrize("url", URLS, ids=lambda url: url.name or "start")
def test_who_gets_where(cast, url):
    wrong = [line for method, rule in RULES.get(url.name, {}).items() for line in _wrong(cast, url, method, rule)]
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize("url", URLS, ids=lambda url: url.name or "start")
def test_no_other_method_does_anything(cast, url):
    """Whoever asks."""
    taken = {method for other in URLS if other.route == url.route for method in RULES.get(other.name, ())}
    path = url.path(cast, {one.name: "owner" for one in url.ids})
    for actor in (NOBODY,) if _open(url) else (OWNER, NOBODY):
        for method in METHODS - taken - ({"PUT"} if _django_form(url) else set()):
            answer, written = ask(cast, actor, method, path)
            refused = answer.status_code == 405 or (actor is NOBODY and _leads_to_sign_in(answer))
            assert refused and not written, f"{method} {url.name} by {actor.name}: {answer.status_code}, {written}"


def _wrong(cast, url: Url, method: str, rule: str) -> list[str]:
    found = []
    for actor in ACTORS:
        nothing = None
        # Pages are for browsers; below the API a token is asked for what a browser would be.
        every = actor.swaps and bool(actor.token) == url.api
        for words, said in list(url.swaps().items())[: None if every else 1]:
            expected = actor.expected(rule, method, url.named(said), api=url.api)
            if expected == 404 and nothing is None and url.ids:
                # How an id is answered that nothing has.
                nothing, _ = ask(cast, actor, method, url.path(cast, {one.name: UNKNOWN for one in url.ids}))
            for query in ["", *(SEARCHES.get(url.name, []) if method == "GET" else [])]:
                answer, written = ask(cast, actor, method, url.path(cast, said, query))
                amiss = _amiss(cast, actor, method, rule, said, expected, answer, written, nothing)
                found += [f"{method} {url.name} {query} as {actor.name}, {words}: {each}" for each in amiss]
    return found


def _amiss(cast, actor, method, rule, said, expected, answer, written, nothing):
    """What is not as it should be of one answer."""
    status, shown = answer.status_code, answer.content.decode(errors="replace").lower()
    if expected == OK:
        if status in (401, 403, 404) or status >= 500 or (_leads_to_sign_in(answer) and not rule.startswith("all.")):
            yield f"allowed, and answered {status}"
    elif expected == SIGN_IN:
        if not _leads_to_sign_in(answer):
            yield f"not signed in, and answered {status} rather than the way to sign in"
    elif status != expected:
        yield f"expected {expected}, answered {status}"
    elif expected == 404 and nothing is not None and told(answer) != told(nothing):
        yield "answered otherwise than an id that nothing has"
    if written and (expected != OK or method == "GET"):
        yield f"wrote to {sorted(set(written))}"
    # An id that was sent may come back.
    sent = {str(cast.worlds[name].session.pk) for name in said.values() if name != UNKNOWN}
    if words := sorted(word for word in actor.hidden(cast) - sent if word in shown):
        yield f"{status} shows what does not exist for them: {words}"


def _leads_to_sign_in(answer) -> bool:
    return answer.status_code == 302 and answer["Location"].startswith("/sign-in/")


def _open(url: Url) -> bool:
    return any(rule.startswith("all.") for rule in RULES.get(url.name, {}).values())


def _django_form(url: Url) -> bool:
    return url.name in ("people:sign_in", "people:password")
