import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from flowpilot.people.access import home, may_write, member_required


@member_required
def page(request, name):
    """A product page."""
    return HttpResponse(f"Hello {name}")


def ask(user, path="/sessions/?q=mail", method="get", **headers):
    request = getattr(RequestFactory(headers=headers), method)(path)
    request.user, request.htmx = user, HtmxDetails(request)
    return page(request, "you")


def test_a_member_gets_the_page(owner):
    assert ask(owner).content == b"Hello you"


def test_a_superuser_without_an_account_finds_nothing(superuser):
    with pytest.raises(Http404):
        ask(superuser)


def test_nobody_is_sent_to_sign_in_and_back():
    assert ask(AnonymousUser()).url == "/sign-in/?next=/sessions/%3Fq%3Dmail"


def test_a_post_is_not_what_one_comes_back_to():
    assert ask(AnonymousUser(), method="post").url == "/sign-in/"
    for elsewhere in ("https://evil.example/sessions/", "//evil.example/", "nonsense", "/sessions/"):
        assert ask(AnonymousUser(), method="post", Referer=elsewhere).url == "/sign-in/"


def test_after_a_post_one_comes_back_to_the_page_with_its_form():
    sent_from = {"Referer": "http://testserver/sessions/new/"}
    assert ask(AnonymousUser(), "/sessions/new/", "post", **sent_from).url == "/sign-in/?next=/sessions/new/"


def test_a_fragment_is_not_what_one_comes_back_to():
    there = {"HX-Request": "true", "HX-Current-URL": "http://testserver/sessions/1/?tab=chat"}
    assert ask(AnonymousUser(), "/sessions/1/live/", **there).url == "/sign-in/?next=/sessions/1/%3Ftab%3Dchat"
    elsewhere = there | {"HX-Current-URL": "https://evil.example/"}
    assert ask(AnonymousUser(), "/sessions/1/live/", **elsewhere).url == "/sign-in/"


def test_everybody_but_a_viewer_may_write(owner, admin, viewer):
    assert may_write(owner)
    assert may_write(admin)
    assert not may_write(viewer)


def test_home_is_where_one_has_something_to_see(owner, superuser):
    assert home(owner) == "/sessions/"
    assert home(superuser) == "/admin/"
