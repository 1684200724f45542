"""What a short message in a running session is for: an answer such as "didn't help", not a problem's description."""

import re

MOST_WORDS = 14

_NOT = r"(not|no|never|nothing|nobody|none|aint|(do|does|did|is|was|has|have|wo|ca|could|are)nt|cannot)"
_DID = (
    r"(help|work|fix|solve|resolve|change|differ|luck|better|improve|effect|print|open|joy|good|go|success|do (it|the))"
)
# Tried in this order on lower case without punctuation ("don't" is "dont"); the first that holds.
INTENTS = {
    "greeting": [
        r"^(hi|hello|hey|good (morning|afternoon|evening|day)|greetings)( there| team| all)?$",
    ],
    "thanks": [
        r"^(ok |great |perfect |alright |brilliant |cool )?(many )?(thanks|thank you|thx|ty|cheers)"
        r"( a lot| very much| so much| mate| for (that|your help|the help))?$",
    ],
    "wait": [
        r"^(please )?(wait|hold on|hang on|moment|just a|bear with|one (moment|second|sec|minute)|(a|1|2|5) min|"
        r"let me (check|see|look|try|ask|run)|give me|(i will|ill|will) (check|try|ask|run|do|look|get back)|"
        r"(i am |im )?(trying|checking|running|doing) (it|that|this)|brb)",
    ],
    "why": [
        r"^(but |and |ok |hm+ )?why\b",
        r"\bhow come\b|^what makes you|^(what is|whats) the reason|^what for$|^for what|"
        r"^how (does|would|will) (it|that) help",
    ],
    "what": [
        r"^(and |ok |but )?(what|how) (does|would|will|exactly does) (it|that|this|the (fix|script)) (even |actually )?"
        r"(do|change|work)|^what (will|would) happen|\bexplain\b|^what is (it|that|this)$|^how (do|should) i (do|run) "
        r"(it|that|this)|^(show|tell) me (the steps|more)|^what (exactly|are the steps)|^how exactly",
    ],
    "safe": [
        r"\b(safe(?! mode)|safely|risky?|risks|dangerous|harmful|harm|side effects?|reversible|undo|roll ?back|"
        r"(any|the) downsides?)\b",
        r"\b(break|damage|lose|delete|loss|lost|affect|interrupt|kick out|disrupt)\b.*\b(anything|something|data|"
        r"files?|users?|work|people|anyone|else)\b(?!.*\bbut\b)",
        r"\bgo(es)? wrong\b|^(will|does|would|can) (it|that|this) (hurt|break|restart|reboot|delete|lose)\b",
    ],
    "failed": [
        rf"\b{_NOT} (really |even |actually |quite |a |any |much |all |that |it |to )*{_DID}",
        r"\bstill (not?|nothing|the same|same|broken|stuck|there|fail|happen|lock|full|crash|gone|down|slow|dead|bad|"
        r"error|(has|have|got|get|see|give|show)|an? |the |(do|does|is|wo|ca|are|has)nt)|^still$|\bstill$",
        r"\bsame (problem|issue|error|thing|again|as before|result|story|message)|^(the |all the )?same$",
        r"\b(came|come|comes|is|its) back\b|\bhappen(s|ed|ing)? again|\b(broken|stuck|down|locked|full) again\b",
        r"\b(it|that|this) (just )?fail(s|ed)\b|^fail(s|ed)?$|\b(no|without) (success|luck|joy|avail|effect)\b",
        r"^(nope|nah|no|negative)$|\b(made|makes) no difference\b|\buseless\b|\bto no avail\b|\bmade (it|things) worse|"
        r"\bworse( now| than before)?$",
    ],
    "works": [
        r"\b(works|working|worked|fixed|solved|resolved|helped|sorted)\b"
        r"(?!( fine| ok)? (before|yesterday|until|till|last|for (others|everybody|everyone|him|her|them|some)|on|only|"
        r"elsewhere|in (the|safe)))",
        r"\b(prints|opens|flows|starts|connects|syncs|runs|loads|is up|are up|can print|can sign in|can log in) "
        r"?(fine|again|now|ok)\b|\b(problem|error|issue|it) (is|has) (gone|disappeared)|\bgone now$",
        r"\bdid the trick|\ball good|\bback to normal|\bthat was it|\bthat did it|\bgood now|\bfine (now|again)|"
        r"\bup and running|\bhappy (now|again)|\bwe are good|^(yes|yep|yay) (it does|it did|that did)$",
    ],
    "else": [
        r"\b(what|anything|something|nothing|any thing) (else|more)\b|\balternativ|\bplan b\b|\bwhat other\b",
        r"\b(other|another|different|next|more|better|new) "
        r"(idea|option|fix|way|suggestion|solution|approach|proposal)s?\b",
        r"\b(dont|do not|rather not|cant|cannot) (want|like|do)( to)?( do| run| try)? (that|this|it)\b",
        r"^(no )?not that( one)?$|^something else",
    ],
    "done": [
        r"^(i |ok |i have |ive |have |all |just |now )*(done|ran|finished|applied|executed|completed|did|tried)\b",
        r"\b(ran|executed|applied|done|completed) (it|that|this|the script)\b|\b(is|its) done\b|\bfinished\b|"
        r"\bhas run\b|\bscript (ran|finished|completed)\b",
    ],
    "go on": [
        r"^(yes |yep |ok |okay |sure |please |fine |alright |well )*(go( on| ahead)?|continue|proceed|next|skip|"
        r"carry on|move on|do it|lets go|(yes )?please)\b",
        r"\b(go|carry|move) (on|ahead)\b|\bwhat (now|next)\b|\bnow what\b|\bnext (step|please)\b|"
        r"\bpropose (a|the|your)\b|\bjust (give|tell|propose|fix)\b|"
        r"\bwhat (do|should|can) (i|we) (do|try)( now| next| first)?$",
        r"\b(dont|do not|cant|cannot) (know|tell|say|find out)\b|\bno (idea|clue)\b|\bnot sure\b|"
        r"\bskip (it|them|that|the)",
    ],
    "ok": [
        r"^(yes|yep|yeah|ok|okay|k|sure|alright|all right|fine|got it|understood|right|i see|good|great|perfect|"
        r"agreed)$"
    ],
}
_PATTERNS = {name: re.compile("|".join(patterns)) for name, patterns in INTENTS.items()}


def intent(said: str) -> str:
    """The name of the intent, or nothing."""
    words = re.sub(r"[^a-z0-9 ]+", " ", re.sub(r"['’`]", "", said[:500].lower())).split()
    if not words or len(words) > MOST_WORDS:
        return ""
    return next((name for name, pattern in _PATTERNS.items() if pattern.search(" ".join(words))), "")
