"""A text as the words by which it is found: lower case, without accents, each once."""

import re
import unicodedata

from script_builder.models import ScriptTemplate, TemplateWord

WORD = re.compile(r"[^\W_]+")
# In nearly every description, so that they tell nothing apart.
COMMON = frozenset("a an and as at by for from if in into is it its of on or that the then this to with".split())  # noqa: SIM905
MOST = 150


def folded(text: str) -> str:
    """The text in lower case and without accents."""
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
    rows = [(word, False) for word in said] + [(key, True) for tag in template.tags if (key := tag_key(tag))]
    template.words.all().delete()
    TemplateWord.objects.bulk_create(
        TemplateWord(account_id=template.account_id, template=template, word=word, initial=word[0], is_tag=is_tag)
        for word, is_tag in dict.fromkeys(rows)
    )
