"""The counts of a template, made anew from the record."""

import pytest
from django.core.management import call_command

from pilot.actions import counts
from pilot.deletion import delete_whole
from pilot.lifecycle import Move, Phase
from pilot.models import AISession
from script_builder.models import ScriptTemplate
from tests.factories.pilot import make_fix, make_session, make_template, never_applied, run, settle
from tests.script_builder.together import together

COLUMNS = ("runs", "successes", "failures", "partials")


def counted(*templates) -> list[tuple]:
    return [ScriptTemplate.objects.values_list(*COLUMNS).get(pk=template.pk) for template in templates]


@pytest.fixture
def lived(owner, template):
    """Two templates with a life: run twice in rounds, withdrawn, corrected, by hand in between, and one never run."""
    other = make_template(owner, "ls\n")
    for phase in (Phase.SUCCESS, Phase.FAILED, Phase.PARTIAL, Phase.VERIFYING, Phase.UNRUN):
        make_fix(make_session(owner), phase, template=template)
    twice = make_fix(make_session(owner), Phase.PARTIAL, template=other)
    run(twice)
    settle(twice, Move.WORKED)
    withdrawn = make_fix(make_session(owner), Phase.VERIFYING, template=other)
    never_applied(withdrawn)
    kept = make_fix(make_session(owner), Phase.PARTIAL, template=other)
    run(kept)
    never_applied(kept)
    make_fix(make_session(owner), Phase.SUCCESS)
    return template, other, make_template(owner, "pwd\n")


@pytest.mark.django_db
class TestRebuilding:
    def test_what_the_actions_counted_is_right(self, lived):
        assert counted(*lived) == [(4, 1, 1, 1), (3, 1, 0, 1), (0, 0, 0, 0)]
        assert counts.rebuild() == 0
        assert counted(*lived) == [(4, 1, 1, 1), (3, 1, 0, 1), (0, 0, 0, 0)]

    def test_wrong_counts_are_made_right(self, lived, capsys):
        right = counted(*lived)
        ScriptTemplate.objects.update(runs=7, successes=7, failures=7, partials=7)
        call_command("rebuild_counts")
        assert capsys.readouterr().out == "Corrected the counts of 3 templates.\n"
        assert counted(*lived) == right
        call_command("rebuild_counts")
        assert capsys.readouterr().out == "Corrected the counts of 0 templates.\n"

    def test_only_the_templates_that_are_named(self, lived):
        ScriptTemplate.objects.update(runs=7)
        assert counts.rebuild([lived[2].pk]) == 1
        assert [runs for runs, *_ in counted(*lived)] == [7, 7, 0]

    def test_a_deleted_session_takes_its_runs_along(self, lived):
        delete_whole(AISession.objects.filter(fixes__status="applied_failed"))
        assert counted(*lived) == [(3, 1, 0, 1), (3, 1, 0, 1), (0, 0, 0, 0)]
        assert counts.rebuild() == 0


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_runs_that_are_declared_meanwhile_are_counted_once(owner, template):
    fixes = [make_fix(make_session(owner), template=template) for _ in range(4)]
    works = iter([*(lambda fix=fix: run(fix) for fix in fixes), counts.rebuild, counts.rebuild])
    results = together(6, lambda: next(works)())
    assert not [result for result in results if isinstance(result, Exception)], results
    assert counted(template) == [(4, 0, 0, 0)]
    assert counts.rebuild() == 0
