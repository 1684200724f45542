"""Finding a runbook in the list: by the words that stand in it, and by what the words mean."""

from flowpilot.ai import library, matching
from flowpilot.ai.schema import Runbook

# Where somebody looks for themselves, more may be shown than the assistant would offer.
WORTH_SHOWING = 0.2


def find(words: str, own: tuple[str, ...] = ()) -> list[Runbook]:
    """The runbooks that fit the words, the best first; without words all of them by their number."""
    books = library.books(own)
    if not words.split():
        return [books[number] for number in sorted(books)]
    meant = [candidate.number for candidate in matching.rank(words, own) if candidate.score >= WORTH_SHOWING]
    wanted = words.casefold().split()
    named = [number for number in sorted(books) if all(word in _text(books[number]) for word in wanted)]
    return [books[number] for number in dict.fromkeys([*meant, *named])]


def _text(book: Runbook) -> str:
    return " ".join([book.number, book.title, book.apart, book.platform, *book.symptoms, *book.codes]).casefold()
