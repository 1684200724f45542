from functools import wraps

from django.http import JsonResponse

from flowpilot.web.http import Request, WrongState
from script_builder import access
from script_builder.actions import sessions as actions
from script_builder.actions.sessions import StaleBuffer
from script_builder.forms import BufferForm, LanguageForm
from script_builder.scripts import InvalidScript
from script_builder.views.guard import drafting_write


def buffer_write(form_class):
    """A save of what an editor holds: the view gets the checked fields; the answer is JSON, refusals included."""

    def decorate(view):
        @drafting_write
        @wraps(view)
        def guarded(request: Request, drafting):
            form = form_class(request.POST)
            try:
                access.check_may_draft(request.user, drafting)
                if not form.is_valid():
                    raise InvalidScript(" ".join(error for errors in form.errors.values() for error in errors))
                saved = view(request, drafting, **form.cleaned_data)
            except StaleBuffer as stale:
                return JsonResponse({"code": stale.code, "detail": stale.message, **_state(stale.present)}, status=409)
            except WrongState as refused:
                return JsonResponse({"code": refused.code, "detail": refused.message}, status=409)
            except InvalidScript as error:
                return JsonResponse({"code": "invalid", "detail": str(error)}, status=422)
            return JsonResponse(_state(saved))

        return guarded

    return decorate


def _state(drafting) -> dict:
    return {
        "text": drafting.buffer,
        "revision": drafting.buffer_revision,
        "language": drafting.language,
        "scaffold": drafting.scaffold,
        "progress": drafting.has_progress,
    }


@buffer_write(BufferForm)
def buffer(request: Request, drafting, text, revision, language):
    """Keeps what an editor holds while somebody types; answers with the new revision, or says why not."""
    return actions.save_buffer(session=drafting, by=request.user, text=text, revision=revision)


@buffer_write(LanguageForm)
def language(request: Request, drafting, text, revision, language):
    """Another language: a fresh scaffold for an untouched buffer, else only the language."""
    return actions.change_language(session=drafting, by=request.user, language=language, text=text, revision=revision)
