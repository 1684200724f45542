"""The product's settings with what only tests need; brings its own secrets, so a fresh clone needs no .env."""

import os
from pathlib import Path

VAR = Path(__file__).resolve().parent.parent / "var"
VAR.mkdir(exist_ok=True)
# Nothing of this machine's own set-up may colour a test: no .env, and no variable but those for tests.
for name in [name for name in os.environ if name.startswith("FLOWPILOT_") and not name.startswith("FLOWPILOT_TEST_")]:
    del os.environ[name]
os.environ |= {
    "FLOWPILOT_ENV_FILE": os.devnull,
    "FLOWPILOT_DEMO": "1",
    "FLOWPILOT_SECRET_KEY": "tests only, never served",
    "FLOWPILOT_DATABASE_URL": os.environ.get("FLOWPILOT_TEST_DATABASE_URL", f"sqlite:///{VAR}/tests.sqlite3"),
    "FLOWPILOT_DRAIN_SECONDS": "1",
}

from flowpilot.settings import *  # noqa: E402, F403
from flowpilot.settings import DATABASES  # noqa: E402

# Kept connections would hold the test database when it is to be dropped.
DATABASES["default"]["CONN_MAX_AGE"] = 0
if "sqlite" in DATABASES["default"]["ENGINE"]:
    # A file, because tests with threads or a served process share it; pytest-django adds each worker's own suffix.
    DATABASES["default"]["TEST"] = {"NAME": os.environ.get("FLOWPILOT_TEST_DB", f"{VAR}/test") + ".sqlite3"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
