"""The Script Builder and the library."""

from pilot.styleguide import things
from pilot.styleguide.sections.cast import Cast
from pilot.styleguide.staging import Example, Section
from script_builder.models import Language, Risk, RunAs


def builder(cast: Cast) -> Section:
    """The builder's chat, its bar, and the editor."""
    fix = things.fix(cast.session, "Map the drive again")
    drafting = things.drafting(cast.maya, "Clear a print queue", template=cast.template, parameters=things.PARAMETERS)
    asked = things.said(cast.session, "Only for one printer, and say which jobs are left.")
    drafted = things.replied(cast.session, f"This does it for one.\n\n```powershell\n{things.SCRIPT}```\n")
    shared = cast.given | {"drafting": drafting, "builder": drafting, "fix": fix, "languages": Language.choices}
    chat = {"builder_turns": [asked, drafted], "message_key": "", "similar": [cast.template]}
    script = {"text": things.SCRIPT, "language": "powershell", "may_write": True, "began_as": cast.first}
    named = {"name": "Clear a print queue", "note": "", "form": None, "stale": False}
    return Section(
        "Script Builder",
        "A chat that drafts and an editor over a plain field, on the same text.",
        [
            Example("Bar of the tab", "pilot/_builder_bar.html", shared | {"mode_shown": "ai"}, wide=True),
            Example("Chat", "script_builder/_chat.html", shared | chat | {"may_write": True}, wide=True),
            Example("Editor", "script_builder/_script_form.html", shared | script | named, wide=True),
            Example("Newer version", "script_builder/_newer.html", shared | script | {"newer": cast.second}, wide=True),
            Example(
                "Tab before a draft", "pilot/_builder.html", cast.given | {"strip": True, "builder": None, "fix": fix}
            ),
            Example("Delete", "script_builder/_delete.html", {"drafting": drafting}),
        ],
    )


def library(cast: Cast) -> Section:
    """A template with its facts, its record, its actions and its versions."""
    used = {"template": cast.template, "version": cast.second, "newest": cast.second, "in_use": True}
    draft = {
        "template": things.template(
            cast.maya, "Map a drive", status="draft", runs=0, successes=0, failures=0, partials=0
        )
    }
    archived = {
        "template": things.template(cast.maya, "Old one", archived_at=things.ago(days=2), archived_by=cast.maya)
    }
    choices = {"statuses": (), "categories": ["Printing"], "tags": ["spooler"], "sorts": [("", "Most reliable")]}
    asked = dict.fromkeys(("q", "status", "language", "category", "tag", "run_as", "risk", "sort"), "")
    found = {
        "rows": [cast.template, draft["template"], archived["template"]],
        "asked": asked,
        "languages": Language.choices,
        "runs_as": RunAs.choices[1:],
        "risks": Risk.choices,
        **choices,
    }
    return Section(
        "Library",
        "What a script needs and what came of it stand beside its name.",
        [
            Example("Facts", "script_builder/_facts.html", used),
            Example("Record", "script_builder/_record.html", used),
            Example("Never run", "script_builder/_record.html", draft),
            Example("Actions on what is in use", "script_builder/_template_actions.html", used),
            Example("Actions on a draft", "script_builder/_template_actions.html", draft | {"version": cast.first}),
            Example("Actions on what is archived", "script_builder/_template_actions.html", archived | used | archived),
            Example("Versions", "script_builder/_versions.html", used | {"versions": [cast.second, cast.first]}),
            Example("Templates", "script_builder/templates.html", found, wide=True),
        ],
    )
