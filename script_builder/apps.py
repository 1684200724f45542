from django.apps import AppConfig
from django.core import checks


class ScriptBuilderConfig(AppConfig):
    name = "script_builder"
    label = "script_builder"
    verbose_name = "Script Builder"

    def ready(self):
        from script_builder.host import check_host

        checks.register(check_host)
