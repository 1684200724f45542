"""What is asked and what is not, what is read from the chat, and how the answers choose the fixes."""

from dataclasses import replace

import pytest
import yaml

from flowpilot.ai import course, library
from tests.ai.own import SCANS, TEMPLATE, own, started
from tests.ai.sessions import Session


def ids(session: Session) -> list[str]:
    return [source.rpartition("/")[2] for source in session.asked]


# ---- What is asked ---------------------------------------------------------------------------------


def test_few_things_are_asked_at_a_time_and_the_next_when_these_are_answered():
    session = started("cant print, evrything stuck")
    assert ids(session) == ["scope", "where", "service"]
    session.answer_group(scope="One printer on one computer", service="Running")
    assert ids(session) == ["jobs"]
    session.answer_group()
    assert session.proposed


def test_what_the_problem_says_already_is_used_and_not_asked():
    session = started("Nobody gets scans by e-mail from the copier any more")
    assert "scope" not in ids(session)
    assert "“Nobody gets scans by e-mail from the copier any more”" in session.messages[-1].text
    session = started(SCANS, problem="All devices, since Monday: the copiers cannot send scans by e-mail")
    assert "hand this over" in session.messages[-1].text
    assert not session.calls


def test_a_question_that_depends_on_another_waits_for_it():
    session = started(SCANS)
    assert ids(session) == ["scope", "changed", "port"]
    session.answer_group(scope="One person", changed="Neither")
    assert ids(session) == ["since"]
    session = started(SCANS)
    session.answer_group(scope="One person")
    assert not session.asked


def test_nothing_more_is_asked_once_the_answers_decide():
    session = started("cant print, evrything stuck")
    session.answer_group(scope="One printer on one computer", service="Stopped")
    assert session.proposed.source == "W02/fix/spooler-start"
    assert "“Stopped”" in session.messages[-1].text


def test_go_on_ends_the_questions_for_good():
    session = started("cant print, evrything stuck")
    assert "without the answers" in session.say("no idea, go on")
    assert session.proposed
    session.close("dismissed", reason="engineer")
    assert session.proposed


def test_a_word_in_between_is_no_reason_to_propose():
    session = started("cant print, evrything stuck")
    text = session.say("it is a blue printer")
    assert not session.calls
    assert "Is it one printer or all of them" in text
    assert "go on" in session.say("ok") or not session.calls


# ---- What the chat tells ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said", ["Stopped", "it is stopped", "Status    : Stopped\nStartType : Automatic", "disabled!"]
)
def test_a_status_in_the_chat_is_an_answer(said):
    session = started("cant print, evrything stuck")
    text = session.say(said)
    assert session.proposed is None
    assert "as the answer to “Look at the state of the spooler service”" in text
    assert "it stays open in the task lane" in text
    assert "Is it one printer or all of them" in text
    session.answer_group(scope="One printer on one computer")
    assert session.proposed.source == "W02/fix/spooler-start"


def test_no_is_an_answer_where_one_open_question_offers_it():
    session = started("outlook wont open")
    text = session.say("No")
    assert "“No” as the answer to “Is there an archive" in text
    assert "Is there an archive" not in text.partition("worth knowing first")[2]
    session.say("go on")
    assert "**Dismiss**" in session.say("No")


def test_an_answer_that_speaks_against_the_proposed_fix_is_told():
    session = started(SCANS)
    session.say("go on")
    assert session.proposed.source == "A01/fix/new-password"
    text = session.answer_group(port="False")
    assert "speaks against “Give the device" in text
    assert "“Empty the device's outgoing jobs and start it again”" in text
    assert not session.calls


def test_true_answers_what_is_open_and_only_that():
    session = started("P drive is gone")
    session.answer_group(scope="Only this user", by_name=r"\\fs01\data", password="Neither")
    assert ids(session) == ["port"]
    text = session.say("False")
    assert session.proposed.source == "W20/fix/way-to-server"
    assert "“False” as the answer to “See whether the server answers" in text
    assert "first, because of that" in text
    assert "without the answers" not in text


