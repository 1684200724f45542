"""What the log says of a call that failed: where and why, and nothing of what the model said."""

from flowpilot.ai.port import Call
from flowpilot.ai.tools import parse
from flowpilot.replies.models import Reply
from pilot.replies import SessionReplies

WORDS = "password hunter2"


def test_the_models_words_stay_out_of_the_log(session, caplog):
    reply = Reply.objects.create(
        account=session.account, kind="session", conversation=session.pk, asked_by=session.owner
    )
    call = parse(Call("propose_fix", {"title": "Clean up", "confidence": 50, "risk": "low", "template": WORDS}))
    SessionReplies().apply(reply, [call])
    assert f"Reply {reply.pk}: a tool call could not be carried out: KeyError" in caplog.text
    assert WORDS not in caplog.text
