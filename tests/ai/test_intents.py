"""What short messages are for, as people write them; and what is none of these."""

import pytest

from flowpilot.ai.intents import intent

MEANT = {
    "done": [
        "done", "Done.", "I ran it", "ran the script", "ok done", "I've done that", "just ran it", "have applied it",
        "finished", "It's done", "tried that", "executed it on her pc", "script finished", "completed",
    ],
    "failed": [
        "It didn’t help", "didnt help", "no change", "no luck", "still not printing", "nothing works", "still broken",
        "Still the same", "same error", "nope", "that did not work", "does not work", "it came back", "still stuck",
        "sadly no effect", "it is locked again", "that made no difference", "no joy", "still happening",
        "not fixed", "that hasn't fixed it", "it's worse now", "still", "to no avail", "not working",
        "it did not really help", "no success", "failed", "still getting the error", "same as before",
    ],
    "works": [
        "Works!", "works now", "it works again", "that fixed it", "fixed", "solved, thanks", "yes it works",
        "all good now", "that did the trick", "working again", "problem is gone", "she can print again",
        "back to normal", "that was it", "resolved", "everything is working", "it prints again", "sorted",
    ],
    "else": [
        "what else?", "What else can we try", "anything else?", "another idea?", "any other ideas", "alternatives?",
        "what other options do we have", "plan b?", "something else please", "got a different approach?",
        "I don't want to do that", "not that one",
    ],
    "why": [
        "why?", "Why", "why this one", "but why that", "how come?", "what makes you think that", "what's the reason",
        "why should that help", "and why?", "how would it help?",
    ],
    "what": [
        "what does it do?", "explain please", "can you explain", "what will happen", "how does this work",
        "what would that change", "what does the script do exactly?", "how do I run it", "show me the steps",
    ],
    "safe": [
        "is that safe?", "Is it safe", "is this risky", "any risk?", "what are the risks", "can this go wrong",
        "could we lose data", "what can go wrong?", "does it delete anything", "is it reversible", "can I undo it",
        "any side effects?", "is that dangerous", "will it restart?", "does this affect other users",
    ],
    "go on": [
        "go on", "go ahead", "continue", "next", "yes go on", "I don't know, go on", "proceed", "carry on",
        "what now", "what next?", "skip it", "just give me the fix", "no idea", "not sure", "yes please",
        "what should I do?",
    ],
    "ok": ["ok", "Okay.", "yes", "sure", "got it", "alright"],
    "wait": ["let me check", "one moment", "hang on", "wait", "I'll try that", "give me five minutes", "trying it"],
    "thanks": ["thanks", "thank you!", "thx", "Great, thanks", "thanks a lot", "thanks for your help"],
    "greeting": ["hello", "Good morning!", "hi there"],
}  # fmt: skip
NOT_MEANT = [
    "",
    "?!",
    "P drive is gone",
    "it worked yesterday",
    "works for others",
    "it works only in safe mode",
    "Status : Running",
    "True",
    "disk 98 %",
    "event 4740",
    "One user",
    "a document hangs in the queue",
    "She says that since the update on Tuesday it works in the mornings and then it stops",
]


@pytest.mark.parametrize(("meant", "said"), [(meant, said) for meant, texts in MEANT.items() for said in texts])
def test_short_messages_are_understood(meant, said):
    assert intent(said) == meant


@pytest.mark.parametrize("said", NOT_MEANT)
def test_what_tells_something_new_is_left_for_reading(said):
    assert intent(said) == ""
