"""What the reference model is made of: plain rows, and the refusal."""

from dataclasses import dataclass, field

GONE, FORBIDDEN, CONFLICT, INVALID = 404, 403, 409, 422
UNRUN, VERIFYING, PARTIAL = "unrun", "verifying", "partial"
SUCCESS, FAILED, DISMISSED = "success", "failed", "dismissed"
RUNNABLE = (UNRUN, VERIFYING, PARTIAL)
WAITING = (VERIFYING, PARTIAL)
HAS_WORKED = (SUCCESS, FAILED)
CAP = 5
EVIDENCE = "It prints."


class No(Exception):
    """The refusal, with its status."""

    def __init__(self, status: int):
        super().__init__(status)
        self.status = status


def need(condition: bool, status: int = CONFLICT) -> None:
    """Refuses unless the condition holds."""
    if not condition:
        raise No(status)


@dataclass(frozen=True)
class Script:
    """A text; one that asks wants a computer's name filled in."""

    text: str
    asks: bool = False


@dataclass(eq=False)
class Stamp:
    what: tuple
    round: int
    by: str
    withdrawn: bool = False


@dataclass(eq=False)
class Fix:
    """One fix; `template` is the list of its template's versions."""

    title: str
    draft: Script | None = None
    template: list[Script] | None = None
    phase: str = UNRUN
    version: int = 1
    round: int = 1
    engaged: bool = False
    kept: bool = False
    waited: bool = False
    proposal: str = ""
    proposals: int = 0
    reason: str = ""
    notes: str = ""
    closed: int = 0
    stamps: list[Stamp] = field(default_factory=list)
    pk: object = None

    @property
    def standing(self) -> list[Stamp]:
        return [stamp for stamp in self.stamps if not stamp.withdrawn]

    @property
    def is_proposed(self) -> bool:
        return self.phase in (UNRUN, VERIFYING)

    @property
    def surface(self) -> str:
        return "template" if self.template else "draft" if self.draft else "builder"

    def said(self, what: tuple) -> bool:
        """Whether this run stands already, in the present round."""
        return self.phase == VERIFYING and any(s.what == what and s.round == self.round for s in self.standing)


@dataclass(eq=False)
class Task:
    text: str
    group: int
    state: str = "open"


@dataclass(eq=False)
class Inline:
    """Somebody's inline drafting session, and the fix that it drafts for."""

    fix: Fix | None
    text: str | None = None  # None: the untouched scaffold
    revision: int = 0

    @property
    def has_progress(self) -> bool:
        return bool(self.text and self.text.strip())
