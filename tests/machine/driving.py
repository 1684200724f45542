"""The product beside the model: sends requests as the machine's people, and compares what is there afterwards."""

import json
import re
from collections import Counter
from datetime import timedelta

from django.db.models import F
from django.test import Client

from flowpilot.people import tokens
from flowpilot.replies.models import Reply
from pilot.lifecycle import phase
from pilot.models import AISession, RunStamp, SuggestedFix
from pilot.replies import SessionReplies
from script_builder.models import ScriptBuilderSession
from tests.factories.people import AccountFactory, UserFactory
from tests.machine.model import Reference
from tests.machine.people import BROWSING, EVERYBODY, Person
from tests.machine.rows import Fix, No
from tests.pilot.reading import regions

DONE = "done"


class Cast:
    """The people as rows, each signed in to a browser or with a token; made once for all examples."""

    def __init__(self):
        accounts = {"ours": AccountFactory(), "theirs": AccountFactory()}
        self.account = accounts["ours"]
        self.users = {
            who.name: UserFactory(username=who.name, role=who.role, account=accounts[who.account]) for who in BROWSING
        }
        self.clients = {who: self._client(who) for who in EVERYBODY}

    def _client(self, who: Person) -> Client:
        if who.token:
            text = tokens.make(by=self.users[who.name], name=who.token, scope=who.token, days=1)[1]
            return Client(headers={"authorization": f"Bearer {text}"})
        client = Client(headers={"hx-request": "true"})
        client.force_login(self.users[who.name])
        return client


