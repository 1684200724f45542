"""The JSON API below `/api/v1`: who answers which address, and what its documentation says."""

from django.conf import settings
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_safe
from ninja import NinjaAPI

from flowpilot.people.access import member_required
from flowpilot.people.callers import Guard
from flowpilot.web import problems
from flowpilot.web.bodies import JsonParser, Renderer, without_body

ROUTERS = {
    "/ai-sessions": [
        "pilot.api.sessions.router",
        "pilot.api.messages.router",
        "pilot.api.runbooks.router",
        "pilot.api.record.router",
        "pilot.api.fixes.router",
        "pilot.api.drafting.router",
        "pilot.api.running.router",
        "pilot.api.verifying.router",
        "pilot.api.closing.router",
    ],
    "/script-builder": [
        "script_builder.api.sessions.router",
        "script_builder.api.saving.router",
        "script_builder.api.messages.router",
    ],
    "/script-templates": [
        "script_builder.api.keeping.router",
    ],
    "": [
        "flowpilot.people.api.router",
    ],
}
PROBLEM = {"content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
ANY = {400: "Invalid", 401: "Not signed in", 403: "Not yours to do", 404: "Not there", 429: "Too much in a while",
       500: "Our fault"}  # fmt: skip
WRITE = {409: "Not possible as things stand", 413: "Too large"}


class Api(NinjaAPI):
    """django-ninja with our refusals in its documentation."""

    def _get_urls(self):
        return super()._get_urls()[:-1]  # without its root, which says 404 to every method

    def get_openapi_operation_id(self, operation):
        """The name of the view, which is its only one."""
        return operation.view_func.__name__

    def get_openapi_schema(self):
        """What the API takes and answers, as OpenAPI 3.1."""
        schema = super().get_openapi_schema(path_prefix=reverse("api:openapi").removesuffix("openapi.json"))
        schema["components"]["schemas"]["Problem"] = problems.Problem.model_json_schema(mode="serialization")
        schema["components"]["securitySchemes"] = {
            "token": {"type": "http", "scheme": "bearer", "description": "A personal access token of your profile."},
            "browser": {
                "type": "apiKey",
                "in": "cookie",
                "name": settings.SESSION_COOKIE_NAME,
                "description": "Signed in.",
            },
        }
        schema["security"] = [{"token": []}, {"browser": []}]
        for operations in schema["paths"].values():
            for method, operation in operations.items():
                refusals = ANY if method == "get" else ANY | WRITE
                for status, words in refusals.items():
                    operation["responses"][status] = {"description": words, **PROBLEM}
        return schema


api = Api(
    title="FlowPilot",
    version="1",
    description="What the pages can do, for scripts and integrations: the same actions, the same rules.",
    urls_namespace="api",
    docs_url=None,
    parser=JsonParser(),
    renderer=Renderer(),
    openapi_url=None,
)
problems.add_to(api)
api.add_decorator(without_body, mode="operation")
for prefix, routers in ROUTERS.items():
    for router in routers:
        api.add_router(prefix, router)


@api.get("/openapi.json", auth=Guard(), include_in_schema=False)
def openapi(request):
    """The API's own description."""
    return api.get_openapi_schema()


@member_required
@require_safe
def docs(request):
    """The documentation, to be read and tried."""
    return render(request, "api/docs.html", {"openapi": reverse("api:openapi")})


urlpatterns = [path("v1/", api.urls), path("docs/", docs, name="api_docs")]
