"""Opening drafting sessions and writing their buffers."""

from django.db import IntegrityError, transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone

from flowpilot.people.models import User
from flowpilot.replies.engine import request_stop
from flowpilot.replies.models import Reply
from flowpilot.web.http import WrongState
from script_builder import parameters as specs
from script_builder.access import count_user_sessions, get_session, scope
from script_builder.models import (
    Language,
    Origin,
    ScriptBuilderMessage,
    ScriptBuilderSession,
    ScriptTemplateVersion,
)
from script_builder.scaffold import scaffold
from script_builder.scripts import clean_text

MAX_STANDALONE = 5


class CapReached(WrongState):
    """The user has as many standalone sessions as there may be."""

    def __init__(self):
        super().__init__(
            "cap_reached",
            f"You have {MAX_STANDALONE} script builder sessions, which is as many as there may be. Delete one first.",
        )


class StaleBuffer(WrongState):
    """The buffer was changed elsewhere since it was shown; `present` is the session as it is now."""

    def __init__(self, present: ScriptBuilderSession):
        super().__init__("stale_buffer", "The script was changed in another tab; nothing was saved here.")
        self.present = present


def open_inline(
    *, by: User, ai_session_id, fix_id, title: str, description: str, language: str
) -> tuple[ScriptBuilderSession, bool]:
    """The one inline session of this user in this AI session, drafting for this fix; and whether it is new."""
    mine = {"user": by, "ai_session_id": ai_session_id, "origin": Origin.PILOT_INLINE}
    drafting = ScriptBuilderSession.objects.filter(**mine).first()
    if drafting is None:
        text = scaffold(description, language)
        try:
            with transaction.atomic():
                drafting = ScriptBuilderSession.objects.create(
                    **mine,
                    account_id=by.account_id,
                    source_fix_id=fix_id,
                    title=title,
                    description=description,
                    language=language,
                    buffer=text,
                    scaffold=text,
                )
                return drafting, True
        except IntegrityError:
            drafting = ScriptBuilderSession.objects.get(**mine)
    if drafting.source_fix_id != fix_id:
        drafting = _turn_to(drafting, fix_id, title, description, language)
    return drafting, False


@transaction.atomic
def _turn_to(drafting, fix_id, title, description, language) -> ScriptBuilderSession:
    """Drafts for another fix from now on, on a fresh scaffold; what was left over is kept aside.

    A divider in its chat says where the new fix begins. What was asked for the earlier one and has not begun is
    stopped: it would be answered about the new one.
    """
    drafting = ScriptBuilderSession.objects.select_for_update().get(pk=drafting.pk)
    if drafting.source_fix_id != fix_id:
        if not drafting.is_untouched:
            drafting.earlier_buffer = drafting.buffer
        drafting.source_fix_id, drafting.turned_at = fix_id, timezone.now()
        drafting.title, drafting.description = title, description
        _scaffold_again(drafting, language)
        drafting.save()
        for reply in Reply.objects.filter(conversation=drafting.pk, state=Reply.State.QUEUED):
            transaction.on_commit(lambda reply=reply: request_stop(reply))
        if drafting.messages.exists():
            ScriptBuilderMessage.objects.note(drafting, f"From here on: {title}")
    return drafting


def open_standalone(
    *,
    by: User,
    title: str = "",
    language: str = Language.POWERSHELL,
    text: str = "",
    parameters: dict | None = None,
    source_fix_id=None,
    ai_session_id=None,
    made_from: ScriptTemplateVersion | None = None,
    instead_of=None,
) -> tuple[ScriptBuilderSession, bool]:
    """A standalone session with this script in it, and whether it is new: for one fix it is the same one again.

    Without a script it begins on a scaffold. `instead_of` is the id of a session of theirs that is deleted for it.
    Raises CapReached, InvalidScript and InvalidParameters, and has deleted nothing then.
    """
    text, parameters = clean_text(text), specs.check(parameters)
    empty = "" if text.strip() else scaffold(title, language)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=by.pk)  # two at once must not both see four sessions
        there = scope(by).filter(source_fix_id=source_fix_id).first() if source_fix_id else None
        if there:
            return there, False
        if instead_of:
            scope(by).filter(pk=instead_of).delete()
        if count_user_sessions(by) >= MAX_STANDALONE:
            raise CapReached
        drafting = ScriptBuilderSession.objects.create(
            account_id=by.account_id,
            user=by,
            ai_session_id=ai_session_id,
            source_fix_id=source_fix_id,
            title=title,
            description=title,
            language=language,
            buffer=empty or text,
            scaffold=empty,
            parameters=parameters,
            template=made_from and made_from.template,
            made_from=made_from,
        )
        return drafting, True


def rename(*, session: ScriptBuilderSession, by: User, title: str) -> None:
    """Calls a standalone session by another name."""
    scope(by).filter(pk=session.pk).update(title=title, updated_at=timezone.now())


def save_buffer(
    *, session: ScriptBuilderSession, by: User, text: str, revision: int, language: str | None = None
) -> ScriptBuilderSession:
    """Keeps what was typed on top of that revision; raises StaleBuffer where another one came first.

    The same text sent again, as a closing tab may do, is no conflict.
    """
    text = clean_text(text)
    changes = {"language": language} if language else {}
    saved = (
        scope(by, include_inline=True)
        .filter(pk=session.pk, buffer_revision=revision)
        .update(buffer=text, buffer_revision=revision + 1, updated_at=timezone.now(), **changes)
    )
    present = get_session(by, session.pk)
    if not saved and (present.buffer != text or language not in (None, present.language)):
        raise StaleBuffer(present)
    return present


@transaction.atomic
def change_language(
    *, session: ScriptBuilderSession, by: User, language: str, text: str, revision: int
) -> ScriptBuilderSession:
    """Keeps what was typed and sets its language; an untouched buffer gets its scaffold in that language.

    Raises StaleBuffer where another tab was faster, and InvalidScript.
    """
    drafting = save_buffer(session=session, by=by, text=text, revision=revision, language=language)
    if drafting.is_untouched:
        _scaffold_again(drafting, language)
        drafting.save()
    return drafting


@transaction.atomic
def clear(*, session: ScriptBuilderSession, by: User) -> ScriptBuilderSession:
    """Empties the buffer after its script was submitted; a save that is still under way comes too late."""
    drafting = _locked(session, by)
    drafting.buffer = drafting.scaffold = ""
    drafting.buffer_revision += 1
    drafting.save()
    return drafting


@transaction.atomic
def take_newest(*, session: ScriptBuilderSession, by: User) -> ScriptBuilderSession:
    """Goes on from the newest version of its template; what was written on top of an older one gives way."""
    drafting = _locked(session, by)
    if drafting.template is None:
        raise WrongState("no_template", "This session comes from no template. Nothing was changed.")
    newest = drafting.template.newest
    drafting.made_from, drafting.language = newest, drafting.template.language
    drafting.buffer, drafting.parameters = newest.text, newest.parameters
    drafting.buffer_revision += 1
    drafting.save()
    return drafting


def delete(*, session: ScriptBuilderSession, by: User) -> None:
    """Deletes a standalone session for good; a template that it was saved as stays."""
    scope(by).filter(pk=session.pk).delete()


def _locked(session, by) -> ScriptBuilderSession:
    return get_object_or_404(scope(by, include_inline=True).select_for_update(), pk=session.pk)


def _scaffold_again(drafting, language) -> None:
    drafting.language = language
    drafting.buffer = drafting.scaffold = scaffold(drafting.description, language)
    drafting.buffer_revision += 1
