from django.db import models

from flowpilot.replies.models import Turn
from script_builder.models.session import ScriptBuilderSession


class ScriptBuilderMessage(Turn):
    """One turn of a builder's chat."""

    REPLY_KIND = "builder"

    session = models.ForeignKey(ScriptBuilderSession, models.CASCADE, related_name="messages")

    class Meta(Turn.Meta):
        db_table = "script_builder_messages"
