from django.urls import path

from script_builder.views import buffer, messages, sessions

app_name = "script_builder"

urlpatterns = [
    path("script-builder/", sessions.sessions, name="sessions"),
    path("script-builder/<uuid:id>/", sessions.session, name="session"),
    path("script-builder/<uuid:id>/delete/", sessions.delete, name="delete"),
    path("script-builder/<uuid:id>/save/", sessions.save, name="save"),
    path("script-builder/<uuid:id>/save-template/", sessions.save_template, name="save_template"),
    path("script-builder/<uuid:id>/buffer/", buffer.buffer, name="buffer"),
    path("script-builder/<uuid:id>/language/", buffer.language, name="language"),
    path("script-builder/<uuid:id>/messages/", messages.post, name="message"),
    path("script-builder/<uuid:id>/messages/<uuid:turn_id>/stop/", messages.stop, name="stop"),
    path("script-builder/<uuid:id>/messages/<uuid:turn_id>/retry/", messages.retry, name="retry"),
]
