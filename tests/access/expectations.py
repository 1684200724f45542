"""What every URL and method asks for: `rows.right`, the one table of who gets where.

`rows` is what the ids of the address name:

- `session`: a session and what is in it; `draft`: one's own drafting session; `standalone`: the same, inline ones left
  out; `library`: a template of the account; `token`: one's own access token
- `member`: no row, whoever belongs to an account; `people`: whoever is signed in; `all`: everybody

`right` is `read`, `work` (change it: 403 for who only sees it), `take_over` (work, and whom it was handed to), or `own`
(change what is nobody else's, which viewers do too).

A URL is called by its name; `:name` is one outside of every namespace, and `:` the nameless front page.
"""

_TABLE = [
    ("all.read", "GET", ": people:sign_in"),
    ("all.own", "POST", "people:sign_in people:sign_out"),
    ("people.read", "GET", "people:password"),
    ("people.own", "POST", "people:password"),
    ("member.read", "GET", "people:profile :api_docs api:openapi api:me api:list_people"),
    ("member.own", "POST", "people:profile people:shortcuts people:sign_out_elsewhere"),
    ("member.read", "GET", "pilot:palette pilot:insights pilot:insights_csv styleguide:page"),
    ("token.own", "POST", "people:revoke"),
    # Sessions
    ("member.read", "GET", "pilot:sessions api:list_sessions"),
    # Its form is for who may send it.
    ("member.work", "GET", "pilot:session_new"),
    ("member.work", "POST", "pilot:session_new api:open_session"),
    ("session.read", "GET", "pilot:session pilot:live pilot:earlier pilot:timeline"),
    ("session.read", "GET", "pilot:timeline_markdown pilot:timeline_json pilot:closing_markdown pilot:closing_json"),
    ("session.read", "GET", "pilot:resolve pilot:escalate pilot:reopen pilot:runbooks"),
    ("session.work", "POST", "pilot:resolve pilot:escalate pilot:reopen pilot:runbooks pilot:withdraw"),
    ("session.work", "POST", "pilot:message pilot:stop pilot:retry pilot:task"),
    ("session.work", "POST", "pilot:fix_apply pilot:fix_dismiss pilot:fix_outcome pilot:fix_never_applied"),
    ("session.work", "POST", "pilot:fix_correct pilot:fix_by_hand pilot:fix_generate pilot:fix_ran"),
    ("session.work", "POST", "pilot:fix_decision pilot:fix_builder pilot:fix_submit pilot:fix_compare"),
    ("session.work", "POST", "pilot:fix_output pilot:fix_intercept"),
    ("session.work", "POST", "pilot:fix_confirm_proposal pilot:fix_decline_proposal"),
    ("session.read", "GET", "api:read_session api:list_messages api:list_tasks api:read_task api:list_run_stamps"),
    ("session.read", "GET", "api:list_timeline api:list_fixes api:read_fix api:list_closings"),
    ("session.read", "GET", "api:preview_resolution api:preview_handoff api:list_runbooks"),
    ("session.read", "GET", "api:timeline_markdown api:closing_markdown"),
    ("session.work", "POST", "api:pick_runbook api:engage api:submit_draft api:render_draft api:read_output"),
    ("session.work", "POST", "api:confirm_proposal"),
    ("session.work", "PATCH", "api:edit_session api:close_task api:set_script api:set_outcome"),
    ("session.work", "POST", "api:post_message api:stop_reply api:retry_reply api:correct_outcome api:declare_run"),
    ("session.work", "POST", "api:decide api:resolve api:escalate api:withdraw api:reopen"),
    ("session.work", "DELETE", "api:decline_proposal"),
    ("session.take_over", "POST", "pilot:take_over api:take_over"),
    # Drafting
    ("member.read", "GET", "script_builder:sessions api:list_drafting_sessions"),
    ("member.work", "POST", "script_builder:new api:open_drafting_session"),
    ("standalone.read", "GET", "script_builder:session"),
    ("standalone.work", "POST", "script_builder:delete script_builder:rename script_builder:save"),
    ("standalone.work", "POST", "script_builder:save_template script_builder:take_newest"),
    ("standalone.work", "DELETE", "api:delete_drafting_session"),
    ("draft.work", "POST", "script_builder:buffer script_builder:language"),
    ("draft.work", "POST", "script_builder:message script_builder:stop script_builder:retry"),
    ("draft.read", "GET", "api:read_drafting_session api:list_drafting_messages"),
    ("draft.work", "PATCH", "api:save_buffer"),
    ("standalone.work", "POST", "api:rename_drafting_session api:take_newest api:save_template"),
    ("draft.work", "POST", "api:post_drafting_message api:stop_drafting_reply api:retry_drafting_reply"),
    # The library
    ("member.read", "GET", "script_builder:templates api:list_templates"),
    ("library.read", "GET", "script_builder:template script_builder:template_version script_builder:template_compare"),
    ("library.read", "GET", "api:read_template api:list_versions api:read_version"),
    ("library.work", "GET", "script_builder:template_edit"),
    ("library.work", "POST", "script_builder:template_edit script_builder:template_publish"),
    ("library.work", "POST", "script_builder:template_archive script_builder:template_bring_back"),
    ("library.work", "POST", "script_builder:template_delete script_builder:template_restore"),
    ("library.work", "POST", "api:render_version api:publish_template api:archive_template api:restore_version"),
    ("library.work", "POST", "api:bring_template_back"),
    ("library.work", "PATCH", "api:edit_template"),
    ("library.work", "DELETE", "api:delete_template"),
]


def _by_url() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for rule, method, names in _TABLE:
        for name in names.split():
            methods = found.setdefault(name.removeprefix(":"), {})
            assert method not in methods, f"{method} {name} stands twice in the table"
            methods[method] = rule
    return found


RULES = _by_url()

# An id that travels in the query rather than in the path: its name, and the row that it is of.
IN_THE_QUERY = {"pilot:earlier": ("before", "turn")}

# What an address does not answer without.
QUERIES = {"pilot:insights_csv": "figure=outcomes"}

# What else a list is asked for; nothing of what does not exist for somebody may come up in it.
SEARCHES = {
    "pilot:sessions": ["q=ticket", "q=osprey", "q=kestrel", "status=open", "status=waiting"],
    "pilot:palette": ["q=ticket", "q=osprey", "q=kestrel", "q=heron"],
    "pilot:insights": ["client=osprey", "period=12-months"],
    "pilot:runbooks": ["q=osprey"],
    "api:list_runbooks": ["q=osprey", "limit=100"],
    "api:list_sessions": ["q=ticket", "q=osprey", "q=kestrel"],
    "script_builder:templates": ["q=osprey", "q=heron", "tag=everywhere", "status=draft", "sort=newest"],
    "api:list_templates": ["q=osprey", "language=powershell"],
}
