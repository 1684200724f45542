"""What the record comes to: figures over time, and each of them as a file."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from flowpilot.people.access import member_required
from flowpilot.web.http import Request
from pilot.insights import files
from pilot.insights.asked import PERIODS
from pilot.insights.page import look, whose


@member_required
@require_safe
def insights(request: Request):
    """The figures of what this user may see; period, client and engineer travel in the URL."""
    page = look(request.user, request.GET, timezone.now())
    shown = {"page": page, "asked": page.asked, "whose": whose(request.user), "periods": PERIODS.items()}
    shown["engineers"] = [(str(person), name) for person, name in page.choices.engineers.items()]
    shown["engineer"] = str(page.asked.engineer or "")
    return render(request, "pilot/insights.html", shown)


@member_required
@require_safe
def figure_file(request: Request):
    """One figure as CSV, with the same filters as the page."""
    page = look(request.user, request.GET, timezone.now())
    figure = page.figure(request.GET.get("figure", ""))
    if figure is None:
        raise Http404
    # The mark at the beginning tells a spreadsheet that this is UTF-8.
    response = HttpResponse("\ufeff" + files.as_csv(figure), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{files.file_name(figure, page.asked)}"'
    return response
