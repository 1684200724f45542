import logging


class Refusals(logging.Filter):
    """A request that was refused on purpose (403, 404) is a line in the log, not a traceback: nothing went wrong."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = None
        return True
