from django.db import models

from flowpilot.replies.models import Turn
from pilot.models.session import AISession


class ChatMessage(Turn):
    """One turn in a session's chat."""

    REPLY_KIND = "session"

    session = models.ForeignKey(AISession, models.CASCADE, related_name="messages")

    class Meta(Turn.Meta):
        db_table = "chat_messages"
        indexes = [models.Index(fields=["session", "created_at"], name="ix_chat_messages_session")]
