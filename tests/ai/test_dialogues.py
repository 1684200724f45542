"""Whole dialogues, from first words to resolved or escalated, compared with how they are written down in `dialogues/`.

They are played by the real assistant through the real actions. After a change that is meant, write them anew with
`FLOWPILOT_TEST_WRITE_DIALOGUES=1 .venv/bin/pytest tests/ai/test_dialogues.py`, and read the difference as the
engineer who gets these words.
"""

import os
from pathlib import Path

import pytest

from flowpilot.runbooks.models import AccountRunbook
from pilot.lifecycle import Move
from tests.ai.own import TEMPLATE
from tests.ai.telling import Dialogue

FOLDER = Path(__file__).parent / "dialogues"


def the_first_fix_works(d: Dialogue) -> None:
    d.opens(
        "Reception cannot print",
        "cant print, evrything stuck since this morning, the first one says deleting",
        device="NDG-FRONT-01",
    )
    d.says("why do you need that?")
    d.answers(scope="All printers on one computer", where="This computer", service="Running")
    d.answers(jobs="14 jobs, the first is an invoice of Mrs Hale")
    d.says("is that safe?")
    d.says("ok")
    d.runs(wait_seconds="45")
    d.says("Running\n0")
    d.says("yes, she can print again")
    d.records(Move.WORKED, "Three test pages came out.")
    d.says("thanks!")
    d.resolves()


def two_fixes_fail(d: Dialogue) -> None:
    d.opens(
        "Outlook will not open",
        "Outlook closes by itself after two seconds since the update on Tuesday. Webmail is fine.",
        operating_system="Windows 11 Pro",
    )
    d.answers(scope="One user, web works", changed="Update", pst="No")
    if d.session.tasks.filter(state="open").exists():
        d.answers(safe_mode="Fails in safe mode too")
    d.says("why?")
    d.runs(what="New profile, set as default.")
    d.says("didn't help")
    d.records(Move.FAILED, "Closes again, also with the new profile.")
    d.runs(what="Online repair, 40 minutes, restarted.")
    d.records(Move.FAILED, "Same as before.")
    d.runs(what="All add-ins off, then on one by one; the PDF add-in was it.")
    d.says("works now")
    d.records(Move.WORKED)
    d.resolves()


def a_reason_to_hand_over(d: Dialogue) -> None:
    d.opens("Accounts locked", "She has been kicked out of her account again, it gets locked every few minutes")
    d.answers(scope="Several")
    d.says("what do you mean?")
    d.says("ok")
    d.escalates("Several accounts lock at once; looks like an attack.", to="Security on call")


def none_fits(d: Dialogue) -> None:
    d.opens("Badge cutter", "The badge cutter in the lobby halves every badge.")
    d.answers(started="This morning; it worked on Friday", error="No message, it just cuts")
    d.answers(who="One device, any user", how_often="Constant")
    d.says("it makes a grinding noise too")
    d.escalates("Hardware, none of our runbooks.", to="Facilities")


def changes_its_mind(d: Dialogue) -> None:
    d.opens("Cannot get at the report", "Cannot print the quarterly report, it is stuck in the queue")
    d.answers(scope="One printer on one computer", where="Print server")
    d.picks("W10")
    d.says("Sorry, wrong track. It is not the account: her P drive is gone, the report is on it.")
    d.answers(scope="Only this user", by_name=r"\\fs01.corp.local\projects", password="Password changed")
    d.says("explain please")
    d.runs(what="cmdkey /list showed fs01; deleted it, signed out and in.")
    d.says("True")
    d.records(Move.WORKED)
    d.says("works now, thank you")
    d.resolves()


