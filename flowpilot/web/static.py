from django.contrib.staticfiles.apps import StaticFilesConfig


class BuiltStaticFiles(StaticFilesConfig):
    """Django's static files without the sources beside them: what is served is `dist`, which the build made of them."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "js/*", "css/*"]
