"""What the Script Builder may know of sessions and fixes (`settings.SCRIPT_BUILDER_HOST`)."""

from flowpilot.ai.port import Brief
from flowpilot.people.models import User
from pilot import access
from pilot.actions import drafts, fixes
from pilot.actions.record import Via
from pilot.briefs import draft_of, session_brief
from pilot.models import AISession, SuggestedFix
from script_builder.host import SourceFix


class PilotHost:
    """Sessions and fixes, as the Script Builder's port asks for them."""

    def session(self, user: User, session_id) -> AISession:
        """The session for somebody who is about to draft in it: 404, or 403 for who may only read."""
        return access.get_workable(user, session_id)

    def open_inline(self, user: User, session: AISession):
        """The user's one inline drafting session there, and whether it is new."""
        return drafts.open_inline_of(session=session, by=user)

    def brief(self, drafting) -> Brief:
        """The session, the fix, the task answers and what was tried; standing alone, only what is drafted.

        Nothing of a session that its user does not see any more: somebody else may work it by now.
        """
        seen = access.visible(drafting.user)
        session = seen.filter(pk=drafting.ai_session_id).first()
        fix = SuggestedFix.objects.filter(pk=drafting.source_fix_id, session__in=seen).first()
        draft = draft_of(fix, title=drafting.title, language=drafting.language, buffer=drafting.buffer)
        if session is None:
            return Brief(engineer=str(drafting.user), draft=draft)
        return session_brief(session, drafting.user, draft)

    def source_fix(self, user: User, fix_id) -> SourceFix | None:
        """The fix with its session's title and address, for who may see that session."""
        fix = SuggestedFix.objects.filter(pk=fix_id, session__in=access.visible(user)).select_related("session").first()
        return fix and SourceFix(fix.title, fix.session.title, fix.session.get_absolute_url())

    def template_saved(self, drafting, version, by: User, via: str) -> None:
        """Links the saved template to the fix that it was built for, while that fix is unrun."""
        if drafting.source_fix_id is None:
            return
        fix = SuggestedFix.objects.select_related("session").get(pk=drafting.source_fix_id)
        if access.visible(by).filter(pk=fix.session_id).exists() and access.may_work(by, fix.session):
            fixes.link_template(fix=fix, template=version.template, by=by, via=Via(via))
