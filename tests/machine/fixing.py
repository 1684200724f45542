"""What is done to fixes, by the assistant and by people."""

from tests.machine.desk import Desk
from tests.machine.people import Person
from tests.machine.rows import (
    CAP,
    DISMISSED,
    EVIDENCE,
    FAILED,
    HAS_WORKED,
    INVALID,
    PARTIAL,
    RUNNABLE,
    SUCCESS,
    UNRUN,
    VERIFYING,
    WAITING,
    Fix,
    No,
    Script,
    Stamp,
    need,
)


class Fixing(Desk):
    """The life of a fix: product, section 3."""

    # ---- the assistant ----

    def propose(self, asker: Person, title: str, draft: Script | None, template: list[Script] | None) -> Fix | None:
        """The assistant proposes; None where its idea stays words."""
        if not self.works(asker) or self.status != "open":
            return None
        present = self.active if self.active and self.active.is_proposed else None
        engaged = present and (present.phase == VERIFYING or self.is_engaged(present))
        if engaged or any(fix.title == title and fix.phase == FAILED for fix in self.fixes):
            self.lines += 1
            return None
        if present:
            self._close(present, DISMISSED, "superseded")
            self.log("fix_superseded", asker, present)
        self.fixes.append(Fix(title, draft, template))
        self.log("fix_proposed", asker, self.fixes[-1])
        return self.fixes[-1]

    def is_engaged(self, fix: Fix) -> bool:
        drafted = any(one.fix is fix and one.has_progress for one in self.inline.values())
        return fix.engaged or drafted or any(of is fix for _, of in self.standalone)

    def propose_outcome(self, asker: Person, outcome: str) -> None:
        if not self.works(asker) or self.status != "open":
            return
        fix = self.active
        if fix is None or fix.phase != VERIFYING:
            self.lines += 1
            return
        fix.proposal, fix.proposals = outcome, fix.proposals + 1
        self.log("outcome_proposed", asker, fix, moved=False)

    def confirm(self, who: Person, fix: Fix, seen: int, shown: int) -> None:
        self.enter(who)
        need(bool(fix.proposal) and fix.proposals == shown and fix.version == seen)
        self._settle(who, fix, fix.proposal, EVIDENCE, asks=True)

    def decline(self, who: Person, fix: Fix, shown: int) -> None:
        self.enter(who)
        need(bool(fix.proposal) and fix.proposals == shown)
        fix.proposal = ""
        self.log("outcome_declined", who, fix, moved=False)

    # ---- a fix ----

    def _another(self, fix: Fix) -> bool:
        return any(other.is_proposed for other in self.fixes if other is not fix)

    def _runnable(self, who: Person, fix: Fix) -> None:
        self.enter(who)
        need(fix.phase in RUNNABLE and not (fix.phase == PARTIAL and self._another(fix)))

    def _close(self, fix: Fix, phase: str, reason: str = "") -> None:
        fix.phase, fix.reason, fix.version = phase, reason, fix.version + 1
        fix.closed = max(other.closed for other in self.fixes) + 1

    def engage(self, who: Person, fix: Fix) -> None:
        self._runnable(who, fix)
        fix.engaged = True
        if fix.surface == "builder":
            self._turn(who, fix)

    def dismiss(self, who: Person, fix: Fix, seen: int) -> None:
        self.enter(who)
        need(fix.phase == UNRUN and fix.version == seen)
        self._close(fix, DISMISSED, "engineer")
        self.replies += 1
        self.log("fix_dismissed", who, fix, line=True)

    def run(self, who: Person, fix: Fix, seen: int, kind: str, number: int = 0, typed: str = "") -> None:
        """A run declaration; `typed` is what was filled in, or by hand what was done."""
        self._runnable(who, fix)
        if kind == "by_hand":
            what = (kind, typed)
        else:
            versions = fix.template or [] if kind == "template" else [fix.draft] if fix.draft else []
            need(number <= len(versions))
            script = versions[number - 1]
            if script.asks and not typed:
                need(fix.version == seen)
                raise No(INVALID)
            what = (kind, number if kind == "template" else 0, script.text, typed if script.asks else "")
        if fix.said(what):
            return
        need(fix.version == seen)
        if fix.phase == PARTIAL:
            fix.round += 1
        fix.waited = fix.waited and fix.phase == VERIFYING
        fix.phase, fix.proposal, fix.version = VERIFYING, "", fix.version + 1
        fix.stamps.append(Stamp(what, fix.round, who.name))
        self.log("fix_run", who, fix, line=True)

    def run_and_keep(self, who: Person, fix: Fix, seen: int, typed: str) -> None:
        self.run(who, fix, seen, "draft", 1, typed)
        if not fix.kept:
            fix.kept = True
            self.log("template_drafted", who, fix, moved=False)

    def build_template(self, who: Person, fix: Fix) -> None:
        self._runnable(who, fix)
        need(fix.draft is not None)
        if (who.name, fix) not in self.standalone:
            need(sum(name == who.name for name, _ in self.standalone) < CAP)
            self.standalone[who.name, fix] = None

    def save_template(self, who: Person, fix: Fix, script: Script) -> None:
        """Save in the builder that was opened for the fix: the template is linked while the fix is unrun."""
        made = self.standalone[who.name, fix] = self.standalone[who.name, fix] or [script]
        if self.works(who) and self.status == "open" and fix.phase == UNRUN and fix.template is not made:
            fix.template, fix.version, fix.proposal = made, fix.version + 1, ""
            self.log("fix_linked", who, fix)

    def attach(self, who: Person, fix: Fix, seen: int, script: Script | None) -> None:
        """Attaches a draft; None is a blank one."""
        self.enter(who)
        need(fix.phase in RUNNABLE and fix.version == seen)
        need(script is not None, INVALID)
        fix.draft, fix.version = script, fix.version + 1
        self.log("fix_drafted", who, fix)

    def submit(self, who: Person, fix: Fix, seen: int, script: Script | None) -> None:
        self.attach(who, fix, seen, script)
        mine = self.inline.get(who.name)
        if mine and mine.fix is fix:
            mine.text, mine.revision = "", mine.revision + 1

    def outcome(self, who: Person, fix: Fix, seen: int, to: str, notes: str, *, asks: bool = True) -> None:
        self.enter(who)
        need(fix.phase == VERIFYING or (fix.phase == PARTIAL and to != PARTIAL))
        need(fix.version == seen)
        need(to != PARTIAL or bool(notes.strip()), INVALID)
        self._settle(who, fix, to, notes, asks)

    def _settle(self, who: Person, fix: Fix, to: str, notes: str, asks: bool) -> None:
        if notes.strip() or fix.phase == VERIFYING:
            fix.notes = notes
        fix.proposal = ""
        if to == PARTIAL:
            fix.phase, fix.version = PARTIAL, fix.version + 1
        else:
            self._close(fix, to)
        self.replies += asks and to == FAILED
        self.log({SUCCESS: "fix_worked", FAILED: "fix_failed", PARTIAL: "fix_partial"}[to], who, fix, line=True)

    def never_applied(self, who: Person, fix: Fix, seen: int) -> None:
        self.enter(who)
        need(fix.phase in WAITING and fix.version == seen)
        gone = [s for s in fix.standing if fix.phase == PARTIAL or s.round == fix.round]
        back = PARTIAL if len(gone) < len(fix.standing) else UNRUN
        need(back == PARTIAL or not self._another(fix))
        for stamp in gone:
            stamp.withdrawn = True
        fix.phase, fix.proposal, fix.version = back, "", fix.version + 1
        fix.notes = fix.notes if back == PARTIAL else ""
        self.log("run_withdrawn", who, fix, line=True)

    def correct(self, who: Person, fix: Fix, seen: int, reason: str, to: str = "") -> None:
        self.enter(who)
        need(fix.phase in HAS_WORKED and fix.version == seen and fix.phase != to)
        need(bool(reason.strip()), INVALID)
        self._correct(who, fix, reason)

    def _correct(self, who: Person, fix: Fix, reason: str) -> None:
        fix.phase = FAILED if fix.phase == SUCCESS else SUCCESS
        fix.notes, fix.version = reason, fix.version + 1
        self.log("outcome_corrected", who, fix, line=True)
