"""The surfaces that open on the session page: which is open, and what it shows."""

import uuid
from dataclasses import dataclass, field

from pilot import lifecycle
from pilot.models import AISession, SuggestedFix
from script_builder import parameters

# Where a form stands that something is wrong with: its surface opens again, with what was typed.
SURFACE_OF = {form: form for form in ("template", "draft", "resolve", "escalate", "handoff")}


@dataclass(frozen=True)
class Trouble:
    """What is wrong with a form, and what was typed into it. `form` names the form."""

    form: str
    errors: dict
    values: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Generated:
    """A fix's text to run, and what it was made from. `values` goes into the page; a secret's value does not."""

    fix_id: uuid.UUID
    text: str
    number: int
    values: dict


@dataclass(frozen=True)
class Rival:
    """A script that was submitted when another draft was on the fix already."""

    script: str
    language: str


@dataclass(frozen=True)
class Surface:
    """An open surface: what it is, and the DOM id that says which state of the fix it shows.

    The same id is the same surface, which the browser leaves alone with all that was typed in it; an answer to its
    own form gets a new id, and replaces it.
    """

    kind: str
    key: str

    @property
    def dom_id(self) -> str:
        return f"surface-{self.key}"


def find(shown_key: str, session: AISession, fix: SuggestedFix | None, opened: str, *, works: bool) -> Surface | None:
    """The surface that is to be open: the one just asked for, or the one the page shows, while it still holds.

    `works` is whether this user may work the session, were it open.
    """
    kind = opened or shown_key.partition("_")[0]
    if kind == "escalate" and not lifecycle.waits_for_outcome(fix):
        # Asked for, there is nothing left to ask before the handoff; shown, it has been overtaken.
        kind = "handoff" if opened else ""
    state = _state(kind, session, fix) if works else ""
    if not state:
        return None
    # The intercept shows the fix as it is now, also where that changed while it was open.
    if opened or (kind == "escalate" and shown_key.rpartition("_")[0] != state):
        return Surface(kind, f"{state}_{uuid.uuid4().hex[:8]}")
    return Surface(kind, shown_key) if shown_key.rpartition("_")[0] == state else None


def _state(kind: str, session: AISession, fix: SuggestedFix | None) -> str:
    """What this kind of surface stands for at present; nothing where it cannot be open."""
    if kind in ("resolve", "handoff"):
        return f"{kind}_{session.pk}" if session.is_open else ""
    if kind == "reopen":
        return "" if session.is_open else f"reopen_{session.pk}"
    if fix is None or not session.is_open:
        return ""
    holds = {
        "escalate": True,
        "compare": bool(fix.ai_drafted_script),
        "template": lifecycle.surface_for(fix) == "template",
        "draft": lifecycle.surface_for(fix) == "draft",
    }
    return f"{kind}_{fix.pk}_{fix.version}" if holds.get(kind) else ""


def template(fix: SuggestedFix, generated: Generated | None, trouble: Trouble | None) -> dict:
    """What TemplateMatchPanel shows: the version, its form, and the text where one was generated."""
    chosen = fix.script_template
    newest = chosen.newest
    version = chosen.versions.get(number=generated.number) if generated else newest
    values, errors = fix.template_values, {}
    if generated:
        values = generated.values
    elif trouble and trouble.form == "template":
        values, errors = trouble.values, trouble.errors
    return {
        "template": chosen,
        "version": version,
        "newest": newest,
        "fields": parameters.fields(version.parameters, values, errors),
        "generated": generated,
    }


def draft_fields(fix: SuggestedFix, generated: Generated | None, trouble: Trouble | None) -> list:
    """The form above NoTemplateDialog's cards."""
    values, errors = generated.values if generated else {}, {}
    if trouble and trouble.form == "draft":
        values, errors = trouble.values, trouble.errors
    return parameters.fields(fix.ai_drafted_parameters or {}, values, errors)
