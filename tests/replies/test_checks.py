from django.core.checks import run_checks

from flowpilot.replies.checks import check_kinds


class Half:
    """A reply kind that lacks methods."""

    def conversation(self, reply):
        raise NotImplementedError


def test_what_the_settings_name_is_a_reply_kind():
    assert check_kinds(None) == []


def test_a_name_that_leads_nowhere(settings):
    settings.REPLY_KINDS = {"session": "flowpilot.nowhere.Kind"}
    assert "replies.E001" in [error.id for error in run_checks()]


def test_a_kind_that_lacks_methods(settings):
    settings.REPLY_KINDS = {"session": "tests.replies.test_checks.Half"}
    (error,) = check_kinds(None)
    assert (error.id, "may_watch" in error.msg) == ("replies.E002", True)
