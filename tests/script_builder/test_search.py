import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from script_builder.models import ScriptTemplate, TemplateWord
from script_builder.search import match, search
from script_builder.words import index, tag_key, words
from tests.factories.script_builder import TemplateFactory

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def make(owner):
    """`make("Name", successes=…)`: a template that can be found."""

    def made(name, by=owner, **fields):
        return TemplateFactory(created_by=by, name=name, **fields)

    return made


@pytest.fixture
def found(account):
    """The names that a search gives, in their order."""

    def searched(text):
        ids = search(ScriptTemplate.objects.of(account).current(), account.pk, text)
        names = dict(ScriptTemplate.objects.values_list("pk", "name"))
        return [names[pk] for pk in ids]

    return searched


class TestWords:
    def test_a_text_becomes_its_words(self):
        assert words("Clear the Print-Queue (queue) of Größe_1 and Été") == [
            "clear",
            "print",
            "queue",
            "grosse",
            "1",
            "ete",
        ]

    def test_endless_ones_are_cut(self):
        assert words("x" * 100) == ["x" * TemplateWord.LONGEST]

    def test_a_tag_is_one_whatever_its_case(self):
        assert tag_key("Teams Cache") == "teams cache"
        assert len(tag_key("\ufb03" * 40)) == TemplateWord.LONGEST

    def test_indexing_again_replaces_what_was_there(self, make):
        template = make("Clear the queue", tags=["Print", "print", "\u0301"])
        template.name, template.tags = "Empty it", []
        index(template)
        assert list(template.words.values_list("word", flat=True)) == ["empty"]


class TestSearch:
    @pytest.mark.parametrize(
        "text",
        [
            "spooler",
            "Restart the print spooler",
            "restrat spoler",
            "SPOOL",
            "prnt",
            "rpint spooler",
            "Wartung",
            "jams",
            "spolers",
        ],
    )
    def test_it_forgives_spelling_and_looks_at_all_that_is_said(self, make, found, text):
        make("Restart the print spooler", tags=["Wartung"], description="For a queue that jams.")
        make("Renew a certificate")
        assert found(text) == ["Restart the print spooler"]

    @pytest.mark.parametrize(
        "text", ["certificate", "spooler certificate", "zz", "17", "'; DROP TABLE", "the", "%", "\u0301"]
    )
    def test_what_does_not_fit_is_not_found(self, make, found, text):
        make("Restart the print spooler 16")
        assert found(text) == []

    def test_a_short_word_must_be_right(self, make, found):
        make("Map a drive")
        assert found("map") == ["Map a drive"]
        assert found("mab") == []

    def test_forty_of_forty_four_stand_above_two_of_two(self, make, found):
        make("Restart the spooler A", successes=2)
        make("Restart the spooler B", successes=40, failures=3, partials=1)
        make("Restart the spooler C", failures=1)
        assert found("restart spooler") == [f"Restart the spooler {letter}" for letter in "BAC"]

    def test_what_is_named_so_stands_above_what_only_mentions_it(self, make, found):
        make("Collect logs", description="Also of the print spooler.", successes=50)
        make("Restart the print spooler")
        assert found("print spooler") == ["Restart the print spooler", "Collect logs"]

    def test_it_stays_inside_what_it_is_given(self, make, found, stranger):
        make("Restart the spooler", by=stranger)
        assert found("spooler") == []

    def test_the_named_one_is_found_among_very_many(self, make, found, monkeypatch):
        monkeypatch.setattr("script_builder.search.MOST", 3)
        for number in range(6):
            make(f"Restart service {number}", successes=9)
        make("Restart service")
        assert found("restart service")[0] == "Restart service"
        assert len(found("restart service")) == 3

    def test_as_many_queries_for_many_as_for_few(self, make, account):
        def queries():
            with CaptureQueriesContext(connection) as captured:
                assert search(ScriptTemplate.objects.of(account), account.pk, "restrat spooler")
                assert match(ScriptTemplate.objects.of(account), account.pk, "restrat spooler")
            return len(captured)

        make("Restart the spooler")
        few = queries()
        for number in range(40):
            make(f"Restart the spooler {number}")
        assert queries() == few


class TestMatch:
    def test_a_wish_in_plain_words_finds_what_it_may_be_about(self, make, account):
        best = make("Clear the print queue", successes=40, failures=4)
        second = make("Clear a print job", successes=2)
        make("Renew a certificate")
        templates = ScriptTemplate.objects.of(account)
        assert match(templates, account.pk, "please clear everything that is stuck in the print queue") == [
            best,
            second,
        ]
        assert match(templates, account.pk, "hello there") == []
        assert match(templates, account.pk, "") == []


class TestReliability:
    @pytest.mark.parametrize(
        ("counts", "bound"),
        [((0, 0, 0), 0), ((0, 5, 0), 0), ((2, 0, 0), 0.342), ((40, 3, 1), 0.788), ((1, 0, 1), 0.095), ((0, 0, 3), 0)],
    )
    def test_the_database_computes_the_lower_bound(self, make, counts, bound):
        template = make("x")
        ScriptTemplate.objects.update(**dict(zip(("successes", "failures", "partials"), counts, strict=True)))
        template.refresh_from_db()
        assert template.reliability == pytest.approx(bound, abs=0.001)
