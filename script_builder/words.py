"""A text as the words by which it is found: lower case, without accents, each once."""

import re
import unicodedata
from collections.abc import Iterable

from django.db import connection

from script_builder.models import ScriptTemplate, TemplateWord

WORD = re.compile(r"[^\W_]+")
# In nearly every description, so that they tell nothing apart.
COMMON = frozenset("a an and as at by for from if in into is it its of on or that the then this to with".split())  # noqa: SIM905
MOST = 150


def folded(text: str) -> str:
    """The text in lower case and without accents."""
    if text.isascii():
        return text.casefold()
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in split if not unicodedata.combining(character))


def words(text: str) -> list[str]:
    """The words of a text that tell it from others, in order."""
    found = (word[: TemplateWord.LONGEST] for word in WORD.findall(folded(text)))
    return list(dict.fromkeys(word for word in found if word not in COMMON))


def tag_key(tag: str) -> str:
    """A tag as it is kept and looked for."""
    return folded(tag)[: TemplateWord.LONGEST]


def index(template: ScriptTemplate) -> None:
    """Makes the template found by what its details say now."""
    said = words(f"{template.name} {' '.join(template.tags)} {template.category} {template.description}")[:MOST]
    rows = [(word[0], word) for word in said]
    rows += [(TemplateWord.TAG, key) for tag in template.tags if (key := tag_key(tag))]
    template.words.all().delete()
    TemplateWord.objects.bulk_create(
        TemplateWord(account_id=template.account_id, template=template, initial=initial, word=word)
        for initial, word in dict.fromkeys(rows)
    )


def known(account_id, *, initials: Iterable[str], most: int) -> list[str]:
    """The different words of the account's library that begin so, each once; its tags, where that is TAG."""
    return hop(TemplateWord, "word", [{"account": account_id, "initial": initial} for initial in initials], most)


def hop(model, field: str, places: list[dict], most: int) -> list[str]:
    """The different values of a column, blank ones left out, each once, in every one of these places.

    It hops along an index from one value to the next: one that ten thousand rows share costs one step, where DISTINCT
    would look at all ten thousand. A place names the columns before it in that index and what they hold.
    """
    if not places:
        return []
    fields = [model._meta.get_field(name) for name in places[0]]
    quote, table = connection.ops.quote_name, connection.ops.quote_name(model._meta.db_table)
    column, names = quote(field), [quote(name.column) for name in fields]
    given = ", ".join(f"CAST(%s AS {name.cast_db_type(connection)})" for name in fields)
    start = ", ".join(f"({given}, '')" for _ in places)
    same = " AND ".join(f"{table}.{name} = place.{name}" for name in names)
    after = f"SELECT MIN({table}.{column}) FROM {table} WHERE {same} AND {table}.{column} > place.found"
    here = ", ".join(f"place.{name}" for name in names)
    values = [name.get_db_prep_value(place[name.name], connection) for place in places for name in fields]
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE place({', '.join(names)}, found) AS (SELECT * FROM (VALUES {start}) AS began"
            f" UNION ALL SELECT {here}, ({after}) FROM place WHERE place.found IS NOT NULL)"
            " SELECT found FROM place WHERE found <> '' LIMIT %s",
            [*values, most],
        )
        return [value for (value,) in cursor.fetchall()]
