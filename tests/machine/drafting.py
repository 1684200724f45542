"""Scripts: attached, submitted, typed into the builder, saved as templates."""

from hypothesis import strategies as st

from tests.machine.drawing import (
    ASKING,
    FORCED,
    HOST,
    PLAIN,
    Steps,
    action,
    ages,
    browsing,
    buffers,
    has_fix,
    has_inline,
    pages,
    people,
    picks,
)
from tests.machine.rows import RUNNABLE


class Drafting(Steps):
    """What is done to scripts."""

    @has_fix
    @action(who=people, pick=picks, age=ages, script=st.sampled_from([PLAIN, FORCED, ASKING, None]))
    def attach(self, who, pick, age, script):
        fix = self.fix(pick, *RUNNABLE)
        version = self.seen(fix, age)
        body = {"ai_drafted_script": script.text if script else " \n"}
        if script and script.asks:
            body["ai_drafted_parameters"] = HOST
        self.on_fix(who, fix, age, lambda: self.desk.attach(who, fix, version, script),
                    ("", {}), ("PATCH", "script", body), False)  # fmt: skip

    @has_fix
    @action(who=browsing, pick=picks, age=ages, script=st.sampled_from([PLAIN, FORCED, None]))
    def submit(self, who, pick, age, script):
        fix = self.fix(pick, *RUNNABLE)
        version = self.seen(fix, age)
        body = {"script": script.text if script else " ", "language": "powershell"}
        self.on_fix(who, fix, age, lambda: self.desk.submit(who, fix, version, script), ("submit", body), None, True)

    @has_fix
    @action(who=browsing, pick=picks)
    def open_builder(self, who, pick):
        fix = self.fix(pick, *RUNNABLE)
        self.on_fix(who, fix, 0, lambda: self.desk.open_builder(who, fix), ("builder", {}), None, True)

    @action(who=people)
    def open_inline(self, who):
        new = []
        body = {"origin": "pilot_inline", "ai_session_id": str(self.driver.session.pk)}
        answer = self.driver.both(
            who,
            lambda: new.append(self.desk.open_inline(who)),
            lambda: self.driver.builder(who, "POST", "", **body),
        )
        assert not new or answer.status_code == (201 if new[0] else 200)

    @has_inline
    @action(who=people, page=pages, text=buffers, age=st.sampled_from([0, 0, 1]), others=st.booleans())
    def save_buffer(self, who, page, text, age, others):
        owners = sorted(self.desk.inline)
        whose = owners[0] if others or who.name not in owners else who.name
        revision = max(self.desk.inline[whose].revision - age, 0)
        pk = self.driver.drafts().get(user__username=whose, origin="pilot_inline").pk

        def ask():
            if page and not who.token:
                path = f"/script-builder/{pk}/buffer/"
                return self.cast.clients[who].post(path, {"text": text, "revision": revision})
            return self.driver.builder(who, "PATCH", f"/{pk}", text=text, revision=revision)

        self.driver.both(who, lambda: self.desk.save_buffer(who, whose, text, revision), ask)
