"""Words that leave the page as code, as a table, as a file's name or inside a script element."""

import re

import pytest
from django.urls import reverse

from pilot.models import AISession
from tests.conventions.source import files, found, product_code, templates
from tests.factories.pilot import make_session, resolve


def test_no_text_becomes_a_template():
    """Templates are files. Nothing makes one of a text, and nothing turns escaping off."""
    assert not found(r"\bTemplate\(|from_string\(|\bengines\b|compile_string", product_code(), 0)
    allowed = {"templates/_field.html"}  # the help texts of our own forms, and of Django's password rules
    unescaped = found(r"\|\s*safe|autoescape|json_script", templates())
    assert {line.split(":")[0] for line in unescaped} <= allowed
    marked = {line.split(":")[0] for line in found(r"mark_safe\(|SafeString\(|SafeText", product_code(), 0)}
    served = {"flowpilot/replies/models.py", "flowpilot/replies/shown.py", "flowpilot/web/tags.py"}
    # What a template has drawn is shown on the style guide, which no server has.
    assert marked <= served | {"pilot/styleguide/staging.py"}


def test_tables_of_cells_are_made_in_one_place():
    """A spreadsheet would run what begins with =. The one place that writes cells spells such words out."""
    makers = found(r"^import csv|text/tab-separated|openpyxl|xlsx|spreadsheetml", product_code())
    assert {line.split(":")[0] for line in makers} == {"pilot/insights/files.py"}


NAMES = [
    "a\r\nSet-Cookie: x=1",
    'a"; filename="b.exe',
    "../../etc/passwd",
    "=cmd|' /C calc'!A1",
    "\u202egnp.exe",
]


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_a_files_name_is_letters_digits_and_hyphens(as_owner, owner, name):
    session = resolve(make_session(owner, title=name, ticket_ref=name[:80]))
    AISession.objects.update(ticket_ref=name, title=name)
    closing = session.closings.get()
    for path in (
        reverse("pilot:timeline_json", args=[session.pk]),
        reverse("pilot:closing_markdown", args=[session.pk, closing.pk]),
    ):
        answer = as_owner.get(path)
        assert re.fullmatch(r'attachment; filename="[a-z0-9-]+\.(md|json)"', answer["Content-Disposition"])
        assert "Set-Cookie" not in answer and not answer.cookies


def test_scripts_in_pages_are_files():
    """Where no page holds a script, no text can end one early, and no JSON can stand in one."""
    for path in files("templates/**/*.html"):
        for tag in re.findall(r"<script\b(?!-)[^>]*>", path.read_text()):
            assert "src=" in tag, path
