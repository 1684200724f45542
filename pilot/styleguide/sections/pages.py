"""What every page has: messages, fields, lists, the record, figures, and what lies around and above a page."""

from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator

from flowpilot.people.forms import TokenForm
from pilot import timeline
from pilot.forms import SessionForm
from pilot.insights.shapes import NONE, Cell, Column, Figure, number
from pilot.palette import Found, Group
from pilot.styleguide import things
from pilot.styleguide.sections.cast import LONG, Cast
from pilot.styleguide.staging import Example, Section
from script_builder import parameters
from script_builder.models import Language


def messages(cast: Cast) -> Section:
    """What the product says to somebody."""
    shown = [
        Message(constants.SUCCESS, "“RMM nightly job” is revoked."),
        Message(constants.SUCCESS, "Archived. Fixes that name it can still be run.", extra_tags="/?"),
        Message(constants.INFO, "This was written a minute ago."),
        Message(constants.WARNING, "This template was changed meanwhile. Here is how it stands now."),
        Message(constants.ERROR, "That could not be saved. Nothing you typed is lost."),
    ]
    refused = {"notice": "Somebody closed this task meanwhile.", "typed": "Since Tuesday, on the whole floor."}
    return Section(
        "Messages",
        "What happened is said where it happened, in one sentence that names the next step.",
        [
            Example("Message above the page", "_messages.html", {"messages": shown}),
            Example("Refusal that keeps what was typed", "pilot/_notice.html", cast.given | refused),
            Example("Something changed meanwhile", "pilot/_changed.html", {"region": "task-lane"}),
            Example("Error page", "404.html"),
        ],
    )


def fields(cast: Cast) -> Section:
    """What is filled in."""
    wrong = TokenForm({"name": "", "scope": "read", "days": "30"}, user=cast.viewer)
    bad = {"seconds": "A number, such as 30 or -2.5."}
    language = {"name": "language", "label": "Language", "all": "Any language", "choices": Language.choices}
    return Section(
        "Fields",
        "The label above, the help below, and what is wrong in the field's own place, in words.",
        [
            Example("Text area", "_field.html", {"field": SessionForm()["problem"], "asked": True}),
            Example("Optional field", "_field.html", {"field": SessionForm()["client"]}),
            Example("Field with an error", "_field.html", {"field": wrong["name"]}),
            Example("Choice", "_field.html", {"field": TokenForm(user=cast.viewer)["scope"]}),
            Example(
                "Parameters of a script",
                "script_builder/_parameters.html",
                {"fields": parameters.fields(things.PARAMETERS, {}, bad)},
            ),
            Example("Filter", "script_builder/_choice.html", language | {"chosen": ""}),
            Example("Setting", "people/_shortcuts.html", {"saved": True}),
        ],
    )


def lists(cast: Cast) -> Section:
    """A row for each place in which a session may stand, and a list without one."""
    kinds = {
        "handed": ("Handed to you", "", "escalated"),
        "outcome": ("Waits for an outcome", "Clear the queue of PRN-02", "open"),
        "reply": ("Reply interrupted", "", "open"),
        "replying": ("Assistant is replying", "", "open"),
        "fix": ("Fix proposed", "Restart the print spooler", "open"),
        "verifying": ("Verifying", "Install the driver anew", "open"),
        "tasks": ("2 tasks open", "", "open"),
        "partial": ("Partly applied", "Map the drive again", "open"),
        "open": ("Open", "", "open"),
        "resolved": ("Resolved", "", "resolved"),
        "escalated": ("Escalated", f"to {cast.jonas}", "escalated"),
    }
    titles = ["Second floor: printer", "P drive has a red cross", "Teams is slow", LONG.capitalize()]
    rows = [
        things.standing(things.session(cast.maya, titles[place % 4], status=status), kind, words, about)
        for place, (kind, (words, about, status)) in enumerate(kinds.items())
    ]
    shown = {"q": "", "status": "", "counts": {"all": len(rows)}, "statuses": ()}
    return Section(
        "Lists",
        "Where a session stands is said in words and by an icon, so that it holds without its colour.",
        [
            Example("Sessions", "pilot/sessions.html", shown | {"page": Paginator(rows, 25).page(1)}, wide=True),
            Example("Empty list", "pilot/sessions.html", shown | {"page": Paginator([], 25).page(1)}, wide=True),
        ],
    )


