"""The one settings file. Everything that differs between places comes from the environment or from `.env`."""

from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(env.str("FLOWPILOT_ENV_FILE", default=str(BASE_DIR / ".env")))

# The demo: one machine, SQLite, seeded users with a printed password. Everything else is production.
DEMO = env.bool("FLOWPILOT_DEMO", default=False)
DEBUG = env.bool("FLOWPILOT_DEBUG", default=False)
# The page of every component, /styleguide/, stands where somebody works on the product, and on no server.
STYLEGUIDE = DEMO or DEBUG


def _required(*names: str) -> None:
    """Names every setting that production lacks, at once rather than one a start."""
    missing = [name for name in names if not env.str(name, default="")]
    if missing:
        raise ImproperlyConfigured(
            f"Set {', '.join(missing)} in the environment or in .env. (FLOWPILOT_DEMO=1 runs the demo instead.)"
        )


_required("FLOWPILOT_SECRET_KEY", *([] if DEMO else ["FLOWPILOT_ALLOWED_HOSTS", "FLOWPILOT_DATABASE_URL"]))

SECRET_KEY = env.str("FLOWPILOT_SECRET_KEY")
ALLOWED_HOSTS = env.list("FLOWPILOT_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
# Whose word on a request's origin counts (addresses or networks); nobody else's reaches a page (flowpilot/web/edge.py).
TRUSTED_PROXIES = env.list("FLOWPILOT_TRUSTED_PROXIES", default=[])
CSRF_TRUSTED_ORIGINS = env.list("FLOWPILOT_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "flowpilot.web.apps.FlowPilotAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "flowpilot.web.static.BuiltStaticFiles",
    "csp",
    "django_htmx",
    "template_partials",
    "flowpilot.people",
    "flowpilot.replies",
    "flowpilot.runbooks",
    "script_builder",
    "pilot",
    "axes",
]

MIDDLEWARE = [
    "flowpilot.web.problems.ApiProblems",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Below the static files, which are compressed already. Django adds a random length to its answers and masks the
    # CSRF token anew on each page, so that their length does not tell a secret.
    "django.middleware.gzip.GZipMiddleware",
    "flowpilot.web.middleware.NeverCache",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "flowpilot.people.sessions.SessionLimits",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "flowpilot.people.middleware.PageLimits",
    "flowpilot.web.middleware.HtmxRedirect",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "flowpilot.urls"
ASGI_APPLICATION = "flowpilot.asgi.application"
WSGI_APPLICATION = "flowpilot.wsgi.application"
TEST_RUNNER = "tests.runner.PytestRunner"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["flowpilot.web.tags", "template_partials.templatetags.partials"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "pilot.context.waits",
            ],
        },
    }
]

# ---- Data ---------------------------------------------------------------------------------------

DATABASES = {"default": env.db_url("FLOWPILOT_DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'flowpilot.sqlite3'}")}
# A page thread keeps its connection: a POST on PostgreSQL takes a quarter of the time it takes with a new one.
DATABASES["default"]["CONN_MAX_AGE"] = None
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE takes the write lock when a transaction begins; without it two writers deadlock into errors.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
        " PRAGMA temp_store=MEMORY; PRAGMA mmap_size=134217728",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Scripts hold at most 50 000 code points; four bytes each, form-encoded, still fit.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
REQUEST_BODY_MAX = 3_000_000  # beyond it a body is not even read

