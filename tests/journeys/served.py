"""Settings of a server process that a journey starts and kills: real sessions, and an assistant that never ends."""

from tests.replies.served import *  # noqa: F403
from tests.settings import REPLY_KINDS  # noqa: F401
