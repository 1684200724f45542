"""Who asks, what exists for each of them, and what the table of expectations makes of that."""

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace

from django.test import Client
from django.utils import timezone

from flowpilot.people.models import Account, Role, User
from flowpilot.runbooks.models import AccountRunbook
from pilot.models import AISession
from script_builder.models import Origin, ScriptBuilderSession
from script_builder.words import index
from tests.ai.own import own
from tests.calling import with_token
from tests.conventions import world as worlds
from tests.factories.people import AccountFactory, UserFactory

# The rows of four people's making, each marked with a bird: two sessions of the owner's, one of their teammate's,
# and one of another account's.
MARKS = {"owner": "Heron", "sibling": "Egret", "colleague": "Kestrel", "foreign": "Osprey"}
MAKERS = {"owner": "owner", "sibling": "owner", "colleague": "teammate", "foreign": "stranger"}
MINE, ACCOUNT, FOREIGN = {"owner", "sibling"}, {"owner", "sibling", "colleague"}, {"foreign"}
# The owner's inline drafting session in the place of the standalone one.
INLINE = "inline"
UNKNOWN = "unknown"
SIGN_IN, OK = "sign-in", "ok"


def build() -> SimpleNamespace:
    """The people and their worlds; for all tests of a module, which write nothing that stays."""
    northwind, contoso = AccountFactory(name="Northwind IT"), AccountFactory(name="OspreyAccount Helpdesk")
    accounts = dict.fromkeys(("owner", "teammate", "viewer", "lead"), northwind) | {"stranger": contoso}
    roles = {"viewer": Role.VIEWER, "lead": Role.ADMIN}
    people = {
        name: UserFactory(account=account, username=name, role=roles.get(name, Role.ENGINEER))
        for name, account in accounts.items()
    }
    people["superuser"] = UserFactory(account=None, username="root", role=Role.ADMIN, is_superuser=True)
    User.objects.filter(pk=people["stranger"].pk).update(username="ospreyaccount", name="OspreyAccount person")
    made = {name: _world(people[MAKERS[name]], mark) for name, mark in MARKS.items()}
    made[INLINE] = SimpleNamespace(**vars(made["owner"]) | {"standalone": made["owner"].inline})
    # Somebody else drafts in the owner's session too, and did so last.
    ScriptBuilderSession.objects.create(
        account=northwind,
        user=people["lead"],
        ai_session=made["owner"].session,
        source_fix=made["owner"].fix,
        origin=Origin.PILOT_INLINE,
        title="LeadDraft",
        buffer="LeadDraft",
    )
    browsers = {name: _signed_in(user) for name, user in people.items()} | {None: Client()}
    tokens = {(name, scope): with_token(people[name], scope).browser for name, scope in TOKENS}
    return SimpleNamespace(account=northwind, people=people, worlds=made, browsers=browsers | tokens)


def _world(user, mark: str) -> SimpleNamespace:
    world = worlds.build(user.account, user, mark)
    world.account, world.user = user.account, user
    template = world.template
    template.source_fix, template.category, template.tags = world.fix, f"{mark}Script", ["everywhere", f"{mark}Script"]
    template.description = "Map a printer"
    template.save()
    index(template)
    number = f"Y{10 + list(MARKS.values()).index(mark)}"
    world.runbook = AccountRunbook(
        account=user.account, text=own(number=number, title=f"{mark}Runbook"), created_by=user, updated_by=user
    )
    # Made by a runbook whose number only the other account gives to one of its own.
    world.session.fixes.filter(status="applied_failed").update(source="Y13/fix/1")
    world.runbook.full_clean(exclude=["number", "title"])
    world.runbook.save()
    return world


def _signed_in(user) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


