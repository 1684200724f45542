"""What was typed of a fix's outcome is not lost where somebody else settled the fix meanwhile."""

from django.urls import reverse

from pilot.lifecycle import Move, Phase
from tests.factories.pilot import SCRIPT, make_fix, settle
from tests.pilot.reading import regions


def test_notes_on_an_outcome_that_somebody_else_wrote_come_back(htmx, session):
    fix = make_fix(session, Phase.VERIFYING, script=SCRIPT)
    session.refresh_from_db()
    form = {"v": session.state_version, "notes": "All done.", "outcome": "partial", "outcome_notes": "Two <b>of</b> 3"}
    settle(fix, Move.WORKED)
    answer = htmx.post(reverse("pilot:resolve", args=[session.pk]), form)
    assert answer.status_code == 409
    assert "Two &lt;b&gt;of&lt;/b&gt; 3" in answer.content.decode()
    assert "Two <b>of</b> 3" in regions(answer)["#notice"]
