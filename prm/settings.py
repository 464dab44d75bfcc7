"""Settings, all from the environment (docs/operators.md lists the variables).

Without DATABASE_URL the embedded servers' addresses are read from var/services.json, which the
launcher behind `make run` writes.
"""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from kombu import Queue

from prm.file_store import file_store

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("PRM_DEBUG", default=False)
SECRET_KEY = env.str("PRM_SECRET_KEY", default="only-for-debugging" if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("Set PRM_SECRET_KEY: outside debug the product has no default.")
SECRET_KEY_FALLBACKS = env.list("PRM_OLD_SECRET_KEYS", default=[])
# Encrypts account numbers in the database. Set it apart, so that sessions and accounts can be
# rotated one without the other; old keys go on opening what they sealed.
_field_keys = [env.str("PRM_FIELD_KEY", default=""), *env.list("PRM_OLD_FIELD_KEYS", default=[])]
FIELD_KEYS = [*filter(None, _field_keys), SECRET_KEY, *SECRET_KEY_FALLBACKS]
VAR_DIR = Path(env.str("PRM_VAR_DIR", default=str(BASE_DIR / "var")))
# Clicks wait here until they are shipped. A local disk, kept over restarts (docs/operators.md).
SPOOL_DIR = Path(env.str("PRM_SPOOL_DIR", default=str(VAR_DIR / "spool")))
# Of links: the query parameter and cookie that hold the click's token, and the header in which a
# proxy names the visitor's country, CF-IPCountry for example.
CLICK_PARAMETER = env.str("PRM_CLICK_PARAMETER", default="prm_click")
COUNTRY_HEADER = env.str("PRM_COUNTRY_HEADER", default="")
# What is kept of a visitor's address: truncate, hashed or none.
CLICK_ADDRESSES = env.str("PRM_CLICK_ADDRESSES", default="truncate")
if CLICK_ADDRESSES not in ("truncate", "hashed", "none"):
    raise ImproperlyConfigured("PRM_CLICK_ADDRESSES must be truncate, hashed or none.")
CLICK_MONTHS = env.int("PRM_CLICK_MONTHS", default=25)
CLICKS_A_MINUTE = env.int("PRM_CLICKS_A_MINUTE", default=30)
METRICS_TOKEN = env.str("PRM_METRICS_TOKEN", default="")
BASE_URL = env.str("PRM_BASE_URL", default="http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = env.list(
    "PRM_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", urlsplit(BASE_URL).hostname or ""]
)


def _embedded_urls() -> dict[str, str]:
    """What the launcher wrote; nothing where no embedded servers run."""
    written = VAR_DIR / "services.json"
    urls: dict[str, str] = json.loads(written.read_text()) if written.exists() else {}
    return urls


def _service_urls() -> dict[str, str]:
    """Addresses of database and broker: from the environment, else of the embedded servers."""
    names = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")
    found = {name: env.str(name) for name in names if env.str(name, default="")}
    if len(found) < len(names):
        found = {**_embedded_urls(), **found}
    for name in ("DATABASE_URL", "REDIS_URL"):
        if name not in found:
            raise ImproperlyConfigured(f"Set {name}, or start the embedded servers: make run")
    return found


def _database(url: str) -> dict[str, Any]:
    """Django's database settings from a URL; `?host=` names a socket directory."""
    config: dict[str, Any] = {**environ.Env.db_url_config(url)}
    options = {"connect_timeout": 5, "application_name": "prm", **config.get("OPTIONS", {})}
    return {**config, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "OPTIONS": options}


_urls = _service_urls()
REDIS_URL = _urls["REDIS_URL"]
DATABASES = {"default": _database(_urls["DATABASE_URL"])}
if "DATABASE_OWNER_URL" in _urls:
    # Only `migrate --database owner` uses it: the app's role cannot change tables.
    DATABASES["owner"] = _database(_urls["DATABASE_OWNER_URL"])
