"""Which runbook a problem is about, by what its ordinary words mean. Honest: most problems in the world fit none.

A text is a vector of the concepts that its words name, the rarer the heavier, and so is each symptom. A runbook scores
by its nearest symptom, by the middle of all of them, and by the error codes it knows; less where nothing is said to be
wrong. To that comes how likely all the words are where it is meant (`likelihood`). Problems that no runbook is about
(`runbooks/others.yaml`) compete: where one of them is nearer, none fits.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from flowpilot.ai import library
from flowpilot.ai.likelihood import Likelihood, ours, own_kinds
from flowpilot.ai.meaning import others, plain, read, words
from flowpilot.ai.schema import Runbook

SURE, POSSIBLE, CLOSE = 0.42, 0.2, 0.15
# By how much it may fit less than what none is about, and still be asked about; how much of the best another reaches
# that is offered beside it, or how well it must fit by meaning alone; how well by meaning to be taken as clear.
LEAN, BESIDE, MEANT, CLEAR = 0.11, 0.35, 0.4, 0.8
MOST_OFFERED = 3
# Below it a word or two is shared by chance.
RELATED = 0.15
# What a concept weighs by its kind, an ordinary word that nothing else here holds, and what a concept is a kind of.
WEIGHTS = {"things": 1.0, "troubles": 0.85, "weak": 0.3, "plain": 0.55}
UNKNOWN, KIN = 0.5, 0.6
# A runbook's score: its nearest symptom, the middle of its symptoms, a code that it alone knows.
NEAREST, MIDDLE, CODE = 0.65, 0.42, 0.5
OTHER = 0.95
# How much what the words are likely for counts, beside what they mean.
WORDS = 0.6
# Discounts: for a symptom of which the thing was said and not the trouble, unless it was said as it stands; where
# nothing is said to be wrong; for the other platform.
UNTROUBLED, OTHER_UNTROUBLED, VERBATIM = 0.6, 0.8, 0.95
NOTHING_WRONG, PLATFORM = 0.6, 0.8
REQUEST, GENERIC = "request", "fails"

Vector = dict[str, float]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A runbook that may fit, how well (0 to 1), and the words that say so."""

    number: str
    score: float
    because: tuple[str, ...]
    # How well by what the words mean alone.
    meant: float = 0.0


@dataclass(frozen=True, slots=True)
class Match:
    """`sure` names the one runbook that fits; else `candidates` are worth asking about; else nothing fits."""

    sure: Candidate | None = None
    candidates: tuple[Candidate, ...] = ()


@lru_cache(4096)
def _concepts(symptom: str) -> tuple[str, ...]:
    return tuple(concept for concept in read(symptom) if not concept.startswith("#"))


def _kin(concepts: Iterable[str]) -> Vector:
    """The concepts, and by half what they are a kind of."""
    implied = {parent: KIN for concept in concepts for parent in words().implies.get(concept, ())}
    return implied | dict.fromkeys(concepts, 1.0)


def _normal(vector: Vector) -> Vector:
    length = math.hypot(*vector.values()) or 1
    return {concept: weight / length for concept, weight in vector.items()}


