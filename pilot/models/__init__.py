from pilot.models.closing import Closing
from pilot.models.event import SessionEvent
from pilot.models.fix import SuggestedFix
from pilot.models.message import ChatMessage
from pilot.models.session import AISession
from pilot.models.stamp import RunStamp
from pilot.models.task import TaskItem

__all__ = ["AISession", "ChatMessage", "Closing", "RunStamp", "SessionEvent", "SuggestedFix", "TaskItem"]
