"""The people of every test: one account's engineer, colleague, admin and viewer, and a stranger from another account.

They are made through `orm`, which journeys replace by one that works in a thread of its own.
"""

import pytest
from django.test import Client

from flowpilot.people.models import Role
from tests.calling import Api
from tests.factories.people import AccountFactory, UserFactory


@pytest.fixture
def orm(db):
    """Calls what it is given where the database may be used, and gives back what that gives."""
    return lambda work: work()


@pytest.fixture
def account(orm):
    return orm(lambda: AccountFactory(name="Northwind IT"))


@pytest.fixture
def owner(orm, account):
    """The engineer whose sessions the tests are about."""
    return orm(lambda: UserFactory(account=account, username="owner"))


@pytest.fixture
def teammate(orm, account):
    """Another engineer of the same account."""
    return orm(lambda: UserFactory(account=account, username="teammate"))


@pytest.fixture
def admin(orm, account):
    """The account's admin: sees and works all of its sessions, and opens Django admin."""
    return orm(lambda: UserFactory(account=account, username="admin", role=Role.ADMIN))


@pytest.fixture
def viewer(orm, account):
    """Reads all of the account and changes nothing."""
    return orm(lambda: UserFactory(account=account, username="viewer", role=Role.VIEWER))


@pytest.fixture
def stranger(orm):
    """An engineer of another account, for whom nothing here exists."""
    return orm(lambda: UserFactory(account=AccountFactory(name="Contoso Helpdesk"), username="stranger"))


@pytest.fixture
def superuser(orm):
    """Belongs to no account: every account in admin, 404 on product pages."""
    return orm(lambda: UserFactory(account=None, username="root", role=Role.ADMIN, is_superuser=True))


@pytest.fixture
def client_of():
    """`client_of(user)`: a browser without JavaScript in which that user is signed in."""

    def signed_in(user) -> Client:
        browser = Client()
        browser.force_login(user)
        return browser

    return signed_in


@pytest.fixture
def as_owner(client_of, owner):
    return client_of(owner)


@pytest.fixture
def as_teammate(client_of, teammate):
    return client_of(teammate)


@pytest.fixture
def as_admin(client_of, admin):
    return client_of(admin)


@pytest.fixture
def as_viewer(client_of, viewer):
    return client_of(viewer)


@pytest.fixture
def as_stranger(client_of, stranger):
    return client_of(stranger)


@pytest.fixture
def api(owner):
    """The API as the owner's own page calls it."""
    return Api(owner)
