"""A draft template that is kept from a fix warns of what the fix warned of."""

from pilot.actions import runs
from script_builder.models import ScriptTemplate
from tests.factories.pilot import SCRIPT, make_fix


def test_it_has_the_risk_and_the_needs_of_the_fix(session, owner):
    needs = {"risk": "high", "run_as": "SYSTEM", "needs_admin": True, "reboots": True}
    fix = make_fix(session, script=SCRIPT, **needs)
    runs.declare_draft_and_keep(fix=fix, version=fix.version, by=owner, values={})
    assert ScriptTemplate.objects.filter(source_fix=fix).values(*needs).get() == needs
