"""For each constraint a row that it alone refuses: by raw SQL, with the constraint and without it."""

from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import CheckConstraint

from flowpilot.people import tokens
from flowpilot.people.models import Usage
from flowpilot.replies.models import Reply
from flowpilot.runbooks.models import AccountRunbook
from pilot.lifecycle import Phase
from pilot.models import ChatMessage
from script_builder.models import ScriptBuilderMessage
from tests.conventions.test_models import our_models
from tests.factories.pilot import SCRIPT, escalate, make_fix, make_session, make_task, make_template, resolve
from tests.factories.script_builder import DraftingFactory, InlineFactory
from tests.raw import change, key

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
NOW = "2026-11-22 12:00:00+00:00"
CONSTRAINTS = {constraint.name: (model, constraint) for model in our_models() for constraint in model._meta.constraints}


class Rows:
    """Makes what a constraint is about; two of a kind where it is about two."""

    def __init__(self, owner, teammate):
        self.owner, self.teammate = owner, teammate
        self.session = make_session(owner)

    def fix(self, at=Phase.UNRUN, **how):
        return make_fix(self.session, at, **how)

    def stamp(self, **how):
        return self.fix(Phase.VERIFYING, **how).stamps.get()

    def template(self, **fields):
        return make_template(self.owner, **fields)

    def inline(self, user):
        return InlineFactory(user=user, ai_session=self.session)

    def reply(self, **fields):
        asked = {"account": self.owner.account, "conversation": self.session.pk, "asked_by": self.owner}
        return Reply.objects.create(**asked | fields)

    def running(self, conversation):
        return self.reply(conversation=conversation, state="running", worker=conversation, lease_until=NOW)

    def runbook(self, number):
        by = {"created_by": self.owner, "updated_by": self.owner}
        return AccountRunbook.objects.bulk_create([AccountRunbook(account=self.owner.account, number=number, **by)])[0]


def pieces(rows):
    reply = rows.reply()
    return [reply.pieces.create(start=start, text="Hello") for start in (0, 5)][1]


def two_messages(rows, model, session):
    said = {"session": session, "role": "user", "author": rows.owner, "text": "Hi."}
    return [model.objects.create(**said, key=name) for name in ("a", "b")][1]


def two_counts(rows):
    return [Usage.objects.create(kind=kind, of=rows.owner.pk, since=0, count=1) for kind in ("a", "b")][1]


def two_for_one_fix(rows):
    fix = rows.fix()
    return [DraftingFactory(user=user, source_fix=fix) for user in (rows.owner, rows.teammate)][1]


def two_versions(rows):
    return rows.template().versions.create(number=2, text=SCRIPT, created_by=rows.owner)


def two_words(rows):
    first, second = rows.template(name="Restart the spooler").words.exclude(initial="").order_by("word")[:2]
    return second, {"word": first.word, "initial": first.initial}


def stamp_with_a_template(rows):
    version = key(rows.template().newest)
    return rows.stamp(script=SCRIPT), {"template_id": key(rows.template()), "template_version_id": version}


def proposal(rows, at, **columns):
    columns = {"ai_outcome_proposal": "applied_failed", "ai_outcome_proposed_at": NOW} | columns
    return rows.fix(at), columns


