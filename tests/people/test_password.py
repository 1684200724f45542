from django.test import Client

from tests.factories.people import PASSWORD

URL = "/password/"
NEW = "a wholly different thing"


def change(client, old=PASSWORD, new=NEW, again=None):
    return client.post(URL, {"old_password": old, "new_password1": new, "new_password2": again or new})


def test_changes_the_password_and_keeps_only_this_session(as_owner, owner):
    elsewhere = Client()
    elsewhere.force_login(owner)
    response = change(as_owner)
    assert response.status_code == 302
    assert as_owner.get(URL).status_code == 200
    assert elsewhere.get(URL).url == "/sign-in/?next=/password/"
    owner.refresh_from_db()
    assert owner.check_password(NEW)


def test_says_so(as_owner):
    change(as_owner)
    assert "Your password is changed" in as_owner.get(URL).content.decode()


def test_leads_to_sign_in_without_a_session(client, db):
    assert client.get(URL).url == "/sign-in/?next=/password/"
    assert change(client).status_code == 302


def test_needs_the_old_password(as_owner, owner):
    assert change(as_owner, old="not it").status_code == 200
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)


def test_refuses_a_short_a_common_and_a_mistyped_password(as_owner, owner):
    for new, again in (("short 1", None), ("password1234", None), ("owner@owner1", "owner@owner2")):
        assert change(as_owner, new=new, again=again).context["form"].errors
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)


def test_a_superuser_changes_theirs_as_well(client_of, superuser):
    assert change(client_of(superuser)).url == "/admin/"
