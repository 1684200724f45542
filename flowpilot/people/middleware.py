from django.shortcuts import render

from flowpilot.people import limits
from flowpilot.web.http import LimitReached

SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
# The API counts by itself; who signs in or out, or changes a password, does not wait, and no password is given back.
ELSEWHERE = {"api", "admin"}
FREE = {"people:sign_in", "people:sign_out", "people:password"}
TOKEN = "csrfmiddlewaretoken"


class PageLimits:
    """Refuses what a browser sends beyond the limits (429), and loses nothing of it.

    htmx gets a sentence and leaves the form as it is; without it the page holds what was sent, to be sent again.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Counts a write, before any view does anything."""
        match = request.resolver_match
        if request.method in SAFE or match.view_name in FREE or ELSEWHERE.intersection(match.namespaces):
            return None
        if not request.user.is_authenticated or request.user.account_id is None:
            return None
        try:
            limits.spend(limits.PAGES, request.user)
        except LimitReached as reached:
            return self._refused(request, reached)
        return None

    @staticmethod
    def _refused(request, reached: LimitReached):
        sent = [(name, value) for name, values in request.POST.lists() for value in values if name != TOKEN]
        page = "people/_too_many.html" if request.htmx else "people/too_many.html"
        response = render(request, page, {"said": reached.message, "sent": sent}, status=429)
        response["Retry-After"] = str(reached.seconds)
        return response
