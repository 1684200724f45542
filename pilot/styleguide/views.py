from django.shortcuts import render
from django.views.decorators.http import require_safe

from flowpilot.people.access import member_required
from flowpilot.web.http import Request
from pilot.styleguide import sections, staging, things, tokens


@member_required
@require_safe
def page(request: Request):
    """Every token, icon and component, each component drawn by the template that draws it in the product."""
    shown = {
        "tokens": tokens.groups(),
        "icons": tokens.icons(),
        "script": things.SCRIPT,
        "sections": [staging.staged(section, request) for section in sections.sections(request.user)],
    }
    return render(request, "styleguide/page.html", shown)
