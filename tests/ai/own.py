"""An account's own runbook for tests: the template of the documentation, as it is or changed."""

from pathlib import Path

import yaml
from django.conf import settings

from tests.ai.sessions import Session

TEMPLATE = (Path(settings.BASE_DIR) / "docs" / "runbook-template.yaml").read_text("utf-8")
SCANS = "The copier cannot send scans by e-mail"


def own(**changes) -> str:
    """The template's text with other values."""
    return yaml.safe_dump(yaml.safe_load(TEMPLATE) | changes, sort_keys=False)


def started(text: str, book: str = TEMPLATE, **brief) -> Session:
    """A session of an account that has this runbook, with its first message answered."""
    session = Session(runbooks=(book,), **brief)
    session.say(text)
    return session
