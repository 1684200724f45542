"""Migrations over rows that are there: forward, backward and forward again."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from script_builder.models import ScriptBuilderMessage, ScriptBuilderSession, TemplateWord
from tests.factories.script_builder import DraftingFactory, InlineFactory, TemplateFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]

TABLE = "script_builder_sessions"
CONSTRAINTS = {
    "ck_script_builder_sessions_origin",
    "ck_script_builder_sessions_origin_ai_session",
    "ux_script_builder_sessions_pilot_inline",
}
BEFORE, AFTER = "0001_initial", "0002_script_builder_origin"
BEFORE_TURNS, AFTER_TURNS = "0003_one_standalone_session_a_fix", "0004_drafting_turns"
BEFORE_WORDS, AFTER_WORDS = "0005_template_library", "0006_words_and_origins"
TURNS = {"description", "earlier_buffer", "turned_at"}
ADDED = {"origin", "made_from", *TURNS}


def migrate(name):
    executor = MigrationExecutor(connection)
    executor.migrate([("script_builder", name)])


@pytest.fixture
def latest():
    """Whatever happens in the test, the database is whole for the next one."""
    yield
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def in_database():
    with connection.cursor() as cursor:
        columns = {column.name for column in connection.introspection.get_table_description(cursor, TABLE)}
        return columns, set(connection.introspection.get_constraints(cursor, TABLE))


def kept():
    """Every row as it stands, but for what these migrations add."""
    columns = [field.attname for field in ScriptBuilderSession._meta.concrete_fields if field.name not in ADDED]
    return {row["id"]: row for row in ScriptBuilderSession.objects.order_by().values(*columns)}


def test_forward_backward_and_forward_over_rows(latest, owner, ai_session, fix):
    standalone = DraftingFactory(user=owner, buffer="Get-Date\n", buffer_revision=3)
    inline = InlineFactory(user=owner, ai_session=ai_session, source_fix=fix)
    rows = kept()
    assert len(rows) == 2

    migrate(BEFORE)
    columns, constraints = in_database()
    assert "origin" not in columns
    assert not constraints & CONSTRAINTS
    assert kept() == rows

    migrate(AFTER)
    columns, constraints = in_database()
    assert "origin" in columns
    assert constraints >= CONSTRAINTS
    assert kept() == rows
    assert set(ScriptBuilderSession.objects.values_list("origin", flat=True)) == {"standalone"}
    assert {standalone.pk, inline.pk} == set(rows)


def test_backward_and_forward_over_an_empty_table(latest, db):
    migrate(BEFORE)
    migrate(AFTER)
    assert in_database()[1] >= CONSTRAINTS


def test_what_drafting_for_several_fixes_needs_comes_over_rows(latest, owner, ai_session, fix):
    DraftingFactory(user=owner, buffer="Get-Date\n", buffer_revision=3)
    inline = InlineFactory(user=owner, ai_session=ai_session, source_fix=fix, description="Restart it.")
    ScriptBuilderMessage.objects.create(session=inline, role="user", author=owner, text="Draft it.")
    rows = kept()

    migrate(BEFORE_TURNS)
    assert not in_database()[0] & TURNS
    assert kept() == rows

    before = timezone.now()
    migrate(AFTER_TURNS)
    assert in_database()[0] >= TURNS
    assert kept() == rows
    for drafting in ScriptBuilderSession.objects.defer("made_from"):
        assert (drafting.description, drafting.earlier_buffer) == ("", "")
        assert before - timedelta(seconds=2) < drafting.turned_at < timezone.now() + timedelta(seconds=2)
    assert ScriptBuilderMessage.objects.get().text == "Draft it."


def test_a_process_of_the_release_before_still_writes(latest, owner):
    """It knows nothing of the new columns; the database fills them."""
    migrate(BEFORE_TURNS)
    executor = MigrationExecutor(connection)
    old = executor.loader.project_state([("script_builder", BEFORE_TURNS)]).apps
    migrate(AFTER_TURNS)
    row = old.get_model("script_builder", "ScriptBuilderSession").objects.create(
        account_id=owner.account_id, user_id=owner.pk, title="Of the older one"
    )
    drafting = ScriptBuilderSession.objects.defer("made_from").get(pk=row.pk)
    assert (drafting.description, drafting.earlier_buffer) == ("", "")
    assert abs(drafting.turned_at - timezone.now()) < timedelta(seconds=60)


def test_forward_again_with_an_inline_and_a_standalone_session_for_one_fix(latest, owner, ai_session, fix):
    inline = InlineFactory(user=owner, ai_session=ai_session, source_fix=fix)
    standalone = DraftingFactory(user=owner, ai_session=ai_session, source_fix=fix)
    migrate(BEFORE)
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    rows = ScriptBuilderSession.objects.order_by().values_list("pk", "origin", "source_fix")
    assert set(rows) == {(inline.pk, "standalone", None), (standalone.pk, "standalone", fix.pk)}


def test_templates_that_are_there_are_found_and_their_sessions_know_what_they_began_as(latest, owner):
    template = TemplateFactory(created_by=owner, name="Clear the Print-Queue", tags=["Spooler", ""], category="Drücker")
    drafting = DraftingFactory(user=owner, template=template)
    migrate(BEFORE_WORDS)
    migrate(AFTER_WORDS)
    words = set(TemplateWord.objects.values_list("word", "initial"))
    assert words == {
        *((word, word[0]) for word in ("clear", "print", "queue", "spooler", "drucker")),
        ("spooler", ""),
    }
    drafting.refresh_from_db()
    assert drafting.made_from == template.newest
