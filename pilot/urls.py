from django.urls import include, path

from pilot.views import chat, closing, drafting, fixes, runbooks, running, sessions, tasks

app_name = "pilot"

fix_patterns = [
    path("apply/", fixes.apply, name="fix_apply"),
    path("dismiss/", fixes.dismiss, name="fix_dismiss"),
    path("outcome/", fixes.outcome, name="fix_outcome"),
    path("never-applied/", fixes.never_applied, name="fix_never_applied"),
    path("correct/", fixes.correct, name="fix_correct"),
    path("by-hand/", fixes.by_hand, name="fix_by_hand"),
    path("generate/", running.generate, name="fix_generate"),
    path("ran/", running.ran, name="fix_ran"),
    path("decision/", running.decision, name="fix_decision"),
    path("builder/", drafting.open_builder, name="fix_builder"),
    path("submit/", drafting.submit, name="fix_submit"),
    path("compare/", drafting.compare, name="fix_compare"),
]

session_patterns = [
    path("", sessions.session, name="session"),
    path("live/", chat.live, name="live"),
    path("timeline/", sessions.session_timeline, name="timeline"),
    path("resolve/", closing.resolve, name="resolve"),
    path("runbooks/", runbooks.runbooks, name="runbooks"),
    path("messages/", chat.post_message, name="message"),
    path("messages/earlier/", chat.earlier, name="earlier"),
    path("messages/<uuid:turn_id>/stop/", chat.stop_reply, name="stop"),
    path("messages/<uuid:turn_id>/retry/", chat.retry_reply, name="retry"),
    path("tasks/<uuid:task_id>/", tasks.close, name="task"),
    path("fixes/<uuid:fix_id>/", include(fix_patterns)),
]

urlpatterns = [
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/new/", sessions.session_new, name="session_new"),
    path("sessions/<uuid:session_id>/", include(session_patterns)),
]
