"""The surfaces that open on the session page: which is open, and what it shows."""

import uuid
from dataclasses import dataclass, field

from pilot import lifecycle, notes
from pilot.models import AISession, SuggestedFix
from script_builder import parameters

# Where a form stands that something is wrong with: its surface opens again, with what was typed.
SURFACE_OF = {"template": "template", "draft": "draft", "resolve": "resolve"}


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


def find(shown_key: str, session: AISession, fix: SuggestedFix | None, opened: str) -> Surface | None:
    """The surface that is to be open: the one just asked for, or the one the page shows, while it still holds."""
    kind = opened or shown_key.partition("_")[0]
    if kind == "resolve":
        state = f"resolve_{session.pk}"
    elif fix is not None and kind == "compare" and fix.ai_drafted_script:
        state = f"compare_{fix.pk}_{fix.version}"
    elif fix is not None and kind in ("template", "draft") and lifecycle.surface_for(fix) == kind:
        state = f"{kind}_{fix.pk}_{fix.version}"
    else:
        return None
    if opened:
        return Surface(kind, f"{state}_{uuid.uuid4().hex[:8]}")
    return Surface(kind, shown_key) if shown_key.rpartition("_")[0] == state else None


def shown(
    surface: Surface | None, session: AISession, fix: SuggestedFix | None, generated: Generated | None, trouble
) -> dict:
    """The open surface and what it shows."""
    kind = surface.kind if surface else ""
    return {
        "surface": surface,
        "template": template(fix, generated, trouble) if kind == "template" else None,
        "draft_fields": draft_fields(fix, generated, trouble) if kind == "draft" else None,
        "resolution": resolution(session, fix, trouble) if kind == "resolve" else None,
    }


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


def resolution(session: AISession, fix: SuggestedFix | None, trouble: Trouble | None) -> dict:
    """What the resolve dialog shows; what was typed goes before what is written from the record."""
    typed = trouble.values if trouble and trouble.form == "resolve" else {}
    return {
        "notes": typed.get("notes") or notes.resolution_notes(session),
        "outcome": typed.get("outcome", "worked"),
        "outcome_notes": typed.get("outcome_notes", ""),
        "errors": trouble.errors if trouble and trouble.form == "resolve" else {},
        "phase": lifecycle.phase(fix).value if fix else "",
    }
