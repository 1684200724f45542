"""What stands before every operation on a drafting session or a template."""

from django.db.models import Max, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from flowpilot.people.callers import ApiRequest, Guard
from flowpilot.people.models import User
from script_builder import access
from script_builder.actions.templates import archived
from script_builder.api.schemas import DraftingOut, TemplateOut
from script_builder.models import ScriptBuilderMessage, ScriptBuilderSession, ScriptTemplate


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
        request.present = lambda: self.present(user, drafting_id)
        if writes:
            access.check_may_draft(user, request.drafting)

    @staticmethod
    def present(user, drafting_id) -> dict:
        """How the session, and the template that it was saved as, stand now."""
        drafting = access.get_session(user, drafting_id)
        shown = {"script_builder_session": DraftingOut.of(drafting).model_dump(mode="json")}
        return shown | (_template(user, drafting.template_id) if drafting.template_id else {})


reads = works = DraftingGuard()
standalone = DraftingGuard(access.get_standalone)


def counted(user: User) -> QuerySet:
    """The templates of the user's account, each with the number of its newest version."""
    return access.library(user).annotate(newest_version=Max("versions__number"))


def _template(user: User, template_id) -> dict:
    return {"script_template": TemplateOut.of(counted(user).get(pk=template_id)).model_dump(mode="json")}


class TemplateRequest(ApiRequest):
    """A request with the template that its address names."""

    template: ScriptTemplate


class TemplateGuard(Guard):
    """Finds the account's template: 404, then 403, then 409 where it is archived and must not be (`current`)."""

    def __init__(self, *, current: bool = False):
        self.current = current

    def admit(self, request: TemplateRequest, ids, writes):
        """Puts it on the request, and what a refusal shows of it."""
        user, template_id = request.caller, ids["template_id"]
        request.template = get_object_or_404(counted(user), pk=template_id)
        request.present = lambda: _template(user, template_id)
        number = request.resolver_match.kwargs.get("number", "")
        # What is no number is refused as input, when that is read.
        if number.isdecimal() and not request.template.versions.filter(number=int(number[:10])).exists():
            raise Http404
        super().admit(request, ids, writes)
        if self.current and request.template.is_archived:
            raise archived()
