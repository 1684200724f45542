"""What the engineer asks of a draft, read from ordinary words; what is not recognised is not guessed."""

import re
from dataclasses import dataclass

from flowpilot.ai import intents

MOST_CHARACTERS = 1000
LANGUAGES = {
    "powershell": r"power ?shell|pwsh|ps1",
    "bash": r"bash|shell script|sh script|linux",
    "python": r"python ?3?|py",
    "batch": r"batch(?: (?:file|script))?|cmd(?: (?:file|script))?|bat(?: file)?",
}
_ANY = "|".join(LANGUAGES.values())
_INTO = r"(?:to|into|in|as|for|a|an|want|need|use|prefer)(?: a| an| the| windows| plain)*"
_NOT = r"\b(?:without|no|not|dont|remove|drop|delete|skip|omit|leave out|take out|get rid of|stop|lose)\b"
_HOSTS = r"(?:computer|machine|pc|server|host|device|workstation|client|laptop)s?"
# By name: what asks for it; what it is called, for taking it back; what else takes it back.
WISHES = {
    "logging": (
        r"\b(?:add|with|include|enable|want|need|write|keep|make|create|some)\b.*\blog(?:s|ging|file)?\b|^log(?:ging)?$"
        r"|\blog (?:everything|it all|all of it|each|every|what)\b|\blog (?:it|to)\b",
        r"\blog(?:s|ging|file)?\b",
        r"^$",
    ),
    "function": (
        r"\b(?:make|turn|wrap|as|into|convert|put|want|need|in)\b.*\bfunctions?\b|^(?:a )?function$",
        r"\bfunctions?\b",
        r"\bas a (?:plain |simple )?script (?:again|only)\b",
    ),
    "one_user": (
        r"\b(?:only|just|single)\b.*\b(?:user|person|account|profile)\b|\b(?:one|single) (?:user|person)\b"
        rf"|\b(?:restrict|limit)(?:ed)?(?: it| this| that)? to (?!.*\b{_HOSTS}\b)"
        rf"|^(?:only|just) for (?!.*\b{_HOSTS}\b)\w+",
        r"\b(?:one|single) (?:user|person)\b|\buser (?:check|limit|guard)\b",
        r"\b(?:all|every|any) (?:the )?(?:users?|body)\b|\beverybody\b|\beveryone\b",
    ),
    "computers": (
        rf"\b(?:several|many|multiple|more|all|list of|remote|two|three|other|different|few|\d+)(?: \w+)? {_HOSTS}\b"
        rf"|\bremotely\b|\bon (?:a )?remote\b|\bmore than one {_HOSTS}\b",
        rf"\b(?:several|many|multiple|other|remote) {_HOSTS}\b|\bremot(?:e|ing|ely)\b",
        rf"\b(?:only|just) (?:on )?(?:this|one|the local|a single) {_HOSTS}\b|\blocally\b",
    ),
    "dry_run": (
        r"\bdry ?runs?\b|\bwhat ?if\b|\bsimulat\w+|\bpreview\b|\btest mode\b",
        r"\bdry ?run\b|\bwhat ?if\b",
        r"^$",
    ),
    "short": (
        r"\bshort(?:er|en)?\b|\bcompact\b|\bsimpl(?:er|ify)\b"
        r"|\b(?:less|fewer|without|no|remove|drop) (?:the )?comments?\b",
        r"\bshort(?:er)?\b",
        r"\blonger\b|\b(?:with|add|more) (?:\w+ )?(?:comments?|help|documentation|detail)\b|\bin full\b",
    ),
}
_WHAT = r"(?P<what>[a-z0-9 -]+?)"
_PARAMETER = r"(?:param(?:eter)?|arg(?:ument)?)"
_END = rf"(?: as (?:a )?(?:{_PARAMETER}|variable)s?)?(?: please)?$"
ASKS_FOR = [
    rf"\b(?:ask|prompt)(?: me| us| the user)? for {_WHAT}{_END}",
    rf"\b(?:make|turn|take|have|with|pass|use) {_WHAT} (?:into |as |be |to )?(?:a |an )?{_PARAMETER}\b",
    rf"\b{_PARAMETER} (?:for |called |named ){_WHAT}{_END}",
    rf"\b(?:add|declare|want|need) (?:a |an |the )?{_WHAT} {_PARAMETER}\b",
    rf"^{_WHAT} as (?:a )?{_PARAMETER}\b",
]
ABOUT = {
    "undo": r"^(?:please )?(?:undo|revert|take (?:that|it|this) back|go back|forget (?:that|it)|never ?mind)\b",
    "reset": r"\bstart (?:over|again)\b|\bfrom scratch\b|\bthe (?:first|original) (?:draft|version|one)\b|^reset\b",
    "why": r"^(?:but |and |so )?why\b|\bhow come\b|\bwhat is the reason\b",
    "explain": r"\bexplain\b|\bwhat (?:does|do|would|will|is) (?:it|this|that|the (?:script|draft))\b"
    r"|\bwhat (?:it|this|that|the (?:script|draft)) does\b|\bwalk me through\b"
    r"|\bhow does (?:it|this|that|the)\b|\bdescribe (?:it|the)\b|\bwhat happens\b",
    "draft": r"^(?:please |can you |could you |now |then |just )*"
    r"(?:draft|write|show|give|create|generate|make|start|do)"
    r"(?: me| us| it| this| that| the| a| my| your| one| script| draft| fix| again| new| for| now| please| code)*$"
    r"|^(?:yes|ok|okay|sure|please|again|go on|go ahead|continue|next)(?: please)?$",
}
_QUESTION = re.compile(
    r"^(?:please |can you |could you |but |and |so )*"
    r"(?:why|explain|how (?:come|does)|walk|describe|is (?:it|this|that)|what (?:does|do|would|will|happens))\b"
)
# A word alone says too little to be reported as not understood.
_FILLER = re.compile(r"(?:\w+|thank you|go on|go ahead)?(?: please| thanks| thank you| a lot)?")
_MARKED = r"[\"'“]?(?P<value>[^\s\"'“”]*(?-i:[A-Z0-9.:$\\])[^\s\"'“”]*?)[\"'”]?(?=[\s,;!?]|\.(?:\s|$)|$)"
_PLAIN = r"[\"'“]?(?P<value>[^\s\"'“”]+?)[\"'”]?(?=[\s,;!?]|\.(?:\s|$)|$)"
SETS = [
    r"\b(?:set|change) (?:the )?{word}(?: name| letter)? (?:to |= ?)" + _PLAIN,
    r"\b{word}(?: name| letter)? ?(?:is|=|:) ?" + _MARKED,
    r"\b(?:use|with|for|on) (?:the )?{word}(?: name| letter)? " + _MARKED,
    r"^(?:the )?{word}(?: name| letter)? " + _MARKED + "$",
    r"\b(?:use|take) " + _PLAIN + r" (?:as|for) (?:the )?{word}\b",
]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to change: a wish by name, on or off; `language`, `ask` and `set` have a value."""

    name: str
    on: bool = True
    value: str = ""
    parameter: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """What a message asks for: changes, or what it is about where it asks for none; `unused` was not understood."""

    changes: tuple[Change, ...] = ()
    about: str = ""
    unused: tuple[str, ...] = ()


def read(text: str, words: dict[str, tuple[str, ...]]) -> Request:
    """What the message asks for; `words` are the script's parameters and what people call them."""
    text = " ".join(text[:MOST_CHARACTERS].split())
    plain = _plain(text)
    about = next((name for name, pattern in ABOUT.items() if re.search(pattern, plain)), "")
    intent = intents.intent(text)
    if intent in ("greeting", "thanks", "wait", "safe", "failed"):
        about = about if about in ("undo", "reset") or (intent != "safe" and about) else intent
    if about in ("undo", "reset") or (about in ("why", "explain", "safe") and _QUESTION.search(plain)):
        return Request((), about)
    changes, unused, before = [], [], ()
    for joint, clause in _clauses(text):
        found = _changes(clause, words) or _carried(joint, _plain(clause), before)
        changes += [change for change in found if change not in changes]
        plain = _plain(clause)
        if not found and not _FILLER.fullmatch(plain) and not re.search(ABOUT["draft"], plain):
            unused.append(clause)
        before = found
    return Request(tuple(changes), about, tuple(unused))


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9 ]+", " ", re.sub(r"['’]", "", text.lower())).split())


def _clauses(text: str) -> list[tuple[str, str]]:
    """The parts of a message, each with what joins it to the one before."""
    parts = re.split(r"(?i)(?<=\S)(?:[,;!?\n]|\.(?=\s|$))|\b(and|or|but|then|also|plus)\b", text)
    pairs, joint = [], ""
    for number, part in enumerate(parts):
        if number % 2:
            joint = (part or "").lower()
        elif part and part.strip(" .,;!?"):
            pairs.append((joint, part.strip()))
    return pairs


def _changes(clause: str, words: dict[str, tuple[str, ...]]) -> list[Change]:
    plain = _plain(clause)
    if asked := _asked(plain):
        return [Change("ask", value=asked, on=not re.search(rf"{_NOT}|\bfixed\b", plain))]
    if found := _set(clause, words):
        return [found]
    changes = [change for name, patterns in WISHES.items() if (change := _wish(name, patterns, plain))]
    return changes + _language(plain)


def _wish(name: str, patterns: tuple[str, str, str], plain: str) -> Change | None:
    asks, called, ends = patterns
    if re.search(ends, plain) or re.search(rf"{_NOT}(?: \w+){{0,3}} (?:{called})", plain):
        return Change(name, on=False)
    return Change(name) if re.search(asks, plain) else None


def _language(plain: str) -> list[Change]:
    if re.search(rf"{_NOT} (?:\w+ ){{0,3}}(?:{_ANY})\b", plain):
        return []
    for pattern in (
        rf"\b(?:to|into) (?:a |an )?({_ANY})\b",
        rf"\b{_INTO} ({_ANY})\b",
        rf"^(?:the |a )?({_ANY})(?: version| script| one| please)*$",
    ):
        if found := re.search(pattern, plain):
            return [Change("language", value=_named(found[1]))]
    other = re.search(r"\b(?:translat|convert|rewrit|port)\w*\b.* (?:to|into|in) (?:a |an )?(\w+)$", plain)
    return [Change("language", value=other[1])] if other else []


def _named(found: str) -> str:
    return next(name for name, pattern in LANGUAGES.items() if re.fullmatch(pattern, found))


def _asked(plain: str) -> str:
    for pattern in ASKS_FOR:
        if found := re.search(pattern, plain):
            return _noun(found["what"])
    return ""


def _noun(words: str) -> str:
    """The thing itself, without the small words before it; nothing where it is a whole story."""
    words = re.sub(r"^(?:(?:the|a|an|my|its|another|different|also|it|this|that) )+", "", words.strip())
    return words if 1 <= len(words.split()) <= 4 and words not in ("it", "this", "that", "a", "the") else ""


def _set(clause: str, words: dict[str, tuple[str, ...]]) -> Change | None:
    if re.search(rf"(?i)\b(?:{_PARAMETER}|ask|prompt)\b", clause):
        return None
    for parameter, called in words.items():
        for word in sorted((parameter, *called), key=len, reverse=True):
            for pattern in SETS:
                if found := re.search(pattern.replace("{word}", re.escape(word)), clause, re.IGNORECASE):
                    return Change("set", value=found["value"], parameter=parameter)
    return None


def _carried(joint: str, plain: str, before: tuple[Change, ...] | list[Change]) -> list[Change]:
    """What "and the share" means after "ask for the server", or "or functions" after "without logging"."""
    if joint not in ("and", "or") or not before or len(plain.split()) > 4:
        return []
    if before[-1].name == "ask" and (noun := _noun(re.sub(r" as (?:a )?parameters?$", "", plain))):
        return [Change("ask", value=noun, on=before[-1].on)]
    if not before[-1].on:
        return [Change(name, on=False) for name, (_, called, _) in WISHES.items() if re.search(called, plain)]
    return []
