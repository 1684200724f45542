"""The fix: its banner in every mode, the surfaces on which it is run, and the dialogs that close a session."""

from pilot.previews import Preview
from pilot.regions import OUTCOMES
from pilot.styleguide import things
from pilot.styleguide.sections.cast import Cast
from pilot.styleguide.staging import Example, Section
from pilot.surfaces import Generated, Rival, Surface, Trouble
from pilot.verifying import Reading
from script_builder import checks, parameters
from script_builder.files import file_of

NOTES = "**Problem.** Nobody on the second floor can print.\n\n**Fix.** Clear the queue of PRN-02: worked.\n"
RISKY = {
    "risk": "high",
    "needs_admin": True,
    "reboots": True,
    "run_as": "SYSTEM",
    "warnings": ["Waiting jobs are lost."],
}
VERIFIED = {"verify_command": "Get-Service Spooler", "verify_expected": r"Status\s*:\s*Running"}


def banner(cast: Cast) -> Section:
    """The banner in each of its modes."""
    run = {"applied_at": things.ago(minutes=4), "applied_by": cast.maya}
    proposal = {"ai_outcome_proposal": "applied_success", "ai_outcome_evidence": "They print again.", **run}
    closed = {"closed_at": things.ago(minutes=1), "closed_by": cast.maya, "status": "applied_success"}
    template = {"kind": "template", "note": "", "template": cast.template, "template_version": cast.second}
    output = Reading(cast.session.pk, "Status : Running", "worked", "This is what is expected after the fix.")

    def example(name, title, mode, fix, stamp=None, **more):
        one = things.fix(cast.session, title, **fix)
        given = {
            "fix": one,
            "mode": mode,
            "verifying": mode in ("verifying", "nudge"),
            "nudge_at": things.ago(minutes=-6) if mode == "verifying" else None,
            "stamp": things.ran(one, **(stamp or {})) if fix.get("applied_at") else None,
        }
        return Example(name, "pilot/_banner.html", cast.given | given | more, wide=True)

    text = {"text": things.SCRIPT, "sha256": "0"}
    partly = {"status": "applied_partial", "outcome_notes": "One of two printers prints."}
    return Section(
        "Banner of the fix",
        "One surface in five modes. Only the engineer's own word that it was run moves it on.",
        [
            Example("Tabs", "pilot/_tab_strip.html", cast.given | _tabs(cast), wide=True),
            example("Proposed", "Restart the print spooler", "proposed", RISKY),
            example("Verifying", "Clear the queue", "verifying", run | VERIFIED, template | text, reading=output),
            example("Outcome proposed", "Move the printer's port", "verifying", proposal),
            example("Nudge", "Install the driver anew", "nudge", run),
            example("Partial", "Map the printer again", "partial", run | partly),
            example("Closed", "Restart the device", "closed", run | closed),
        ],
    )


def _tabs(cast: Cast) -> dict:
    fix = things.fix(cast.session, "Map the drive again")
    return {"strip": True, "tab": "chat", "mode": "proposed", "fix": fix, "builder": things.drafting(cast.maya, "Map")}


def dialogs(cast: Cast) -> Section:
    """What slides up above the composer, and the template's panel in the lane."""
    one = things.fix(
        cast.session, "Clear the queue of PRN-02", ai_drafted_script=things.SCRIPT, warnings=RISKY["warnings"]
    )
    given = cast.given | {"fix": one, "outcomes": OUTCOMES}
    fields = parameters.fields(things.PARAMETERS, {"printer": "PRN-02"})
    filled = parameters.fields(things.PARAMETERS, {"printer": "PRN-02", "how": "Gently"})
    fresh = Preview(NOTES, "", NOTES.replace("worked", "worked, corrected a minute ago"))
    panel = {"template": cast.template, "version": cast.first, "newest": cast.second, "generated": None}
    text = Generated(one.pk, things.SCRIPT.replace("{{ printer }}", "PRN-02"), 1, {})
    file = file_of(cast.template.name, text.text, "powershell")
    handoff = {
        "preview": Preview(NOTES, ""),
        "reason": "",
        "to": "",
        "party": "",
        "people": [cast.jonas],
        "errors": {"to": "Name a teammate or an outside party.", "summary": ""},
        "phase": "unrun",
    }
    resolution = {
        "preview": fresh,
        "outcome": "worked",
        "outcome_notes": "",
        "errors": {"notes": ""},
        "phase": "verifying",
    }
    intercept = {"partial": False, "notes": "", "errors": {}, "carried": []}
    cap = {"trouble": Trouble("draft", {"cap": "You have 5 sessions, which is as many as there may be."})}
    draft = {"draft_fields": fields, "findings": checks.check("rm -rf /\n", "bash"), "generated": None}
    in_the_way = {
        "cap_sessions": [things.drafting(cast.maya, "Map a drive"), things.drafting(cast.maya, "Teams cache")]
    }

    def dialog(name, file_name, wide=True, **more):
        key = {"surface": Surface(name, name.lower().replace(" ", "-")), "trouble": None}
        return Example(name, f"pilot/{file_name}", given | key | more, wide)

    return Section(
        "Surfaces and dialogs",
        "A surface opens beside what it is about, keeps what is typed in it, and closes with Esc.",
        [
            dialog("Template panel", "_template_panel.html", False, template=panel | {"fields": fields}),
            dialog(
                "Template panel with its text",
                "_template_panel.html",
                False,
                template=panel | {"fields": filled, "generated": text, "file": file, "version": cast.second},
            ),
            dialog("Drafted script", "_no_template.html", **draft | in_the_way | cap),
            dialog("Comparison", "_compare.html", rival=Rival(things.LONGER, "powershell")),
            dialog("Before a handoff", "_intercept.html", intercept=intercept),
            dialog("Handoff", "_handoff.html", handoff=handoff),
            dialog("Resolve", "_resolve.html", resolution=resolution),
            dialog("Reopen", "_reopen.html", reopening={"held": one}),
        ],
    )
