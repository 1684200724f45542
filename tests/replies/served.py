"""Settings of a server process that a test starts and kills: the test's database, an assistant that never ends."""

import os

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES

DATABASES["default"]["NAME"] = os.environ["REPLY_TEST_DATABASE"]
ALLOWED_HOSTS = ["127.0.0.1"]
ASSISTANT = "tests.replies.speaking.UntilReleased"
REPLY_KINDS = {"session": "tests.replies.speaking.Kind"}
DRAIN_SECONDS = 10
