"""Runs and what came of them."""

from hypothesis import strategies as st

from tests.machine.drawing import (
    OUTCOMES,
    Steps,
    action,
    ages,
    browsing,
    has_fix,
    has_standalone,
    hosts,
    notes,
    outcomes,
    pages,
    people,
    picks,
)
from tests.machine.people import BROWSING
from tests.machine.rows import FAILED, HAS_WORKED, PARTIAL, RUNNABLE, SUCCESS, UNRUN, WAITING, Script


class Running(Steps):
    """What is done to a fix."""

    @has_fix
    @action(who=browsing, pick=picks)
    def engage(self, who, pick):
        fix = self.fix(pick, *RUNNABLE)
        self.on_fix(who, fix, 0, lambda: self.desk.engage(who, fix), ("apply", {}), None, True)

    @has_fix
    @action(who=people, pick=picks, age=ages, page=pages, typed=st.sampled_from(["", "Pulled the plug.", "Again."]))
    def run_by_hand(self, who, pick, age, page, typed):
        fix = self.fix(pick, *RUNNABLE)
        version = self.seen(fix, age)
        call = ("POST", "apply", {"kind": "by_hand", "note": typed})
        self.on_fix(who, fix, age, lambda: self.desk.run(who, fix, version, "by_hand", typed=typed),
                    ("by-hand", {"what": typed}), call, page)  # fmt: skip

    @has_fix
    @action(who=people, pick=picks, age=ages, page=pages, number=st.sampled_from([1, 2, 3]), host=hosts)
    def run_template(self, who, pick, age, page, number, host):
        fix = self.fix(pick, *RUNNABLE)
        version = self.seen(fix, age)
        asks = bool(fix.template) and number <= len(fix.template) and fix.template[number - 1].asks
        call = {"kind": "template", "template_version": number, "parameters": {"host": host} if asks and host else {}}
        self.on_fix(who, fix, age, lambda: self.desk.run(who, fix, version, "template", number, host),
                    ("ran", {"template_version": number, "p-host": host}), ("POST", "apply", call), page)  # fmt: skip

    @has_fix
    @action(who=people, pick=picks, age=ages, page=pages, host=hosts, keep=st.booleans(), plainly=st.booleans())
    def run_draft(self, who, pick, age, page, host, keep, plainly):
        fix = self.fix(pick, *RUNNABLE)
        version = self.seen(fix, age)
        values = {"host": host} if fix.draft and fix.draft.asks and host else {}
        decision = "draft_template" if keep else "one_off"
        call = ("POST", "decision", {"decision": decision, "parameters": values})
        if plainly and not keep:
            call = ("POST", "apply", {"kind": "draft", "parameters": values})

        def expect():
            if keep:
                self.desk.run_and_keep(who, fix, version, host)
            else:
                self.desk.run(who, fix, version, "draft", 1, host)

        self.on_fix(who, fix, age, expect, ("decision", {"decision": decision, "p-host": host}), call, page)

    @has_fix
    @action(who=people, pick=picks, page=pages)
    def build_template(self, who, pick, page):
        fix = self.fix(pick, *RUNNABLE)
        body = {"decision": "build_template"}
        self.on_fix(who, fix, None, lambda: self.desk.build_template(who, fix),
                    ("decision", body), ("POST", "decision", body), page)  # fmt: skip

    @has_standalone
    @action(pick=picks)
    def save_template(self, pick):
        name, fix = list(self.desk.standalone)[-1 - min(pick, len(self.desk.standalone) - 1)]
        who = next(person for person in BROWSING if person.name == name)
        row = self.driver.drafts().get(user__username=name, source_fix=fix.pk, origin="standalone")
        script = Script(row.buffer, asks=bool(row.parameters))
        form = {"text": row.buffer, "revision": row.buffer_revision, "name": fix.title}
        path = f"/script-builder/{row.pk}/save-template/"
        self.driver.both(
            who, lambda: self.desk.save_template(who, fix, script), lambda: self.cast.clients[who].post(path, form)
        )

    @action()
    def time_passes(self):
        self.driver.wait()

    # ---- outcomes ----

    @has_fix
    @action(who=people, pick=picks, age=ages, page=pages)
    def dismiss(self, who, pick, age, page):
        fix = self.fix(pick, UNRUN)
        version = self.seen(fix, age)
        self.on_fix(who, fix, age, lambda: self.desk.dismiss(who, fix, version),
                    ("dismiss", {}), ("PATCH", "outcome", {"outcome": "dismissed"}), page)  # fmt: skip

    @has_fix
    @action(who=people, pick=picks, age=ages, page=pages, to=outcomes, said=notes, intercepted=st.booleans())
    def outcome(self, who, pick, age, page, to, said, intercepted):
        fix = self.fix(pick, *WAITING)
        version = self.seen(fix, age)
        intercepted = intercepted and page and not who.token
        form = ("outcome", {"outcome": OUTCOMES[to], "notes": said})
        if intercepted:
            said = said if to == PARTIAL else ""
            form = ("intercept", {"choice": OUTCOMES[to], "notes": said})
        call = ("PATCH", "outcome", {"outcome": f"applied_{to}", "notes": said})
        self.on_fix(who, fix, age, lambda: self.desk.outcome(who, fix, version, to, said, asks=not intercepted),
                    form, call, page)  # fmt: skip

    @has_fix
    @action(who=people, pick=picks, age=ages, page=pages, intercepted=st.booleans())
    def never_applied(self, who, pick, age, page, intercepted):
        fix = self.fix(pick, *WAITING)
        version = self.seen(fix, age)
        form = ("intercept", {"choice": "never_applied"}) if intercepted else ("never-applied", {})
        self.on_fix(who, fix, age, lambda: self.desk.never_applied(who, fix, version),
                    form, ("PATCH", "outcome", {"outcome": "never_applied"}), page)  # fmt: skip

    @has_fix
    @action(who=people, pick=picks, age=ages, page=pages, to=st.sampled_from([SUCCESS, FAILED]), reason=notes)
    def correct(self, who, pick, age, page, to, reason):
        fix = self.fix(pick, *HAS_WORKED)
        version = self.seen(fix, age)
        said_to = "" if page and not who.token else to
        self.on_fix(who, fix, age, lambda: self.desk.correct(who, fix, version, reason, said_to),
                    ("correct", {"reason": reason}),
                    ("POST", "correct", {"outcome": f"applied_{to}", "reason": reason or " "}), page)  # fmt: skip
