"""Long lists come in pages."""

import pytest

from flowpilot.api import api as product
from flowpilot.web.schemas import MOST_A_PAGE
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


def test_no_list_is_without_pages():
    """Whatever answers with several rows takes a limit of at most a hundred, and a cursor."""
    schema = product.get_openapi_schema()
    shapes, listing, whole = schema["components"]["schemas"], [], []
    for path, methods in schema["paths"].items():
        answered = methods.get("get", {}).get("responses", {}).get(200, {}).get("content", {})
        answered = answered.get("application/json", {}).get("schema", {})
        assert answered.get("type") != "array", path
        if "items" in shapes.get(answered.get("$ref", "").rpartition("/")[2], {}).get("properties", {}):
            listing.append(path)
            asked = {one["name"]: one["schema"] for one in methods["get"]["parameters"]}
            if asked.get("limit", {}).get("maximum") != MOST_A_PAGE or "cursor" not in asked:
                whole.append(path)
    assert len(listing) > 10 and not whole
