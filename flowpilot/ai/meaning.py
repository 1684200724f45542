"""What the ordinary words of a text mean: concepts and codes, forgiving of spelling, word forms and what works fine."""

import re
import unicodedata
from functools import cache, lru_cache
from threading import Lock

import snowballstemmer
import yaml
from rapidfuzz import process
from rapidfuzz.distance import OSA, Indel

from flowpilot.ai import library

# A pasted log may be long. Who reads a problem that long finds it where it begins, or in the log's last lines.
MOST_AT_THE_START, MOST_AT_THE_END, MOST_TOKENS = 4000, 1000, 400

NEGATION = re.compile(
    r"\b(?:(?:ca|wo|do|does|did|is|are|was|were|has|have|had|would|could|should)n['’]?t|can['’]t|cannot|can not|"
    r"unable to|not able to|refuses? to|no longer|impossible to)\b"
)
SHAPES = (
    (
        re.compile(r"^\W*(?:please |pls )?(?:install|add|create|set ?up|order|replace|move|change|give|grant|buy)\b"),
        " request ",
    ),
    (re.compile(r"\btim(?:e|es|ed|ing)[ -]?out\b"), " timeout "),
    (re.compile(r"\bkernel[ -]power\b"), " kernelpower "),
    # A restart that somebody did is not one that happened.
    (
        re.compile(r"\b(?:after|since|before|until|by|upon|despite)(?: \w+)? re(?:start|boot)(?:ed|s|ing)?\b"),
        " afterwards ",
    ),
    (
        re.compile(
            r"\b(?:i|we|already|tried|please)(?: (?:have|already|tried|just|to))* re(?:start|boot)(?:ed|ing)?\b"
        ),
        " ",
    ),
    (re.compile(r"\b\w+writer\b"), " writer "),
    (re.compile(r"\bapache2\b"), " apache "),
    (re.compile(r"\\\\[\w.-]+\\\S*|\bsmb://\S+"), " uncpath "),
    (re.compile(r"/var\b[\w/]*"), " varpath "),
    (re.compile(r"/boot\b[\w/]*"), " bootpath "),
    (re.compile(r"/home\b[\w/]*"), " homepath "),
    (
        re.compile(r"(?:^|\b(?:on|of|for|is|at) )/(?=\s|$)|\s/(?=\s+(?:\d|(?:is|full|at|has)\b))|\bdev/\w+"),
        " rootfs ",
    ),
    (re.compile(r"\bkb ?\d{6,7}\b"), " kbnumber "),
    (re.compile(r"\.net\b( framework)?"), " netframework "),
    (re.compile(r"\b169[.\d]*(?:x+[.x]*)?(?= |$|\W)"), " linklocal "),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b"), " ip "),
    (re.compile(r"\b(?:ts\d*|rds-?\d+)\b"), " tsserver "),
    (re.compile(r"\bdc-?\d+\b"), " dc "),
    (re.compile(r"\b[cd](?:[: -]+drive\b|:)|\bdrive [cd]\b:?"), " systemdrive "),
    (re.compile(r"\b[f-hj-z](?:[: -]+drive\b|:)|\bdrive [f-hj-z]\b:?"), " letterdrive "),
    (re.compile(r"\be(?:[: -]+drive\b|:)|\bdrive e\b:?"), " drive "),
    (re.compile(r"\b\d+(?:[.,]\d+)? ?(?:[kmgt]b|bytes)\b|\b(?:few|some) [mg]b\b|\bgigs?\b"), " gigabytes sized "),
    (re.compile(r"\b(?:8[5-9]|9\d|100) ?(?:%|percent)"), " nearly full "),
    (re.compile(r"\be-mail"), "email"),
    (re.compile(r"\bwi-fi"), "wifi"),
    (re.compile(r"\b(log|sign)(?:ged|ging|s)?[ -](in|on|into|onto|out|off)\b"), r" \1 \2 "),
    (re.compile(r"\bsinging in\b"), " sign in "),
    (re.compile(r"\badd-?ins?\b|\badd ins?\b"), " addin "),
)
CODE = re.compile(
    r"\b0x[0-9a-f]{1,8}\b|\b(?:error|event|code|id|event id|eventid)\W{0,3}(?:code|id|number)?\W{0,3}(\d{2,5})\b"
)
CLAUSE = re.compile(r"[.;,!?\n()]+|\b(?:but(?!\s+not\b)|though|although|while|however|except|whereas)\b")
TOKEN = re.compile(r"[a-z0-9]+(?:\.exe)?")


class Words:
    """The meanings of `runbooks/words.yaml`, looked up by word, by word form and by spelling."""

    def __init__(self, data: dict, ordinary: set[str]):
        self.exact = set(data["exact"].split())
        # It keeps the word that it is at in itself, and pages are made in several threads.
        self._stemmer, self._one_at_a_time = snowballstemmer.stemmer("english"), Lock()
        self.stem = lru_cache(8192)(self._stem)
        self.kinds = {concept: kind for kind in ("things", "troubles", "weak") for concept in data[kind]}
        self.implies: dict[str, list[str]] = data["implies"]
        self.ignored = set(data["ignored"].split())
        # Words that stand in the library are no misspellings.
        self.ordinary = ordinary | self.ignored | set(data["ordinary"].split())
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

    def _stem(self, word: str) -> str:
        if word in self.exact:
            return word
        with self._one_at_a_time:
            return self._stemmer.stemWord(word)

    def _fold(self, token: str) -> str:
        """The stem of the known word that this token is, or most likely was meant to be."""
        stem = self.stem(token)
        if stem in self.known or token in self.ordinary or len(token) < 4 or not token.isalpha():
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
    texts = [symptom for book in library.runbooks().values() for symptom in book.symptoms]
    texts += [text for theme in others().values() for text in theme]
    ordinary = {token for text in texts for token in TOKEN.findall(text.lower())}
    return Words(yaml.load((library.FOLDER / "words.yaml").read_text("utf-8"), library.LOADER), ordinary)


@cache
def others() -> dict[str, list[str]]:
    """Problems that no runbook is about, by theme."""
    return yaml.load((library.FOLDER / "others.yaml").read_text("utf-8"), library.LOADER)


def plain(text: str) -> str:
    """What is looked at of a text: a bounded part of it, without accents, in lower case."""
    if len(text) > MOST_AT_THE_START + MOST_AT_THE_END:
        text = f"{text[:MOST_AT_THE_START]}\n{text[-MOST_AT_THE_END:]}"
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()


def read(text: str) -> dict[str, str]:
    """The concepts and codes of a text, each with the text's own words for it; what works fine is left out."""
    text = plain(text)
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
