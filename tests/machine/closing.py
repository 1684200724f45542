"""Tasks, and the session itself."""

from hypothesis import strategies as st

from tests.machine.drawing import (
    OUTCOMES,
    Steps,
    action,
    has_task,
    is_closed,
    is_time,
    notes,
    outcomes,
    pages,
    people,
    picks,
)


class Closing(Steps):
    """What is done to the session."""

    @has_task
    @action(who=people, page=pages, pick=picks, state=st.sampled_from(["answered", "done", "skipped"]), answer=notes)
    def close_task(self, who, page, pick, state, answer):
        task = self.desk.tasks[-1 - min(pick, len(self.desk.tasks) - 1)]
        pk = self.driver.session.tasks.get(text=task.text).pk
        body = {"state": state, "answer": answer}
        self.on_session(who, page, lambda: self.desk.close_task(who, task, state, answer),
                        (f"tasks/{pk}", body), ("PATCH", f"tasks/{pk}", body))  # fmt: skip

    # ---- the session ----

    def shown(self, current: bool) -> int:
        return self.driver.version if current else max(1, self.driver.version - 1)

    @is_time
    @action(who=people, page=pages, current=st.sampled_from([True, True, False]),
          to=st.sampled_from(["second", "second", "party", "admin", "owner", "viewer", "nobody"]),
          summary=st.sampled_from(["So far.", "So far.", " "]))  # fmt: skip
    def escalate(self, who, page, to, summary, current):
        seen = self.shown(current)
        current = seen == self.driver.version
        user = self.cast.users.get(to)
        body = {"reason": "Beyond me.", "summary": summary, "party": "Vendor" if to == "party" else ""}
        call = body | {"state_version": seen, "to_user_id": user and str(user.pk)}
        self.on_session(who, page, lambda: self.desk.escalate(who, current, to, summary),
                        ("escalate", body | {"v": seen, "to": user.pk if user else ""}),
                        ("POST", "escalate", call))  # fmt: skip

    @is_time
    @action(who=people, page=pages, current=st.sampled_from([True, True, False]), to=outcomes, said=notes,
          text=st.sampled_from(["Done.", "Done.", " "]))  # fmt: skip
    def resolve(self, who, page, current, to, said, text):
        seen = self.shown(current)
        current = seen == self.driver.version
        body = {"notes": text, "outcome_notes": said}
        self.on_session(who, page, lambda: self.desk.resolve(who, current, text, to, said),
                        ("resolve", body | {"v": seen, "outcome": OUTCOMES[to]}),
                        ("POST", "resolve", body | {"state_version": seen, "outcome": f"applied_{to}"}))  # fmt: skip

    @is_closed
    @action(who=people, page=pages)
    def take_over(self, who, page):
        self.on_session(who, page, lambda: self.desk.take_over(who), ("take-over", {}), ("POST", "take-over", {}))

    @is_closed
    @action(who=people, page=pages)
    def withdraw(self, who, page):
        self.on_session(who, page, lambda: self.desk.withdraw(who), ("withdraw", {}), ("POST", "withdraw", {}))

    @is_closed
    @action(who=people, page=pages, held=st.sampled_from(["skip", "yes", "no", "maybe"]))
    def reopen(self, who, page, held):
        said = {"skip": None, "yes": True, "no": False, "maybe": "maybe"}[held]
        self.on_session(who, page, lambda: self.desk.reopen(who, held),
                        ("reopen", {"held": held}), ("POST", "reopen", {"held": said}))  # fmt: skip
