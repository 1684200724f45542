"""The policy that every page carries, word for word: whatever widens it is seen here."""

import re

STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src-elem": "'self' 'nonce'",
    "style-src-attr": "'unsafe-inline'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "worker-src": "'self'",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


def policy_of(answer) -> dict[str, str]:
    """Its directives, with the nonce left out."""
    header = re.sub(r"'nonce-[^']+'", "'nonce'", answer["Content-Security-Policy"])
    return dict(directive.strip().split(" ", 1) for directive in header.split(";"))


def test_every_page_has_the_strict_policy(client, db):
    assert policy_of(client.get("/sign-in/")) == STRICT


def test_the_page_names_the_nonce_of_its_own_answer(client, db):
    first, second = client.get("/sign-in/"), client.get("/sign-in/")
    nonces = [re.search(r'nonce="([^"]+)"', answer.content.decode())[1] for answer in (first, second)]
    assert nonces[0] != nonces[1]
    for answer, nonce in zip((first, second), nonces, strict=True):
        assert f"'nonce-{nonce}'" in answer["Content-Security-Policy"]
