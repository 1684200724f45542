"""Which runbook a problem is about, by what its ordinary words mean. Honest: most problems in the world fit none."""

import math
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

import snowballstemmer
import yaml
from rapidfuzz import process
from rapidfuzz.distance import OSA, Indel

from flowpilot.ai import library

# A pasted log may be long; who reads a problem that long finds it at its beginning.
MOST_CHARACTERS, MOST_TOKENS = 4000, 400
SURE, POSSIBLE, CLOSE = 0.62, 0.45, 0.12
WEIGHTS = {"things": 1.0, "troubles": 1.0, "weak": 0.25, "plain": 0.3}
KINSHIP = 0.7
GENERIC = "fails"

NEGATION = re.compile(
    r"\b(?:(?:ca|wo|do|does|did|is|are|was|were|has|have|had|would|could|should)n['’]?t|can['’]t|cannot|can not|"
    r"unable to|not able to|refuses? to|no longer|impossible to)\b"
)
SHAPES = (
    (re.compile(r"\\\\[\w.-]+\\\S*|\bsmb://\S+"), " uncpath "),
    (re.compile(r"\b[cd](?:[: -]+drive\b|:)|\bdrive [cd]\b:?"), " systemdrive "),
    (re.compile(r"\b[f-hj-z](?:[: -]+drive\b|:)|\bdrive [f-hj-z]\b:?"), " letterdrive "),
    (re.compile(r"\be(?:[: -]+drive\b|:)|\bdrive e\b:?"), " drive "),
    (re.compile(r"\b\d+(?:[.,]\d+)? ?(?:[kmgt]b|bytes)\b|\b(?:few|some) [mg]b\b|\bgigs?\b"), " gigabytes sized "),
    (re.compile(r"\b(?:8[5-9]|9\d|100) ?(?:%|percent)"), " nearly full "),
    (re.compile(r"\be-mail"), "email"),
    (re.compile(r"\b(log|sign)(?:ged|ging|s)? (in|on)\b"), r" \1 \2 "),
    (re.compile(r"\badd-?ins?\b|\badd ins?\b"), " addin "),
)
CODE = re.compile(
    r"\b0x[0-9a-f]{4,8}\b|\b(?:error|event|code|id|event id|eventid)\W{0,3}(?:code|id|number)?\W{0,3}(\d{2,5})\b"
)
CLAUSE = re.compile(r"[.;,!?\n()]+|\b(?:but|though|although|while|however|except|whereas)\b")
TOKEN = re.compile(r"[a-z0-9]+(?:\.exe)?")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A runbook that may fit, how well (0 to 1), and the words that say so."""

    number: str
    score: float
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """`sure` names the one runbook that fits; else `candidates` are worth asking about; else nothing fits."""

    sure: Candidate | None = None
    candidates: tuple[Candidate, ...] = ()


class Words:
    """The meanings of `runbooks/words.yaml`, looked up by word, by word form and by spelling."""

    def __init__(self, data: dict):
        self.stem = lru_cache(4096)(snowballstemmer.stemmer("english").stemWord)
        self.kinds = {concept: kind for kind in ("things", "troubles", "weak") for concept in data[kind]}
        self.ignored = set(data["ignored"].split())
        # Phrases by the stem they begin with, the longest first: "mapped network drive" before "drive".
        self.phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        groups = {**data["things"], **data["troubles"], **data["weak"], "fine": data["fine"]}
        for concept, entries in groups.items():
            for entry in entries:
                stems = tuple(self.stem(word) for word in entry.split())
                self.phrases.setdefault(stems[0], []).append((stems, concept))
        for entries in self.phrases.values():
            entries.sort(key=lambda entry: -len(entry[0]))
        self.things = {self.stem(e): c for c, entries in data["things"].items() for e in entries if " " not in e}
        self.known = {stem for entries in self.phrases.values() for stems, _ in entries for stem in stems}
        self.spellings = sorted(
            {w for entries in groups.values() for entry in entries for w in entry.split() if len(w) > 3}
        )
        self.fold = lru_cache(8192)(self._fold)

    def _fold(self, token: str) -> str:
        """The stem of the known word that this token is, or most likely was meant to be."""
        stem = self.stem(token)
        if stem in self.known or token in self.ignored or len(token) < 4 or not token.isalpha():
            return stem
        meant = self._respelt(token) or (self._respelt(stem) if len(stem) > 3 else None)
        return self.stem(meant) if meant else stem

    def _respelt(self, word: str) -> str | None:
        # In a short word only a letter too many, too few or swapped: "point" is not a misspelt "print".
        if len(word) > 5:
            found = process.extractOne(
                word, self.spellings, scorer=OSA.distance, score_cutoff=2 if len(word) > 8 else 1
            )
        else:
            found = process.extractOne(word, self.spellings, scorer=Indel.distance, score_cutoff=1)
            swapped = (w for w in self.spellings if sorted(w) == sorted(word) and OSA.distance(w, word) == 1)
            found = found or next(((w,) for w in swapped), None)
        return found[0] if found and found[0][0] in word[:2] else None

    def concepts(self, clause: str) -> dict[str, str]:
        """The concepts that a clause names, each with its own words for it."""
        tokens = TOKEN.findall(clause)[:MOST_TOKENS]
        stems = [self.fold(token) for token in tokens]
        found, taken = {}, set()
        spans = [
            (span, concept)
            for at, stem in enumerate(stems)
            for phrase, concept in self.phrases.get(stem, ())
            if (span := _find(phrase, stems, at))
        ]
        # The longest phrase wins, of equal ones the tightest: "not found when opening" is not "not opening".
        for span, concept in sorted(spans, key=lambda found: (-len(found[0]), found[0][-1] - found[0][0], found[0][0])):
            own = {i for i in span if stems[i] != "not"}
            if taken & own or taken.issuperset(span):
                continue
            taken |= set(span)
            found.setdefault(concept, " ".join(tokens[i] for i in span))
            if self.kinds.get(concept) == "troubles":
                # "Low storage" is a trouble, and it is about storage.
                found |= {self.things[stems[i]]: tokens[i] for i in own if stems[i] in self.things and len(span) > 1}
        for at, (token, stem) in enumerate(zip(tokens, stems, strict=True)):
            if at not in taken and token not in self.ignored and len(token) > 2 and not token.isdigit():
                found.setdefault(f"={stem}", token)
        return found


def _find(phrase: tuple[str, ...], stems: list[str], at: int) -> list[int] | None:
    """Where the phrase's words stand, beginning at `at`, with at most three words between any two of them."""
    span = [at]
    for stem in phrase[1:]:
        follow = range(span[-1] + 1, min(span[-1] + 5, len(stems)))
        if (at := next((i for i in follow if stems[i] == stem), None)) is None:
            return None
        span.append(at)
    return span


