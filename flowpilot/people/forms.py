from django import forms
from django.contrib.auth.forms import AuthenticationForm

from flowpilot.people.access import may_write
from flowpilot.people.models import AccessToken
from flowpilot.web.lines import OneLine


class SignInForm(AuthenticationForm):
    """Refuses everybody it refuses with the same words, so that nobody learns which names exist."""

    REFUSED = "That user name and password do not match."
    error_messages = {"invalid_login": REFUSED, "inactive": REFUSED}


class TokenForm(forms.Form):
    """A new access token: its name, what it may, and for how long. Who only reads makes tokens that only read."""

    name = OneLine(
        max_length=80, help_text="What uses it: “RMM nightly job”.", error_messages={"required": "Name the token."}
    )
    scope = forms.ChoiceField(label="It may", choices=AccessToken.Scope)
    days = forms.TypedChoiceField(
        label="It expires after", choices=[(30, "30 days"), (90, "90 days"), (365, "a year")], coerce=int, initial=90
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        if not may_write(user):
            self.fields["scope"].choices = [(AccessToken.Scope.READ, AccessToken.Scope.READ.label)]