# ---- People -------------------------------------------------------------------------------------

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "flowpilot.people.backends.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Guessing: so many wrong passwords for one name from one address, then a pause. Others sign in to it from elsewhere.
AXES_FAILURE_LIMIT = env.int("FLOWPILOT_SIGN_IN_ATTEMPTS", default=8)
AXES_COOLOFF_TIME = timedelta(minutes=env.int("FLOWPILOT_SIGN_IN_PAUSE_MINUTES", default=10))
# And so many from one address, for whatever names; an office behind one address still signs in.
SIGN_IN_ATTEMPTS_PER_ADDRESS = env.int("FLOWPILOT_SIGN_IN_ATTEMPTS_PER_ADDRESS", default=60)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "flowpilot.people.views.too_many"
AXES_CLIENT_IP_CALLABLE = "flowpilot.people.sessions.address_of"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# A session ends so long after it was last used, and in any case so long after it began.
SESSION_COOKIE_AGE = env.int("FLOWPILOT_SESSION_IDLE_HOURS", default=12) * 3600
SESSION_MOST_SECONDS = env.int("FLOWPILOT_SESSION_MOST_DAYS", default=7) * 86_400
LOGIN_URL = "people:sign_in"
LOGIN_REDIRECT_URL = "pilot:sessions"
LOGOUT_REDIRECT_URL = "people:sign_in"
# What one user, and all of an account together, may write through the API in a minute, read there with a token, send
# from pages, and ask of the assistant in an hour.
API_WRITES_PER_MINUTE = env.int("FLOWPILOT_API_WRITES_PER_MINUTE", default=120)
API_ACCOUNT_WRITES_PER_MINUTE = env.int("FLOWPILOT_API_ACCOUNT_WRITES_PER_MINUTE", default=1200)
API_READS_PER_MINUTE = env.int("FLOWPILOT_API_READS_PER_MINUTE", default=600)
API_ACCOUNT_READS_PER_MINUTE = env.int("FLOWPILOT_API_ACCOUNT_READS_PER_MINUTE", default=6000)
PAGE_WRITES_PER_MINUTE = env.int("FLOWPILOT_PAGE_WRITES_PER_MINUTE", default=300)
PAGE_ACCOUNT_WRITES_PER_MINUTE = env.int("FLOWPILOT_PAGE_ACCOUNT_WRITES_PER_MINUTE", default=6000)
REPLIES_PER_HOUR = env.int("FLOWPILOT_REPLIES_PER_HOUR", default=120)
ACCOUNT_REPLIES_PER_HOUR = env.int("FLOWPILOT_ACCOUNT_REPLIES_PER_HOUR", default=1200)

# ---- The assistant ------------------------------------------------------------------------------

ASSISTANT = env.str("FLOWPILOT_ASSISTANT", default="flowpilot.ai.providers.builtin.BuiltInAssistant")
# The two ports through which the ground floors reach what they do not know (docs/glossary.md, "port").
REPLY_KINDS = {"session": "pilot.replies.SessionReplies", "builder": "script_builder.replies.BuilderReplies"}
SCRIPT_BUILDER_HOST = "pilot.host.PilotHost"
# How long a stopping process lets its running replies finish before it marks them interrupted.
DRAIN_SECONDS = env.float("FLOWPILOT_DRAIN_SECONDS", default=60)
# How many replies one process makes at once, and what one reply may at most be; beyond that it has failed.
REPLIES_AT_ONCE = env.int("FLOWPILOT_REPLIES_AT_ONCE", default=100)
REPLY_MAX_CHARACTERS = env.int("FLOWPILOT_REPLY_MAX_CHARACTERS", default=60_000)
REPLY_MAX_SECONDS = env.float("FLOWPILOT_REPLY_MAX_SECONDS", default=300)

# ---- Web ----------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        # The script editor makes its own <style> elements, which carry the page's nonce, and places its lines by style
        # attributes. Its worker is a file of ours.
        "style-src-elem": [SELF, NONCE],
        "style-src-attr": [UNSAFE_INLINE],
        "worker-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# What was just done is told on the next page; a cookie for it would be one more, and without `__Host-`.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True  # pages carry the token themselves; no script reads the cookie
if not DEMO:
    # `__Host-` binds the cookies to this host alone, and to TLS.
    SECURE_SSL_REDIRECT = env.bool("FLOWPILOT_SSL_REDIRECT", default=True)
    SECURE_HSTS_SECONDS = env.int("FLOWPILOT_HSTS_SECONDS", default=31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"

# ---- Language, time, logs -----------------------------------------------------------------------

USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"refusals": {"()": "flowpilot.web.logs.Refusals"}},
    "formatters": {
        "plain": {
            "class": "flowpilot.web.logs.Plain",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["refusals"]}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # axes tells of every sign-in at INFO.
    "loggers": {"django": {"handlers": [], "propagate": True}, "axes": {"level": "WARNING"}},
}
