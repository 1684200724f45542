"""Who may change anything, and who gets as far as a product page."""

from functools import wraps
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import redirect, resolve_url

from flowpilot.people.models import Role, User


def may_write(user: User) -> bool:
    """Whether this user changes anything at all; viewers only read."""
    return user.role != Role.VIEWER


def home(user: User) -> str:
    """The address of this user's first page: a superuser without an account has only admin."""
    return resolve_url("admin:index" if user.account_id is None else settings.LOGIN_REDIRECT_URL)


def member_required(view):
    """Lets a view be asked only by somebody signed in who belongs to an account."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        if request.user.account_id is None:
            raise Http404("A superuser without an account has no product pages.")
        return view(request, *args, **kwargs)

    return guarded


def _to_sign_in(request):
    """Sends to the sign-in page and afterwards back to the page: never to a fragment, never to what takes a POST."""
    if request.htmx:
        page = request.htmx.current_url_abs_path
    elif request.method == "GET":
        page = request.get_full_path()
    else:
        page = _form_of(request)
    return redirect_to_login(page) if page else redirect("people:sign_in")


def _form_of(request) -> str:
    """The path of the page from which a form was sent; nothing where no page of ours is named."""
    page = urlsplit(request.headers.get("Referer", ""))
    return page.path if page.netloc == request.get_host() else ""
