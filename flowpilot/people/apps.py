from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "flowpilot.people"
    label = "people"
    verbose_name = "People"
