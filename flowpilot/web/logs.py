import logging
import re

_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


class Refusals(logging.Filter):
    """A request that was refused on purpose (403, 404) is a line in the log, not a traceback: nothing went wrong."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = None
        return True


class Plain(logging.Formatter):
    """A record begins at the left edge and goes on indented; what a terminal would obey in it is written out.

    So nobody's words, quoted in a message or an error, pass for a record of their own.
    """

    def format(self, record: logging.LogRecord) -> str:
        text = _OBEYED.sub(lambda found: found[0].encode("unicode_escape").decode(), super().format(record))
        return text.replace("\n", "\n    ")
