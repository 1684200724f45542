"""What an answer tells, without what differs between any two answers."""

import re

# Forgery tokens, the keys of new messages and dialogs, nonces, the time of the answer, and a cursor's signature.
CHANGING = re.compile(
    r'\b(?:[0-9A-Za-z]{64}|[0-9a-f]{32})\b|(?<=_)[0-9a-f]{8}\b|((?:nonce|data-now)="|"next": ?")[^"]+'
)
TELLING = ("Content-Type", "Location", "HX-Redirect", "Allow", "Content-Disposition", "WWW-Authenticate", "Vary")


def told(answer, *own: str) -> list:
    """Everything that an answer tells; `own` are words of the question that it may repeat."""
    said = [*(answer.get(name, "") for name in TELLING), CHANGING.sub(r"\1…", answer.content.decode())]
    for word in own:
        said = [text.replace(word, "…") for text in said]
    return [answer.status_code, *said]
