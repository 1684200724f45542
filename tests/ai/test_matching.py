import time

import pytest

from flowpilot.ai import library
from flowpilot.ai.matching import match, rank, read
from tests.ai.phrasings import FIT, NONE

PROBLEMS = [(number, text) for number, texts in FIT.items() for text in texts]


def test_the_right_runbook_comes_first_for_words_nobody_prepared():
    missed = [(number, text) for number, text in PROBLEMS if not (sure := match(text).sure) or sure.number != number]
    assert len(missed) <= len(PROBLEMS) * 0.05, missed


def test_where_it_is_not_sure_the_right_one_is_among_those_it_asks_about():
    lost = []
    for number, text in PROBLEMS:
        found = match(text)
        if number not in [c.number for c in ((found.sure,) if found.sure else found.candidates)]:
            lost.append((number, text))
    assert len(lost) <= len(PROBLEMS) * 0.03, lost


def test_what_none_fits_is_left_alone():
    taken = [text for text in NONE if match(text).sure]
    offered = [text for text in NONE if match(text).candidates]
    assert taken == []
    assert len(offered) <= len(NONE) * 0.05, offered


@pytest.mark.parametrize("book", library.runbooks().values(), ids=library.runbooks())
def test_a_runbooks_own_symptoms_lead_to_it(book):
    for symptom in book.symptoms:
        assert rank(symptom)[0].number == book.number, symptom


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("my printr is stuk", "my printer is stuck"),
        ("the dsik is fulll", "the disk is full"),
        ("outlok crahses", "outlook crashes"),
    ],
)
def test_spelling_is_forgiven(wrong, right):
    assert match(wrong).sure.number == match(right).sure.number


def test_an_ordinary_word_is_not_taken_for_a_misspelling():
    assert "printer" not in read("the point of the paint is stuck")


def test_a_code_speaks_for_its_runbook_and_a_bare_number_does_not():
    assert match("event id 4740 on the domain controller, account locked").sure.because[-1].endswith("4740")
    assert not any(concept.startswith("#") for concept in read("we have 4740 customers"))


def test_what_works_is_not_what_is_wrong():
    assert match("the printer works fine but outlook crashes").sure.number == "W01"
    assert not match("I can print but I cannot scan").sure


def test_two_that_fit_alike_are_both_offered():
    found = match("the print queue is stuck and the account is locked")
    assert found.sure is None
    assert {candidate.number for candidate in found.candidates} >= {"W02", "W10"}


@pytest.mark.parametrize("text", ["", " \n", "?!", "0x", "\\\\", "🖨️", "a" * 200_000, "printer " * 50_000, "(" * 10_000])
def test_odd_text_is_read_quickly_and_without_complaint(text):
    started = time.perf_counter()
    match(text)
    assert time.perf_counter() - started < 1
