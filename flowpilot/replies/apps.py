from django.apps import AppConfig
from django.core import checks


class RepliesConfig(AppConfig):
    name = "flowpilot.replies"
    label = "replies"

    def ready(self):
        from flowpilot.replies.checks import check_kinds

        checks.register(check_kinds)
