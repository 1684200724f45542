import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from pilot.lifecycle import Phase
from pilot.models import AISession
from script_builder.actions import templates
from script_builder.models import ScriptBuilderSession, ScriptTemplate
from script_builder.parameters import check
from tests.factories.pilot import make_fix, make_session
from tests.factories.script_builder import TemplateFactory
from tests.script_builder.together import together

pytestmark = pytest.mark.django_db

LIST = "/scripts/"
READS = ["template", "template_compare", "template_version"]
DETAILS = {
    "name": "Empty the queue",
    "description": "When it jams.\r\nOften.",
    "category": "Printing",
    "tags": " Printer, queue ,Printer,",
    "run_as": "SYSTEM",
    "risk": "high",
    "needs_admin": "on",
}


def url(name, template, number=1):
    args = [template.pk, number] if name in ("template_version", "template_restore") else [template.pk]
    return reverse(f"script_builder:{name}", args=args)


@pytest.fixture
def template(owner):
    """A published template of two versions."""
    template = TemplateFactory(
        created_by=owner,
        name="Clear the queue",
        text="ls {{ path }}\n",
        text__parameters=check(
            {"path": {"type": "path", "label": "Folder", "required": True, "help": "Where to look."}}
        ),
    )
    template.versions.create(number=2, text="pwd\n", note="No path any more", created_by=owner)
    return template


@pytest.fixture
def names(as_owner):
    """The names that the list shows for a query."""
    return lambda query="": [row.name for row in as_owner.get(f"{LIST}{query}").context["rows"]]


class TestList:
    def test_it_shows_the_accounts_templates(self, as_owner, as_viewer, as_teammate, owner, stranger):
        TemplateFactory(created_by=owner, name="Ours <b>", tags=["queue"], category="Printing", runs=3, successes=2)
        TemplateFactory(created_by=stranger, name="Theirs")
        for browser in (as_owner, as_viewer, as_teammate):
            page = browser.get(LIST).content.decode()
            assert "Ours &lt;b&gt;" in page
            assert "Theirs" not in page
            assert '<strong class="num">2 of 2</strong> worked' in page
            assert "3 runs" in page
            assert "40 of 44 stands above 2 of 2" in page

    def test_empty(self, as_owner, as_viewer):
        for browser, invited in ((as_owner, True), (as_viewer, False)):
            page = browser.get(LIST).content.decode()
            assert "No scripts yet" in page
            assert ("Write the first one" in page) == invited

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("", ["B", "A", "D"]),
            ("?sort=name", ["A", "B", "D"]),
            ("?sort=newest", ["D", "B", "A"]),
            ("?sort=runs", ["A", "B", "D"]),
            ("?status=draft", ["D"]),
            ("?status=published", ["B", "A"]),
            ("?status=archived", ["Gone"]),
            ("?language=bash", ["A"]),
            ("?category=Printing", ["B"]),
            ("?tag=queue", ["B"]),
            ("?tag=QUEUE", ["B"]),
            ("?run_as=root", ["A"]),
            ("?risk=high", ["D"]),
            ("?risk=high&language=bash", []),
            ("?q=spoler", ["B"]),
            ("?q=spooler&language=bash", []),
            ("?q=template&sort=name", ["A", "B"]),
            ("?q=zzz", []),
            ("?language=perl&risk=none&status=x&sort=y", ["B", "A", "D"]),
            ("?q=%00&tag=%00", ["B", "A", "D"]),
        ],
    )
    def test_filters_and_order_travel_in_the_url(self, owner, names, query, expected):
        make = TemplateFactory
        make(created_by=owner, name="A", language="bash", run_as="root", runs=9, successes=2, description="A template")
        make(
            created_by=owner,
            name="B",
            category="Printing",
            tags=["Queue"],
            runs=3,
            successes=40,
            failures=4,
            description="The template for the spooler",
        )
        gone = {"archived_at": timezone.now(), "archived_by": owner}
        make(created_by=owner, name="Gone", description="Spooler template", **gone)
        make(created_by=owner, name="D", status="draft", risk="high")
        assert names(query) == expected

    def test_nothing_that_matches(self, as_owner, template):
        page = as_owner.get(f"{LIST}?q=zzz").content.decode()
        assert "No script matches" in page
        assert "Show all scripts" in page

    @pytest.mark.parametrize("query", ["", "?q=script", "?q=script&sort=name"])
    def test_pages_and_as_many_queries_for_many_as_for_few(self, as_owner, owner, names, query):
        def queries():
            with CaptureQueriesContext(connection) as captured:
                as_owner.get(f"{LIST}{query}")
            return len(captured)

        for number in range(10):
            TemplateFactory(created_by=owner, name=f"Script {number:02}", tags=[f"t{number}"], category=f"C{number}")
        few = queries()
        for number in range(10, 60):
            TemplateFactory(created_by=owner, name=f"Script {number:02}", tags=[f"t{number}"], category=f"C{number}")
        assert queries() == few <= 10
        second = names(f"{query}{'&' if query else '?'}page=2")
        assert second == [f"Script {number:02}" for number in range(20, 40)]
        assert len(names(f"{query}{'&' if query else '?'}page=99")) == 20


