from django.db import transaction
from django.db.models import QuerySet

from flowpilot.replies.models import Reply
from pilot.actions import counts
from pilot.models import AISession, RunStamp
from script_builder.models import Origin, ScriptBuilderSession


def delete_whole(sessions: QuerySet[AISession]) -> None:
    """Deletes sessions with everything that is theirs: turns, replies, fixes, stamps, events, inline drafting."""
    with transaction.atomic():
        ids = list(sessions.values_list("pk", flat=True))
        inline = ScriptBuilderSession.objects.filter(ai_session__in=ids, origin=Origin.PILOT_INLINE)
        conversations = [*ids, *inline.values_list("pk", flat=True)]
        stamps = RunStamp.objects.filter(fix__session__in=ids).exclude(template=None)
        templates = set(stamps.values_list("template", flat=True))
        AISession.objects.filter(pk__in=ids).delete()
        counts.rebuild(templates)
        # Turns hold their replies by PROTECT, so these go last.
        Reply.objects.filter(conversation__in=conversations).delete()
