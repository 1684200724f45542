from django.contrib.admin.apps import AdminConfig


class FlowPilotAdminConfig(AdminConfig):
    """Django admin with our site in place of its own."""

    default_site = "flowpilot.web.admin.Site"
