from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from flowpilot.people.views import start

urlpatterns = [
    path("", start),
    path("", include("flowpilot.people.urls")),
    path("", include("pilot.urls")),
    path("", include("script_builder.urls")),
    path("api/", include("flowpilot.api")),
    path("admin/", admin.site.urls),
]
if settings.STYLEGUIDE:
    # Every component on one page, for who works on the product; a server has no such address.
    urlpatterns.append(path("styleguide/", include("pilot.styleguide.urls")))
