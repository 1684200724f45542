from django.urls import include, path

from pilot.views import chat, closing, drafting, fixes, insights, record, runbooks, running, sessions, tasks

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
    path("output/", fixes.output, name="fix_output"),
    path("proposal/confirm/", fixes.confirm_proposal, name="fix_confirm_proposal"),
    path("proposal/not-yet/", fixes.decline_proposal, name="fix_decline_proposal"),
    path("intercept/", closing.intercept, name="fix_intercept"),
]

session_patterns = [
    path("", sessions.session, name="session"),
    path("live/", chat.live, name="live"),
    path("timeline/", record.session_timeline, name="timeline"),
    path("timeline/markdown/", record.timeline_file, {"ending": "md"}, name="timeline_markdown"),
    path("timeline/json/", record.timeline_file, {"ending": "json"}, name="timeline_json"),
    path("closings/<uuid:closing_id>/markdown/", record.closing_file, {"ending": "md"}, name="closing_markdown"),
    path("closings/<uuid:closing_id>/json/", record.closing_file, {"ending": "json"}, name="closing_json"),
    path("resolve/", closing.resolve, name="resolve"),
    path("escalate/", closing.escalate, name="escalate"),
    path("take-over/", closing.take_over, name="take_over"),
    path("withdraw/", closing.withdraw, name="withdraw"),
    path("reopen/", closing.reopen, name="reopen"),
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
    path("insights/", insights.insights, name="insights"),
    path("insights/csv/", insights.figure_file, name="insights_csv"),
]
