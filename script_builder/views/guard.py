"""What stands before every write to a drafting session: person, method, the session through the user, their right."""

from functools import wraps

from django.views.decorators.http import require_POST

from flowpilot.people.access import member_required
from script_builder import access


def _write(get_session):
    """Guards a POST on the session that `get_session(user, id)` gives: 404, then 403 for who only reads."""

    def guard(view):
        @member_required
        @require_POST
        @wraps(view)
        def guarded(request, id, **kwargs):
            drafting = get_session(request.user, id)
            access.check_may_write(request.user)
            return view(request, drafting, **kwargs)

        return guarded

    return guard


drafting_write = _write(access.get_session)
# The page of standalone sessions, on which inline ones do not exist.
standalone_write = _write(access.get_standalone)


def template_write(view):
    """Guards a POST on a template of the account, or on a version of it: 404, then 403 for who only reads."""

    @member_required
    @require_POST
    @wraps(view)
    def guarded(request, template_id, **number):
        template = access.get_template(request.user, template_id)
        version = [access.get_version(template, **number)] if number else []
        access.check_may_write(request.user)
        return view(request, template, *version)

    return guarded
