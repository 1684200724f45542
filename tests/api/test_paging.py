"""Long lists come in pages."""

import pytest

from tests.calling import refusal
from tests.factories.pilot import make_session

pytestmark = pytest.mark.django_db

PATH = "/script-builder/sessions"


def test_every_row_once_whatever_comes_between(api, owner):
    sessions = [str(make_session(owner, title=f"Ticket {number}").pk) for number in range(7)]
    seen, cursor = [], ""
    while cursor is not None:
        page = api.get(f"/ai-sessions?limit=3&cursor={cursor}").json()
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"]
        make_session(owner, title="Later")
    assert seen == sessions[::-1]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "limit=-1", "cursor=x", "cursor=" + "x" * 501, "sate=open"]
)
def test_what_is_no_page(api, query):
    said = refusal(api.get(f"{PATH}?{query}"), 400, "invalid")
    assert list(said["errors"]) == [query.split("=")[0]]


def test_a_cursor_of_another_list(api, owner):
    for number in range(2):
        make_session(owner, title=f"Ticket {number}")
    cursor = api.get("/ai-sessions?limit=1").json()["next"]
    assert api.get(f"/ai-sessions?cursor={cursor}").status_code == 200
    refusal(api.get(f"{PATH}?cursor={cursor}"), 400, "invalid")
