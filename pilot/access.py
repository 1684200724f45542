"""What a user may see and work. The one place of this rule: pages, actions, streams and admin all ask it.

The order of answers: not visible 404, visible but not workable 403; state and input come after.
"""

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.shortcuts import get_object_or_404

from flowpilot.people.models import Role, User
from pilot.models import AISession, ChatMessage, Closing, SuggestedFix, TaskItem
from script_builder.models import Origin, ScriptBuilderSession


def visible(user: User):
    """The sessions that exist for this user."""
    if user.account_id is None:
        return AISession.objects.none()
    sessions = AISession.objects.filter(account=user.account_id)
    if user.role in (Role.ADMIN, Role.VIEWER) or user.account.share_sessions:
        return sessions
    handed_over = Q(status=AISession.Status.ESCALATED, handed_to=user)
    return sessions.filter(Q(owner=user) | Q(taken_over_by=user) | handed_over)


def may_work(user: User, session: AISession) -> bool:
    """Whether this user, who sees the session, may change it."""
    if user.role == Role.VIEWER or user.account_id != session.account_id:
        return False
    return user.role == Role.ADMIN or user.pk in (session.owner_id, session.taken_over_by_id)


def get_session(user: User, session_id) -> AISession:
    """The session, or 404."""
    found = visible(user).select_related("account", "owner", "taken_over_by", "handed_to", "closed_by")
    # Whether there is more of it to read: most sessions were never closed, and have no drafting of this user.
    inline = ScriptBuilderSession.objects.filter(user=user, ai_session=OuterRef("pk"), origin=Origin.PILOT_INLINE)
    closings = Closing.objects.filter(session=OuterRef("pk"))
    return get_object_or_404(found.annotate(was_closed=Exists(closings), has_inline=Exists(inline)), pk=session_id)


def get_workable(user: User, session_id) -> AISession:
    """The session for somebody who is about to change it: 404, or 403 for who may only read."""
    session = get_session(user, session_id)
    check_may_work(user, session)
    return session


def check_may_work(user: User, session: AISession) -> None:
    """Raises PermissionDenied (403) for who sees the session and may only read."""
    if not may_work(user, session):
        raise PermissionDenied


def check_may_take_over(user: User, session: AISession) -> None:
    """Raises PermissionDenied (403) for who sees the session and is not the one to whom it was handed over.

    One that nobody waits for any more is a matter of state, for whoever may work it.
    """
    if session.handed_to_id != user.pk:
        check_may_work(user, session)
        if session.handed_to_id is not None:
            raise PermissionDenied


def get_fix(session: AISession, fix_id) -> SuggestedFix:
    """A fix of this session, or 404."""
    fix = get_object_or_404(session.fixes.select_related("script_template"), pk=fix_id)
    fix.session = session
    return fix


def get_task(session: AISession, task_id) -> TaskItem:
    """A task of this session, or 404."""
    task = get_object_or_404(session.tasks, pk=task_id)
    task.session = session
    return task


def get_reply_turn(session: AISession, turn_id) -> ChatMessage:
    """An assistant's turn of this session with its reply, or 404."""
    turn = session.messages.select_related("reply").filter(pk=turn_id, role=ChatMessage.Role.ASSISTANT).first()
    if turn is None:
        raise Http404
    turn.session = session
    return turn


def get_closing(session: AISession, closing_id) -> Closing:
    """A closing of this session, or 404."""
    return get_object_or_404(session.closings.select_related("to", "written_by"), pk=closing_id)


# What the ids in an address stand for; each is looked for in its session alone.
CHILDREN = {"fix_id": get_fix, "task_id": get_task, "turn_id": get_reply_turn, "closing_id": get_closing}
