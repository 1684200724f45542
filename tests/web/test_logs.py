"""What a log line is: refusals are said in one line, and what went wrong keeps its traceback."""

import logging

import pytest

from flowpilot.web.logs import Refusals


@pytest.mark.parametrize(("status", "kept"), [(403, False), (404, False), (500, True), (None, True)])
def test_a_refusal_has_no_traceback(status, kept):
    raised = (ValueError, ValueError("no"), None)
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, "Forbidden: /", (), raised)
    if status:
        record.status_code = status
    assert Refusals().filter(record)
    assert (record.exc_info == raised) is kept
