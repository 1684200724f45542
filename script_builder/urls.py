from django.urls import include, path

from script_builder.views import buffer, keeping, library, messages, sessions, studio

app_name = "script_builder"

session_patterns = [
    path("", sessions.session, name="session"),
    path("delete/", sessions.delete, name="delete"),
    path("rename/", sessions.rename, name="rename"),
    path("save/", sessions.save, name="save"),
    path("save-template/", studio.save_template, name="save_template"),
    path("take-newest/", sessions.take_newest, name="take_newest"),
    path("buffer/", buffer.buffer, name="buffer"),
    path("language/", buffer.language, name="language"),
    path("messages/", messages.post, name="message"),
    path("messages/<uuid:turn_id>/stop/", messages.stop, name="stop"),
    path("messages/<uuid:turn_id>/retry/", messages.retry, name="retry"),
]

template_patterns = [
    path("", library.template, name="template"),
    path("edit/", keeping.edit, name="template_edit"),
    path("publish/", keeping.publish, name="template_publish"),
    path("archive/", keeping.archive, name="template_archive"),
    path("bring-back/", keeping.bring_back, name="template_bring_back"),
    path("delete/", keeping.delete, name="template_delete"),
    path("compare/", library.compare, name="template_compare"),
    path("versions/<int:number>/", library.version, name="template_version"),
    path("versions/<int:number>/restore/", keeping.restore, name="template_restore"),
]

urlpatterns = [
    path("script-builder/", sessions.sessions, name="sessions"),
    path("script-builder/new/", sessions.new, name="new"),
    path("script-builder/<uuid:id>/", include(session_patterns)),
    path("scripts/", library.templates, name="templates"),
    path("scripts/<uuid:template_id>/", include(template_patterns)),
]
