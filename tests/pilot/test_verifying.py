"""While a run waits for its outcome: the nudge after the account's time, and reading the verification's output."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from pilot.lifecycle import Phase, banner_mode, phase
from pilot.models import SuggestedFix
from pilot.verifying import read
from tests.conventions.world import snapshot
from tests.factories.pilot import fresh, make_fix
from tests.pilot.reading import regions, text_of

VERIFIED = {"verify_command": "Get-Service Spooler", "verify_expected": r"^Status\s*:\s*Running$"}


@pytest.fixture
def verifying(session):
    return make_fix(session, Phase.VERIFYING, **VERIFIED)


def ran(fix, **ago) -> None:
    """Moves the run back in time."""
    SuggestedFix.objects.filter(pk=fix.pk).update(applied_at=timezone.now() - timedelta(**ago))


def slot(browser, session) -> str:
    return regions(browser.get(reverse("pilot:live", args=[session.pk])))["#fix-slot"]


# ---- nudge --------------------------------------------------------------------------------------


def test_the_nudge_comes_after_the_accounts_time(verifying):
    moment = verifying.applied_at + timedelta(minutes=7)
    assert banner_mode(verifying, 7, moment - timedelta(seconds=1)) == "verifying"
    assert banner_mode(verifying, 7, moment) == "nudge"


def test_before_it_the_banner_counts_down_by_the_servers_clock(htmx, session, verifying):
    due = verifying.applied_at + timedelta(minutes=session.account.nudge_minutes)
    assert f'data-time="until" datetime="{due.isoformat()}"' in slot(htmx, session)


def test_after_it_the_banner_asks(htmx, as_owner, account, session, verifying):
    account.nudge_minutes = 30
    account.save()
    ran(verifying, minutes=29)
    assert "fix--verifying" in slot(htmx, session)
    ran(verifying, minutes=30)
    shown = slot(htmx, session)
    assert "fix--nudge" in shown and "What came of it?" in shown and 'data-time="until"' not in shown
    for words in ("Worked", "Didn't work", "Partial", "Run again", "I didn't run it after all"):
        assert words in shown
    page = text_of(as_owner.get(f"/sessions/{session.pk}/"))
    assert 'data-banner-mode="nudge"' in page
    assert '<span class="tab__nudge">What came of it?</span>' in page, "a fix by hand keeps its tab strip"


def test_the_page_is_told_when_the_time_has_come(htmx, session, verifying):
    session.refresh_from_db()
    shown = text_of(htmx.get(reverse("pilot:live", args=[session.pk])))
    banner = shown.partition('data-banner="')[2].partition('"')[0]
    page = {"v": session.state_version, "page-banner": banner, "page-seen": session.messages.last().pk}
    assert htmx.get(reverse("pilot:live", args=[session.pk]), page).status_code == 204
    ran(verifying, hours=1)
    assert htmx.get(reverse("pilot:live", args=[session.pk]), page).status_code == 200


def test_a_nudge_leaves_the_version_so_that_a_form_of_before_still_holds(htmx, verifying):
    ran(verifying, hours=1)
    path = reverse("pilot:fix_outcome", args=[verifying.session_id, verifying.pk])
    answer = htmx.post(path, {"version": verifying.version, "outcome": "partial", "notes": "Half."})
    assert answer.status_code == 200 and phase(fresh(verifying)) == Phase.PARTIAL


# ---- the output ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("output", "outcome"),
    [
        ("Name : Spooler\nStatus : Running\n", "worked"),
        ("Name : Spooler\r\nstatus : RUNNING", "worked"),
        ("Status : Stopped", "failed"),
        ("Status : Running but late", "failed"),
        ("x" * 300_000, "failed"),
    ],
)
def test_what_an_output_looks_like(verifying, output, outcome):
    assert read(verifying, output.replace("\r\n", "\n")).outcome == outcome


def test_a_pattern_that_takes_for_ever_says_nothing(verifying):
    verifying.verify_expected = r"(a|a|aa)+$"
    reading = read(verifying, "a" * 200 + "!")
    assert (reading.outcome, "Judge it yourself" in reading.says) == ("", True)


def post(browser, fix, output):
    path = reverse("pilot:fix_output", args=[fix.session_id, fix.pk])
    return browser.post(path, {"version": fix.version, "output": output})


def test_it_pre_selects_and_never_writes(htmx, as_owner, verifying):
    before = snapshot()
    for browser in (htmx, as_owner):
        worked = post(browser, verifying, "Status : Running")
        assert worked.status_code == 200 and "This is what is expected after the fix." in text_of(worked)
        assert "is-suggested" in text_of(worked) and "Status : Running</textarea>" in text_of(worked)
        failed = post(browser, verifying, "Status : Stopped")
        assert "What is expected after the fix is not in it." in text_of(failed)
        assert "is-suggested" not in text_of(failed) and 'id="didnt-work" open data-open' in text_of(failed)
    assert snapshot() == before


def test_an_empty_one_is_refused_in_place(htmx, verifying):
    before = snapshot()
    answer = post(htmx, verifying, " \n")
    assert answer.status_code == 422 and "Paste what the command printed." in regions(answer)["#fix-slot"]
    assert snapshot() == before


def test_without_a_pattern_there_is_nothing_to_compare(htmx, session):
    fix = make_fix(session, Phase.VERIFYING, verify_command="Get-Printer")
    assert "Paste the output" not in slot(htmx, session)
    assert post(htmx, fix, "Ready").status_code == 422


def test_who_may_not(htmx_of, verifying, viewer, stranger):
    assert post(htmx_of(viewer), verifying, "x").status_code == 403
    assert post(htmx_of(stranger), verifying, "x").status_code == 404
    assert "Paste the output" not in slot(htmx_of(viewer), verifying.session)
