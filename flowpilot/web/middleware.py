from django.http.response import HttpResponseRedirectBase
from django_htmx.http import HttpResponseClientRedirect


class NeverCache:
    """Keeps pages out of every cache, the browser's back button included: they show one person's tickets."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class HtmxRedirect:
    """Turns a redirect into `HX-Redirect` for htmx, so that a view says `redirect()` for both kinds of request."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.htmx and isinstance(response, HttpResponseRedirectBase):
            return HttpResponseClientRedirect(response.url)
        return response
