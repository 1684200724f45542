"""Cookies as a server sets them: bound to its own host and to TLS, out of reach of scripts."""

import runpy

import pytest
from django.conf import settings as own
from django.test import Client

from tests.factories.people import PASSWORD

pytestmark = pytest.mark.django_db
OF_COOKIES = ("SESSION_COOKIE_", "CSRF_COOKIE_", "MESSAGE_STORAGE")


@pytest.fixture
def server(monkeypatch, settings):
    """A browser of a server whose cookies are set as in production."""
    monkeypatch.setenv("FLOWPILOT_DEMO", "0")
    monkeypatch.setenv("FLOWPILOT_ALLOWED_HOSTS", "testserver")
    for name, value in runpy.run_path(str(own.BASE_DIR / "flowpilot/settings.py")).items():
        if name.startswith(OF_COOKIES):
            setattr(settings, name, value)
    return Client()


def test_every_cookie_is_bound_to_the_host_and_to_tls(server, owner):
    server.get("/sign-in/", secure=True)
    server.post("/sign-in/", {"username": owner.username, "password": PASSWORD}, secure=True)
    # An answer that leaves a message for the next page.
    sent = {"old_password": PASSWORD, "new_password1": "harbor-lantern-99", "new_password2": "harbor-lantern-99"}
    assert server.post("/password/", sent, secure=True).status_code == 302
    assert b"changed" in server.get("/sessions/", secure=True).content
    assert sorted(server.cookies) == ["__Host-csrf", "__Host-session"]
    for name, cookie in server.cookies.items():
        assert cookie["secure"] and cookie["httponly"] and cookie["path"] == "/" and not cookie["domain"], name
        assert cookie["samesite"] == "Lax", name
