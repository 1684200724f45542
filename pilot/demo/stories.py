"""What the demo's engineers are working on: between them the sessions show every state that one can be in."""

from datetime import timedelta as ago

from flowpilot.people.models import User
from pilot.demo.history import tell_history
from pilot.demo.telling import Telling
from pilot.lifecycle import Move


def tell_all(*, demo: User, teammate: User, stranger: User) -> None:
    """Tells every story, the newest last."""
    tell_history(demo, teammate)
    resolved(demo)
    escalated_outside(teammate)
    handed_over(teammate, to=demo)
    partial(demo)
    nothing_fits(teammate)
    failed_then_another(demo)
    to_draft(demo)
    template_proposed(demo)
    draft_proposed(demo)
    questions_asked(demo)
    verifying(demo)
    elsewhere(stranger)


def resolved(by: User) -> None:
    """A template run, it worked, and the notes are written."""
    story = Telling(by)
    story.open(
        ago(days=2, hours=3),
        title="Reception cannot print",
        problem="Since this morning all print jobs are stuck in the queue of the front desk computer. "
        "The first one says “deleting” and never goes away.",
        client="Northgate Dental Group",
        ticket_ref="HL-20418",
        device="NDG-FRONT-01",
        operating_system="Windows 11 Pro",
    )
    story.answer(
        ago(days=2, hours=2, minutes=48),
        {
            "scope": "All printers on one computer",
            "where": "This computer",
            "service": "Running",
            "jobs": "14 jobs on FrontDesk-A; the first is a 212 MB PDF from 08:52 that is “deleting”.",
        },
    )
    story.run(ago(days=2, hours=2, minutes=40), wait_seconds="30")
    story.outcome(ago(days=2, hours=2, minutes=31), Move.WORKED, "Queue is empty, three test pages came out.")
    story.resolve(ago(days=2, hours=2, minutes=25))


def escalated_outside(by: User) -> None:
    """More than the help desk may decide: handed to somebody outside."""
    story = Telling(by)
    story.open(
        ago(days=1, hours=6),
        title="Several accounts locked at the same time",
        problem="Six users at the Leeds office are locked out of their accounts since 09:10, and again a minute after "
        "I unlock them.",
        client="Calloway & Finch Legal",
        ticket_ref="HL-20433",
        device="CF-DC02",
        operating_system="Windows Server 2019",
    )
    story.answer(
        ago(days=1, hours=5, minutes=50),
        {
            "account": "r.ellison, and five more from the same office",
            "changed": "Longer ago",
            "scope": "Several",
            "devices": "",
            "state": "LockedOut True, BadLogonCount 12, last wrong password 40 seconds ago",
        },
    )
    story.escalate(
        ago(days=1, hours=5, minutes=35),
        "Many accounts at once looks like an attack on the remote gateway, not like a forgotten password.",
        party="Calloway & Finch security desk",
    )


def handed_over(by: User, to: User) -> None:
    """A drafted script that didn't help; a colleague is to go on."""
    story = Telling(by)
    story.open(
        ago(days=1, hours=4),
        title="Scans share cannot be opened in the warehouse",
        problem="The goods-in PC cannot reach the shared folder for scans any more. "
        "It says that the network path was not found, error 0x80070035.",
        client="Marlow Freight",
        ticket_ref="HL-20437",
        device="MF-WH-PC07",
        operating_system="Windows 11 Pro",
    )
    story.answer(
        ago(days=1, hours=3, minutes=50),
        {
            "scope": "Only this user",
            "by-name": r"\\mf-file01.marlow.example\scans; neither by name nor by address",
            "password": "Neither",
            "port": "False",
        },
    )
    story.run(ago(days=1, hours=3, minutes=41), server="mf-file01.marlow.example")
    story.outcome(ago(days=1, hours=3, minutes=30), Move.FAILED, "Still no answer on port 445 from the warehouse.")
    story.escalate(
        ago(days=1, hours=3, minutes=20),
        "The warehouse switch was replaced on Friday and its rules are with the network people. You know them.",
        to=to,
    )


def partial(by: User) -> None:
    """Some space came back, not enough."""
    story = Telling(by)
    story.open(
        ago(hours=7),
        title="File server is almost out of space",
        problem="Users get “there is not enough space on the disk” when saving. The C drive is full.",
        client="Ostrander Architects",
        ticket_ref="HL-20452",
        device="OA-FS01",
        operating_system="Windows Server 2022",
    )
    story.answer(
        ago(hours=6, minutes=45),
        {
            "drive": "C: and it lost about 2 GB a day last week",
            "role": "File server",
            "recycle": "Only temporary files",
            "free": "C: 0.8 GB of 120 GB, D: 1.1 TB of 4 TB",
        },
    )
    story.run(ago(hours=6, minutes=30), recycle_bin="false")
    story.outcome(
        ago(hours=6, minutes=10),
        Move.PARTIAL,
        "3.9 GB came back, so people can save again. The rest is in the users' recycle bins; waiting for their word.",
    )


