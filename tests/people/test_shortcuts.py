"""Single-key shortcuts are one's own to switch off."""

import pytest

HTMX = {"HX-Request": "true"}


def kept(user) -> bool:
    user.refresh_from_db()
    return user.single_keys


@pytest.mark.parametrize("who", ["owner", "viewer", "admin"])
def test_everybody_switches_their_own(request, client_of, who, teammate):
    user = request.getfixturevalue(who)
    browser = client_of(user)
    assert 'data-single-keys="on"' in browser.get("/profile/").content.decode()
    answer = browser.post("/profile/shortcuts/", {}, follow=True)
    assert answer.redirect_chain == [("/profile/", 302)]
    assert "Single-key shortcuts are off." in answer.content.decode()
    assert not kept(user) and kept(teammate)
    assert 'data-single-keys="off"' in answer.content.decode()
    browser.post("/profile/shortcuts/", {"single_keys": "on"})
    assert kept(user)


def test_every_page_says_which_it_is(as_owner):
    as_owner.post("/profile/shortcuts/", {})
    for path in ("/sessions/", "/scripts/", "/script-builder/", "/profile/"):
        page = as_owner.get(path).content.decode()
        assert page.count('data-single-keys="off"') == page.count('id="shortcuts-setting"') == 1, path


def test_htmx_gets_the_form_back(as_owner, owner):
    answer = as_owner.post("/profile/shortcuts/", {}, headers=HTMX)
    assert answer.status_code == 200
    assert answer.content.decode().lstrip().startswith("<form") and "Saved: off" in answer.content.decode()
    assert not kept(owner)


def test_only_by_post_and_signed_in(as_owner, client, superuser, client_of, owner):
    assert as_owner.get("/profile/shortcuts/").status_code == 405
    assert client.post("/profile/shortcuts/", {})["Location"].startswith("/sign-in/")
    assert client_of(superuser).post("/profile/shortcuts/", {}).status_code == 404
    assert kept(owner)
