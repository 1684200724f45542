"""Every page, dialog and state of the product in one table, for what must hold in all of them.

Each is set up in the database, and reached by an address and a few presses at most.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.template.loader import render_to_string
from django.utils import timezone
from playwright.sync_api import expect

from flowpilot.ai.tools import ProposeOutcome
from flowpilot.people import tokens
from flowpilot.replies.models import Reply
from flowpilot.replies.testing import drain
from pilot.actions import drafts, proposals
from pilot.lifecycle import Phase
from pilot.models import ChatMessage, SuggestedFix, TaskItem
from script_builder.models import ScriptBuilderMessage
from tests.factories.pilot import escalate, make_fix, make_session, make_task, make_template, resolve
from tests.factories.script_builder import DraftingFactory
from tests.journeys.steps import Workbench

FIELDS = {
    "host": {"type": "host", "label": "Computer", "required": True, "help": "As the directory has it."},
    "password": {"type": "secret", "label": "Password", "required": True},
    "seconds": {"type": "number", "label": "Seconds to wait", "default": "30"},
    "how": {"type": "choice", "label": "How", "choices": ["Gently", "At once"]},
    "dry": {"type": "boolean", "label": "Dry run"},
}
SCRIPT = (
    "# Waits, then restarts\nRestart-Service Spooler\nWrite-Output '{{ host }} {{ seconds }} {{ how }} {{ dry }}'\n"
)
TOLD = {
    "why": "The spooler hangs, and nothing prints.",
    "warnings": ["Waiting jobs are lost."],
    "needs_admin": True,
    "reboots": True,
    "description": "Restart the spooler.",
}
VERIFIED = {"verify_command": "Get-Service Spooler", "verify_expected": r"Status\s*:\s*Running"}
REPLY = (
    '<p>Is the <strong>spooler</strong> up? See <code>Get-Service</code>, or <a href="https://example.com">what its '
    "maker says</a>.</p><ol><li>Look</li><li>Tell</li></ol>"
)
# Ticket systems send whole sentences for titles.
LONG = "nobody on the second floor can print since the update of Tuesday, and deleting the jobs does nothing"
BY_HAND = ".builder__bar summary"
SEND = "form => { form.noValidate = true; form.requestSubmit(); }"


@dataclass(frozen=True)
class State:
    """Who looks, at which address, and what is done there."""

    path: str
    reach: Callable[[Workbench], None] = lambda desk: None
    who: str = "owner"


# ---- What is done on a page ---------------------------------------------------------------------


def sends(form: str) -> Callable[[Workbench], None]:
    """Sends a form of the page as it is, wrong or not, and waits for the page that answers."""

    def send(desk):
        with desk.page.expect_navigation():
            desk.page.locator(form).evaluate(SEND)

    return send


def answered(press: Callable[[Workbench], None]) -> Callable[[Workbench], None]:
    """Presses something of the session page, and waits until its answer is shown."""

    def act(desk):
        with desk.page.expect_response(lambda response: response.request.method == "POST"):
            press(desk)
        desk.page.wait_for_load_state("networkidle")

    return act


def in_the_builder(desk):
    desk.selects("Script Builder")
    expect(desk.page.get_by_role("textbox", name="Message to the drafting assistant")).to_be_visible()


def in_the_editor(desk):
    in_the_builder(desk)
    desk.opens_the_editor()


def edits(desk):
    expect(desk.page.locator("script-editor .monaco-editor").first).to_be_visible()


def compares(desk):
    expect(desk.page.locator(".monaco-diff-editor").first).to_be_visible()


def generates(**values):
    def fill_in(desk):
        for label, value in values.items():
            desk.panel.get_by_label(label).fill(value)
        desk.presses("Generate", desk.panel)

    return answered(fill_in)


def opens(summary: str, then: Callable[[Workbench], None] = lambda desk: None) -> Callable[[Workbench], None]:
    """Folds out what stands behind these words."""

    def unfold(desk):
        desk.page.locator(summary).first.click()
        then(desk)

    return unfold


def breaks(desk):
    """What the server shows when it has broken, in the place of this page."""
    body = render_to_string("500.html")
    desk.page.route("**/broken/", lambda route: route.fulfill(status=500, content_type="text/html", body=body))
    desk.page.goto("/broken/")


# ---- What stands in the database ----------------------------------------------------------------


def talk(session, state: str = "done", error: str = "") -> None:
    """A message with its reply in that state, and a line of the record."""
    live = state == "running"
    claim = {"worker": session.pk, "lease_until": timezone.now() + timedelta(hours=1)} if live else {}
    ChatMessage.objects.create(session=session, role="user", author=session.owner, text="Nothing prints.\n  At all.")
    reply = Reply.objects.create(
        account=session.account,
        kind="session",
        conversation=session.pk,
        asked_by=session.owner,
        state=state,
        html="" if live else REPLY,
        error=error,
        finished_at=None if live else timezone.now(),
        **claim,
    )
    ChatMessage.objects.create(session=session, role="assistant", reply=reply)
    ChatMessage.objects.note(session, "Owner looked at the printer.")


def ask(session) -> None:
    """Questions and checks, open and closed."""
    make_task(session, text="Since when?", choices=["Today", "Since the update"])
    make_task(session, kind="check", text="Look at it.", command="Get-Service Spooler", why="It may hang.")
    for text, state, answer in (("Who else?", "answered", "Everybody"), ("Is it plugged in?", "skipped", "")):
        task = make_task(session, text=text)
        closed = {"closed_at": timezone.now(), "closed_by": session.owner}
        TaskItem.objects.filter(pk=task.pk).update(state=state, answer=answer, **closed)


def of_sessions(owner, teammate) -> dict[str, State]:
    """The session page in each of its states, and the pages beside it."""

    def one(called, phase=None, **fields):
        ticket = {"client": "Heron Legal", "ticket_ref": "HL-20418", "device": "PC-07", "operating_system": "Windows"}
        session = make_session(owner, title=f"{called}: {LONG}", problem="Nothing prints.", **ticket)
        if phase:
            make_fix(session, phase, **fields)
        return session, f"/sessions/{session.pk}/"

    template = make_template(owner, SCRIPT, FIELDS, name="Restart the spooler", description="Clears what hangs.")
    filled = {"Computer": "pc-07", "Password": "hidden", "Seconds to wait": "30"}
    said, proposed = one("Second floor: printer", Phase.UNRUN, template=template, **TOLD)
    talk(said)
    ask(said)
    for number in range(5):
        DraftingFactory(user=owner, title=f"In the way {number}")
    _, drafted = one("Drafted", Phase.UNRUN, script=SCRIPT, parameters=FIELDS, **TOLD)
    builds, undrafted = one(
        "Drive gone",
        Phase.UNRUN,
        title="Remove the stale mapping of the drive, and map it again for everybody who signs in",
        source="W20/fix/remap",
    )
    drafting = drafts.open_inline(fix=builds.fixes.get(), by=owner)
    ScriptBuilderMessage.objects.ask(drafting, owner, "Draft it.", "first")
    drain()
    ran, verifying = one("Verifying", Phase.VERIFYING, script="Restart-Service Spooler\n", **VERIFIED)
    talk(ran)
    late, nudge = one("Nudge", Phase.VERIFYING, **VERIFIED)
    SuggestedFix.objects.filter(session=late).update(applied_at=timezone.now() - timedelta(hours=1))
    read, proposal = one("Proposal", Phase.VERIFYING, **VERIFIED)
    proposals.propose(session=read, call=ProposeOutcome(outcome="worked", evidence="It prints."), by=owner)
    _, partial = one("Partial", Phase.PARTIAL)
    _, closed = one("Closed", Phase.SUCCESS)
    ended, resolved = one("Resolved", Phase.SUCCESS)
    ask(ended)
    talk(ended)
    resolve(ended)
    handed, given = one("Handed over", Phase.UNRUN)
    escalate(handed, to=teammate)
    states = {}
    for state, error in (("interrupted", ""), ("failed", "The provider gave no answer."), ("running", "")):
        cut, path = one(f"Reply {state}")
        talk(cut, state, error)
        states[f"reply {state}"] = State(path)
    partial_form = "#partial form"
    return states | {
        "session proposed, tasks open": State(proposed),
        "session of somebody else": State(proposed, who="viewer"),
        "palette": State(proposed, opens(".palette-button")),
        "menu": State(proposed, opens(".menu-button")),
        "template panel": State(f"{proposed}?open=template"),
        "template panel invalid": State(f"{proposed}?open=template", generates(**{"Seconds to wait": "never"})),
        "template panel generated": State(f"{proposed}?open=template", generates(**filled)),
        "no template dialog": State(f"{drafted}?open=draft"),
        "no template dialog invalid": State(
            f"{drafted}?open=draft", answered(lambda desk: desk.presses("Run now, no template", desk.dialog))
        ),
        "builder full": State(
            f"{drafted}?open=draft",
            answered(lambda desk: desk.presses("Just open the builder", desk.dialog)),
        ),
        "builder tab, chat": State(undrafted, in_the_builder),
        "builder tab, draft viewed": State(undrafted, opens("[data-view-draft]")),
        "builder tab, editor": State(undrafted, in_the_editor),
        "builder tab, by hand": State(undrafted, lambda desk: (desk.selects("Script Builder"), opens(BY_HAND)(desk))),
        "verifying": State(verifying, opens("#what-was-run summary", opens("#paste-output summary"))),
        "verifying, didn't work": State(verifying, opens("#didnt-work summary")),
        "verifying, partial without notes": State(
            verifying,
            opens("#partial summary", answered(lambda desk: desk.page.locator(partial_form).evaluate(SEND))),
        ),
        "nudge": State(nudge),
        "outcome proposed": State(proposal),
        "partial": State(partial),
        "closed fix": State(closed, opens("#correct summary")),
        "resolve, verifying": State(f"{verifying}?open=resolve"),
        "resolve, unrun": State(f"{proposed}?open=resolve"),
        "intercept": State(f"{verifying}?open=escalate", opens("#intercept-partial summary")),
        "handoff": State(f"{proposed}?open=escalate"),
        "handoff with errors": State(
            f"{proposed}?open=escalate", answered(lambda desk: desk.presses("Confirm", desk.dialog))
        ),
        "session resolved": State(resolved, opens(".closing summary")),
        "reopen": State(f"{resolved}?open=reopen"),
        "handed over, giver": State(given),
        "handed over, receiver": State(given, who="teammate"),
        "runbooks": State(f"{proposed}runbooks/"),
        "runbooks, none": State(f"{proposed}runbooks/?q=zzzzzz"),
        "timeline": State(f"{resolved}timeline/"),
    }


def of_scripts(owner, teammate) -> dict[str, State]:
    """The Script Builder's own pages, and the library."""
    details = {"description": "Clears what hangs.", "category": "Printing", "tags": ["spooler"], "needs_admin": True}
    made = make_template(
        owner,
        SCRIPT,
        FIELDS,
        name="Clear the queue of every printer that hangs, on this server and on the other one",
        risk="high",
        **details,
    )
    made.versions.create(number=2, text="Get-Printer\n", note="Shorter", created_by=owner)
    make_template(owner, name="A draft of one", status="draft")
    used = make_template(owner, name="Restart it, wait for all that stands in its queue, and restart it again", runs=1)
    own = DraftingFactory(user=owner, title=made.name, template=made, made_from=made.newest)
    for number in range(4):
        DraftingFactory(user=owner, title=f"In the way {number}")
    script, studio = f"/scripts/{made.pk}/", f"/script-builder/{own.pk}/"
    return {
        "script builder at the cap": State("/script-builder/", opens(".confirm summary")),
        "script builder, one too many": State(
            "/script-builder/", lambda desk: (desk.page.locator("#title").fill("New"), sends("#new-session")(desk))
        ),
        "script builder, none": State("/script-builder/", who="stranger"),
        "standalone builder": State(studio, edits),
        "standalone builder, rename": State(studio, opens(".menu-reveal summary", edits)),
        "scripts": State("/scripts/"),
        "scripts, none found": State("/scripts/?q=zzzzzz"),
        "scripts, none": State("/scripts/", who="stranger"),
        "template": State(script),
        "template, older version": State(f"{script}versions/1/"),
        "template, archived": State(
            f"/scripts/{used.pk}/",
            lambda desk: (
                desk.page.get_by_role("button", name="Archive").click(),
                expect(desk.page.locator("[data-message]")).to_be_visible(),
            ),
        ),
        "template, compared": State(f"{script}compare/?old=1&new=2", compares),
        "template, edited": State(f"{script}edit/"),
        "template, edited wrongly": State(
            f"{script}edit/", lambda desk: (desk.page.get_by_label("Name").fill(""), sends("main form")(desk))
        ),
    }


