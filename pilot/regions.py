"""The session page and its small regions: what each shows, and the one answer that every write gives.

Transcript, composer, builder panel and editor are in no such answer; new turns are appended.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, Subquery, Value
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from flowpilot.people.access import may_write
from flowpilot.web.http import Request, uuid_of
from pilot import access, lifecycle, previews, standing, surfaces, waiting
from pilot.actions.drafts import inline_of
from pilot.models import AISession, TaskItem
from pilot.surfaces import SURFACE_OF, Generated, Rival, Trouble
from pilot.verifying import Reading
from script_builder import checks
from script_builder.access import list_sessions
from script_builder.models import Language

TURNS = 50
SIDEBAR = 30
OUTCOMES = [("worked", "Worked"), ("failed", "Didn't work"), ("partial", "Partial")]


@dataclass(frozen=True)
class Page:
    """What the browser says of its page: the tab, the open surface, the newest turn, how the banner stands, and
    without scripts the mode."""

    tab: str = "chat"
    surface: str = ""
    seen: str = ""
    banner: str = ""
    mode: str = ""

    @classmethod
    def of(cls, request: Request) -> "Page":
        sent = request.POST if request.method == "POST" else request.GET
        tab = sent.get("page-tab") or sent.get("tab", "chat")
        said = (sent.get(name, "") for name in ("page-surface", "page-seen", "page-banner", "mode"))
        return cls(tab, *said)


def context(
    request: Request,
    session_id,
    *,
    read_turns: Callable[[AISession], dict] = lambda session: {},
    page: Page | None = None,
    opened: str = "",
    generated: Generated | None = None,
    trouble: Trouble | None = None,
    rival: Rival | None = None,
    reading: Reading | None = None,
    notice: str = "",
    typed: str = "",
    focus: str = "",
) -> dict:
    """Everything that the page or its regions show, from fresh rows.

    `read_turns` reads the chat, before all else: a reply that is complete in it has put what it did on the record that
    is read afterwards. `opened` opens a surface: template, draft, compare, builder, resolve, escalate, handoff or
    reopen. `focus` names where the eye goes next.
    """
    user, page = request.user, page or Page.of(request)
    session = access.get_session(user, session_id)
    turns = read_turns(session)
    may_work = access.may_work(user, session)
    fixes = list(session.fixes.select_related("script_template", "applied_by", "closed_by"))
    tasks = list(session.tasks.all())
    active, shown = lifecycle.active_fix(fixes), lifecycle.banner_fix(fixes)
    if generated and (active is None or generated.fix_id != active.pk):
        generated = None
    works = may_work and session.is_open
    strip = lifecycle.shows_strip(session, active, works)
    if opened == "compare" and rival is None:
        opened = ""
    opened = opened or SURFACE_OF.get(trouble.form if trouble else "", "")
    surface = surfaces.find(page.surface, session, active, opened, works=may_work)
    # A dialog that was just asked for stands in the Chat panel.
    tab = "chat" if opened and surface else page.tab
    builder_tab = strip and (opened == "builder" or tab == "script_builder")
    return {
        **turns,
        "session": session,
        "works": works,
        "may_work": may_work,
        "may_take_over": not session.is_open and session.handed_to_id == user.pk,
        **_banner(session, shown),
        "strip": strip,
        "tab": "script_builder" if builder_tab else "chat",
        "builder": inline_of(user, active) if strip and session.has_inline else None,
        "mode_shown": page.mode,
        "surface": surface,
        **_content(surface, session, active, generated, trouble, user),
        "reading": reading if active and reading and reading.fix_id == active.pk else None,
        "closings": list(session.closings.select_related("to", "written_by")) if session.was_closed else [],
        "rival": rival,
        "own_draft": _own_draft(user, active) if works and active and session.has_inline else None,
        "focus": focus,
        "tasks": tasks,
        "open_tasks": sum(task.state == TaskItem.State.OPEN for task in tasks),
        "generated": generated,
        "trouble": trouble,
        "notice": notice,
        "typed": typed,
        "languages": Language.choices,
        "outcomes": OUTCOMES,
        "message_key": uuid.uuid4().hex,
    }


def _content(surface, session, fix, generated, trouble, user) -> dict:
    """What the open surface shows."""
    kind = surface.kind if surface else ""
    return {
        "template": surfaces.template(fix, generated, trouble) if kind == "template" else None,
        "cap_sessions": _in_the_way(user, trouble) if kind == "draft" else None,
        "draft_fields": surfaces.draft_fields(fix, generated, trouble) if kind == "draft" else None,
        "findings": checks.check(fix.ai_drafted_script, fix.language) if kind == "draft" else [],
        "resolution": previews.resolution(session, fix, trouble) if kind == "resolve" else None,
        "handoff": previews.handoff(session, fix, trouble, user) if kind == "handoff" else None,
        "intercept": previews.intercept(fix, trouble) if kind == "escalate" else None,
        "reopening": previews.reopening(session) if kind == "reopen" else None,
    }


def _in_the_way(user, trouble):
    """This user's standalone builder sessions, where there is no room for one more."""
    return list_sessions(user).select_related("template") if trouble and "cap" in trouble.errors else None


