from django.apps import AppConfig


class RunbooksConfig(AppConfig):
    name = "flowpilot.runbooks"
    label = "runbooks"
    verbose_name = "Runbooks"
