"""Finding templates by words that may be misspelt: the database narrows them down, and at most MOST are ranked here."""

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, QuerySet, Value, When
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from script_builder.models import ScriptTemplate, TemplateWord
from script_builder.words import folded, known, words

MOST = 100  # templates that are ranked
MOST_WORDS = 8  # of a search
MOST_OF_A_WISH = 24
MOST_KNOWN = 5000  # words of the library that one search looks at
MOST_MEANT = 40  # of those that one word may stand for


def search(templates: QuerySet[ScriptTemplate], account_id, text: str) -> list:
    """The ids of the templates that every word of the text fits, the best first; at most MOST, in two queries."""
    return [pk for pk, _ in named(templates, account_id, text)]


def named(templates: QuerySet[ScriptTemplate], account_id, text: str) -> list[tuple]:
    """The same with the name of each.

    A word fits another that it begins, or from which it differs by a slip or two. What fits equally well stands in the
    order of its reliability.
    """
    asked = words(text)[:MOST_WORDS]
    if not asked:
        return []
    # The longest word leads, being rare most likely; the others are looked up only where that one is.
    lead, *others = sorted(_meant(account_id, asked).items(), key=lambda meant: -len(meant[0]))
    initials = {word[0] for word in lead[1]}
    templates = templates.filter(words__account=account_id, words__initial__in=initials, words__word__in=lead[1])
    for _, meant in others:
        templates = templates.filter(
            Exists(TemplateWord.objects.among(account_id, meant).filter(template=OuterRef("pk")))
        )
    return _ranked(templates.distinct(), text, asked)


def match(templates: QuerySet[ScriptTemplate], account_id, text: str, most: int = 3) -> list[ScriptTemplate]:
    """The few templates that a wish in plain words may be about, the best first, in four queries at most."""
    asked = words(text)[:MOST_OF_A_WISH]
    if not asked:
        return []
    meant = [word for known in _meant(account_id, asked).values() for word in known]
    hits = TemplateWord.objects.among(account_id, meant).values("template")
    enough = hits.annotate(shared=Count("word")).filter(shared__gte=min(2, len(asked))).order_by("-shared", "template")
    best = _ranked(templates.filter(pk__in=[hit["template"] for hit in enough[:MOST]]), text, asked)[:most]
    found = templates.in_bulk([pk for pk, _ in best])
    return [found[pk] for pk, _ in best]


def _meant(account_id, asked: list[str]) -> dict[str, list[str]]:
    """Which of the library's words each asked one may stand for; itself in any case."""
    initials = sorted({letter for word in asked for letter in word[:2]})
    spelt = known(account_id, initials=initials, most=MOST_KNOWN)
    return {word: [word, *_close(word, spelt)] for word in asked}


def _close(word: str, spelt: list[str]) -> list[str]:
    slips = 0 if len(word) < 4 or word.isdigit() else 1 if len(word) < 7 else 2
    found = []
    for other in spelt:
        if other.startswith(word):
            found.append((0, other))
        elif slips:
            # The rest of a longer word may still be to come: "prnter" is on its way to "printers".
            heads = (other, other[: len(word)], other[: len(word) + 1])
            distance = min(OSA.distance(word, head, score_cutoff=slips) for head in heads)
            if distance <= slips:
                found.append((distance, other))
    return [other for _, other in sorted(found)[:MOST_MEANT]]


def _ranked(templates: QuerySet[ScriptTemplate], text: str, asked: list[str]) -> list[tuple]:
    text = text.strip()[:200]
    # What is called so is among those that are ranked, however many others there are.
    named = Case(When(name__iexact=text, then=Value(0)), default=Value(1), output_field=IntegerField())
    found = templates.order_by(named, "-reliability", "name", "id").values_list("pk", "name", "reliability")
    wish, whole = " ".join(asked), folded(text)

    def place(row) -> tuple:
        """How well the name fits, in steps so wide that a template's record decides between neighbours."""
        _, name, reliability = row
        called = folded(name)
        fit = round(fuzz.token_set_ratio(wish, called) / 20)
        return called != whole, -fit, -reliability, name

    return [(pk, name) for pk, name, _ in sorted(found[:MOST], key=place)]
