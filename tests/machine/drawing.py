"""What the machine draws from, what an action is, and how it is sent."""

from hypothesis import strategies as st

from tests.machine.driving import Cast, Driver
from tests.machine.model import Reference
from tests.machine.people import ADMIN, BROWSING, EVERYBODY, OWNER, SECOND, WRITING, Person
from tests.machine.rows import FAILED, PARTIAL, SUCCESS, VERIFYING, Fix, Script

PLAIN = Script("Restart-Service Spooler\n")
FORCED = Script("Restart-Service Spooler -Force\n")
ASKING = Script("Restart-Service -ComputerName {{ host }} Spooler\n", asks=True)
HOST = {"host": {"type": "host", "label": "Computer", "required": True}}
LIBRARY = "clear-print-queue"
TITLES = ["Way 0", "Way 1", "Replace the driver"]
OUTCOMES = {SUCCESS: "worked", FAILED: "failed", PARTIAL: "partial"}

# How a session may have begun: a fix with this script or a template, engaged or run, and what came of it; `again` was
# partial and is run once more.
STORIES = [
    (script, library, outcome)
    for script, library in ((None, False), (PLAIN, False), (ASKING, False), (None, True))
    for outcome in ("", "engaged", "run", PARTIAL, "again", SUCCESS, FAILED)
]

# Those who work come up more often, or little would happen; the simplest is the owner.
people = st.sampled_from([OWNER] * 12 + [WRITING, SECOND, ADMIN] * 3 + EVERYBODY)
browsing = st.sampled_from([OWNER] * 12 + [SECOND, ADMIN] * 3 + BROWSING)
pages = st.sampled_from([False, False, True])
MOSTLY = 4
picks = st.integers(0, MOSTLY + 2)
# How old the form is that is sent; None: an API call that names no version.
ages = st.sampled_from([0] * 7 + [None, 1, 2])
notes = st.sampled_from(["So.", "Not all.", "Half.", "Both.", "", " "])
hosts = st.sampled_from(["srv-1", "srv-2", "srv-1", ""])
outcomes = st.sampled_from([SUCCESS, FAILED, PARTIAL])
buffers = st.sampled_from(["", "Get-Mine\n", "Get-Other\n"])


ACTIONS: dict[str, dict] = {}


def action(**drawn):
    """Marks what somebody does, with what is drawn for it."""

    def kept(method):
        ACTIONS[method.__name__] = drawn
        method.conditions = []
        return method

    return kept


def when(condition):
    """The action comes up only while the condition holds of the machine."""

    def kept(method):
        method.conditions.append(condition)
        return method

    return kept


has_fix = when(lambda self: self.desk.fixes)
has_task = when(lambda self: self.desk.tasks)
has_inline = when(lambda self: self.desk.inline)
has_standalone = when(lambda self: self.desk.standalone)
# Most steps are for the life of fixes: a session that is closed is mostly opened again first.
is_time = when(lambda self: self.desk.status != "open" or self.driver.steps % 4 == 0)
# An impossible one of these now and then is enough.
is_closed = when(lambda self: self.desk.status != "open" or self.driver.steps % 8 == 0)
is_verifying = when(lambda self: any(fix.phase == VERIFYING for fix in self.desk.fixes) or self.driver.steps % 8 == 0)
has_proposal = when(lambda self: any(fix.proposal for fix in self.desk.fixes) or self.driver.steps % 8 == 0)


class Steps:
    """What every action needs: the driver, and the two ways of sending."""

    cast: Cast
    driver: Driver
    desk: Reference

    def fix(self, pick: int, *phases: str) -> Fix:
        """The newest fix in one of these phases, from which the action can succeed; now and then any other."""
        fixes = self.desk.fixes[::-1]
        apt = [fix for fix in fixes if fix.phase in phases]
        return apt[0] if apt and pick < MOSTLY else fixes[min(pick % MOSTLY, len(fixes) - 1)]

    @staticmethod
    def seen(fix: Fix, age: int | None) -> int:
        return max(1, fix.version - (age or 0))

    def on_fix(self, who: Person, fix: Fix, age: int | None, expect, form: tuple, call: tuple | None, page: bool):
        """A move of a fix: `form` is a page's name and fields, `call` the API's method, name and fields."""
        version, driver = self.seen(fix, age), self.driver
        if page and not who.token:
            name, fields = form
            driver.both(who, expect, lambda: driver.page(who, f"fixes/{fix.pk}/{name}", version=version, **fields))
        else:
            method, name, fields = call
            path, sent = f"suggested-fixes/{fix.pk}/{name}", None if age is None else version
            driver.both(who, expect, lambda: driver.api(who, method, path, version=sent, **fields))

    def on_session(self, who: Person, page: bool, expect, form: tuple, call: tuple):
        """A move of the session itself."""
        if page and not who.token:
            return self.driver.both(who, expect, lambda: self.driver.page(who, form[0], **form[1]))
        return self.driver.both(who, expect, lambda: self.driver.api(who, call[0], call[1], **call[2]))
