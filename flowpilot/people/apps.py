from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "flowpilot.people"
    label = "people"
    verbose_name = "People"

    def ready(self):
        """A session begins whenever somebody signs in, by whichever door."""
        from django.contrib.auth.signals import user_logged_in

        from flowpilot.people.sessions import begin

        user_logged_in.connect(begin)
