from pathlib import Path

import pytest
from django.conf import settings

pytest_plugins = ["tests.cast"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Journeys come last: Playwright's event loop stays in the thread in which ordinary tests use the database."""
    items.sort(key=lambda item: item.get_closest_marker("journey") is not None)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, django_db_keepdb):
    """Clears away what a killed run left beside its test database: SQLite would replay that log into the new one."""
    test = settings.DATABASES["default"].get("TEST", {})
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3") and not django_db_keepdb:
        for left in ("-wal", "-shm", "-journal"):
            Path(f"{test['NAME']}{left}").unlink(missing_ok=True)