def nothing_fits(by: User) -> None:
    """The assistant says plainly that it has no runbook for this."""
    story = Telling(by)
    story.open(
        ago(hours=5),
        title="Lobby cutter halves every second badge",
        problem="The badge cutter in the lobby slices every second visitor badge in the middle since it was moved.",
        client="Pinecrest Property Management",
        ticket_ref="HL-20455",
    )


def failed_then_another(by: User) -> None:
    """The first fix by hand didn't work; the next one is proposed."""
    story = Telling(by)
    story.open(
        ago(hours=3, minutes=20),
        title="Outlook closes right after it opens",
        problem="Outlook crashes a few seconds after starting, every time. Mail on the web works.",
        client="Redwood Veterinary",
        ticket_ref="HL-20461",
        device="RV-LT-014",
        operating_system="Windows 11 Pro",
    )
    story.answer(
        ago(hours=3, minutes=5),
        {
            "scope": "One user, web works",
            "changed": "No change known",
            "pst": "No",
            "safe-mode": "Opens in safe mode",
        },
    )
    story.run(ago(hours=2, minutes=50), note="Unticked all five add-ins, then one at a time.")
    story.outcome(ago(hours=2, minutes=35), Move.FAILED, "It closes with every add-in off as well.")


def to_draft(by: User) -> None:
    """A fix whose script is still to be written."""
    story = Telling(by)
    story.open(
        ago(hours=2, minutes=10),
        title="P drive has a red cross",
        problem="The mapped P drive shows a red cross after the laptop was in another office. Reconnecting fails.",
        client="St. Brannock Primary School",
        ticket_ref="HL-20466",
        device="SB-LT-22",
        operating_system="Windows 11 Education",
    )
    story.answer(
        ago(hours=1, minutes=58),
        {
            "scope": "Only this user",
            "by-name": r"\\sb-fs1.brannock.example\staff, and it opens by its full name",
            "password": "Neither",
            "port": "True",
        },
    )


def template_proposed(by: User) -> None:
    """A fix with a template, not run yet."""
    story = Telling(by)
    story.open(
        ago(hours=1, minutes=20),
        title="Web server is running out of disk space",
        problem="Monitoring: the C drive of the web server is full, only 1 GB free.",
        client="Calloway & Finch Legal",
        ticket_ref="HL-20469",
        device="CF-WEB01",
        operating_system="Windows Server 2022",
    )
    story.answer(
        ago(hours=1, minutes=12),
        {
            "drive": "C: slowly, over months",
            "role": "Web server (IIS)",
            "recycle": "Yes, both",
            "free": "C: 1.0 GB of 80 GB",
        },
    )


def draft_proposed(by: User) -> None:
    """A fix with a drafted script, not run yet."""
    story = Telling(by)
    story.open(
        ago(minutes=55),
        title="Print spooler stops again and again",
        problem="Nothing prints on this PC and the queue stays empty. The print spooler crashes: it was started twice "
        "today and stopped again each time.",
        client="Marlow Freight",
        ticket_ref="HL-20471",
        device="MF-OFFICE-03",
        operating_system="Windows 10 Pro",
    )
    story.answer(
        ago(minutes=47),
        {
            "scope": "All printers on one computer",
            "where": "This computer",
            "service": "Stopped",
            "jobs": "None waiting",
        },
    )


def questions_asked(by: User) -> None:
    """The assistant has asked; one answer is there, the rest is open."""
    story = Telling(by)
    story.open(
        ago(minutes=31),
        title="Account locks every few minutes",
        problem="Ms Adeyemi is locked out of Windows again and again since she changed her password yesterday.",
        client="Northgate Dental Group",
        ticket_ref="HL-20474",
        device="NDG-WS-09",
        operating_system="Windows 11 Pro",
    )
    story.answer(ago(minutes=27), {"account": "f.adeyemi"})


def verifying(by: User) -> None:
    """A drafted script was run minutes ago; what came of it is still to be said."""
    story = Telling(by)
    story.open(
        ago(minutes=24),
        title="Accountant locked out after the long weekend",
        problem="The account is locked out again shortly after I unlock it. No new phone.",
        client="Ostrander Architects",
        ticket_ref="HL-20476",
        device="OA-WS-31",
        operating_system="Windows 11 Pro",
    )
    story.answer(
        ago(minutes=16),
        {
            "account": "m.ostby",
            "changed": "Within the last days",
            "scope": "Only this one",
            "devices": "A remote session on OA-TS02 and two mapped drives",
            "state": "LockedOut True, BadLogonCount 5",
        },
    )
    story.run(ago(minutes=6), user="m.ostby", hours="24")


def elsewhere(by: User) -> None:
    """Another account's work, which nobody here may ever see."""
    story = Telling(by)
    story.open(
        ago(hours=4),
        title="Sales laptop has no space left",
        problem="The C drive of the laptop is full, she cannot save her slides.",
        client="Tamarack Outfitters",
        ticket_ref="BW-3117",
    )
