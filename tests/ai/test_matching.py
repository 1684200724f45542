import pytest

from flowpilot.ai import library, likelihood, matching, meaning
from flowpilot.ai.matching import match, rank
from flowpilot.ai.meaning import read
from tests.ai import evaluation
from tests.ai.own import SCANS, TEMPLATE, own


def test_the_problems_that_were_heard_lead_to_their_runbooks_by_what_the_others_taught():
    figures = evaluation.measure_learnt()
    rates = figures.rates
    assert rates["first answer right"] >= 0.90, figures.misses
    assert rates["right among three"] >= 0.92, figures.misses
    assert rates["honest none, nothing offered"] >= 0.95, figures.misses
    assert figures.wrongly_sure <= figures.fits * 0.01


def test_every_runbook_has_problems_to_learn_from():
    problems = likelihood.phrasings()
    assert problems["fits"].keys() == library.runbooks().keys()
    assert min(map(len, problems["fits"].values())) >= 40


@pytest.mark.parametrize("book", library.runbooks().values(), ids=library.runbooks())
def test_a_runbooks_own_symptoms_lead_to_it(book):
    for symptom in book.symptoms:
        found = match(symptom)
        assert rank(symptom)[0].number == book.number, symptom
        assert book.number in [c.number for c in (found.sure, *found.candidates) if c], symptom


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("the print queu is stuk", "the print queue is stuck"),
        ("the dsik is fulll", "the disk is full"),
        ("outlok crahses", "outlook crashes"),
        ("bitloker asks for the recvery key", "bitlocker asks for the recovery key"),
        ("the certifcate has exipred", "the certificate has expired"),
    ],
)
def test_spelling_is_forgiven(wrong, right):
    assert match(wrong).sure.number == match(right).sure.number


def test_an_ordinary_word_is_not_taken_for_a_misspelling():
    assert "printer" not in read("the point of the paint is stuck")
    assert "blank" not in read("the bank and the rest of the house")


def test_a_code_speaks_for_its_runbook_and_a_bare_number_does_not():
    assert match("event id 4740 on the domain controller, account locked").sure.because[-1].endswith("4740")
    assert rank("it says caa20002")[0].number == "W14"
    assert rank("ERR_NAME_NOT_RESOLVED")[0].number == "W05"
    assert not any(concept.startswith("#") for concept in read("we have 4740 customers"))


def test_a_code_that_several_runbooks_know_speaks_for_each_of_them_less():
    alone, shared = rank("it says AADSTS50155")[0], rank("it says 0x80073712")[:2]
    assert alone.number == "W21"
    assert {candidate.number for candidate in shared} == {"W08", "W09"}
    assert all(candidate.score < alone.score for candidate in shared)


def test_what_works_is_not_what_is_wrong():
    assert match("the printer works fine but outlook crashes").sure.number == "W01"
    assert not match("I can print but I cannot scan").sure


def test_where_nothing_is_said_to_be_wrong_none_fits():
    assert match("the VPN does not connect").sure.number == "W15"
    assert match("instructions for the VPN please") == matching.Match()


def test_two_that_fit_alike_are_both_offered():
    found = match("the print queue is stuck and the account is locked")
    assert found.sure is None
    assert {candidate.number for candidate in found.candidates} >= {"W02", "W10"}


def test_where_linux_is_named_it_is_not_windows():
    assert match("the disk of the Linux server is full").sure.number == "L02"
    assert match("the disk is full").sure.number == "W04"


def test_an_accounts_own_runbook_is_found_where_ours_say_none():
    assert match(SCANS) == matching.Match()
    assert match(SCANS, (TEMPLATE,)).sure.number == "A01"
    mine = own(number="W02", title="Printing at our house")
    assert "W02" in [candidate.number for candidate in rank(SCANS, (mine,))[:1]]
    assert match("the printer has printed nothing, all is stuck in the queue", (mine,)).sure is None


def test_an_index_is_built_once_for_what_the_runbooks_say():
    assert matching.index((TEMPLATE,)) is matching.index((str(TEMPLATE),))
    assert matching.index((TEMPLATE,)) is not matching.index()


def test_a_long_text_is_read_where_it_begins_and_where_it_ends():
    filler = "2026-01-01 12:00:00 information heartbeat from the agent\n" * 4000
    assert len(meaning.plain(filler)) <= meaning.MOST_AT_THE_START + meaning.MOST_AT_THE_END + 1
    assert rank(f"Outlook crashes\n{filler}")[0].number == "W01"
    assert rank(f"{filler}VPN error 809")[0].number == "W15"


@pytest.mark.parametrize("text", ["", " \n", "?!", "0x", "\\\\", "🖨️", "a" * 200_000, "printer " * 50_000, "(" * 10_000])
def test_odd_text_is_read_without_complaint(text):
    found = match(text)
    assert not found.sure or found.sure.number in library.runbooks()
    assert len(read(text)) < meaning.MOST_TOKENS
