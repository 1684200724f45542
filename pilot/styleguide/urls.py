from django.urls import path

from pilot.styleguide.views import page

app_name = "styleguide"
urlpatterns = [path("", page, name="page")]
