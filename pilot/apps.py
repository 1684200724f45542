from django.apps import AppConfig


class PilotConfig(AppConfig):
    name = "pilot"
    label = "pilot"
    verbose_name = "Sessions"
