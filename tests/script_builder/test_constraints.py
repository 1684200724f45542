"""The database refuses nonsense on its own, whoever writes it."""

import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from script_builder.models import ScriptBuilderSession
from tests.factories.script_builder import DraftingFactory, InlineFactory, TemplateFactory

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def sql(statement, *values):
    """Runs it as it stands, past every model."""
    as_stored = [connection.ops.adapt_unknown_value(value) if value is None else stored(value) for value in values]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, as_stored)
        connection.check_constraints()


def stored(value):
    if isinstance(value, uuid.UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value


def again(row, **changes):
    """Inserts the row a second time under a new id, by raw SQL."""
    columns = [field.column for field in row._meta.concrete_fields if not field.generated]
    chosen = ", ".join("%s" if column in changes | {"id": 0} else column for column in columns)
    values = [changes.get(column, uuid.uuid4()) for column in columns if column in changes | {"id": 0}]
    table = row._meta.db_table
    sql(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {chosen} FROM {table} WHERE id = %s", *values, row.pk)


def test_an_unknown_origin(drafting):
    with pytest.raises(IntegrityError):
        sql("UPDATE script_builder_sessions SET origin = %s WHERE id = %s", "elsewhere", drafting.pk)


def test_an_unknown_language(drafting):
    with pytest.raises(IntegrityError):
        sql("UPDATE script_builder_sessions SET language = %s WHERE id = %s", "perl", drafting.pk)


def test_inline_without_an_ai_session(drafting, inline):
    with pytest.raises(IntegrityError):
        sql("UPDATE script_builder_sessions SET origin = 'pilot_inline' WHERE id = %s", drafting.pk)
    with pytest.raises(IntegrityError):
        sql("UPDATE script_builder_sessions SET ai_session_id = NULL WHERE id = %s", inline.pk)


def test_a_second_inline_session_of_one_user_in_one_ai_session(inline, teammate, ai_session):
    with pytest.raises(IntegrityError):
        again(inline)
    InlineFactory(user=teammate, ai_session=ai_session)


def test_a_second_standalone_session_for_one_fix(owner, fix, inline):
    first = DraftingFactory(user=owner, source_fix=fix)
    with pytest.raises(IntegrityError):
        again(first)


def test_standalone_sessions_without_a_fix_are_as_many_as_one_likes(drafting):
    again(drafting)
    assert ScriptBuilderSession.objects.count() == 2


def test_origin_has_a_default_of_the_databases_own(drafting):
    columns = [field.column for field in drafting._meta.concrete_fields if field.column not in ("id", "origin")]
    sql(
        f"INSERT INTO script_builder_sessions (id, {', '.join(columns)})"
        f" SELECT %s, {', '.join(columns)} FROM script_builder_sessions",
        uuid.uuid4(),
    )
    assert set(ScriptBuilderSession.objects.values_list("origin", flat=True)) == {"standalone"}


@pytest.mark.parametrize(("column", "value"), [("language", "perl"), ("status", "lost"), ("risk", "none")])
def test_a_template_of_an_unknown_kind(column, value):
    template = TemplateFactory()
    with pytest.raises(IntegrityError):
        sql(f"UPDATE script_templates SET {column} = %s WHERE id = %s", value, template.pk)


def test_one_template_for_each_library_script_in_an_account():
    template = TemplateFactory(library_key="restart-spooler")
    with pytest.raises(IntegrityError):
        again(template)
    TemplateFactory(library_key="restart-spooler")


def test_one_draft_template_a_fix(fix):
    template = TemplateFactory(source_fix=fix)
    with pytest.raises(IntegrityError):
        again(template)


@pytest.mark.parametrize("changes", [{}, {"number": 0}, {"number": 2, "text": ""}])
def test_a_version_that_cannot_be(changes):
    version = TemplateFactory().newest
    with pytest.raises(IntegrityError):
        again(version, **changes)
    again(version, number=2)


def test_an_archived_template_says_by_whom():
    template = TemplateFactory()
    with pytest.raises(IntegrityError):
        sql("UPDATE script_templates SET archived_at = created_at WHERE id = %s", template.pk)
