"""An account's own runbooks beside ours, as the brief carries them."""

from dataclasses import replace

import yaml

from flowpilot.ai import library
from tests.ai.own import SCANS, TEMPLATE, own, started
from tests.ai.sessions import Session


def test_an_accounts_own_runbook_is_matched_and_worked():
    session = started(SCANS)
    assert session.asked[0].startswith("A01/")
    assert not Session().brief.runbooks
    stranger = Session()
    stranger.say(SCANS)
    assert not any(source.startswith("A01/") for source in stranger.asked)


def test_it_wins_over_ours_with_the_same_number():
    mine = own(number="W02", title="Printing at our house")
    assert library.books((mine,))["W02"].title == "Printing at our house"
    assert library.books()["W02"].title != "Printing at our house"
    session = started(SCANS, mine)
    assert session.asked[0].startswith("W02/")
    assert "Printing at our house" in session.messages[-1].text


def test_one_that_does_not_hold_any_more_is_left_out():
    broken = TEMPLATE.replace("risk: low", "risk: none")
    assert library.books((broken,)) == library.runbooks()
    assert library.books(("a: [", TEMPLATE)).keys() == {*library.runbooks(), "A01"}


def test_a_pattern_that_explodes_holds_nobody():
    data = yaml.safe_load(TEMPLATE)
    data["questions"][0]["known"] = "(a|aa)+$"
    session = started("a" * 1500 + "b " + SCANS, yaml.safe_dump(data))
    assert session.messages[-1].text


def test_the_brief_alone_carries_them():
    session = started(SCANS)
    session.brief = replace(session.brief, runbooks=())
    assert session.say("go on")
    assert not session.proposed