class Index:
    """The symptoms of some runbooks, and the problems that none is about, ready to be compared with what was said."""

    def __init__(self, books: dict[str, Runbook], learnt: Likelihood):
        self.learnt, self.own = learnt, own_kinds(books, learnt)
        entries = [(number, _concepts(symptom)) for number, book in books.items() for symptom in book.symptoms]
        entries += [(f"-{theme}", _concepts(text)) for theme, texts in others().items() for text in texts]
        self.owners = [owner for owner, _ in entries]
        self.windows = {number: book.platform == "windows" for number, book in books.items()}
        self.codes: dict[str, set[str]] = defaultdict(set)
        for number, book in books.items():
            for code in book.codes:
                self.codes[f"#{code.lower()}"].add(number)
        self.claimed: dict[str, set[str]] = defaultdict(set)
        for owner, concepts in entries:
            self.claimed[owner].update(_kin(concepts))
        holders = defaultdict(int)
        for concepts in self.claimed.values():
            for concept in concepts:
                holders[concept] += 1
        most = math.log(1 + len(self.claimed))
        self.rarity = {concept: math.log(1 + len(self.claimed) / n) / most for concept, n in holders.items()}
        self.near: dict[str, list[tuple[int, float]]] = defaultdict(list)
        middles: dict[str, Vector] = {number: defaultdict(float) for number in books}
        for at, (owner, concepts) in enumerate(entries):
            for concept, weight in self.vector(concepts).items():
                self.near[concept].append((at, weight))
                if owner in middles:
                    middles[owner][concept] += weight
        self.middles = {number: _normal(middle) for number, middle in middles.items()}

    def vector(self, concepts: Iterable[str]) -> Vector:
        """The concepts' weights, together of length one."""
        weights = {}
        for concept, share in _kin(concepts).items():
            kind = words().kinds.get(concept, "plain")
            rarity = self.rarity.get(concept, UNKNOWN if kind == "plain" else 1)
            weights[concept] = share * WEIGHTS[kind] * rarity
        return _normal(weights)

    def read(self, text: str) -> dict[str, str]:
        """What a text says, with the codes that speak for themselves (ERR_NAME_NOT_RESOLVED, caa20002, 5.7.1)."""
        seen = plain(text)
        named = (code[1:] for code in self.codes if not code[1:].isdigit() and code[1:] in seen)
        return read(text) | {f"#{c}": c for c in named if re.search(rf"(?<![\w.]){re.escape(c)}(?!\w)", seen)}

    def likeness(self, vector: Vector) -> dict[str, float]:
        """How near the nearest symptom of each runbook is, and the nearest problem of each other theme."""
        alike, troubled, nearest = [0.0] * len(self.owners), set(), defaultdict(float)
        for concept, weight in vector.items():
            for at, other in self.near.get(concept, ()):
                alike[at] += weight * other
                if words().kinds.get(concept) == "troubles":
                    troubled.add(at)
        for at, owner in enumerate(self.owners):
            if at not in troubled and alike[at] < VERBATIM:
                alike[at] *= UNTROUBLED if owner in self.middles else OTHER_UNTROUBLED
            nearest[owner] = max(nearest[owner], alike[at])
        return nearest

    def scores(self, text: str, said: dict[str, str], meant: dict[str, float]) -> dict[str, float]:
        """How well each runbook fits a text, by its meaning and by its words, and each other theme."""
        likely = self.learnt.shares(text, self.own)
        none = sum(share for kind, share in likely.items() if kind not in self.middles)
        shares = {owner: likely[owner] if owner in self.middles else none for owner in meant}
        linux = "linux" in _kin(said)
        return {
            owner: ((1 - WORDS) * score + WORDS * shares[owner])
            * (PLATFORM if owner in self.middles and self.windows[owner] is linux else 1)
            for owner, score in meant.items()
        }

    def meant(self, said: dict[str, str]) -> dict[str, float]:
        """How well each runbook fits what a text means, and each other theme."""
        known = {concept: self.codes[concept] for concept in said if concept in self.codes}
        vector = self.vector([concept for concept in said if not concept.startswith("#")])
        kinds = {concept: words().kinds.get(concept) for concept in said}
        telling = any(kind in ("things", "troubles") and c not in (GENERIC, REQUEST) for c, kind in kinds.items())
        wrong = known or (telling and any(kind == "troubles" and c != REQUEST for c, kind in kinds.items()))
        scores = {}
        for owner, alike in self.likeness(vector).items():
            if owner not in self.middles:
                # Where a code is known, it takes more than likeness to say that the problem is something else.
                scores[owner] = OTHER * alike * (CODE if known else 1)
                continue
            score = NEAREST * alike + MIDDLE * sum(w * self.middles[owner].get(c, 0) for c, w in vector.items())
            score *= 1 if wrong or alike >= VERBATIM else NOTHING_WRONG
            score += max((CODE / len(knowing) for knowing in known.values() if owner in knowing), default=0)
            scores[owner] = min(1.0, score)
        return scores


@lru_cache(32)
def index(own: tuple[str, ...] = ()) -> Index:
    """The index over the library with an account's own runbooks, built once for each such set of texts."""
    return Index(library.books(own), ours())


def _ranked(text: str, said: dict[str, str], over: Index) -> tuple[list[Candidate], float, float]:
    """The runbooks, the best first, and how well the text fits what no runbook is about: in all, and by meaning."""
    meant = over.meant(said)
    scores = over.scores(text, said, meant)
    ranked = [
        Candidate(number, scores[number], _because(said, over, number, text.lower()), meant[number])
        for number in over.middles
        if scores[number] >= RELATED
    ]
    others = [owner for owner in scores if owner not in over.middles]
    other, other_meant = (max((by[owner] for owner in others), default=0) for by in (scores, meant))
    return sorted(ranked, key=lambda candidate: -candidate.score), other, other_meant


def _because(said: dict[str, str], over: Index, number: str, text: str) -> tuple[str, ...]:
    """The words of the text that speak for a runbook, as they stand in it."""
    known = {c for c in said if c in over.claimed[number] and words().kinds.get(c) in ("things", "troubles")}
    known |= {c for c in said if number in over.codes.get(c, ())}
    telling = (surface for concept, surface in said.items() if concept in known - {GENERIC})
    return tuple(dict.fromkeys(surface for surface in telling if surface in text))[:3]


def rank(text: str, own: tuple[str, ...] = ()) -> list[Candidate]:
    """Every runbook that has anything to do with a text, the best first; `own` are the account's own runbooks."""
    over = index(own)
    return _ranked(text, over.read(text), over)[0]


def match(text: str, own: tuple[str, ...] = ()) -> Match:
    """The runbook that fits, or those between which it is worth asking, or nothing."""
    return match_in(index(own), text)


def match_in(over: Index, text: str) -> Match:
    """What `match` finds, over an index of one's own."""
    said = over.read(text)
    ranked, other, other_meant = _ranked(text, said, over)
    if not ranked:
        return Match()
    first = ranked[0]
    # What says plainly what is wrong is clear, whatever other words stand around it.
    clear = first.meant >= max(CLEAR, other_meant)
    if not clear and first.score < max(POSSIBLE, other - LEAN):
        return Match()
    found = [c for c in ranked if c.score >= BESIDE * first.score or c.meant >= MEANT]
    rest = found[1:]
    # Another is as likely where it knows a trouble that the first does not, or all of them and is about as near.
    troubles = {concept for concept in said if words().kinds.get(concept) == "troubles"}
    known = {c.number: troubles & over.claimed[c.number] for c in found}
    ours = known[first.number]
    doubtful = [
        c for c in rest if known[c.number] - ours or (first.score - c.score < CLOSE and known[c.number] >= ours)
    ]
    if not doubtful and (clear or first.score >= max(SURE, other)):
        return Match(sure=first)
    return Match(candidates=tuple(found[:MOST_OFFERED]))