def record(cast: Cast) -> Section:
    """The Timeline."""
    one = things.fix(cast.session, "Clear the queue of PRN-02")
    kinds = [
        things.event(cast.session, "session_opened", 60),
        things.event(cast.session, "tasks_asked", 59, "assistant", count=2),
        things.event(cast.session, "task_answered", 50, text="Since when?", answer="Since Tuesday."),
        things.event(cast.session, "fix_proposed", 49, "assistant", fix=one),
        things.event(cast.session, "fix_run", 30, fix=one, how="from the template “Clear a print queue”, version 2"),
        things.event(cast.session, "fix_partial", 20, fix=one, notes="One of two printers prints."),
        things.event(cast.session, "fix_failed", 12, fix=one),
        things.event(cast.session, "fix_worked", 8, "api", fix=one),
        things.event(cast.session, "session_escalated", 4, to=str(cast.jonas)),
        things.event(cast.session, "session_resolved", 1),
    ]
    lines = [{"event": event, "sentence": timeline.sentence(event)} for event in kinds]
    shown = {"session": cast.session, "groups": timeline.LABELS, "group": "", "markdown": "", "lines": lines}
    return Section(
        "Record",
        "What moved, who moved it and when; added to, never rewritten.",
        [Example("Timeline", "pilot/timeline.html", shown, wide=True)],
    )


def figures(cast: Cast) -> Section:
    """A chart with its table, and one that has nothing to show."""
    series = {"Worked": "worked", "Partly": "partly", "Didn't work": "failed", "Dismissed": "dismissed"}
    columns = [
        Column("Week from"),
        *(Column(label, name) for label, name in series.items()),
        Column("Worked, of those run"),
    ]
    weeks = {"2 Nov 2026": (7, 1, 2, 1), "9 Nov 2026": (9, 0, 1, 2), "16 Nov 2026": (12, 2, 1, 0)}
    rows = [
        [Cell(week), *map(number, counts), Cell(f"{counts[0]} of {sum(counts[:3])}", 100 * counts[0] / sum(counts[:3]))]
        for week, counts in weeks.items()
    ]
    rows.append([Cell("23 Nov 2026", note="in part"), *[NONE] * 5])
    says = "Every fix once, in the week in which its outcome was written."
    full = Figure("outcomes", "stacked", "What came of the fixes", says, "28 of 35 worked (80 %).", columns, rows)
    none = Figure("waiting", "bars", "What waits", "Runs without an outcome, by age.", "", [], [], "Nothing waits.")
    return Section(
        "Figures",
        "A chart is drawn from its table, which says the same in words and as a file.",
        [
            Example("Chart with its table", "pilot/_figure.html", {"figure": full}, wide=True),
            Example("Nothing to show", "pilot/_figure.html", {"figure": none}),
        ],
    )


def around(cast: Cast) -> Section:
    """What lies above a page."""
    groups = [
        Group("sessions", "Sessions", [Found("/", "open", LONG.capitalize(), "Heron Legal · HL-20418")]),
        Group("scripts", "Scripts", [Found("/", "template", "Clear a print queue")]),
        Group("runbooks", "Runbooks", [Found("/", "runbook", "Printing stops", "W07")]),
    ]
    return Section(
        "Palette and keys",
        "Ctrl K finds whatever there is; ? lists the keys.",
        [
            Example("Palette", "_palette.html", {"groups": groups, "q": "print"}, answer="pilot/_palette.html"),
            Example("How many wait", "pilot/_waits.html", {"waits_for_me": 3}),
        ],
    )
