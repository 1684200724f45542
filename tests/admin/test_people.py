import pytest
from django.urls import reverse

from flowpilot.people.models import Account, Role, User
from tests.factories.people import PASSWORD, UserFactory

ADD = "/admin/people/user/add/"
NEW = {"username": "newcomer", "name": "New", "email": "", "role": "engineer"}
PASSWORDS = {"password1": "a wholly new password", "password2": "a wholly new password"}


def change(client, user, **fields):
    form = {"username": user.username, "name": user.name, "email": user.email, "role": user.role}
    form |= {"is_active": "on"} if user.is_active else {}
    form |= {name: value for name, value in fields.items() if value is not None}
    for name, value in fields.items():
        if value is None:
            form.pop(name, None)
    return client.post(reverse("admin:people_user_change", args=[user.pk]), form)


@pytest.fixture
def as_superuser(client_of, superuser):
    return client_of(superuser)


@pytest.mark.parametrize("role", Role.values)
def test_an_admin_makes_people_of_their_own_account(as_admin, account, role):
    assert as_admin.post(ADD, NEW | PASSWORDS | {"role": role}).status_code == 302
    newcomer = User.objects.get(username="newcomer")
    assert (newcomer.account, newcomer.role, newcomer.is_superuser) == (account, role, False)
    assert newcomer.check_password("a wholly new password")


def test_an_admin_makes_no_superuser_and_nobody_elsewhere(as_admin, account, stranger):
    as_admin.post(ADD, NEW | PASSWORDS | {"is_superuser": "on", "account": stranger.account.pk})
    newcomer = User.objects.get(username="newcomer")
    assert (newcomer.account, newcomer.is_superuser) == (account, False)
    change(as_admin, newcomer, is_superuser="on", account=stranger.account.pk)
    newcomer.refresh_from_db()
    assert (newcomer.account, newcomer.is_superuser) == (account, False)
    page = as_admin.get(ADD).content.decode()
    assert "is_superuser" not in page and "Contoso" not in page


def test_an_admin_deactivates_and_changes_people(as_admin, teammate):
    assert change(as_admin, teammate, is_active=None, role="viewer", name="Sam").status_code == 302
    teammate.refresh_from_db()
    assert (teammate.is_active, teammate.role, teammate.name) == (False, "viewer", "Sam")


def test_an_admin_sets_a_password(as_admin, teammate):
    path = f"/admin/people/user/{teammate.pk}/password/"
    assert as_admin.get(path).status_code == 200
    assert as_admin.post(path, PASSWORDS | {"usable_password": "true"}).status_code == 302
    teammate.refresh_from_db()
    assert teammate.check_password("a wholly new password")


def test_an_admin_touches_nobody_elsewhere(as_admin, stranger):
    assert change(as_admin, stranger, name="Forged").status_code == 302
    as_admin.post(f"/admin/people/user/{stranger.pk}/password/", PASSWORDS | {"usable_password": "true"})
    stranger.refresh_from_db()
    assert stranger.name != "Forged" and stranger.check_password(PASSWORD)


def test_an_admin_touches_no_superuser_of_their_account(as_admin, account):
    chief = UserFactory(account=account, username="chief", is_superuser=True)
    assert change(as_admin, chief, name="Forged").status_code == 403
    path = f"/admin/people/user/{chief.pk}/password/"
    assert as_admin.post(path, PASSWORDS | {"usable_password": "true"}).status_code == 403
    chief.refresh_from_db()
    assert chief.name != "Forged" and chief.check_password(PASSWORD)


@pytest.mark.parametrize("fields", [{"is_active": None}, {"role": "engineer"}])
def test_the_last_admin_stays(as_admin, admin, account, fields):
    UserFactory(account=account, role=Role.ADMIN, is_active=False)
    UserFactory(role=Role.ADMIN)
    response = change(as_admin, admin, **fields)
    assert "its last one" in response.content.decode()
    admin.refresh_from_db()
    assert admin.is_active and admin.role == Role.ADMIN
    UserFactory(account=account, role=Role.ADMIN)
    assert change(as_admin, admin, **fields).status_code == 302


def test_an_admin_edits_their_own_account(as_admin, account):
    path = reverse("admin:people_account_change", args=[account.pk])
    form = {"name": "Northwind", "time_zone": "Europe/Oslo", "nudge_minutes": 15, "share_sessions": "on"}
    assert as_admin.post(path, form | {"is_demo": "on"}).status_code == 302
    account.refresh_from_db()
    assert (account.name, account.time_zone, account.nudge_minutes) == ("Northwind", "Europe/Oslo", 15)
    assert account.share_sessions and not account.is_demo


@pytest.mark.parametrize("wrong", [{"time_zone": "Mars/Olympus"}, {"nudge_minutes": 0}, {"nudge_minutes": 1441}])
def test_an_account_refuses_nonsense(as_admin, account, wrong):
    path = reverse("admin:people_account_change", args=[account.pk])
    response = as_admin.post(path, {"name": "Northwind", "time_zone": "UTC", "nudge_minutes": 15} | wrong)
    assert response.status_code == 200 and response.context["errors"]
    account.refresh_from_db()
    assert (account.time_zone, account.nudge_minutes) == ("UTC", 10)


def test_an_admin_makes_and_changes_no_other_account(as_admin, stranger):
    assert as_admin.get("/admin/people/account/add/").status_code == 403
    path = reverse("admin:people_account_change", args=[stranger.account.pk])
    assert as_admin.post(path, {"name": "Forged", "time_zone": "UTC", "nudge_minutes": 15}).status_code == 302
    stranger.account.refresh_from_db()
    assert stranger.account.name == "Contoso Helpdesk"


def test_a_superuser_makes_accounts_and_their_people(as_superuser):
    form = {"name": "Fabrikam", "time_zone": "UTC", "nudge_minutes": 10}
    assert as_superuser.post("/admin/people/account/add/", form).status_code == 302
    fabrikam = Account.objects.get(name="Fabrikam")
    assert as_superuser.post(ADD, NEW | PASSWORDS | {"account": fabrikam.pk, "role": "admin"}).status_code == 302
    assert User.objects.get(username="newcomer").account == fabrikam


def test_only_a_superuser_belongs_nowhere(as_superuser, superuser):
    response = as_superuser.post(ADD, NEW | PASSWORDS)
    assert "Only a superuser belongs to no account." in response.content.decode()
    assert as_superuser.post(ADD, NEW | PASSWORDS | {"is_superuser": "on"}).status_code == 302
    assert User.objects.get(username="newcomer").is_superuser


def test_nobody_moves_to_another_account(as_superuser, teammate, account, stranger):
    assert change(as_superuser, teammate, account=stranger.account.pk).status_code == 302
    teammate.refresh_from_db()
    assert teammate.account == account


@pytest.mark.parametrize("who", ["as_admin", "as_superuser"])
def test_nobody_is_deleted(request, who, teammate, account):
    client = request.getfixturevalue(who)
    for path in (f"/admin/people/user/{teammate.pk}/delete/", f"/admin/people/account/{account.pk}/delete/"):
        assert client.post(path, {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=teammate.pk).exists()
