"""One session as the product sees it: who may do what in it, and what its page shows."""

from collections import Counter

from tests.machine.people import Person
from tests.machine.rows import FORBIDDEN, GONE, PARTIAL, UNRUN, VERIFYING, Fix, Inline, Script, Task, need


class Desk:
    """One session of the owner's, with everything in it."""

    def __init__(self, share: bool):
        self.share = share
        self.status, self.handed_to, self.taken_over_by = "open", None, None
        self.fixes: list[Fix] = []
        self.tasks: list[Task] = []
        self.inline: dict[str, Inline] = {}
        self.standalone: dict[tuple[str, Fix], list[Script] | None] = {}
        self.trail = Counter({("session_opened", None, "owner"): 1})
        # What came with it: lines in the transcript, replies that were asked for, and whether a preview is out of date.
        self.lines = self.replies = 0
        self.moved = False

    # ---- who may ----

    def sees(self, who: Person) -> bool:
        if who.account != "ours":
            return False
        if who.role in ("admin", "viewer") or self.share:
            return True
        waits = self.status == "escalated" and self.handed_to == who.name
        return waits or who.name in ("owner", self.taken_over_by)

    def works(self, who: Person) -> bool:
        return self.sees(who) and who.role != "viewer" and (
            who.role == "admin" or who.name in ("owner", self.taken_over_by)
        )  # fmt: skip

    def enter(self, who: Person, *, closed: bool = False) -> None:
        """The rights, before anything else; then that the session is open, unless `closed`."""
        need(who.token != "read", FORBIDDEN)
        need(self.sees(who), GONE)
        need(self.works(who), FORBIDDEN)
        need(closed or self.status == "open")

    def log(self, kind: str, who: Person, fix: Fix | None = None, *, moved: bool = True, line: bool = False) -> None:
        self.trail[kind, fix, who.name] += 1
        self.moved = self.moved or moved
        self.lines += line

    # ---- what shows ----

    @property
    def active(self) -> Fix | None:
        proposed = [fix for fix in self.fixes if fix.is_proposed]
        partial = [fix for fix in self.fixes if fix.phase == PARTIAL]
        return (proposed or partial or [None])[-1]

    @property
    def banner(self) -> tuple[Fix, str] | None:
        """The fix that the banner shows, and its mode."""
        fix = self.active or max(self.fixes, key=lambda fix: fix.closed, default=None)
        if fix is None:
            return None
        modes = {UNRUN: "proposed", VERIFYING: "nudge" if fix.waited else "verifying", PARTIAL: "partial"}
        return fix, modes.get(fix.phase, "closed")

    def strip(self, who: Person) -> str:
        """The tab strip as this user has it: absent, shown, or with its dot."""
        fix = self.active
        if self.status != "open" or not self.works(who) or fix is None or fix.surface != "builder":
            return ""
        mine = self.inline.get(who.name)
        return "dot" if mine and mine.fix is fix and mine.has_progress else "shown"