@cache
def words() -> Words:
    """The words, loaded once."""
    return Words(yaml.load((library.FOLDER / "words.yaml").read_text("utf-8"), library.LOADER))


def read(text: str) -> dict[str, str]:
    """The concepts and codes of a text, each with the text's own words for it; what works fine is left out."""
    text = unicodedata.normalize("NFKD", text[:MOST_CHARACTERS]).encode("ascii", "ignore").decode().lower()
    codes = {f"#{m[1] or m[0]}": m[0] for m in CODE.finditer(text)}
    text = NEGATION.sub(" not ", CODE.sub(" error ", text))
    for shape, replacement in SHAPES:
        text = shape.sub(replacement, text)
    wrong, fine = {}, {}
    for clause in CLAUSE.split(text):
        found = words().concepts(clause)
        troubled = any(words().kinds.get(concept) == "troubles" for concept in found)
        is_fine = found.pop("fine", None) and not troubled
        for concept, surface in found.items():
            (fine if is_fine else wrong).setdefault(concept, surface)
    if not any(words().kinds.get(concept) == "things" for concept in wrong):
        wrong = {**fine, **wrong}
    return {**wrong, **codes}


@dataclass(frozen=True, slots=True)
class Index:
    """The runbooks' symptoms as concepts, which of them a runbook names often, and what each concept is worth."""

    symptoms: dict[str, tuple[frozenset[str], ...]]
    claimed: dict[str, frozenset[str]]
    core: dict[str, frozenset[str]]
    worth: dict[str, float]


@lru_cache(4096)
def _concepts(symptom: str) -> frozenset[str]:
    return frozenset(read(symptom))