def pasted_output_decides(d: Dialogue) -> None:
    d.opens("P drive", "P drive is gone on one laptop")
    d.answers(scope="Only this user", by_name=r"\\fs01.corp.local\projects", password="Neither")
    d.says("PS C:\\> (Test-NetConnection fs01.corp.local -Port 445).TcpTestSucceeded\nFalse")
    d.says("what does it do?")
    d.runs()
    d.says("False")
    d.says("still nothing")
    d.records(Move.FAILED, "Port stays closed.")
    d.dismisses()
    d.dismisses()
    d.escalates("Port 445 to fs01 is closed from this laptop.", to="Network team")


def partial_then_the_next(d: Dialogue) -> None:
    d.opens("Notebook full", "pc super slow theres no space left on it, C: is red")
    d.answers(drive="C:", role="A user's PC or laptop", recycle="Only temporary files")
    d.answers(free="DeviceID FreeGB SizeGB\nC:       0.4    237")
    d.runs(drive="C:")
    d.records(Move.PARTIAL, "2 GB came free, the target is 20.")
    d.says("hm")
    d.says("any other ideas?")
    d.runs()
    d.says("Free GB: 27")
    d.records(Move.WORKED)
    d.resolves()


def a_second_problem(d: Dialogue) -> None:
    d.opens("Two things", "there's a document in the print queue that won't delete")
    d.says("I don't know, go on")
    d.runs()
    d.records(Move.WORKED)
    d.says("great. another thing: outlook wont open on the same pc")
    d.answers(scope="One user, web works", changed="New add-in or program")
    d.answers(safe_mode="Opens in safe mode")
    d.runs(what="The new CRM add-in is off.")
    d.says("that did the trick")
    d.records(Move.WORKED)
    d.resolves()


def one_of_two(d: Dialogue) -> None:
    d.opens("Monday", "the print queue is stuck and the account is locked")
    d.answers(which="Active Directory account locks again and again")
    d.says("go on")
    d.dismisses()
    d.dismisses()
    d.dismisses()
    d.says("what else?")
    d.escalates("Nothing left to try from here.", to="Directory team")


def stopped_between_two_fixes(d: Dialogue) -> None:
    d.opens("Outlook crashes", "outlook crashes as soon as I open an attachment")
    d.answers(changed="No change known", pst="Not known")
    d.answers(safe_mode="Opens in safe mode")
    d.runs(what="All add-ins off.")
    d.says("now several users have it")
    d.records(Move.FAILED, "Crashes without add-ins too.")
    d.says("go on")
    d.dismisses()
    d.says("no, that is a service problem")
    d.escalates("Several users since today; looks like an outage.", to="Microsoft 365 team")


def a_runbook_of_our_own(d: Dialogue) -> None:
    book = AccountRunbook(account=d.by.account, text=TEMPLATE, created_by=d.by, updated_by=d.by)
    book.full_clean()
    book.save()
    d.opens("Scans", "Everybody at the big copier: scans do not arrive by e-mail any more")
    d.answers(changed="Not known", port="False")
    d.answers(since="Yes")
    d.says("could we lose anything?")
    d.runs(what="Jobs deleted, switched off and on.")
    d.says("Failed")
    d.records(Move.FAILED)
    d.escalates("Port 587 is closed from the copier's network.", to="Network team")


DIALOGUES = [
    the_first_fix_works,
    two_fixes_fail,
    a_reason_to_hand_over,
    none_fits,
    changes_its_mind,
    pasted_output_decides,
    partial_then_the_next,
    a_second_problem,
    one_of_two,
    stopped_between_two_fixes,
    a_runbook_of_our_own,
]


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: dialogue.__name__)
def test_it_goes_as_it_is_written_down(dialogue, owner):
    told = Dialogue(dialogue.__name__.replace("_", " ").capitalize(), owner)
    dialogue(told)
    path = FOLDER / f"{dialogue.__name__}.md"
    if os.environ.get("FLOWPILOT_TEST_WRITE_DIALOGUES"):
        path.write_text(told.text, "utf-8")
    assert told.text == path.read_text("utf-8")


def test_every_file_is_one_of_them():
    assert {path.stem for path in FOLDER.glob("*")} == {dialogue.__name__ for dialogue in DIALOGUES}