def test_pasted_output_decides_even_where_it_was_not_asked_for():
    session = started("cant print, evrything stuck")
    session.say("PS C:\\> Get-Service Spooler | fl\n\nStatus    : Running\nStartType : Disabled")
    session.answer_group(scope="One printer on one computer")
    assert session.proposed.source == "W02/fix/spooler-start"


def test_a_percentage_and_an_event_id_are_output():
    data = yaml.safe_load(TEMPLATE)
    data["fixes"][1]["first_if"] = {"port": r"(disk|store) 9\d ?%|event 4740"}
    book = yaml.safe_dump(data)
    for said in ("disk 98 %", "the store 95% says it", "there is an event 4740 in the log of the device"):
        session = started(SCANS, book)
        session.say(said)
        session.say("go on")
        assert session.proposed.source == "A01/fix/clear-device-queue", said


def test_an_answer_in_the_lane_beats_the_chat():
    session = started("cant print, evrything stuck")
    session.say("Stopped")
    session.answer_group(scope="One printer on one computer", service="Running")
    session.answer()
    assert session.proposed.source == "W02/fix/clear-queue"


@pytest.mark.parametrize(
    ("pasted", "expected"), [("Running\n0", "output I look for"), ("Stopped\n12 : 3", "not yet what I look for")]
)
def test_pasted_output_after_a_run_is_compared_and_at_most_proposed(pasted, expected):
    session = started("cant print, evrything stuck")
    session.say("go on")
    session.run()
    assert expected in session.say(pasted)
    assert [call.outcome for call in session.calls] == (["worked"] if "output I" in expected else [])
    assert session.brief.fixes[-1].status == "proposed"


def test_a_recovery_key_is_not_repeated():
    session = started("cant print, evrything stuck")
    key = "-".join(["123456"] * 8)
    assert key not in session.say(f"service : stopped {key}")


# ---- The fixes -------------------------------------------------------------------------------------


def test_a_fix_that_an_answer_rules_out_is_left_out_and_it_says_why():
    session = started(SCANS)
    session.answer_group(scope="One person", port="False")
    assert session.proposed.source == "A01/fix/clear-device-queue"
    text = session.messages[-1].text
    assert "I leave out “Give the device the scan mailbox's present password”" in text
    assert "“False”" in text
    session.run()
    text = session.close("applied_failed")
    assert "no further fix" in text
    assert "I leave out" not in text


def test_what_may_be_lost_is_said_and_stands_on_the_banner():
    session = started(SCANS)
    session.answer(port="False")
    assert "**What may be lost:** Every scan that waits" in session.messages[-1].text
    assert session.proposed.warnings[0].startswith("Every scan that waits")


def test_why_takes_two_sentences_and_names_the_answer_that_decided():
    session = started(SCANS)
    session.answer(changed="Password changed")
    why, _, evidence = session.say("why?").partition("\n\n")
    assert why == (
        "The device still signs in with an old password. "
        "After a change of the password the mail server refuses every scan until the device has the new one."
    )
    assert "“Password changed”" in evidence


def test_is_that_safe_tells_risk_loss_and_dry_run():
    session = started("cant print, evrything stuck")
    session.say("go on")
    text = session.say("is that safe?")
    assert "Risk: medium" in text and "Every queued job" in text and "dry run" in text


def test_what_failed_does_not_come_again_under_another_runbook():
    twin = own(number="A02", title="Scans are lost", fixes=yaml.safe_load(TEMPLATE)["fixes"])
    session = Session(runbooks=(TEMPLATE, twin))
    session.say(course.pick(library.books((TEMPLATE, twin))["A01"]))
    session.say("go on")
    session.run()
    session.close("applied_failed")
    assert session.proposed.source == "A01/fix/clear-device-queue"
    session.close("dismissed", reason="engineer")
    session.say(course.pick(library.books((TEMPLATE, twin))["A02"]))
    session.say("go on")
    assert session.proposed.source == "A02/fix/clear-device-queue"


def test_a_template_that_failed_does_not_come_again_under_another_name():
    data = yaml.safe_load(TEMPLATE)
    del data["fixes"][0]["by_hand"]
    data["fixes"][0] |= {"template": "clear-print-queue", "risk": "medium", "warnings": ["Jobs are lost."]}
    session = started("cant print, evrything stuck", yaml.safe_dump(data))
    session.say("go on")
    assert session.proposed.template == "clear-print-queue"
    session.run()
    session.change(status="applied_failed")
    session.say(SCANS)
    session.say("go on")
    assert session.proposed.source == "A01/fix/clear-device-queue"


