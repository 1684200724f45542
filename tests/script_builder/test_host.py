from django.core.checks import run_checks

from script_builder.host import check_host


class Half:
    """A host that lacks a method."""

    def session(self, user, id):
        raise NotImplementedError


def test_the_products_own_host_passes():
    assert check_host(None) == []


def test_a_name_that_leads_nowhere(settings):
    settings.SCRIPT_BUILDER_HOST = "flowpilot.nowhere.Host"
    assert [error.id for error in run_checks()] == ["script_builder.E001"]
    settings.SCRIPT_BUILDER_HOST = "nodots"
    assert [error.id for error in check_host(None)] == ["script_builder.E001"]


def test_a_host_that_lacks_a_method(settings):
    settings.SCRIPT_BUILDER_HOST = "tests.script_builder.test_host.Half"
    (error,) = check_host(None)
    assert (error.id, "template_saved" in error.msg) == ("script_builder.E002", True)