class TestTemplate:
    def test_it_shows_what_it_is_with_its_newest_version(self, as_owner, template):
        page = as_owner.get(url("template", template)).content.decode()
        for part in ("Clear the queue", "Version 2", "No path any more", "Published", "Never run"):
            assert part in page
        assert "Restore as version" not in page

    def test_an_earlier_version_is_what_it_always_was(self, as_owner, template):
        page = as_owner.get(url("template_version", template, 1)).content.decode()
        for part in ("{{ path }}", "Folder", "Where to look.", "2 is newer", "Restore as version 3", "Compare with 2"):
            assert part in page

    def test_it_says_what_came_of_its_runs(self, as_owner, template):
        ScriptTemplate.objects.update(runs=47, successes=40, failures=3, partials=1)
        page = as_owner.get(url("template", template)).content.decode()
        assert "40 of 44" in page
        assert "At least 79 %" in page

    def test_a_version_says_how_often_it_was_run(self, as_owner, owner, template):
        make_fix(make_session(owner), Phase.SUCCESS, template=template)
        page = as_owner.get(url("template", template)).content.decode()
        assert "1 of 1" in page
        assert page.count("· 1 run") == 1

    def test_it_names_the_fix_and_the_session_that_it_was_made_from(self, client_of, owner, teammate, viewer, fix):
        template = templates.make_draft(
            account=owner.account, by=owner, source_fix_id=fix.pk, name="x", text="ls", parameters=None, language="bash"
        )
        for user in (owner, viewer):
            page = client_of(user).get(url("template", template)).content.decode()
            assert f'the fix “{fix}” in <a href="{fix.session.get_absolute_url()}">Printer offline</a>' in page
        page = client_of(teammate).get(url("template", template)).content.decode()
        assert "a fix in a session that you do not work" in page
        assert "Printer offline" not in page

    def test_who_may_only_read_has_no_buttons(self, as_viewer, template):
        for name in READS:
            page = as_viewer.get(url(name, template)).content.decode()
            assert template.name in page
            assert '<form method="post" action="/scripts/' not in page

    @pytest.mark.parametrize("number", [3, 99999999999999999999])
    def test_a_version_that_there_is_not(self, as_owner, template, number):
        assert as_owner.get(f"{template.get_absolute_url()}versions/{number}/").status_code == 404
        sent = {"made_from": 2}
        assert as_owner.post(f"{template.get_absolute_url()}versions/{number}/restore/", sent).status_code == 404

    def test_what_is_not_there(self, as_owner):
        assert as_owner.get(f"{LIST}{uuid.uuid4()}/").status_code == 404


