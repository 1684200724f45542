"""An account's own runbooks in Django admin."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from flowpilot.runbooks.models import AccountRunbook
from tests.ai.own import TEMPLATE, own

ADD = "/admin/runbooks/accountrunbook/add/"


def make(by, text: str = TEMPLATE, **fields) -> AccountRunbook:
    book = AccountRunbook(account=by.account, text=text, created_by=by, updated_by=by, **fields)
    book.full_clean()
    book.save()
    return book


def change(book) -> str:
    return reverse("admin:runbooks_accountrunbook_change", args=[book.pk])


@pytest.fixture
def as_superuser(client_of, superuser):
    return client_of(superuser)


def test_an_admin_adds_one_for_their_own_account(as_admin, admin):
    answer = as_admin.post(ADD, {"text": TEMPLATE.replace("\n", "\r\n"), "is_active": "on"})
    assert answer.status_code == 302
    book = AccountRunbook.objects.get()
    assert (book.account, book.number, book.title) == (admin.account, "A01", "Scan to e-mail fails")
    assert (book.created_by, book.updated_by, book.is_active) == (admin, admin, True)
    assert book.text.strip() == TEMPLATE.strip() and "\r" not in book.text


def test_an_admin_changes_it_and_who_and_when_are_kept(as_admin, admin, owner):
    book = make(owner)
    before = book.updated_at
    assert as_admin.get(change(book)).status_code == 200
    assert as_admin.post(change(book), {"text": own(title="Scans at our house")}).status_code == 302
    book.refresh_from_db()
    assert (book.title, book.is_active, book.created_by, book.updated_by) == ("Scans at our house", False, owner, admin)
    assert book.updated_at > before


def test_a_text_that_does_not_hold_is_refused_with_line_and_field(as_admin):
    answer = as_admin.post(ADD, {"text": TEMPLATE.replace("risk: low", "risk: none"), "is_active": "on"})
    assert answer.status_code == 200
    assert "fixes 1 risk" in answer.content.decode()
    assert "line " in answer.content.decode()
    assert not AccountRunbook.objects.exists()


def test_what_it_is_thin_in_is_told(as_admin):
    answer = as_admin.post(ADD, {"text": own(codes=[]), "is_active": "on"}, follow=True)
    assert "no error codes" in answer.content.decode()


def test_a_number_stands_once_in_an_account(as_admin, admin, stranger):
    make(stranger)
    make(admin)
    answer = as_admin.post(ADD, {"text": own(title="Another one"), "is_active": "on"})
    assert answer.status_code == 200
    assert "you have a runbook A01 already" in answer.content.decode()
    assert AccountRunbook.objects.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        AccountRunbook.objects.create(
            account=admin.account, number="A01", title="x", text="x", created_by=admin, updated_by=admin
        )


def test_another_accounts_does_not_exist(as_admin, stranger):
    book = make(stranger, own(title="Osprey scans"))
    assert as_admin.post(change(book), {"text": own(title="Forged")}).status_code == 302
    book.refresh_from_db()
    assert book.title == "Osprey scans"
    assert "Osprey" not in as_admin.get(reverse("admin:runbooks_accountrunbook_changelist")).content.decode()


def test_nobody_else_gets_in_and_nobody_deletes(client_of, as_admin, as_superuser, owner, viewer):
    book = make(owner)
    for user in (owner, viewer):
        assert client_of(user).post(ADD, {"text": own(number="A02")}).status_code in (302, 403)
    for browser in (as_admin, as_superuser):
        path = reverse("admin:runbooks_accountrunbook_delete", args=[book.pk])
        assert browser.post(path, {"post": "yes"}).status_code == 403
    assert list(AccountRunbook.objects.all()) == [book]


def test_a_superuser_says_for_which_account(as_superuser, superuser, account):
    assert as_superuser.post(ADD, {"text": TEMPLATE, "is_active": "on"}).status_code == 200
    assert as_superuser.post(ADD, {"text": TEMPLATE, "is_active": "on", "account": account.pk}).status_code == 302
    assert AccountRunbook.objects.get().account == account


def test_the_brief_has_those_in_use_of_its_own_account(owner, stranger):
    make(owner, own(number="A02"))
    make(owner)
    make(owner, own(number="A03"), is_active=False)
    make(stranger, own(number="A04"))
    assert [text.splitlines()[0] for text in AccountRunbook.objects.texts(owner.account)][1] == "number: A02"
    assert len(AccountRunbook.objects.texts(owner.account)) == 2
