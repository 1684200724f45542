"""Pages and answers of the API go compressed to whoever takes them so, and plain to whoever does not."""

import gzip
import json

import pytest


@pytest.mark.parametrize("address", ["/sessions/", "/api/v1/openapi.json"])
def test_an_answer_is_compressed_for_who_takes_it_so(client, owner, address):
    client.force_login(owner)
    plain, packed = client.get(address), client.get(address, headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain and packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"] and "Accept-Encoding" in plain["Vary"]
    assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content) / 2
    # What is alike in every answer, as tokens and nonces are not.
    assert gzip.decompress(packed.content)[:15] == plain.content[:15]


@pytest.mark.parametrize("address", ["/api/v1/nope", "/api/v1/me/", "/api/v1/ai-sessions"])
@pytest.mark.django_db
def test_a_refusal_of_the_api_is_read_by_whoever_takes_it_so(client, address):
    """Django's own page for it is compressed before it is replaced."""
    answer = client.get(address, headers={"Accept-Encoding": "gzip, br"})
    body = gzip.decompress(answer.content) if answer.get("Content-Encoding") == "gzip" else answer.content
    assert json.loads(body)["status"] == answer.status_code >= 400
    assert int(answer["Content-Length"]) == len(answer.content)