class TestCompare:
    def test_the_last_two(self, as_owner, template):
        page = as_owner.get(url("template_compare", template)).content.decode()
        assert '<textarea data-old hidden aria-label="Version 1">\nls {{ path }}\n</textarea>' in page
        assert '<textarea data-new hidden aria-label="Version 2">\npwd\n</textarea>' in page
        assert "<code>path</code> removed" in page

    @pytest.mark.parametrize(
        ("query", "old", "new"), [("?old=2&new=1", 2, 1), ("?old=1&new=1", 1, 1), ("?old=x&new=", 1, 2)]
    )
    def test_any_two(self, as_owner, template, query, old, new):
        page = as_owner.get(url("template_compare", template) + query)
        assert (page.context["old"].number, page.context["new"].number) == (old, new)
        assert ("are the same" in page.content.decode()) == (old == new)

    def test_one_that_there_is_not(self, as_owner, template):
        assert as_owner.get(url("template_compare", template) + "?old=9").status_code == 404

    def test_of_a_single_version(self, as_owner, owner):
        assert as_owner.get(url("template_compare", TemplateFactory(created_by=owner))).status_code == 200


class TestEdit:
    def test_it_writes_the_details_and_is_found_by_them(self, as_teammate, template, names):
        answer = as_teammate.post(url("template_edit", template), DETAILS)
        assert answer["Location"] == template.get_absolute_url()
        template.refresh_from_db()
        assert (template.name, template.description) == ("Empty the queue", "When it jams.\nOften.")
        assert (template.category, template.tags) == ("Printing", ["Printer", "queue"])
        assert (template.run_as, template.risk, template.needs_admin, template.reboots) == (
            "SYSTEM",
            "high",
            True,
            False,
        )
        assert template.versions.count() == 2
        assert names("?q=jams") == names("?tag=printer") == ["Empty the queue"]
        assert names("?q=clear") == []

    def test_the_form_holds_what_there_is(self, as_owner, template):
        ScriptTemplate.objects.update(tags=["a", "b"])
        page = as_owner.get(url("template_edit", template)).content.decode()
        assert 'value="a, b"' in page
        assert 'value="Clear the queue"' in page

    @pytest.mark.parametrize(
        "wrong",
        [
            {"name": " "},
            {"name": "x" * 201},
            {"tags": "x" * 41},
            {"tags": ",".join(map(str, range(13)))},
            {"risk": "none"},
            {"run_as": "me"},
        ],
    )
    def test_invalid(self, as_owner, template, wrong):
        answer = as_owner.post(url("template_edit", template), DETAILS | wrong)
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "When it jams." in page
        assert "<h1>Details of Clear the queue</h1>" in page
        template.refresh_from_db()
        assert template.name == "Clear the queue"

    def test_archived(self, as_owner, owner, template):
        ScriptTemplate.objects.update(archived_at=timezone.now(), archived_by=owner)
        answer = as_owner.post(url("template_edit", template), DETAILS)
        assert answer.status_code == 409
        assert "This template is archived." in answer.content.decode()