# ---- Handing over ----------------------------------------------------------------------------------


def test_a_reason_to_hand_over_stops_it_between_two_fixes():
    trigger = {"text": "The mail server itself is down.", "when": {"port": "server is down"}}
    session = started(SCANS, own(escalate=[trigger]))
    session.answer(port="True")
    session.run()
    text = session.say("SMTP log, error 421: the server is down")
    assert "The mail server itself is down. (You answered “SMTP log" in text
    assert "Record first" in text
    assert "The reason to stop still stands" in session.close("applied_failed")
    assert not session.calls
    session.say("go on")
    assert session.proposed.source == "A01/fix/clear-device-queue"


def test_a_reason_to_hand_over_names_the_answer():
    session = started("AD user keeps locking")
    text = session.answer_group(scope="Several")
    assert "(You answered “Several” to" in text
    assert "**Stop here**" in text
    assert "Escalate" in session.say("ok")
    assert not session.calls


# ---- One problem after another ---------------------------------------------------------------------


def test_a_second_problem_in_the_words_of_a_failure_is_a_second_problem():
    session = started("cant print, evrything stuck")
    session.say("go on")
    session.run()
    session.change(status="applied_success")
    session.say("now her outlook does not open")
    assert session.asked[0].startswith("W01/")
    session.say("go on")
    session.run()
    assert "W02" not in session.close("applied_success")


def test_still_broken_is_about_what_is_being_worked():
    session = started("no more room on c:")
    session.say("go on")
    session.run()
    assert "**Didn't work**" in session.say("the disk is still full")


def test_words_about_the_first_problem_do_not_answer_the_second():
    session = started("P drive is gone for everybody", own(number="W20", title="Drive gone"))
    session = started("outlook wont open", TEMPLATE, title="Everybody is unhappy")
    session.say("go on")
    session.close("dismissed", reason="engineer")
    session.say("another thing: the copier cannot send scans by e-mail")
    assert "scope" in ids(session)


def test_after_the_last_the_unsettled_one_is_named():
    session = started("cant print, evrything stuck")
    session.say("another thing: outlook wont open")
    session.say("go on")
    session.run()
    session.change(status="applied_success")
    assert "“Print spooler stuck, or jobs that cannot be deleted”" in session.say("great, works now")


# ---- Picking a runbook -----------------------------------------------------------------------------


def test_the_engineer_picks_a_runbook_and_changes_it():
    session = started("my monitor flickers")
    assert "**Runbooks**" in session.messages[-1].text
    text = session.say(course.pick(library.runbooks()["W02"]))
    assert "as you chose" in text
    assert session.asked[0].startswith("W02/")
    session.say(course.pick(library.runbooks()["W10"]))
    assert session.asked[0].startswith("W10/")
    session.say("go on")
    assert session.proposed.source.startswith("W10/")
    text = session.say(course.pick(library.runbooks()["W02"]))
    assert "is still open on the banner" in text
    session.close("dismissed", reason="engineer")
    assert not session.proposed or session.proposed.source.startswith("W02/")


def test_a_pick_keeps_what_was_said_of_the_problem():
    session = started("Nobody can work, something with the office", TEMPLATE)
    session.say(course.pick(library.books((TEMPLATE,))["A01"]))
    assert "scope" not in ids(session)


def test_what_only_resembles_a_pick_is_none():
    session = started("cant print, evrything stuck")
    session.say("> Work with the runbook “AD account” (W10). said my colleague")
    assert not any(source.startswith("W10/") for source in session.asked)
    session.say("Work with the runbook “Nonsense” (Z99).")
    assert not session.calls or session.asked[0].startswith("W02/")


def test_asked_again_after_an_interruption_it_says_what_it_asks():
    session = started("cant print, evrything stuck")
    session.brief = replace(session.brief, tasks=())
    text = session.reply()
    assert ids(session) == ["scope", "where", "service"]
    assert "three answers" in text