# Demo people are made only on embedded servers, or where PRM_DEMO says so.
DEMO = env.bool("PRM_DEMO", default=_urls["DATABASE_URL"] == _embedded_urls().get("DATABASE_URL"))
# Where web processes hear of changed links: a direct way, should DATABASE_URL lead to a pooler.
LISTEN_URL = env.str("DATABASE_LISTEN_URL", default="")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "drf_spectacular",
    "rest_framework",
    "prm",
    "sellers",
    "activity",
    "ledger",
    "partners",
    "campaigns",
    "tracking",
    "commissions",
    "payouts",
    "portal",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "prm.limits.BodyLimitMiddleware",
    "sellers.rest.chain.ApiMiddleware",  # the API turns off here: what follows is for pages
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "sellers.middleware.SessionActivityMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "sellers.middleware.ReaderMiddleware",
    "sellers.middleware.SellerScopeMiddleware",
    "portal.presence.PortalDayMiddleware",
    "portal.errors.RefusalMiddleware",
]
ROOT_URLCONF = "prm.urls"
WSGI_APPLICATION = "prm.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "django.template.context_processors.tz",
                "portal.context.shell",
            ],
            "builtins": [
                "portal.templatetags.prm_ui",
                "portal.templatetags.prm_figures",
                "portal.templatetags.prm_states",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# People and sign-in
AUTH_USER_MODEL = "sellers.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "switcher"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_ADAPTER = "sellers.accounts.AccountAdapter"
ACCOUNT_FORMS = {"signup": "sellers.accounts.PersonSignupForm"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "PRM"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG or BASE_URL.startswith("http://")
USERSESSIONS_TRACK_ACTIVITY = True

# Language and time
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("id", _("Indonesian"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

# Files
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "prm.static_finder.NodeModulesFinder",
]
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": file_store(env.str("PRM_FILES", default="")),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
MAX_UPLOAD_BYTES = 50 * 2**20
MAX_API_BODY_BYTES = 5 * 2**20
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_API_BODY_BYTES
FILE_UPLOAD_PERMISSIONS = 0o600

# Safety
_https = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
CSRF_FAILURE_VIEW = "portal.errors.csrf_failure"
TRUSTED_PROXIES = env.int("PRM_TRUSTED_PROXIES", default=0)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Networks that prm/outbound.py may reach beside the public internet, at any port. For the tests,
# which have their servers on this machine; it has no variable, so that nobody opens it by mistake.
OUTBOUND_ALLOWED_TEST_NETS: list[str] = []
# Where the web server of a link domain is asked whether it is ours.
LINK_DOMAIN_ADDRESSES = ["https://{host}", "http://{host}"]

# Mail: to files under var/mail unless a server is named
EMAIL_FILE_PATH = str(VAR_DIR / "mail")
if env.str("EMAIL_URL", default=""):
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
DEFAULT_FROM_EMAIL = env.str("PRM_MAIL_FROM", default="PRM <noreply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 10
# Answers by mail: `reply@in.example.com` and the secret of whoever posts them (docs/operators.md).
INBOUND_MAIL_ADDRESS = env.str("PRM_INBOUND_MAIL_ADDRESS", default="")
INBOUND_MAIL_SECRET = env.str("PRM_INBOUND_MAIL_SECRET", default="")

# Redis: rate limits and nudges only, nothing that must last. A half-open server must not hang us.
_redis_timeouts = {"socket_timeout": 2, "socket_connect_timeout": 2}
CACHES = {
    "default": {
        "BACKEND": "prm.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": _redis_timeouts,
        "KEY_PREFIX": "prm",
    }
}
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {**_redis_timeouts, "visibility_timeout": 3600}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "prm"
BACKGROUND_QUEUE = "prm-background"
# A worker takes from both in turn, so a flood in one does not keep the other waiting.
CELERY_TASK_QUEUES = [Queue(CELERY_TASK_DEFAULT_QUEUE), Queue(BACKGROUND_QUEUE)]
WORK_LEASE_SECONDS = env.float("PRM_LEASE_SECONDS", default=20.0)
CELERY_BEAT_SCHEDULE = {
    "sweep": {
        "task": "activity.sweep",
        "schedule": env.float("PRM_SWEEP_SECONDS", default=5.0),
        "options": {"expires": 10},
    },
    "forget-answers": {
        "task": "sellers.forget_answers",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "months-of-clicks": {
        "task": "tracking.keep_months",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["sellers.rest.authentication.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["sellers.rest.permissions.ScopePermission"],
    "DEFAULT_RENDERER_CLASSES": ["sellers.rest.rendering.QuickJSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["sellers.rest.parsers.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "sellers.rest.pagination.KeyPagination",
    "DEFAULT_THROTTLE_CLASSES": ["sellers.rest.throttling.KeyThrottle"],
    "DEFAULT_THROTTLE_RATES": {"key": env.str("PRM_API_RATE", default="6000/min")},
    "DEFAULT_SCHEMA_CLASS": "sellers.rest.schema.Schema",
    "EXCEPTION_HANDLER": "sellers.rest.problems.handle",
    "UNAUTHENTICATED_USER": None,
    "NUM_PROXIES": TRUSTED_PROXIES,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "PRM API",
    "DESCRIPTION": "Partner management: programs, partners, links, sales, commissions, payouts.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [],
    "OAS_VERSION": "3.1.1",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("PRM_LOG_LEVEL", default="INFO")},
}
