"""What a short message in a running session is for: an answer such as "didn't help", not a problem's description."""

import re

MOST_WORDS = 12

_NOT = r"(not|no|never|nothing|nobody|(do|does|did|is|was|has|have|wo|ca|could)nt)"
# Tried in this order on lower case without punctuation ("don't" is "dont"); the first that holds.
INTENTS = {
    "greeting": [
        r"^(hi|hello|hey|good (morning|afternoon|evening|day)|greetings)( there| team| all)?$",
    ],
    "thanks": [
        r"^(ok |great |perfect )?(many )?(thanks|thank you|thx|cheers)( a lot| very much| so much)?$",
    ],
    "wait": [
        r"^(please )?(wait|hold on|moment|just a|one (moment|second|sec|minute)|let me (check|see|look)|give me)",
    ],
    "why": [r"^why\b", r"\bhow come\b", r"\bexplain\b", r"^what makes you"],
    "safe": [r"\b(safe|risky?|risks|dangerous|harmful|go wrong|lose (data|anything))\b"],
    "failed": [
        rf"\b{_NOT} (really |even )?(help|work|fix|solve|resolve|change|differ|luck|better|effect|print|open)",
        r"\bstill (not|no|the same|broken|stuck|there|fail|happen|lock|full|crash|gone|(do|does|is|wo|ca)nt)|^still$",
        r"\bsame (problem|issue|error|thing)|\bcame back|\bis back\b|\bhappening again",
        r"\b(it|that|this) failed\b|^failed$",
    ],
    "works": [
        r"\b(works|working|worked|fixed|solved|resolved|helped)\b"
        r"(?!( fine)? (before|yesterday|until|till|last|for|on|only))",
        r"\b(prints|opens|flows|starts) (fine|again|now)|\b(problem|error|issue|it) (is|has) gone\b",
        r"\bdid the trick|\ball good",
    ],
    "else": [
        r"\b(what|anything|something|nothing) (else|more)\b|\balternativ|\bplan b\b",
        r"\b(other|another) (idea|option|fix|way)",
    ],
    "done": [
        r"^(i )?(have )?(done|ran|finished|applied|executed|completed|did)\b",
        r"\b(ran|executed|applied|done) it\b|\bis done\b|\bfinished\b",
    ],
    "go on": [
        r"^(yes|yep|ok|okay|sure|go( on| ahead)?|continue|proceed|next|skip|please (do|go|continue))\b",
        r"\bgo (on|ahead)\b|\bwhat (now|next)\b|\bnext (step|fix)\b|\b(dont|do not) know\b|\bno idea\b",
    ],
}
_PATTERNS = {name: re.compile("|".join(patterns)) for name, patterns in INTENTS.items()}


def intent(said: str) -> str:
    """The name of the intent, or nothing."""
    words = re.sub(r"[^a-z ]+", " ", re.sub(r"['’]", "", said[:500].lower())).split()
    if not words or len(words) > MOST_WORDS:
        return ""
    return next((name for name, pattern in _PATTERNS.items() if pattern.search(" ".join(words))), "")
