"""The builder's chat as the reply engine sees it (`settings.REPLY_KINDS`)."""

from flowpilot.ai.port import Call, Conversation, Message
from flowpilot.ai.tools import Arguments, MalformedCall
from flowpilot.people.models import User
from flowpilot.replies.models import Reply
from script_builder.access import scope
from script_builder.host import host
from script_builder.models import ScriptBuilderMessage


class BuilderReplies:
    """What a drafting session's chat does for the engine."""

    def conversation(self, reply: Reply) -> Conversation:
        """The turns since the present fix began, up to this reply's own, and the host's brief."""
        turn = ScriptBuilderMessage.objects.select_related("session").get(reply=reply)
        drafting = turn.session
        before = (
            drafting.messages.filter(created_at__gte=drafting.turned_at, created_at__lte=turn.created_at)
            .exclude(pk=turn.pk)
            .select_related("reply")
        )
        messages = [Message(said.role, said.reply.text if said.reply else said.text) for said in before]
        spoken = tuple(message for message in messages if message.text)
        return Conversation("builder", spoken, host().brief(drafting))

    def check(self, reply: Reply, call: Call) -> Arguments:
        """Refuses every call: a drafting assistant only writes."""
        raise MalformedCall("There are no tools in the Script Builder.")

    def apply(self, reply: Reply, calls: list[Arguments]) -> None:
        """Nothing to do: `check` lets no call through."""

    def may_watch(self, user: User, reply: Reply) -> bool:
        """Whether this is the user's own drafting session."""
        return scope(user, include_inline=True).filter(pk=reply.conversation).exists()
