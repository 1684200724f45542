"""Every kind of person at the stream of every kind of reply: the same rule as of the conversation that it is in."""

import pytest

from flowpilot.replies.stream import admit
from tests.access.asking import NOWHERE, taken_back
from tests.access.cast import ACTORS, MARKS

pytestmark = pytest.mark.django_db
# The turn of a world with the reply, and the rows among which it is.
REPLIES = {"turn": "session", "builder_turn": "draft"}


@pytest.mark.parametrize("turn", REPLIES)
@pytest.mark.parametrize("actor", ACTORS, ids=lambda actor: actor.name)
def test_who_watches(cast, actor, turn):
    for path in ("/replies/{}/stream/", "/api/v1/replies/{}/stream"):
        api = path.startswith("/api/")
        replies = {world: getattr(cast.worlds[world], turn).reply_id for world in MARKS} | {"unknown": NOWHERE}
        for world, reply in replies.items():
            with taken_back():
                actor.given(cast)
                status = admit(_scope(cast, actor, path.format(reply)), reply)
            nobody = actor.nobody or (actor.token and not api)
            # A page's stream is 404 to whoever is not signed in, too.
            refused = 401 if nobody and api else 404
            assert status == (refused if nobody or world not in actor.rows(REPLIES[turn]) else 200), (path, world)


def _scope(cast, actor, path: str) -> dict:
    browser = cast.browsers[(actor.user, actor.token) if actor.token else actor.user]
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())
    headers = [(b"host", b"testserver"), (b"cookie", cookies.encode())]
    if token := browser.defaults.get("HTTP_AUTHORIZATION"):
        headers.append((b"authorization", token.encode()))
    return {"type": "http", "method": "GET", "path": path, "headers": headers, "query_string": b""}