def of_the_rest(owner, teammate) -> dict[str, State]:
    """Lists, forms, people's own pages, errors and the API."""
    for number in range(12):
        make_session(owner, title=f"Ticket {number}", client="Acme")
    tokens.make(by=owner, name="Nightly job", scope="write", days=90)
    nobody = "00000000-0000-0000-0000-000000000000"
    return {
        "sign-in": State("/sign-in/", who=""),
        "sign-in, refused": State(
            "/sign-in/",
            lambda desk: (
                desk.page.get_by_label("Username").fill("nobody"),
                desk.page.get_by_label("Password").fill("wrong"),
                sends("main form")(desk),
            ),
            who="",
        ),
        "sessions": State("/sessions/"),
        "sessions, second page": State("/sessions/?page=2"),
        "sessions, filtered": State("/sessions/?status=resolved"),
        "sessions, none found": State("/sessions/?q=zzz"),
        "sessions, none": State("/sessions/", who="stranger"),
        "sessions, read only": State("/sessions/", who="viewer"),
        "new session": State("/sessions/new/"),
        "new session, wrong": State("/sessions/new/", sends("form.fields")),
        "insights": State("/insights/"),
        "profile": State("/profile/", opens(".confirm summary")),
        "profile, token made": State(
            "/profile/", lambda desk: (desk.page.get_by_label("Name").fill("Job"), sends("form.fields")(desk))
        ),
        "profile, token wrong": State("/profile/", sends("form.fields")),
        "password": State("/password/"),
        "password, wrong": State("/password/", sends("main form")),
        "style guide": State("/styleguide/", edits),
        "403": State("/sessions/new/", who="viewer"),
        "404": State(f"/sessions/{nobody}/"),
        "404 for a visitor": State("/nothing/", who=""),
        "500": State("/sign-in/", breaks, who=""),
        "api": State("/api/docs/", lambda desk: expect(desk.page.locator(".opblock").first).to_be_visible()),
    }
