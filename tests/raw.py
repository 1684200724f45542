"""Rows as the database alone sees them: written by SQL, past every rule of Python."""

from django.db import connection, transaction


def key(row) -> str:
    """The row's id as it is stored."""
    return row._meta.pk.get_db_prep_value(row.pk, connection)


def change(row, **columns) -> int:
    """Writes these columns of the row; gives how many rows were hit."""
    with transaction.atomic(), connection.cursor() as cursor:
        table = connection.ops.quote_name(row._meta.db_table)
        assignments = ", ".join(f"{connection.ops.quote_name(name)} = %s" for name in columns)
        cursor.execute(f"UPDATE {table} SET {assignments} WHERE id = %s", [*columns.values(), key(row)])
        return cursor.rowcount