class TestKeeping:
    def test_a_draft_is_published_once(self, as_owner, template):
        assert as_owner.post(url("template_publish", template)).status_code == 409
        ScriptTemplate.objects.update(status="draft")
        answer = as_owner.post(url("template_publish", template), follow=True)
        assert "Published." in answer.content.decode()
        template.refresh_from_db()
        assert template.status == "published"

    def test_archived_it_stays_runnable_where_a_fix_names_it(self, as_owner, owner, template, names):
        fix = make_fix(make_session(owner), template=template)
        assert as_owner.post(url("template_archive", template)).status_code == 302
        assert as_owner.post(url("template_archive", template)).status_code == 409
        assert names() == []
        page = as_owner.get(url("template", template)).content.decode()
        assert "Archived by Owner" in page
        session = fix.session.get_absolute_url()
        assert as_owner.post(f"{session}fixes/{fix.pk}/apply/", {"version": fix.version}).status_code == 302
        assert "Clear the queue" in as_owner.get(f"{session}?open=template").content.decode()
        sent = {"version": fix.version, "template_version": 2}
        assert as_owner.post(f"{session}fixes/{fix.pk}/ran/", sent).status_code == 302
        template.refresh_from_db()
        assert template.runs == 1

    def test_and_can_be_brought_back(self, as_owner, template, names):
        assert as_owner.post(url("template_bring_back", template)).status_code == 409
        as_owner.post(url("template_archive", template))
        as_owner.post(url("template_bring_back", template))
        assert names() == ["Clear the queue"]

    def test_one_that_nothing_names_can_be_deleted(self, as_owner, owner, template):
        drafting = ScriptBuilderSession.objects.create(
            account=owner.account, user=owner, template=template, made_from=template.newest, buffer="pwd\n"
        )
        answer = as_owner.post(url("template_delete", template), follow=True)
        assert "was deleted" in answer.content.decode()
        assert not ScriptTemplate.objects.exists()
        drafting.refresh_from_db()
        assert (drafting.template, drafting.made_from, drafting.buffer) == (None, None, "pwd\n")
        assert as_owner.get(reverse("script_builder:session", args=[drafting.pk])).status_code == 200

    def test_one_that_a_fix_names_stays(self, as_owner, owner, template):
        make_fix(make_session(owner), template=template)
        page = as_owner.get(url("template", template)).content.decode()
        assert url("template_archive", template) in page
        assert url("template_delete", template) not in page
        answer = as_owner.post(url("template_delete", template))
        assert answer.status_code == 409
        assert "Archive it instead." in answer.content.decode()
        assert template.versions.count() == 2
        assert AISession.objects.get().fixes.get().script_template == template


class TestRestore:
    def test_it_makes_a_new_version(self, as_teammate, teammate, template):
        answer = as_teammate.post(url("template_restore", template, 1), {"made_from": 2})
        assert answer["Location"] == template.get_absolute_url()
        newest = template.newest
        assert (newest.number, newest.text, newest.note) == (3, "ls {{ path }}\n", "Version 1 restored")
        assert (newest.created_by, set(newest.parameters)) == (teammate, {"path"})
        assert [one.text for one in template.versions.order_by("number")] == ["ls {{ path }}\n", "pwd\n", newest.text]

    @pytest.mark.parametrize("made_from", ["1", "3", "", "x", "9" * 40])
    def test_stale(self, as_owner, template, made_from):
        answer = as_owner.post(url("template_restore", template, 1), {"made_from": made_from})
        assert answer.status_code == 409
        assert template.versions.count() == 2

    def test_what_the_newest_says_already_is_no_new_version(self, as_owner, template):
        as_owner.post(url("template_restore", template, 1), {"made_from": 2})
        as_owner.post(url("template_restore", template, 1), {"made_from": 3})
        assert template.versions.count() == 3

    def test_one_that_does_not_hold_in_the_present_language(self, as_owner, template):
        ScriptTemplate.objects.update(language="bash")
        template.versions.filter(number=1).update(text='ls "{{ path }}"\n')
        answer = as_owner.post(url("template_restore", template, 1), {"made_from": 2})
        assert answer.status_code == 409
        assert "cannot be restored as it is" in answer.content.decode()
        assert template.versions.count() == 2

    def test_archived(self, as_owner, template):
        as_owner.post(url("template_archive", template))
        assert as_owner.post(url("template_restore", template, 1), {"made_from": 2}).status_code == 409


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_one_of_several_restores_wins(self, client_of, owner, template):
        browsers = iter([client_of(owner) for _ in range(6)])
        path = url("template_restore", template, 1)
        answers = together(6, lambda: next(browsers).post(path, {"made_from": 2}).status_code)
        assert sorted(answers) == [302] + [409] * 5
        assert [one.number for one in template.versions.order_by("number")] == [1, 2, 3]

    def test_details_written_at_once_leave_one_set_of_words(self, client_of, owner, template):
        browsers = iter([(client_of(owner), f"Name {n}") for n in range(4)])
        path = url("template_edit", template)

        def edit():
            browser, name = next(browsers)
            return browser.post(path, DETAILS | {"name": name}).status_code

        assert together(4, edit) == [302] * 4
        template.refresh_from_db()
        number = template.name.split()[-1]
        assert set(template.words.filter(word__in="0123").values_list("word", flat=True)) == {number}
