from django.conf import settings
from django.contrib.auth.backends import ModelBackend


class AccountBackend(ModelBackend):
    """Signs in by user name and password; turns demo users away wherever this is not the demo."""

    def user_can_authenticate(self, user):
        """Whether this user may sign in here; asked again at every request."""
        demo_user = user.account is not None and user.account.is_demo
        return super().user_can_authenticate(user) and (settings.DEMO or not demo_user)

    def get_user(self, user_id):
        """The signed-in user with their account, which every page needs."""
        from flowpilot.people.models import User

        user = User.objects.select_related("account").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