def _banner(session, fix) -> dict:
    """The fix that the banner shows, how, what was run of it last, and what tells this from any other state."""
    if fix is None:
        return {"fix": None, "mode": "", "stamp": None, "banner": ""}
    stamps = fix.stamps.standing().select_related("template", "template_version", "ran_by")
    minutes = session.account.nudge_minutes
    mode = lifecycle.banner_mode(fix, minutes, timezone.now())
    return {
        "fix": fix,
        "mode": mode,
        "verifying": mode in ("verifying", "nudge"),
        "nudge_at": lifecycle.nudge_at(fix, minutes) if mode == "verifying" else None,
        "stamp": stamps.last() if fix.applied_at else None,
        "banner": _token(fix, mode),
    }


def _token(fix, mode: str) -> str:
    return f"{fix.pk} {fix.version} {mode} {fix.proposal_key}"


def banner_of(session) -> str:
    """How the session's banner stands now: another text wherever it would look another way."""
    fix = lifecycle.banner_fix(list(session.fixes.all()))
    return _token(fix, lifecycle.banner_mode(fix, session.account.nudge_minutes, timezone.now())) if fix else ""


def _own_draft(user, fix):
    """What this user wrote for the fix before a colleague's draft came first."""
    drafting = inline_of(user, fix) if fix.ai_drafted_script and not fix.script_template_id else None
    return drafting if drafting and not drafting.is_untouched else None


def new_turns(session, seen: str):
    """The turns after the one that the page shows last; all of the newest where it shows none."""
    turns = session.messages.select_related("reply", "author")
    last = turns.filter(pk=uuid_of(seen)).first() if seen else None
    if last is not None:
        return list(turns.filter(created_at__gt=last.created_at))
    return newest_turns(session)[0]


def newest_turns(session, before=None):
    """The newest turns, oldest of them first, and whether there are earlier ones. `before` is a turn."""
    turns = session.messages.select_related("reply", "author").order_by("-created_at", "-id")
    if before is not None:
        turns = turns.filter(created_at__lt=before.created_at)
    found = list(turns[: TURNS + 1])
    return found[:TURNS][::-1], len(found) > TURNS


def full_page(request: Request, session_id, *, status: int = 200, **shown) -> HttpResponse:
    """The whole session page."""

    def read_turns(session):
        turns, earlier = newest_turns(session)
        return {"turns": turns, "earlier": earlier}

    data = context(request, session_id, read_turns=read_turns, **shown)
    data["statuses"] = AISession.Status.choices
    data["builder_turns"] = newest_turns(data["builder"])[0] if data["builder"] else []
    data |= _sidebar(request.user)
    return render(request, "pilot/session.html", data, status=status)


def _sidebar(user) -> dict:
    """The newest sessions and how many of all wait for this user, in one query."""
    own = waiting.waiting(access.visible(user), user).order_by()
    all_waiting = Subquery(own.annotate(every=Value(1)).values("every").annotate(n=Count("pk")).values("n"))
    found = standing.described(access.visible(user)[:SIDEBAR], user, all_waiting=all_waiting)
    return {"sidebar": found, "waits_for_me": found[0].all_waiting if may_write(user) else None}


def session_regions(
    request: Request, session_id, *, status: int = 200, panel: bool = False, done: bool = False, **shown
) -> HttpResponse:
    """The answer to every write: the small regions from fresh rows, and the turns that the page lacks.

    Without htmx it is a redirect to the page, or the page itself where something is wrong. `panel` adds the builder
    panel, for the form that opened it. `done` says that the open surface has served: back to the chat without it.
    """
    if not request.htmx:
        if status == 200 and not any(shown.get(name) for name in ("generated", "trouble", "rival", "reading")):
            return HttpResponseRedirect(page_url(session_id, shown.get("opened", "")))
        return full_page(request, session_id, status=status, **shown)
    page = Page.of(request)
    page = Page(seen=page.seen) if done else page
    seen = page.seen
    data = context(
        request, session_id, read_turns=lambda session: {"turns": new_turns(session, seen)}, page=page, **shown
    )
    data["other"] = standing.described(AISession.objects.filter(pk=data["session"].pk), request.user)[0]
    data["panel"] = panel and data["builder"]
    data["builder_turns"] = newest_turns(data["builder"])[0] if data["panel"] else []
    return render(request, "pilot/_regions.html", data, status=status)


def page_url(session_id, opened: str = "") -> str:
    """The session's page, with a surface open where one is asked for."""
    url = reverse("pilot:session", args=[session_id])
    if opened == "builder":
        return f"{url}?tab=script_builder"
    return f"{url}?open={opened}" if opened else url
