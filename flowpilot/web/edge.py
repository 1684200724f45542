"""The outermost layer: what a request may say of where it comes from, and what every answer says to a browser."""

from django.conf import settings
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

# On whatever has no header of that name itself: answers that never came to Django's middleware, static files, streams.
NOTHING = b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
ALWAYS = {
    b"content-security-policy": NOTHING,
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": settings.X_FRAME_OPTIONS.encode(),
    b"referrer-policy": settings.SECURE_REFERRER_POLICY.encode(),
    b"cross-origin-opener-policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY.encode(),
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    b"cache-control": b"no-store",
}


class Edge:
    """Wraps the application.

    Client and scheme come from forwarded headers where one of settings.TRUSTED_PROXIES sends them, and from nowhere
    else: no such header reaches a page. (Django drops names with an underscore, which would pass for them.)
    """

    def __init__(self, application):
        self._proxied = ProxyHeadersMiddleware(self._inside, trusted_hosts=settings.TRUSTED_PROXIES)
        self._application = application

    async def __call__(self, scope, receive, send):
        inside = self._proxied if scope["type"] == "http" else self._application
        await inside(scope, receive, send)

    async def _inside(self, scope, receive, send):
        own = [(name, value) for name, value in scope["headers"] if not _forwarded(name)]

        async def answer(message):
            if message["type"] == "http.response.start":
                message = {**message, "headers": _complete(scope, message["headers"])}
            await send(message)

        await self._application({**scope, "headers": own}, receive, answer)


def _forwarded(name: bytes) -> bool:
    return name == b"forwarded" or name.startswith(b"x-forwarded-")


def _complete(scope, headers):
    named = {name.lower() for name, _ in headers}
    always = ALWAYS
    if settings.SECURE_HSTS_SECONDS and scope["scheme"] == "https":
        always = ALWAYS | {b"strict-transport-security": f"max-age={settings.SECURE_HSTS_SECONDS}".encode()}
    return [*headers, *((name, value) for name, value in always.items() if name not in named)]
