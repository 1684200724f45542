from django.contrib.auth.forms import AuthenticationForm


class SignInForm(AuthenticationForm):
    """Refuses everybody it refuses with the same words, so that nobody learns which names exist."""

    REFUSED = "That user name and password do not match."
    error_messages = {"invalid_login": REFUSED, "inactive": REFUSED}
