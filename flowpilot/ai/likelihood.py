"""How likely a text's words are where a runbook is meant, from how people wrote of such problems before.

Naive Bayes over word stems: each problem of `runbooks/phrasings.yaml`, each symptom, and each problem that no runbook
is about speaks for its kind. Any word may tell something here, while `meaning` knows those that were prepared.
"""

import math
from collections import Counter, defaultdict
from functools import cache

import yaml

from flowpilot.ai import library
from flowpilot.ai.meaning import MOST_TOKENS, NEGATION, TOKEN, others, plain, words
from flowpilot.ai.schema import Runbook

# What a word that was never seen in a kind of problem still counts there, and how cautiously kinds are told apart.
UNSEEN, CAUTION = 0.05, 1.3

Vector = dict[str, float]


@cache
def phrasings() -> dict:
    """Problems as people wrote them: `fits` by the runbook's number, and `none`."""
    return yaml.load((library.FOLDER / "phrasings.yaml").read_text("utf-8"), library.LOADER)


def tokens(text: str) -> list[str]:
    """The words of a text, with one word for whatever says no."""
    return TOKEN.findall(NEGATION.sub(" not ", plain(text)))[:MOST_TOKENS]


def stems(text: str) -> Counter[str]:
    """The stems of a text's words, with how often each stands in it."""
    return Counter(map(words().stem, tokens(text)))


class Likelihood:
    """What was learnt from examples by their kind; a kind that begins with "-" is one that no runbook is about."""

    def __init__(self, examples: dict[str, list[str]]):
        counted = {kind: [stems(text) for text in texts] for kind, texts in examples.items()}
        holders = Counter(stem for texts in counted.values() for text in texts for stem in text)
        most = 1 + sum(map(len, counted.values()))
        self.rarity = {stem: 1 + math.log(most / (1 + n)) for stem, n in holders.items()}
        self.rarest = max(self.rarity.values(), default=1.0)
        self.floor = UNSEEN * max(1, len(self.rarity))
        self.kinds = {kind: self._learnt(texts) for kind, texts in counted.items()}

    def _vector(self, text: Counter[str]) -> Vector:
        weights = {stem: (1 + math.log(n)) * self.rarity.get(stem, self.rarest) for stem, n in text.items()}
        length = math.hypot(*weights.values()) or 1
        return {stem: weight / length for stem, weight in weights.items()}

    def _learnt(self, texts: list[Counter[str]]) -> tuple[float, Vector]:
        """What a word counts that the kind's texts do not hold, and what each that they hold counts above it."""
        held: Vector = defaultdict(float)
        for text in texts:
            for stem, weight in self._vector(text).items():
                held[stem] += weight
        unseen = math.log(UNSEEN / (sum(held.values()) + self.floor))
        return unseen, {stem: math.log1p(weight / UNSEEN) for stem, weight in held.items()}

    def learn(self, texts: list[str]) -> tuple[float, Vector]:
        """A further kind of problem, told by some texts: to be weighed with the others."""
        return self._learnt([stems(text) for text in texts])

    def shares(self, text: str, own: dict[str, tuple[float, Vector]]) -> Vector:
        """How likely each kind is, together one; `own` kinds take the place of those with the same name."""
        kinds = self.kinds | own
        seen = self._vector(self._seen(text, own))
        every = sum(seen.values())
        logs = {
            kind: every * unseen + sum(weight * held.get(stem, 0) for stem, weight in seen.items())
            for kind, (unseen, held) in kinds.items()
        }
        best = max(logs.values())
        shares = {kind: math.exp((log - best) / CAUTION) for kind, log in logs.items()}
        total = sum(shares.values())
        return {kind: share / total for kind, share in shares.items()}

    def _seen(self, text: str, own: dict[str, tuple[float, Vector]]) -> Counter[str]:
        """The words of a text that any kind holds; one that none does may be a misspelling of one that is known."""
        held = set(self.rarity).union(*(held for _, held in own.values()))
        found = ((words().fold(token), token) for token in tokens(text))
        return Counter(
            known for stem, token in found if (known := stem if stem in held else words().stem(token)) in held
        )


def examples(heard: dict) -> dict[str, list[str]]:
    """What is learnt from: our symptoms and the problems that none is about, with those that were heard."""
    found = {number: [*book.symptoms, *heard["fits"].get(number, ())] for number, book in library.runbooks().items()}
    found |= {f"-{theme}": texts for theme, texts in others().items()}
    return found | {"-heard": list(heard["none"])}


@cache
def ours() -> Likelihood:
    """What was learnt of our own runbooks, once for all accounts."""
    return Likelihood(examples(phrasings()))


def own_kinds(books: dict[str, Runbook], learnt: Likelihood) -> dict[str, tuple[float, Vector]]:
    """What the symptoms of an account's own runbooks add to it."""
    mine = {number: book for number, book in books.items() if library.runbooks().get(number) != book}
    return {number: learnt.learn(list(book.symptoms)) for number, book in mine.items()}
