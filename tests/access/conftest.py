import pytest

from tests.access import cast as casts
from tests.access.asking import taken_back


@pytest.fixture(scope="module")
def cast(django_db_setup, django_db_blocker):
    """The people and their rows, the same for all tests of a module."""
    with django_db_blocker.unblock(), taken_back():
        yield casts.build()
