"""What may be dangerous in a drafted script is said before it is run; no card is closed because of it."""

from django.urls import reverse

from tests.factories.pilot import make_fix
from tests.pilot.reading import surface, text_of


def dialog(browser, fix) -> str:
    answer = browser.post(reverse("pilot:fix_apply", args=[fix.session_id, fix.pk]), {"version": fix.version})
    assert surface(answer).startswith("draft_")
    return text_of(answer)


def test_a_wipe_is_pointed_out_with_its_line_and_may_still_be_run(htmx, session):
    fix = make_fix(session, script="$ErrorActionPreference = 'Stop'\nRemove-Item C:\\ -Recurse -Force\n")
    shown = dialog(htmx, fix)
    assert "before you run it" in shown and "Line 2" in shown
    assert 'class="finding finding--danger"' in shown
    assert "disabled" not in shown.partition('class="cards"')[2].partition("</form>")[0]


def test_a_harmless_one_has_nothing_pointed_out(htmx, session):
    assert "before you run it" not in dialog(htmx, make_fix(session, script="Get-Service Spooler\n"))
