"""A session's chat as the reply engine sees it (`settings.REPLY_KINDS`)."""

from flowpilot.ai.port import Call, Conversation, Message
from flowpilot.ai.tools import Arguments, AskTasks, ProposeFix, ProposeOutcome, parse
from flowpilot.people.models import User
from flowpilot.replies.models import Reply
from flowpilot.replies.store import log_failure
from flowpilot.web.http import WrongState
from pilot import access
from pilot.actions import fixes, proposals, tasks
from pilot.actions.record import note
from pilot.briefs import session_brief
from pilot.models import AISession, ChatMessage
from script_builder.parameters import InvalidParameters
from script_builder.scripts import InvalidScript


class SessionReplies:
    """What a session's chat does for the engine."""

    def conversation(self, reply: Reply) -> Conversation:
        """The turns before this reply's own, and what the record holds."""
        turn = ChatMessage.objects.select_related("session").get(reply=reply)
        before = (
            turn.session.messages.filter(created_at__lte=turn.created_at)
            .exclude(pk=turn.pk)
            .select_related("reply")
            .order_by("created_at", "id")
        )
        messages = [Message(said.role, said.reply.text if said.reply else said.text) for said in before]
        spoken = tuple(message for message in messages if message.text)
        return Conversation("session", spoken, session_brief(turn.session, reply.asked_by))

    def check(self, reply: Reply, call: Call) -> Arguments:
        """The call's checked arguments."""
        return parse(call)

    def apply(self, reply: Reply, calls: list[Arguments]) -> None:
        """Puts tasks and fixes on the record, with the rights of whoever asked."""
        if not calls:
            return
        session = AISession.objects.select_related("account").get(pk=reply.conversation)
        if not may_still_ask(reply.asked_by, session):
            return
        for call in calls:
            try:
                if isinstance(call, AskTasks):
                    tasks.ask(session=session, call=call, group=reply.pk, by=reply.asked_by)
                elif isinstance(call, ProposeFix):
                    fixes.propose(session=session, call=call, by=reply.asked_by)
                elif isinstance(call, ProposeOutcome):
                    proposals.propose(session=session, call=call, by=reply.asked_by)
            except WrongState as refused:
                if refused.code != "session_closed":
                    note(session, f"The assistant's idea was not put on the record: {refused.message}")
            except (InvalidScript, InvalidParameters, LookupError) as error:
                log_failure("Reply %s: a tool call could not be carried out", reply.pk, error)
                note(session, "The assistant proposed something that could not be put on the record.")

    def may_watch(self, user: User, reply: Reply) -> bool:
        """Whether this user sees the session."""
        return access.visible(user).filter(pk=reply.conversation).exists()


def may_still_ask(user: User, session: AISession) -> bool:
    """Whether whoever asked for a reply may still change this session, now that it is to take effect."""
    return user.is_active and access.visible(user).filter(pk=session.pk).exists() and access.may_work(user, session)
