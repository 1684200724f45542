import re

import pytest
from django.test import override_settings
from django.urls import reverse

from flowpilot.people.forms import SignInForm
from flowpilot.people.models import Role
from tests.factories.people import PASSWORD, AccountFactory, UserFactory

URL = "/sign-in/"
# What differs from one rendering of a page to the next: the token against forged requests, the server's time.
VARYING = re.compile(r'(value|X-CSRFToken|data-now|nonce)("?:?=?)"[^"]{20,}"')


def sign_in(client, username, password=PASSWORD, **extra):
    return client.post(URL, {"username": username, "password": password} | extra)


def signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_signs_in_and_goes_to_the_sessions(client, owner):
    response = sign_in(client, "owner")
    assert response.status_code == 302
    assert response.url == reverse("pilot:sessions")
    assert signed_in(client)


def test_a_superuser_without_an_account_goes_to_admin(client, superuser):
    assert sign_in(client, "root").url == "/admin/"


@pytest.mark.parametrize("next_url", ["/scripts/?q=disk", "/sessions/new/"])
def test_goes_on_to_a_page_of_ours(client, owner, next_url):
    assert sign_in(client, "owner", next=next_url).url == next_url


@pytest.mark.parametrize(
    "next_url",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http:///evil.example", URL],
)
def test_never_goes_elsewhere(client, owner, next_url):
    assert sign_in(client, "owner", next=next_url).url == reverse("pilot:sessions")
    assert client.get(URL, {"next": next_url}).url == reverse("pilot:sessions")


def test_the_page_carries_next_on(client):
    assert 'value="/scripts/?q=disk"' in client.get(URL, {"next": "/scripts/?q=disk"}).content.decode()


def test_a_signed_in_user_is_sent_on(as_owner):
    assert as_owner.get(URL).url == reverse("pilot:sessions")
    assert as_owner.get(URL, {"next": "/scripts/"}).url == "/scripts/"


@pytest.fixture
def refused(owner):
    """Everybody who is to be refused, as user name and password."""
    UserFactory(username="gone", is_active=False)
    UserFactory(username="demo", account=AccountFactory(is_demo=True))
    return [("nobody", PASSWORD), ("owner", "wrong"), ("gone", PASSWORD), ("demo", PASSWORD), ("OWNER", PASSWORD)]


def test_refuses_everybody_with_the_same_page(client, refused):
    pages = set()
    with override_settings(DEMO=False):
        for username, password in refused:
            response = sign_in(client, username, password)
            assert response.status_code == 200
            assert response.context["form"].non_field_errors() == [SignInForm.REFUSED]
            pages.add(VARYING.sub("", response.content.decode().replace(f'value="{username}"', "")))
            assert not signed_in(client)
    assert len(pages) == 1


def test_a_demo_user_signs_in_to_the_demo_and_is_out_once_it_is_none(client, db):
    UserFactory(username="demo", account=AccountFactory(is_demo=True))
    sign_in(client, "demo")
    assert signed_in(client)
    with override_settings(DEMO=False):
        assert client.get("/password/").url == "/sign-in/?next=/password/"


def test_a_user_deactivated_while_signed_in_is_out(as_owner, owner):
    assert as_owner.get("/password/").status_code == 200
    owner.is_active = False
    owner.save()
    assert as_owner.get("/password/").url == "/sign-in/?next=/password/"


def test_signing_in_takes_a_new_session_key(client, owner):
    session = client.session
    session["kept"] = "yes"
    session.save()
    before = session.session_key
    sign_in(client, "owner")
    assert client.session.session_key != before


def test_signing_in_as_another_user_forgets_the_session_of_the_first(client, owner, teammate):
    sign_in(client, "owner")
    session = client.session
    session["draft"] = "the owner's"
    session.save()
    client.post("/sign-in/", {"username": "teammate", "password": PASSWORD})  # sent on: somebody is signed in
    assert client.session["_auth_user_id"] == str(owner.pk)
    client.post("/sign-out/")
    sign_in(client, "teammate")
    assert "draft" not in client.session


def test_needs_its_own_token(client, owner):
    strict = client.__class__(enforce_csrf_checks=True)
    assert sign_in(strict, "owner").status_code == 403
    assert not signed_in(strict)


def test_sign_out_takes_a_post(as_owner):
    assert as_owner.get("/sign-out/").status_code == 405
    assert signed_in(as_owner)
    assert as_owner.post("/sign-out/").url == URL
    assert not signed_in(as_owner)


def test_sign_out_never_goes_elsewhere(as_owner):
    assert as_owner.post("/sign-out/", {"next": "https://evil.example/"}).url == URL


def test_the_sign_out_form_says_that_it_is_one(as_owner):
    page = as_owner.get("/password/").content.decode()
    form = page[page.index('action="/sign-out/"') - 200 : page.index('action="/sign-out/"') + 200]
    assert "data-sign-out" in form


def test_a_viewer_signs_in_too(client, account):
    UserFactory(account=account, username="reader", role=Role.VIEWER)
    assert sign_in(client, "reader").url == reverse("pilot:sessions")


def test_the_bare_address_leads_to_ones_first_page(client, as_owner, client_of, superuser):
    assert client.get("/").url == URL
    assert as_owner.get("/").url == "/sessions/"
    assert client_of(superuser).get("/").url == "/admin/"
    assert as_owner.post("/").status_code == 405
