"""The page of the figures and its files: who sees whose, filters in the address, and never an error."""

import csv
import io
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pilot.insights.asked import monday_of
from pilot.lifecycle import Phase
from pilot.models import AISession
from tests.conventions.world import snapshot
from tests.factories.pilot import make_fix, make_session, make_task, make_template, resolve
from tests.pilot.reading import text_of

FIGURES = ["outcomes", "time-to-resolve", "how-long", "templates", "runbooks", "ways", "waiting"]
MOST = 8


def page(browser, **sent):
    answer = browser.get(f"/insights/?{urlencode(sent)}")
    assert answer.status_code == 200
    return answer


def worked(browser, **sent) -> str:
    """What the page's first figure comes to."""
    return page(browser, **sent).context["page"].figure("outcomes").sums_up


def rows(answer) -> list[list[str]]:
    assert answer.status_code == 200 and answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


@pytest.fixture
def people(owner, teammate, admin, viewer, stranger):
    """Each engineer has one fix that worked, for a client of their own; and the template that it was run with."""
    for by in (owner, teammate, stranger):
        session = make_session(by, client=f"Client of {by}")
        make_fix(session, Phase.SUCCESS, template=make_template(by, name=f"Template of {by}"))
    return {"owner": owner, "teammate": teammate, "admin": admin, "viewer": viewer, "stranger": stranger}


def test_everybody_sees_the_figures_of_what_they_may_see(client_of, people, account):
    def seen() -> dict:
        shown = {name: page(client_of(user)) for name, user in people.items()}
        return {name: answer.context["page"].figure("outcomes").sums_up[:6] for name, answer in shown.items()}

    everything = {"admin": "2 of 2", "viewer": "2 of 2"}
    assert seen() == {"owner": "1 of 1", "teammate": "1 of 1", "stranger": "1 of 1"} | everything
    account.share_sessions = True
    account.save()
    assert seen() == {"owner": "2 of 2", "teammate": "2 of 2", "stranger": "1 of 1"} | everything


def test_the_page_says_whose_figures_they_are(as_owner, as_viewer, people, account):
    assert "Your own sessions: those that you opened, took over" in text_of(page(as_owner))
    assert "All sessions of Northwind IT" in text_of(page(as_viewer))
    account.share_sessions, account.time_zone = True, "Asia/Tokyo"
    account.save()
    shown = text_of(page(as_owner))
    assert "All sessions of Northwind IT" in shown and "in the time of Asia/Tokyo" in shown


def test_nothing_of_others_is_named(as_owner, as_stranger, people):
    for browser, theirs in ((as_owner, ("Teammate", "Stranger")), (as_stranger, ("Teammate", "Owner"))):
        shown = page(browser).content.decode()
        assert not any(f"of {name}" in shown or f">{name}</option>" in shown for name in theirs)
        for key in FIGURES:
            assert not any(name in str(rows(browser.get(f"/insights/csv/?figure={key}"))) for name in theirs)


def test_who_is_not_signed_in_is_led_there_and_back(client):
    for path in ("/insights/?period=4-weeks", "/insights/csv/?figure=ways"):
        answer = client.get(path)
        assert answer.status_code == 302 and answer["Location"].startswith("/sign-in/?next=/insights/")


def test_a_superuser_without_an_account_has_none(client_of, superuser):
    assert client_of(superuser).get("/insights/").status_code == 404


@pytest.mark.parametrize("path", ["/insights/", "/insights/csv/?figure=ways"])
@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_is_read_only(as_owner, path, method):
    before = snapshot()
    assert getattr(as_owner, method)(path).status_code == 405
    assert snapshot() == before


def test_filters_travel_in_the_address(as_admin, people, owner):
    assert worked(as_admin)[:6] == "2 of 2"
    assert worked(as_admin, client="Client of Owner")[:6] == "1 of 1"
    assert worked(as_admin, engineer=owner.pk)[:6] == "1 of 1"
    assert worked(as_admin, engineer=owner.pk, client="Client of Teammate")[:6] == "0 of 0"
    shown = page(as_admin, period="4-weeks", client="Client of Owner").content.decode()
    assert '<option value="Client of Owner" selected>' in shown and 'name="period" value="4-weeks"' in shown
    assert "?period=12-months&amp;client=Client+of+Owner" in shown
    assert "/insights/csv/?period=4-weeks&amp;client=Client+of+Owner&amp;figure=ways" in shown


