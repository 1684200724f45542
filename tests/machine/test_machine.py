"""Random sequences of every action by every kind of person, through pages and API, against the reference model."""

import os

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from pilot.actions import counts
from tests.factories.pilot import make_session
from tests.factories.script_builder import TemplateFactory
from tests.machine.closing import Closing
from tests.machine.drafting import Drafting
from tests.machine.drawing import ACTIONS, ASKING, HOST, LIBRARY, OUTCOMES, PLAIN, STORIES
from tests.machine.driving import Cast, Driver
from tests.machine.model import Reference
from tests.machine.people import OWNER, SECOND
from tests.machine.proposing import Proposing
from tests.machine.rows import PARTIAL
from tests.machine.running import Running

# FLOWPILOT_TEST_MACHINE=big looks further, and elsewhere each time.
BIG = os.environ.get("FLOWPILOT_TEST_MACHINE") == "big"
PROFILE = settings(
    max_examples=400 if BIG else 25,
    stateful_step_count=60 if BIG else 25,
    derandomize=not BIG,
    # A sequence is read as it was found; making it short takes minutes.
    phases=[Phase.generate, Phase.shrink] if BIG else [Phase.generate],
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


class Machine(Proposing, Drafting, Running, Closing, RuleBasedStateMachine):
    """The product and its model, one step after another. `cast` is set for the run."""

    def __init__(self):
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()

    def teardown(self):
        try:
            assert counts.rebuild() == 0, "a template's counts are not what stamps and fixes say"
        finally:
            transaction.set_rollback(True)
            self.example.__exit__(None, None, None)

    @initialize(share=st.booleans(), taken=st.booleans(), story=st.lists(st.sampled_from(STORIES), max_size=3))
    def begin(self, share, taken, story):
        """The owner's session, perhaps with a second engineer, and with some fixes that have come as far as said."""
        owner = self.cast.users["owner"]
        self.cast.account.share_sessions = share
        self.cast.account.save()
        template = TemplateFactory(created_by=owner, library_key=LIBRARY, text=PLAIN.text)
        template.versions.create(number=2, text=ASKING.text, parameters=HOST, created_by=owner)
        self.driver = Driver(self.cast, Reference(share), make_session(owner))
        self.desk = self.driver.desk
        if taken:
            self.escalate(who=OWNER, page=True, to="second", summary="So far.", current=True)
            self.take_over(who=SECOND, page=True)
        for chapter, (script, library, outcome) in enumerate(story):
            self.propose(asker=OWNER, title=f"Way {chapter}", script=script, library=library)
            self.tell(outcome)

    def tell(self, outcome):
        """What came of the fix that was just proposed."""
        mine = {"who": OWNER, "pick": 0, "age": 0, "page": True}
        if outcome == "engaged":
            self.engage(who=OWNER, pick=0)
        elif outcome:
            self.run_by_hand(**mine, typed="Pulled the plug.")
        if outcome in OUTCOMES or outcome == "again":
            to = PARTIAL if outcome == "again" else outcome
            self.outcome(**mine, to=to, said="So.", intercepted=False)
        if outcome == "again":
            self.run_by_hand(**mine, typed="Again.")

    @rule(data=st.data())
    def step(self, data):
        """One action of all that may come up. (Rules of their own would come up in clumps.)"""
        closed = self.desk.status != "open" and self.driver.steps % 3
        names = ["reopen", "take_over", "withdraw"] if closed else ACTIONS
        able = [name for name in names if all(holds(self) for holds in getattr(self, name).conditions)]
        name = data.draw(st.sampled_from(able), label="action")
        getattr(self, name)(**{what: data.draw(how, label=what) for what, how in ACTIONS[name].items()})


@pytest.mark.django_db
def test_every_sequence_is_as_the_model_says(settings, caplog):
    caplog.set_level("ERROR", logger="django.request")
    settings.API_WRITES_PER_MINUTE = settings.API_ACCOUNT_WRITES_PER_MINUTE = 10**6
    machine = type("Machine", (Machine,), {"cast": Cast()})
    run_state_machine_as_test(machine, settings=PROFILE)