@lru_cache(32)
def index(own: tuple[str, ...] = ()) -> Index:
    """The index over the library with an account's own runbooks, built once for each such set of texts."""
    books = library.books(own)
    symptoms = {n: tuple(_concepts(symptom) for symptom in book.symptoms) for n, book in books.items()}
    claimed = {
        n: frozenset().union(*symptoms[n]) | {f"#{code.lower()}" for code in book.codes} for n, book in books.items()
    }
    core = {
        n: frozenset(c for c in claimed[n] if sum(c in symptom for symptom in symptoms[n]) > 1 and c != GENERIC)
        for n in claimed
    }
    count, worth = len(claimed), {}
    for concept in frozenset().union(*claimed.values()):
        held = sum(concept in concepts for concepts in claimed.values())
        rarity = math.log(1 + count / held) / math.log(1 + count)
        worth[concept] = WEIGHTS[words().kinds.get(concept, "plain")] * rarity
    return Index(symptoms, claimed, core, worth)


def _likeness(said: dict[str, str], symptom: frozenset[str], claimed: frozenset[str], worth: dict[str, float]) -> float:
    """How much of a symptom was said, from 0 to 1; a symptom is a thing and what is wrong with it."""
    kinds = words().kinds
    kind_of = {concept: kinds.get(concept, "plain") for concept in symptom}
    shared = symptom & said.keys()
    things = [c for c in symptom if kind_of[c] == "things"]
    if things and not shared.intersection(things):
        return 0
    # "The job is stuck" may be about a printer, "the backup job is stuck" is not.
    if not things and (len(shared) < 2 or any(kinds.get(c) == "things" and c not in claimed for c in said)):
        return 0
    got = sum(worth[c] for c in shared)
    troubles = {c for c in said if kinds.get(c) == "troubles"}
    for concept in symptom - shared:
        if (
            kind_of[concept] == "troubles"
            and (concept == GENERIC or GENERIC in troubles)
            and troubles & (claimed | {GENERIC})
        ):
            # "It does not work" is a little of every trouble, and a trouble that is known here says that it fails.
            got += worth[concept] * (0.8 if concept == GENERIC else 0.4)
            shared |= {concept}
    if not any(kind_of[c] == "troubles" for c in shared):
        return 0
    return got / sum(worth[c] for c in symptom)


def _kinship(said: dict[str, str], core: frozenset[str], worth: dict[str, float]) -> float:
    """What it is worth that a thing and a trouble of the runbook were said, if in no combination that it lists."""
    kinds = words().kinds
    best = {
        kind: max((worth[c] / WEIGHTS[kind] for c in said if c in core and kinds.get(c) == kind), default=0)
        for kind in ("things", "troubles")
    }
    return KINSHIP * best["things"] * best["troubles"]


def rank(text: str, own: tuple[str, ...] = ()) -> list[Candidate]:
    """Every runbook that has anything to do with a text, the best first; `own` are the account's own runbooks."""
    said, known, over, ranked = read(text), words().kinds, index(own), []
    for number, symptoms in over.symptoms.items():
        claimed = over.claimed[number]
        best = max(_likeness(said, symptom, claimed, over.worth) for symptom in symptoms)
        best = max(best, _kinship(said, over.core[number], over.worth))
        shared = [c for c in said if c in claimed]
        code = any(c.startswith("#") for c in shared)
        strange = [
            known.get(c) for c in said if c not in claimed and known.get(c) in ("things", "troubles") and c != GENERIC
        ]
        foreign = min(1.0, 0.4 * strange.count("things") + 0.25 * strange.count("troubles"))
        score = min(1.0, best + (0.5 if code else 0)) / (1 + foreign)
        if score > 0:
            telling = [
                c for c in shared if c.startswith("#") or (known.get(c) in ("things", "troubles") and c != GENERIC)
            ]
            quotable = [said[c] for c in telling if said[c] in text.lower()]
            ranked.append(Candidate(number, score, tuple(dict.fromkeys(quotable))[:3]))
    return sorted(ranked, key=lambda candidate: -candidate.score)


def match(text: str, own: tuple[str, ...] = ()) -> Match:
    """The runbook that fits, or those between which it is worth asking, or nothing."""
    ranked = [candidate for candidate in rank(text, own) if candidate.score >= POSSIBLE]
    if not ranked:
        return Match()
    lead = ranked[0].score - (ranked[1].score if len(ranked) > 1 else 0)
    if ranked[0].score >= SURE and lead >= CLOSE:
        return Match(sure=ranked[0])
    return Match(candidates=tuple(ranked[:3]))
