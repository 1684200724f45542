"""How the API says no: one shape for everything, `application/problem+json` (RFC 9457)."""

import uuid
from http import HTTPStatus

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpResponse
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import BaseModel, ConfigDict, Field

from flowpilot.replies.store import log_failure
from flowpilot.web.http import LimitReached, WrongState

MEDIA_TYPE = "application/problem+json"
PREFIX = "/api/"


class Problem(BaseModel):
    """Why a request was refused."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:flowpilot:problem:fix_changed",
                    "title": "Conflict",
                    "status": 409,
                    "detail": "This fix has changed meanwhile. Here is how it stands now.",
                    "code": "fix_changed",
                    "errors": {},
                    "present": {"suggested_fix": {"status": "applied_success", "version": 3}},
                    "reference": None,
                }
            ]
        }
    )

    type: str
    title: str = Field(description="The name of the status.")
    status: int
    detail: str = Field(description="A sentence for people.")
    code: str = Field(description="For programs; it stays when the sentence is worded anew.")
    errors: dict[str, str] = Field(default_factory=dict, description="A sentence for each field that cannot be taken.")
    present: dict | None = Field(None, description="How things stand now, where that is why (409).")
    reference: str | None = Field(None, description="What to name when you report a fault of ours (500).")


class Refused(Exception):
    """A refusal of which the API alone knows: its status, its code and its sentence."""

    def __init__(self, status: int, code: str, detail: str, errors: dict | None = None, headers: dict | None = None):
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.errors, self.headers = errors or {}, headers or {}


def invalid(errors: dict[str, str]) -> Refused:
    """The refusal of what was sent, with a sentence for each field."""
    return Refused(400, "invalid", "Something that was sent cannot be taken.", errors)


NOT_FOUND = (404, "not_found", "There is nothing here, or nothing that you may see.")
_SENTENCES = {
    400: ("bad_request", "The request cannot be read."),
    401: ("not_authenticated", "Sign in, or send a personal access token: Authorization: Bearer …"),
    403: ("forbidden", "You may read this and not change it."),
    404: NOT_FOUND[1:],
    405: ("method_not_allowed", "This address does not take that method."),
    408: ("too_slow", "The request did not arrive in time."),
    413: ("too_large", "The request is too large."),
    431: ("headers_too_large", "The request has too many headers."),
}


def answer(status: int, code: str, detail: str, **more) -> HttpResponse:
    """The answer in the one shape."""
    said = Problem(
        type=f"urn:flowpilot:problem:{code}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        code=code,
        **more,
    )
    response = HttpResponse(said.model_dump_json(), status=status, content_type=MEDIA_TYPE)
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def plain(status: int) -> HttpResponse:
    """The answer for a status that says all there is to say."""
    code, sentence = _SENTENCES.get(status, ("refused", f"{HTTPStatus(status).phrase}."))
    return answer(status, code, sentence)


def failed(error: Exception | None) -> HttpResponse:
    """The answer to a fault of ours: a reference, under which the log says where it arose."""
    reference = uuid.uuid4().hex[:12]
    log_failure("The API failed, reference %s", reference, error or RuntimeError())
    return answer(500, "server_error", "That was our fault. Report it with the reference.", reference=reference)


def _fields(error: ValidationError) -> dict[str, str]:
    """One sentence a field: `parameters.host` for what is inside another, `body` for the whole."""
    found = {}
    for one in error.errors:
        source, *path = map(str, one["loc"])
        if source == "body":
            path = path[1:]  # the name of the view's argument
        found.setdefault(".".join(path) or source, f"{one['msg'].removeprefix('Value error, ')}.".replace("..", "."))
    return found


def add_to(api) -> None:
    """Gives the API its answers to whatever is raised."""

    @api.exception_handler(Refused)
    def refused(request, error):
        response = answer(error.status, error.code, error.detail, errors=error.errors)
        for name, value in error.headers.items():
            response[name] = value
        return response

    @api.exception_handler(WrongState)
    def wrong_state(request, error):
        # Read after the transaction was taken back.
        present = getattr(request, "present", dict)() if error.status == 409 else None
        response = answer(error.status, error.code, error.message, present=present or None)
        if isinstance(error, LimitReached):
            response["Retry-After"] = str(error.seconds)
        return response

    @api.exception_handler(ValidationError)
    def not_valid(request, error):
        return refused(request, invalid(_fields(error)))

    @api.exception_handler(HttpError)
    def http_error(request, error):
        if isinstance(error, AuthenticationError):
            return plain(401)
        return answer(error.status_code, "not_json", "The body is not JSON.")

    @api.exception_handler(Exception)
    def fault(request, error):
        return failed(error)

    for kind, status in {
        Http404: 404, PermissionDenied: 403, RequestDataTooBig: 413, SuspiciousOperation: 400,
    }.items():  # fmt: skip
        api.add_exception_handler(kind, lambda request, error, status=status: plain(status))


class ApiProblems:
    """Gives the one shape to what Django itself refuses below `/api/`: an unknown address, a method, a host."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if not request.path.startswith(PREFIX) or response.status_code < 400:
            return response
        if response["Content-Type"] != MEDIA_TYPE:
            said = failed(None) if response.status_code >= 500 else plain(response.status_code)
            response.content = said.content
            # What is replaced came compressed, perhaps; these few bytes do not.
            del response["Content-Encoding"]
            response["Content-Type"] = MEDIA_TYPE
            response["Content-Length"] = str(len(said.content))
        return response
