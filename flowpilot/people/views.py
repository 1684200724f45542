from django.conf import settings
from django.contrib.auth import views
from django.contrib.messages.views import SuccessMessageMixin
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from flowpilot.people.access import home
from flowpilot.people.forms import SignInForm


@require_safe
def start(request):
    """Leads to one's first page."""
    return redirect(home(request.user) if request.user.is_authenticated else settings.LOGIN_URL)


class SignIn(views.LoginView):
    """Signs in and goes on to `next` where that is a page of ours; who is signed in already goes on at once."""

    template_name = "people/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_redirect_url(self):
        """Where `next` leads; nowhere when it leads back here."""
        url = super().get_redirect_url()
        return "" if url == self.request.path else url

    def get_default_redirect_url(self):
        """The user's first page."""
        return home(self.request.user)


class Password(SuccessMessageMixin, views.PasswordChangeView):
    """Changes one's password; Django keeps this session and ends the others, whose hash no longer fits."""

    template_name = "people/password_change.html"
    success_message = "Your password is changed. Everywhere else you are signed out."

    def get_success_url(self):
        """The user's first page."""
        return home(self.request.user)