@dataclass(frozen=True)
class Actor:
    """Somebody who asks: by their browser, or by a token of that scope."""

    name: str
    user: str | None
    token: str = ""
    sees: frozenset = frozenset()  # of whose sessions exist for them
    works: frozenset = frozenset()  # of these, whose they may change
    takes_over: frozenset = frozenset()  # whose wait for them alone
    handed_away: frozenset = frozenset()  # whose wait for somebody else alone
    given: Callable[[SimpleNamespace], None] = lambda cast: None  # what is different while they ask
    nobody: bool = False
    writes: bool = True
    moved: bool = False  # to the other account
    swaps: bool = False  # whether every id is tried in the place of every other

    @property
    def made(self) -> set:
        """Whose rows are of their making."""
        return {name for name, maker in MAKERS.items() if maker == self.user}

    @property
    def drafts(self) -> set:
        """Whose drafting sessions are theirs; they stay behind in the account."""
        return set() if self.moved else self.made | ({INLINE} if self.user == "owner" else set())

    @property
    def library(self) -> set:
        """Whose templates are their account's."""
        return FOREIGN if self.user == "stranger" or self.moved else set() if self.user == "superuser" else ACCOUNT

    def rows(self, kind: str) -> set:
        """Whose rows of that kind exist for them."""
        standalone = self.drafts - {INLINE}
        return {
            "session": self.sees, "draft": self.drafts, "standalone": standalone, "token": self.made,
            "library": self.library,
        }[kind]  # fmt: skip

    def expected(self, rule: str, method: str, named: set, *, api: bool) -> str | int:
        """What such a request is answered; `named` is from whose worlds the ids of the address come."""
        kind, right = rule.split(".")
        if kind == "all":
            return OK
        if self.nobody or (self.token and not api):
            return 401 if api else SIGN_IN
        if kind == "people":
            return OK
        if self.user == "superuser":
            return 404
        # A token that only reads is told so before anything is looked for.
        if self.token == "read" and method != "GET":
            return 403
        if kind != "member" and not (len(named) == 1 and named <= self.rows(kind)):
            return 404
        if right == "work":
            return OK if self.writes and (kind != "session" or named <= self.works) else 403
        if right == "take_over":
            return OK if named <= (self.works - self.handed_away) | self.takes_over else 403
        return OK

    def hidden(self, cast) -> set[str]:
        """Words that no answer to them may hold."""
        if self.user == "superuser":
            return set()
        words = {"LeadDraft"} if self.user != "lead" else set()
        words |= {"OspreyAccount"} if self.library != FOREIGN else set()
        for name, mark in MARKS.items():
            for kind, there in (("Ticket", self.sees), ("Script", self.library), ("Draft", self.drafts)):
                words |= set() if name in there else {f"{mark}{kind}"}
            words |= set() if name in self.library else {f"{mark}Runbook"}
            words |= set() if name in self.made else {f"{mark}Key"}
            words |= set() if name in self.sees else {str(cast.worlds[name].session.pk)}
        return {word.lower() for word in words}


def _share(cast):
    Account.objects.filter(pk=cast.account.pk).update(share_sessions=True)


def _deactivate(cast):
    User.objects.filter(pk=cast.people["owner"].pk).update(is_active=False)


def _demote(cast):
    User.objects.filter(pk=cast.people["owner"].pk).update(role=Role.VIEWER)


def _session(cast, **fields):
    AISession.objects.filter(pk=cast.worlds["owner"].session.pk).update(**fields)


def _move(cast):
    User.objects.filter(pk=cast.people["owner"].pk).update(account=cast.people["stranger"].account)


def _hand_over(to: str):
    def given(cast):
        closed = {"status": "escalated", "closed_at": timezone.now(), "closed_by": cast.people["owner"]}
        _session(cast, **closed, handed_to=cast.people[to])

    return given


def _taken_over(cast):
    _session(cast, taken_over_at=timezone.now(), taken_over_by=cast.people["teammate"])


THEIRS, HANDED = {"colleague"}, {"owner"}
TOKENS = [("owner", "read"), ("owner", "write"), ("stranger", "write"), ("viewer", "write"), ("lead", "write")]
ACTORS = [
    Actor("anonymous", None, nobody=True),
    Actor("deactivated", "owner", sees=MINE, works=MINE, given=_deactivate, nobody=True),
    Actor("deactivated's token", "owner", "write", sees=MINE, works=MINE, given=_deactivate, nobody=True),
    Actor("superuser", "superuser"),
    Actor("stranger", "stranger", sees=FOREIGN, works=FOREIGN),
    Actor("stranger's token", "stranger", "write", sees=FOREIGN, works=FOREIGN),
    Actor("teammate", "teammate", sees=THEIRS, works=THEIRS),
    Actor("teammate, shared", "teammate", sees=ACCOUNT, works=THEIRS, given=_share),
    Actor("handed to", "teammate", sees=THEIRS | HANDED, works=THEIRS, takes_over=HANDED, given=_hand_over("teammate")),
    Actor("handed to another", "teammate", sees=THEIRS, works=THEIRS, given=_hand_over("lead")),
    Actor("owner, handed over", "owner", sees=MINE, works=MINE, handed_away=HANDED, given=_hand_over("teammate")),
    Actor("taken over", "teammate", sees=THEIRS | {"owner"}, works=THEIRS | {"owner"}, given=_taken_over),
    Actor("moved to another account", "owner", moved=True, given=_move),
    Actor("viewer", "viewer", sees=ACCOUNT, writes=False, swaps=True),
    Actor("viewer's token", "viewer", "write", sees=ACCOUNT, writes=False, swaps=True),
    Actor("viewer, once engineer", "owner", sees=ACCOUNT, writes=False, given=_demote),
    Actor("owner", "owner", sees=MINE, works=MINE, swaps=True),
    Actor("read token", "owner", "read", sees=MINE, works=MINE),
    Actor("write token", "owner", "write", sees=MINE, works=MINE, swaps=True),
    Actor("lead", "lead", sees=ACCOUNT, works=ACCOUNT, swaps=True),
    Actor("lead's token", "lead", "write", sees=ACCOUNT, works=ACCOUNT, swaps=True),
]
