"""What the assistant does, and what becomes of its outcome proposals."""

from hypothesis import strategies as st

from flowpilot.ai.tools import AskTasks, ProposeFix, ProposeOutcome
from tests.machine.drawing import (
    ASKING,
    HOST,
    LIBRARY,
    OUTCOMES,
    PLAIN,
    TITLES,
    Steps,
    action,
    ages,
    has_fix,
    has_proposal,
    is_verifying,
    outcomes,
    pages,
    people,
    picks,
)
from tests.machine.rows import EVIDENCE, VERIFYING


class Proposing(Steps):
    """The assistant's calls, as they are applied."""

    @action(
        asker=people,
        title=st.sampled_from(TITLES),
        script=st.sampled_from([None, None, PLAIN, ASKING]),
        library=st.sampled_from([False, False, True]),
    )
    def propose(self, asker, title, script, library):
        """The assistant's own call; where the idea stays words, nothing is on the record."""
        made = []
        template = [PLAIN, ASKING] if library else None
        call = ProposeFix(
            title=title,
            confidence=80,
            risk="low",
            script=script and script.text,
            parameters=HOST if script and script.asks else {},
            template=LIBRARY if library else None,
        )

        def expect():
            made.append(self.desk.propose(asker, title, None if library else script, template))

        def ask():
            self.driver.tell(asker, call)
            self.driver.adopt(made[0])

        self.driver.both(asker, expect, ask)

    @action(asker=people, count=st.integers(1, 2))
    def ask_tasks(self, asker, count):
        texts = [f"Task {len(self.desk.tasks) + number}" for number in range(count)]
        call = AskTasks(tasks=[{"kind": "question", "text": text} for text in texts])
        self.driver.both(asker, lambda: self.desk.ask(asker, texts), lambda: self.driver.tell(asker, call))

    @is_verifying
    @action(asker=people, outcome=outcomes)
    def propose_outcome(self, asker, outcome):
        call = ProposeOutcome(outcome=OUTCOMES[outcome], evidence=EVIDENCE)
        self.driver.both(
            asker, lambda: self.desk.propose_outcome(asker, outcome), lambda: self.driver.tell(asker, call)
        )

    @has_fix
    @has_proposal
    @action(who=people, pick=picks, age=ages, page=pages, yes=st.booleans(), old=st.booleans())
    def answer_the_proposal(self, who, pick, age, page, yes, old):
        fix = self.fix(pick, VERIFYING)
        keys = self.driver.proposals.setdefault(fix, [])
        shown = max(fix.proposals - old, 0)
        form = {"proposal": keys[shown - 1] if shown else ""}
        if yes and not who.token:
            version = self.seen(fix, age)
            self.on_fix(who, fix, age, lambda: self.desk.confirm(who, fix, version, shown),
                        ("proposal/confirm", form), None, True)  # fmt: skip
        else:
            page = page and not who.token
            # The API takes away whatever stands.
            shown = shown if page else fix.proposals
            self.on_fix(who, fix, None, lambda: self.desk.decline(who, fix, shown),
                        ("proposal/not-yet", form), ("DELETE", "ai-outcome-proposal", {}), page)  # fmt: skip
