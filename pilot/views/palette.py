import uuid

from django.shortcuts import render
from django.views.decorators.http import require_safe

from flowpilot.people.access import member_required
from flowpilot.web.http import Request
from pilot.palette import look

MOST_CHARACTERS = 200


@member_required
@require_safe
def palette(request: Request):
    """What the command palette finds for `q`; `session` is the session that the asking page shows."""
    q = request.GET.get("q", "").replace("\0", "").strip()[:MOST_CHARACTERS]
    try:
        session_id = uuid.UUID(request.GET.get("session", ""))
    except ValueError:
        session_id = None
    return render(request, "pilot/_palette.html", {"q": q, "groups": look(request.user, q, session_id)})