@pytest.mark.parametrize(("period", "weeks"), [("4-weeks", 4), ("12-weeks", 12), ("", 12), ("12-months", 53)])
def test_the_periods_are_whole_weeks_until_today(as_owner, owner, period, weeks):
    make_session(owner)
    asked = page(as_owner, period=period).context["asked"]
    assert len(asked.weeks) == weeks and asked.first == monday_of(asked.first)
    assert asked.last == timezone.now().date() and not asked.problems


def test_days_of_ones_own_win_over_a_period(as_owner, owner):
    make_fix(make_session(owner), Phase.SUCCESS)
    today = timezone.now().date()
    sent = {"period": "4-weeks", "from": today - timedelta(days=1), "to": today}
    asked = page(as_owner, **sent).context["asked"]
    assert (asked.first, asked.last, asked.period, asked.problems) == (sent["from"], today, "", ())
    assert worked(as_owner, **sent)[:6] == "1 of 1"
    assert worked(as_owner, **sent | {"to": sent["from"]})[:6] == "0 of 0"
    # From a day until today; and what is to come is cut off.
    assert page(as_owner, **{"from": sent["from"]}).context["asked"].last == today
    assert page(as_owner, **sent | {"to": "2999-01-01"}).context["asked"].last == today


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        ({"period": "7-years"}, "There is no period “7-years”."),
        ({"from": "yesterday"}, "“yesterday” is no date."),
        ({"from": "2026-02-30"}, "“2026-02-30” is no date."),
        ({"from": "2026-01-01", "to": "x"}, "“x” is no date."),
        ({"to": "2026-01-01"}, "Say from which day on."),
        ({"from": "2026-03-02", "to": "2026-03-01"}, "A period begins before it ends, and in the past."),
        ({"from": "2999-01-01"}, "A period begins before it ends, and in the past."),
        ({"from": "0001-01-01"}, "A period begins before it ends, and in the past."),
        ({"from": "2000-01-01"}, "A period of more than two years is too long for this page."),
        ({"client": "<b>Nobody</b>"}, "There is no client “<b>Nobody</b>” here."),
        ({"client": "Client of Stranger"}, "There is no client “Client of Stranger” here."),
        ({"engineer": "x"}, "There is no such engineer here."),
        ({"engineer": "{stranger}"}, "There is no such engineer here."),
    ],
)
def test_what_is_impossible_is_said_and_the_usual_shown(as_admin, people, stranger, sent, problem):
    sent = {name: value.format(stranger=stranger.pk) for name, value in sent.items()}
    answer = page(as_admin, **sent)
    assert problem in text_of(answer)
    asked = answer.context["asked"]
    assert (asked.period, asked.client, asked.engineer) == ("12-weeks", "", None)
    assert worked(as_admin, **sent)[:6] == "2 of 2"
    assert b"<b>Nobody" not in answer.content


def test_nothing_that_is_sent_is_an_error(as_owner, people):
    hostile = ["\0", "%00", "'; --", "𝕏" * 300, "-1", "9" * 400, "\ud800", "../..", "{{ 7 }}", "2026-01-01T00:00"]
    for name in ("period", "from", "to", "client", "engineer", "figure"):
        for value in hostile:
            query = urlencode({name: value}, errors="surrogatepass")
            assert as_owner.get(f"/insights/?{query}").status_code == 200
            assert as_owner.get(f"/insights/csv/?figure=ways&{query}").status_code in (200, 404)


def test_an_account_without_sessions_is_taught(as_owner, as_viewer, people, orm):
    AISession.objects.all().delete()
    assert "Nothing to show yet" in text_of(page(as_owner)) and "New session" in text_of(page(as_owner))
    assert "New session" not in text_of(page(as_viewer))


