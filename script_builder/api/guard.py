"""What stands before every operation on a drafting session."""

from django.shortcuts import get_object_or_404

from flowpilot.people.callers import ApiRequest, Guard
from script_builder import access
from script_builder.api.schemas import DraftingOut
from script_builder.models import ScriptBuilderMessage, ScriptBuilderSession


class DraftingRequest(ApiRequest):
    """A request with the rows that its address names."""

    drafting: ScriptBuilderSession
    turn: ScriptBuilderMessage


class DraftingGuard(Guard):
    """Finds the user's own drafting session: 404, then 403, then 409 where its AI session is closed."""

    def __init__(self, find=access.get_session):
        self.find = find

    def admit(self, request: DraftingRequest, ids, writes):
        """Puts the rows on the request, and what a refusal shows of them."""
        user, drafting_id = request.caller, ids["drafting_id"]
        request.drafting = self.find(user, drafting_id)
        if "message_id" in ids:
            turns = request.drafting.messages.select_related("reply").filter(role="assistant")
            request.turn = get_object_or_404(turns, pk=ids["message_id"])
            request.turn.session = request.drafting
        request.present = lambda: {
            "script_builder_session": DraftingOut.of(access.get_session(user, drafting_id)).model_dump(mode="json")
        }
        if writes:
            access.check_may_draft(user, request.drafting)


reads = works = DraftingGuard()
standalone = DraftingGuard(access.get_standalone)