# Each gives a row, and the columns that make it impossible.
FIX, DRAFTING, TEMPLATE = "ck_session_suggested_fixes", "script_builder_sessions", "ck_script_templates"
IMPOSSIBLE = {
    "ck_people_account_nudge_minutes": lambda rows: (rows.owner.account, {"nudge_minutes": 0}),
    "ux_people_usage_kind_of": lambda rows: (two_counts(rows), {"kind": "a"}),
    "ck_people_user_account": lambda rows: (rows.owner, {"account_id": None}),
    "ck_people_user_role": lambda rows: (rows.owner, {"role": "boss"}),
    "ck_people_accesstoken_scope": lambda rows: (
        tokens.make(by=rows.owner, name="Mine", scope="read", days=1)[0],
        {"scope": "all"},
    ),
    "ck_ai_replies_running": lambda rows: (rows.reply(), {"worker": key(rows.owner)}),
    "ck_ai_replies_state": lambda rows: (rows.reply(), {"finished_at": NOW}),
    "ux_ai_replies_one_running": lambda rows: (
        [rows.running(conversation) for conversation in (rows.session.pk, rows.owner.pk)][1],
        {"conversation": key(rows.session)},
    ),
    "ux_ai_reply_pieces_start": lambda rows: (pieces(rows), {"start": 0}),
    "ux_account_runbooks_number": lambda rows: ([rows.runbook(n) for n in ("A01", "A02")][1], {"number": "A01"}),
    f"ck_{DRAFTING}_language": lambda rows: (rows.inline(rows.owner), {"language": "perl"}),
    f"ck_{DRAFTING}_origin": lambda rows: (rows.inline(rows.owner), {"origin": "elsewhere"}),
    f"ck_{DRAFTING}_origin_ai_session": lambda rows: (rows.inline(rows.owner), {"ai_session_id": None}),
    f"ux_{DRAFTING}_pilot_inline": lambda rows: (
        [rows.inline(user) for user in (rows.owner, rows.teammate)][1],
        {"user_id": key(rows.owner)},
    ),
    f"ux_{DRAFTING}_source_fix": lambda rows: (two_for_one_fix(rows), {"user_id": key(rows.owner)}),
    "ux_scriptbuildermessage_key": lambda rows: (
        two_messages(rows, ScriptBuilderMessage, rows.inline(rows.owner)),
        {"key": "a"},
    ),
    "ck_scriptbuildermessage_role": lambda rows: (
        ScriptBuilderMessage.objects.note(rows.inline(rows.owner), "Hi."),
        {"role": "user"},
    ),
    f"{TEMPLATE}_archived": lambda rows: (rows.template(), {"archived_at": NOW}),
    "ux_script_templates_library_key": lambda rows: (
        [rows.template(library_key=name) for name in ("a", "b")][1],
        {"library_key": "a"},
    ),
    f"{TEMPLATE}_language": lambda rows: (rows.template(), {"language": "perl"}),
    f"{TEMPLATE}_status": lambda rows: (rows.template(), {"status": "lost"}),
    f"{TEMPLATE}_risk": lambda rows: (rows.template(), {"risk": "none"}),
    "ux_script_template_versions_number": lambda rows: (two_versions(rows), {"number": 1}),
    "ck_script_template_versions_number": lambda rows: (two_versions(rows), {"number": 0}),
    "ck_script_template_versions_text": lambda rows: (two_versions(rows), {"text": ""}),
    "ux_script_template_words_word": two_words,
    "ck_session_closings_kind": lambda rows: (resolve(rows.session).closings.get(), {"reason": "Beyond me."}),
    "ux_session_suggested_fixes_one_proposed": lambda rows: (
        [rows.fix(Phase.PARTIAL), rows.fix()][0],
        {"status": "proposed"},
    ),
    f"{FIX}_status": lambda rows: (rows.fix(Phase.SUCCESS), {"applied_at": None, "applied_by_id": None}),
    f"{FIX}_dismissed": lambda rows: (rows.fix(), {"dismissed_reason": "engineer"}),
    f"{FIX}_partial_notes": lambda rows: (rows.fix(Phase.PARTIAL), {"outcome_notes": ""}),
    f"{FIX}_terminal": lambda rows: (
        rows.fix(Phase.VERIFYING),
        {"closed_at": NOW, "closed_by_id": key(rows.owner)},
    ),
    f"{FIX}_ai_outcome": lambda rows: proposal(rows, Phase.UNRUN, ai_outcome_proposed_by_id=key(rows.owner)),
    f"{FIX}_ai_outcome_proposed": lambda rows: proposal(rows, Phase.VERIFYING),
    f"{FIX}_confidence": lambda rows: (rows.fix(), {"confidence": 101}),
    f"{FIX}_risk": lambda rows: (rows.fix(), {"risk": "none"}),
    f"{FIX}_engaged": lambda rows: (rows.fix(), {"engaged_at": NOW}),
    f"{FIX}_applied": lambda rows: (rows.fix(Phase.VERIFYING), {"applied_by_id": None}),
    f"{FIX}_closed": lambda rows: (rows.fix(Phase.FAILED), {"closed_by_id": None}),
    "ck_ai_sessions_status": lambda rows: (rows.session, {"status": "resolved"}),
    "ck_ai_sessions_closed": lambda rows: (escalate(rows.session), {"closed_by_id": None}),
    "ck_ai_sessions_handed_to": lambda rows: (rows.session, {"handed_to_id": key(rows.teammate)}),
    "ck_ai_sessions_taken_over": lambda rows: (rows.session, {"taken_over_at": NOW}),
    "ux_chatmessage_key": lambda rows: (two_messages(rows, ChatMessage, rows.session), {"key": "a"}),
    "ck_chatmessage_role": lambda rows: (ChatMessage.objects.note(rows.session, "Hi."), {"role": "user"}),
    "ck_run_stamps_text": lambda rows: (rows.stamp(script=SCRIPT), {"sha256": None}),
    "ck_run_stamps_template": stamp_with_a_template,
    "ck_run_stamps_withdrawn": lambda rows: (rows.stamp(), {"withdrawn_at": NOW}),
    "ck_task_items_state": lambda rows: (make_task(rows.session), {"state": "lost"}),
    "ck_task_items_kind": lambda rows: (make_task(rows.session), {"kind": "order"}),
}


def test_every_constraint_has_its_row():
    assert set(IMPOSSIBLE) == set(CONSTRAINTS)


@contextmanager
def without(model, constraint):
    """The database as it would be without this constraint, until the test ends. (SQLite: without any check.)"""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # What was written so far is checked now; a table with checks outstanding cannot be altered.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with connection.schema_editor() as editor:
            editor.remove_constraint(model, constraint)
        yield
        return
    with connection.cursor() as cursor:
        if isinstance(constraint, CheckConstraint):
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        else:
            cursor.execute(f'DROP INDEX "{constraint.name}"')
        try:
            yield
        finally:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_the_database_refuses_and_this_is_what_does(owner, teammate, name):
    model, constraint = CONSTRAINTS[name]
    row, columns = IMPOSSIBLE[name](Rows(owner, teammate))
    with pytest.raises(IntegrityError) as refused:
        change(row, **columns)
    # SQLite names the columns of what must be unique.
    assert name in str(refused.value) or (name.startswith("ux_") and connection.vendor == "sqlite")
    if connection.vendor == "sqlite" and name.startswith("ux_") and not constraint.condition:
        return  # a part of the table there, which cannot be taken away alone
    with without(model, constraint), transaction.atomic():
        assert change(row, **columns) == 1
