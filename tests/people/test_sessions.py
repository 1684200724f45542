"""How long one stays signed in, signing out everywhere, and the pause after too many wrong passwords."""

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from flowpilot.people import sessions
from tests.factories.people import PASSWORD, AccountFactory, UserFactory

URL = "/sign-in/"
counted = []


class Counting(MD5PasswordHasher):
    """Counts how often a password is hashed, which is what signing in takes its time for."""

    def encode(self, password, salt):
        counted.append(password)
        return super().encode(password, salt)


def sign_in(client, username, password=PASSWORD, **extra):
    return client.post(URL, {"username": username, "password": password}, **extra)


def is_in(client) -> bool:
    return client.get("/sessions/").status_code == 200


# ---- Everywhere at once -------------------------------------------------------------------------


def test_signing_out_elsewhere_ends_every_other_session_and_no_token(as_owner, owner, client):
    phone, colleague = Client(), Client()
    phone.force_login(owner)
    colleague.force_login(UserFactory(account=owner.account))
    answer = as_owner.post("/profile/sign-out-elsewhere/", follow=True)
    assert "You are signed out everywhere else." in answer.content.decode()
    assert (is_in(as_owner), is_in(phone), is_in(colleague)) == (True, False, True)
    assert is_in(as_owner)
    sign_in(phone, owner.username)
    assert is_in(phone)


def test_it_is_a_post_of_somebody_signed_in(as_owner, client):
    assert as_owner.get("/profile/sign-out-elsewhere/").status_code == 405
    assert client.post("/profile/sign-out-elsewhere/").url == URL


# ---- How long -----------------------------------------------------------------------------------


@pytest.fixture
def clock(monkeypatch):
    """The time as sessions see it, in hours from now."""
    began = sessions.time.time()
    passed = [0]
    monkeypatch.setattr(sessions.time, "time", lambda: began + passed[0] * 3600)
    return lambda hours: passed.__setitem__(0, hours)


def test_a_session_ends_a_week_after_it_began_however_much_it_is_used(client, owner, clock):
    sign_in(client, "owner")
    for hours in range(0, 24 * 7, 11):
        clock(hours)
        assert is_in(client)
    clock(24 * 7 + 1)
    assert client.get("/sessions/").url == "/sign-in/?next=/sessions/"
    assert "_auth_user_id" not in client.session
    sign_in(client, "owner")
    assert is_in(client)


def test_being_used_keeps_it_alive_and_writes_twice_an_hour_at_most(client, owner, clock):
    sign_in(client, "owner")
    before = Session.objects.get().expire_date
    clock(0.4)
    is_in(client)
    assert Session.objects.get().expire_date == before
    clock(0.6)
    is_in(client)
    assert Session.objects.get().expire_date > before


def test_a_fragment_of_an_expired_session_leads_to_the_sign_in_page_and_back(client, owner, clock):
    sign_in(client, "owner")
    clock(24 * 8)
    page = "http://testserver/sessions/?q=x"
    answer = client.get("/sessions/", headers={"hx-request": "true", "hx-current-url": page})
    assert answer["HX-Redirect"] == "/sign-in/?next=/sessions/%3Fq%3Dx" and not answer.content


def test_signing_in_takes_a_new_csrf_token(client, owner):
    client.get(URL)
    before = client.cookies["csrftoken"].value
    sign_in(client, "owner")
    assert client.cookies["csrftoken"].value != before


# ---- Guessing -----------------------------------------------------------------------------------


@pytest.fixture
def three(settings):
    settings.AXES_FAILURE_LIMIT = 3


def guess(client, times=3, username="owner", **extra):
    for _ in range(times):
        answer = sign_in(client, username, "wrong", **extra)
    return answer


def test_too_many_guesses_pause_the_name_and_say_so(client, owner, three):
    assert guess(client, 2).status_code == 200
    answer = guess(client, 1)
    assert (answer.status_code, answer["Retry-After"]) == (429, "600")
    page = answer.content.decode()
    assert "Too many attempts for this name from here. Try again in 10 minutes." in page and 'value="owner"' in page
    assert sign_in(client, "owner").status_code == 429 and not is_in(client)


def test_elsewhere_and_for_others_nothing_is_paused(client, owner, teammate, three):
    guess(client)
    assert sign_in(client, "teammate").status_code == 302
    assert sign_in(Client(), "owner", REMOTE_ADDR="192.0.2.7").status_code == 302


def test_a_success_forgets_the_failures(client, owner, three):
    guess(client, 2)
    sign_in(client, "owner")
    client.post("/sign-out/")
    assert guess(client, 2).status_code == 200


def test_a_name_that_is_none_is_paused_alike(client, owner, three):
    known, unknown = guess(client), guess(Client(), username="nobody")
    assert known.status_code == unknown.status_code == 429
    assert "Too many attempts" in unknown.content.decode()


def test_many_names_from_one_address_pause_the_address_for_a_while(client, owner, settings):
    settings.SIGN_IN_ATTEMPTS_PER_ADDRESS = 4
    for number in range(4):
        assert guess(client, 1, username=f"somebody-{number}").status_code == 200
    answer = sign_in(client, "owner")
    assert (answer.status_code, answer["Retry-After"]) == (429, "600") and not is_in(client)
    assert "Too many attempts from here. Try again in 10 minutes." in answer.content.decode()
    assert sign_in(Client(), "owner", REMOTE_ADDR="192.0.2.7").status_code == 302
    AccessAttempt.objects.update(attempt_time=timezone.now() - settings.AXES_COOLOFF_TIME)
    assert sign_in(client, "owner").status_code == 302


def test_the_admins_door_is_the_same(client, admin):
    answer = client.post("/admin/login/", {"username": admin.username, "password": PASSWORD})
    assert answer.url == "/sign-in/?next=/admin/" and "_auth_user_id" not in client.session


def test_a_forged_address_does_not_help(client, owner, three):
    guess(client, 2, headers={"x-forwarded-for": "192.0.2.1"})
    assert guess(client, 1, headers={"x-forwarded-for": "192.0.2.2"}).status_code == 429


def test_whoever_is_refused_costs_the_same(client, settings, db):
    """Hashing a password is what takes the time; it is done as often for a name that is none."""
    settings.PASSWORD_HASHERS = [f"{__name__}.Counting"]
    settings.DEMO = False
    for username, more in {"here": {}, "gone": {"is_active": False}}.items():
        UserFactory(username=username, **more)
    UserFactory(username="demo", account=AccountFactory(is_demo=True))
    cost = {}
    for username, password in (("here", "wrong"), ("gone", PASSWORD), ("demo", PASSWORD), ("nobody", PASSWORD)):
        counted.clear()
        assert sign_in(client, username, password).status_code == 200
        cost[username] = len(counted)
    assert set(cost.values()) == {1}, cost
