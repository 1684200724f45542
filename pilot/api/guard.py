"""What stands before every operation on a session or on what is in it."""

from flowpilot.people.callers import ApiRequest, Guard
from pilot import access
from pilot.actions.record import expect_session, fix_changed
from pilot.api.schemas import FixOut, SessionOut, TaskOut
from pilot.lifecycle import Move, SessionMove, may
from pilot.models import AISession, ChatMessage, Closing, SuggestedFix, TaskItem

SHOWN = {"fix": ("suggested_fix", FixOut), "task": ("task", TaskOut)}


class SessionRequest(ApiRequest):
    """A request with the rows that its address names."""

    ai_session: AISession
    fix: SuggestedFix
    task: TaskItem
    turn: ChatMessage
    closing: Closing


class SessionGuard(Guard):
    """Finds the session and its child through the user: 404, then 403, then 409 for what no input could make possible.

    `allowed` raises PermissionDenied for who may not; `move` must be possible from where the session is, and of `moves`
    one at least from where the fix is. `expect` raises WrongState for what else stands in the way.
    """

    def __init__(self, *moves: Move, allowed=access.check_may_work, move=SessionMove.WORK, expect=None):
        self.moves, self.allowed, self.move, self.expect = moves, allowed, move, expect

    def admit(self, request: SessionRequest, ids, writes):
        """Puts the rows on the request, and what a refusal shows of them."""
        user, session_id = request.caller, ids.pop("session_id")
        request.ai_session = access.get_session(user, session_id)
        for name, pk in ids.items():
            setattr(request, name.removesuffix("_id"), access.CHILDREN[name](request.ai_session, pk))
        request.present = lambda: self.present(user, session_id, ids)
        if not writes:
            return
        self.allowed(user, request.ai_session)
        expect_session(request.ai_session, self.move)
        if self.expect:
            self.expect(request.ai_session)
        if self.moves and not any(may(request.fix, move) for move in self.moves):
            raise fix_changed()

    @staticmethod
    def present(user, session_id, ids) -> dict:
        """How the session and its child stand now."""
        session = access.get_session(user, session_id)
        shown = {"ai_session": SessionOut.of(session).model_dump(mode="json")}
        for name, pk in ids.items():
            if child := SHOWN.get(name.removesuffix("_id")):
                key, schema = child
                shown[key] = schema.of(access.CHILDREN[name](session, pk)).model_dump(mode="json")
        return shown


reads = works = SessionGuard()
