from django.conf import settings
from django.contrib.auth import views
from django.contrib.messages.views import SuccessMessageMixin
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from flowpilot.people import tokens
from flowpilot.people.access import home, member_required
from flowpilot.people.forms import SignInForm, TokenForm
from flowpilot.people.sessions import guessed_from_here, sign_out_everywhere
from flowpilot.web.http import Request
from flowpilot.web.undo import say


@require_safe
def start(request):
    """Leads to one's first page."""
    return redirect(home(request.user) if request.user.is_authenticated else settings.LOGIN_URL)


class SignIn(views.LoginView):
    """Signs in and goes on to `next` where that is a page of ours; who is signed in already goes on at once."""

    template_name = "people/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def post(self, request, *args, **kwargs):
        """Signs in, unless too many passwords were wrong from here, whatever the names."""
        return paused(request, "Too many attempts from here.") if guessed_from_here(request) else super().post(request)

    def get_redirect_url(self):
        """Where `next` leads; nowhere when it leads back here."""
        url = super().get_redirect_url()
        return "" if url == self.request.path else url

    def get_default_redirect_url(self):
        """The user's first page."""
        return home(self.request.user)


def too_many(request, response, credentials) -> HttpResponse:
    """The answer while a name is paused at an address (settings.AXES_LOCKOUT_CALLABLE)."""
    return paused(request, "Too many attempts for this name from here.")


def paused(request, why: str) -> HttpResponse:
    """Sign-in with the reason why it has to wait; the typed name stays."""
    minutes = settings.AXES_COOLOFF_TIME.seconds // 60
    form = SignInForm(request, initial={"username": request.POST.get("username", "")[:150]})
    shown = {"form": form, "paused": f"{why} Try again in {minutes} minutes.", "next": request.POST.get("next", "")}
    answer = render(request, SignIn.template_name, shown, status=429)
    answer["Retry-After"] = str(minutes * 60)
    return answer


class Password(SuccessMessageMixin, views.PasswordChangeView):
    """Changes one's password; Django keeps this session and ends the others, whose hash no longer fits."""

    template_name = "people/password_change.html"
    success_message = "Your password is changed. Everywhere else you are signed out."

    def get_success_url(self):
        """The user's first page."""
        return home(self.request.user)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: Request):
    """Who one is here, and one's access tokens. A new one is shown in the answer that makes it, and never again."""
    form, made, status = TokenForm(request.POST if request.method == "POST" else None, user=request.user), "", 200
    if form.is_valid():
        try:
            _, made = tokens.make(by=request.user, **form.cleaned_data)
            form = TokenForm(user=request.user)
        except tokens.TooMany as error:
            form.add_error(None, str(error))
    if form.errors:
        status = 422
    shown = {"form": form, "made": made, "tokens": request.user.tokens.all(), "now": timezone.now()}
    return render(request, "people/profile.html", shown, status=status)


@member_required
@require_POST
def shortcuts(request: Request):
    """Switches one's own single-key shortcuts on or off; a page that asks by htmx gets the form back."""
    request.user.single_keys = "single_keys" in request.POST
    request.user.save(update_fields=["single_keys"])
    if request.htmx:
        return render(request, "people/_shortcuts.html", {"saved": True})
    say(request, f"Single-key shortcuts are {'on' if request.user.single_keys else 'off'}.")
    return redirect("people:profile")


@member_required
@require_POST
def sign_out_elsewhere(request: Request):
    """Ends one's sessions in every other browser. Access tokens stay; each is revoked on its own."""
    sign_out_everywhere(request, request.user)
    say(request, "You are signed out everywhere else.")
    return redirect("people:profile")


@member_required
@require_POST
def revoke(request: Request, token_id):
    """Ends one of one's own tokens."""
    token = get_object_or_404(request.user.tokens, pk=token_id)
    tokens.revoke(token=token)
    say(request, f"“{token}” is revoked.")
    return redirect("people:profile")