def test_a_period_without_anything_says_so_of_each_figure(as_owner, people):
    answer = page(as_owner, **{"from": "2025-01-01", "to": "2025-01-31"})
    shown = text_of(answer)
    assert "No fix got an outcome in this period." in shown and "No session was resolved in this period." in shown
    assert [figure.key for figure in answer.context["page"].figures if figure.rows] == ["waiting"]
    assert answer.context["page"].keys[0][1:] == ("none", "none run")


def test_what_is_named_is_text(as_owner, owner):
    make_fix(make_session(owner), Phase.SUCCESS, template=make_template(owner, name="<img src=x>"))
    assert b"<img src=x" not in page(as_owner).content


def test_every_figure_has_a_table_and_a_file_of_the_same_rows(as_owner, owner):
    resolve(make_session(owner))
    make_session(owner)
    make_fix(make_session(owner), Phase.SUCCESS, template=make_template(owner), source="W02/fix/clear-queue")
    answer = page(as_owner)
    figures = answer.context["page"].figures
    assert [figure.key for figure in figures] == FIGURES
    for figure in figures:
        assert f'id="table-{figure.key}"' in answer.content.decode()
        head, *body = rows(as_owner.get(f"/insights/csv/?figure={figure.key}"))
        assert len(head) == len(figure.columns)
        assert [row[0] for row in body] == [row[0].text for row in figure.rows]
        values = [["" if cell.value is None else str(cell.value) for cell in row[1:]] for row in figure.rows]
        assert [row[1:] for row in body] == values


def test_a_file_has_plain_numbers_and_a_name_that_says_what_it_is(as_owner, owner):
    session = resolve(make_session(owner))
    AISession.objects.filter(pk=session.pk).update(created_at=session.closed_at - timedelta(minutes=90))
    sent = {"figure": "time-to-resolve", "from": "2026-01-05", "to": timezone.now().date()}
    answer = as_owner.get(f"/insights/csv/?{urlencode(sent)}")
    head, *body = rows(answer)
    assert head == ["Week from (UTC)", "Median (minutes)", "90th percentile (minutes)", "Sessions"]
    assert body[0][1:] == ["", "", ""] and body[-1][1:] == ["90.0", "", "1"]
    name = f"insights-time-to-resolve-2026-01-05-to-{sent['to']}.csv"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_spreadsheet_takes_no_name_for_a_formula(as_owner, owner, name):
    make_fix(make_session(owner), Phase.SUCCESS, template=make_template(owner, name=name))
    _, row = rows(as_owner.get("/insights/csv/?figure=templates"))
    assert row == [f"'{name}", "1", "1", "0", "0", "", "", ""]


@pytest.mark.parametrize("figure", ["", "?figure=nothing", "?figure="])
def test_a_file_of_no_figure_does_not_exist(as_owner, owner, figure):
    assert as_owner.get(f"/insights/csv/{figure}").status_code == 404


@pytest.mark.postgres
def test_it_takes_as_many_queries_however_much_there_is(as_admin, owner, teammate):
    counted = []
    for rounds in (2, 12):
        for number in range(rounds):
            by = (owner, teammate)[number % 2]
            for phase in (Phase.SUCCESS, Phase.PARTIAL, Phase.VERIFYING, Phase.UNRUN):
                session = make_session(by, client=f"Client {number}")
                make_fix(session, phase, template=make_template(by), source=f"W{number + 1:02}/fix/one")
                make_task(session)
            resolve(make_session(by))
        with CaptureQueriesContext(connection) as captured:
            assert as_admin.get("/insights/?period=12-months").status_code == 200
        counted.append(len(captured))
    assert counted[0] == counted[1] <= MOST, counted


def test_the_navigation_says_where_one_is(as_owner, owner):
    def current(path) -> list[str]:
        shown = as_owner.get(path).content.decode()
        links = shown[shown.index("topbar__nav") : shown.index("</nav>")].split("<a ")[1:]
        return [link.split('href="')[1].split('"')[0] for link in links if "aria-current" in link]

    assert current("/insights/") == ["/insights/"] and current("/sessions/") == ["/sessions/"]