class Driver:
    """One session of the product and the model of it, kept in step."""

    def __init__(self, cast: Cast, desk: Reference, session: AISession):
        self.cast, self.desk, self.session = cast, desk, session
        self.steps = 0
        # What a form sends back of each outcome proposal that its fix has had.
        self.proposals: dict[Fix, list[str]] = {}

    def page(self, who: Person, path: str, **body):
        return self.cast.clients[who].post(f"/sessions/{self.session.pk}/{path}/", body)

    def api(self, who: Person, method: str, path: str, **body):
        sent = json.dumps({name: value for name, value in body.items() if value is not None})
        path = f"/api/v1/ai-sessions/{self.session.pk}/{path}".rstrip("/")
        return self.cast.clients[who].generic(method, path, sent, content_type="application/json")

    def builder(self, who: Person, method: str, path: str, **body):
        path = f"/api/v1/script-builder/sessions{path}"
        return self.cast.clients[who].generic(method, path, json.dumps(body), content_type="application/json")

    def tell(self, asker: Person, call) -> None:
        """What the assistant said is applied as a finished reply applies it."""
        user = self.cast.users[asker.name]
        SessionReplies().apply(Reply(account=user.account, conversation=self.session.pk, asked_by=user), [call])

    def both(self, who: Person, expect, ask):
        """Does it in the model and in the product; both must say the same, and everything be the same afterwards."""
        seen = self.version
        self.desk.moved = False
        try:
            expect()
            wanted = DONE
        except No as no:
            wanted = no.status
        answer = ask()
        if answer is not None:
            got = DONE if answer.status_code < 400 else 422 if answer.status_code == 400 else answer.status_code
            assert got == wanted, (who, got, wanted, answer.content.decode()[:500])
        assert self.version > seen if self.desk.moved else self.version == seen, "state_version"
        self.compare()
        if answer is not None and b"<hx-partial" in answer.content:
            self.compare_regions(who, answer)
        elif self.steps % 3 == 0:
            self.look(BROWSING[self.steps // 3 % len(BROWSING)])
        self.steps += 1
        return answer

    @property
    def version(self) -> int:
        return AISession.objects.values_list("state_version", flat=True).get(pk=self.session.pk)

    def adopt(self, fix: Fix | None) -> None:
        """The row of a fix that the model has just got."""
        if fix:
            known = [other.pk for other in self.desk.fixes if other.pk]
            fix.pk = self.session.fixes.exclude(pk__in=known).values_list("pk", flat=True).get()

    # ---- the same? ----

    def compare(self) -> None:
        """Every row of the session against the model."""
        desk, session = (
            self.desk,
            AISession.objects.select_related("handed_to", "taken_over_by").get(pk=self.session.pk),
        )
        named = [person and person.username for person in (session.handed_to, session.taken_over_by)]
        assert (session.status, *named) == (desk.status, desk.handed_to, desk.taken_over_by)
        rows = {row.pk: row for row in session.fixes.all()}
        for fix in desk.fixes:
            if fix.pk is None:
                continue
            self.compare_fix(fix, rows.pop(fix.pk))
        assert len(rows) == sum(fix.pk is None for fix in desk.fixes)
        tasks = dict(session.tasks.values_list("text", "state"))
        assert tasks == {task.text: task.state for task in desk.tasks}
        self.compare_trail()
        self.compare_drafts()

    def compare_fix(self, fix: Fix, row: SuggestedFix) -> None:
        assert (phase(row), row.version) == (fix.phase, fix.version)
        assert row.ai_drafted_script == (fix.draft.text if fix.draft else None)
        assert bool(row.script_template_id) == bool(fix.template)
        assert bool(row.engaged_at) == fix.engaged and bool(row.ai_outcome_proposal) == bool(fix.proposal)
        if row.proposal_key and row.proposal_key not in self.proposals.setdefault(fix, []):
            self.proposals[fix].append(row.proposal_key)
        assert (row.dismissed_reason, row.outcome_notes) == (fix.reason, fix.notes)
        stamps = list(row.stamps.select_related("ran_by", "template_version").order_by("ran_at"))
        assert [self.of(stamp) for stamp in stamps] == [
            (stamp.what, stamp.round, stamp.by, stamp.withdrawn) for stamp in fix.stamps
        ]
        standing = [stamp for stamp in stamps if stamp.withdrawn_at is None]
        # It is applied since the first stamp of the newest round that still stands, and by whoever declared that.
        since = next((stamp for stamp in standing if stamp.run_round == standing[-1].run_round), None)
        assert (row.applied_at, row.applied_by) == ((since.ran_at, since.ran_by) if since else (None, None))

    @staticmethod
    def of(stamp: RunStamp) -> tuple:
        if stamp.kind == "by_hand":
            what = (stamp.kind, stamp.note)
        else:
            number = stamp.template_version.number if stamp.template_version else 0
            typed = stamp.parameters.get("host", "")
            assert typed in stamp.text
            text = re.sub(f"'?{typed}'?", "{{ host }}", stamp.text) if typed else stamp.text
            what = (stamp.kind, number, text, typed)
        return what, stamp.run_round, stamp.ran_by.username, stamp.withdrawn_at is not None

    def compare_trail(self) -> None:
        """A line for each change and no other; a line in the transcript and a question to the assistant as they go."""
        events = self.session.events.values_list("kind", "fix_id", "by__username")
        trail = {(kind, fix and fix.pk, by): count for (kind, fix, by), count in self.desk.trail.items()}
        assert Counter(events) == trail
        assert self.session.messages.filter(role="note").count() == self.desk.lines
        assert Reply.objects.filter(conversation=self.session.pk).count() == self.desk.replies

    def compare_drafts(self) -> None:
        rows = {(row.user.username, row.origin, row.source_fix_id): row for row in self.drafts()}
        expected = {(name, "pilot_inline", one.fix and one.fix.pk) for name, one in self.desk.inline.items()}
        expected |= {(name, "standalone", fix.pk) for name, fix in self.desk.standalone}
        assert set(rows) == expected
        for name, one in self.desk.inline.items():
            row = rows[name, "pilot_inline", one.fix and one.fix.pk]
            assert row.buffer_revision == one.revision
            assert row.buffer == row.scaffold if one.text is None else row.buffer == one.text

    def drafts(self):
        return ScriptBuilderSession.objects.filter(ai_session=self.session).select_related("user")

    # ---- what the pages say ----

    def look(self, who: Person) -> None:
        """Somebody's page, asked for what changed since its beginning."""
        answer = self.cast.clients[who].get(f"/sessions/{self.session.pk}/live/?v=0")
        assert answer.status_code == (200 if self.desk.sees(who) else 404)
        if answer.status_code == 200:
            self.compare_regions(who, answer)

    def compare_regions(self, who: Person, answer) -> None:
        """The banner and the tab strip are those of the present state, whatever was answered."""
        if answer.status_code == 404 or not self.desk.sees(who):
            return
        shown = regions(answer)
        banner = self.desk.banner
        found = re.findall(r'<section class="fix fix--(\w+)" id="banner-([^"]+)"', shown["#fix-slot"])
        assert found == ([(banner[1], str(banner[0].pk))] if banner else [])
        strip = shown["#tab-strip"]
        dot = re.search(r"data-dot (hidden)?>", strip)
        assert ("" if dot is None else "shown" if dot[1] else "dot") == self.desk.strip(who)

    def wait(self) -> None:
        """Twenty minutes pass for everything that was run."""
        back = timedelta(minutes=20)
        RunStamp.objects.filter(fix__session=self.session).update(ran_at=F("ran_at") - back)
        self.session.fixes.exclude(applied_at=None).update(applied_at=F("applied_at") - back)
        for fix in self.desk.fixes:
            fix.waited = fix.waited or fix.phase == "verifying"
