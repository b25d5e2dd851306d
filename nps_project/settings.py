"""Django's settings, all from the environment; every variable is optional for `make run`."""

import ipaddress
import re
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

import environ
from kombu import Exchange, Queue

from nps_project import embedded, env
from nps_project.api import enums
from nps_project.background import queues
from nps_project.common import company_zone
from nps_project.deliveries import mail_services
from nps_project.deliveries.inbound import mailbox_urls
from nps_project.operations.secret_key import read_or_make_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = env.directory("VAR_DIR", BASE_DIR / "var")

HOST = env.text("HOST", "127.0.0.1")
PORT = env.integer("PORT", 8000, 1, 65535)
SITE_URL = env.site("SITE_URL", f"http://{f'[{HOST}]' if ':' in HOST else HOST}:{PORT}")
DEBUG = env.boolean("DEBUG", False)
SECRET_KEY = env.text("SECRET_KEY") or read_or_make_secret_key(VAR_DIR)
LOG_FORMAT = env.choice("LOG_FORMAT", "console", ("console", "json"))
ANSWERS_PER_MINUTE = env.integer("ANSWERS_PER_MINUTE", 600, 0, 1_000_000)
_site = urlsplit(SITE_URL).netloc.removesuffix(f":{urlsplit(SITE_URL).port}")
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS") or sorted({"localhost", "127.0.0.1", "[::1]", HOST, _site})
TRUSTED_PROXIES = []
for _network in env.words("TRUSTED_PROXIES"):
    try:
        TRUSTED_PROXIES.append(ipaddress.ip_network(_network, strict=False))
    except ValueError:
        env.refuse("TRUSTED_PROXIES", _network, "addresses or networks such as 10.0.0.0/8, separated by commas")

INSTALLED_APPS = [
    "nps_project",
    "nps_project.health",
    "nps_project.background",
    "nps_project.web",
    "nps_project.deliveries",
    "nps_project.deliveries.sender",
    "nps_project.deliveries.inbound",
    "nps_project.accounts",
    "nps_project.api",
    "nps_project.system",
    "nps_project.guide",
    "nps_project.privacy",
    "surveys.campaigns",
    "surveys.campaigns.first_steps",
    "surveys",
    "surveys.branding",
    "surveys.contacts.imports",
    "surveys.scanners",
    "surveys.tallying",
    "surveys.privacy",
    "followup",
    "followup.playbooks.trials",
    "followup.conversations",
    "followup.conversations.case",
    "followup.conversations.slots",
    "followup.insights",
    "followup.insights.improvements",
    "followup.insights.events",
    "followup.insights.kept",
    "followup.insights.praise",
    "followup.insights.risk",
    "followup.insights.weekly",
    "followup.insights.wall",
    "followup.insights.reports",
    "followup.insights.silence",
    "followup.insights.words",
    "followup.insights.themes",
    "followup.privacy",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",  # allauth.mfa needs it; none of their pages is served
    "allauth.mfa",
    "auditlog",
    "csp",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
]

MIDDLEWARE = [
    "nps_project.web.customer_pipeline.CustomerPipelineMiddleware",
    "nps_project.web.proxies.TrustedProxyMiddleware",
    "nps_project.web.request_ids.RequestIdMiddleware",
    "nps_project.health.middleware.AnyHostMiddleware",
    "nps_project.web.redirects.KeepMethodMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "nps_project.web.headers.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "nps_project.accounts.signin.middleware.StaffPreferencesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "auditlog.middleware.AuditlogMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "nps_project.web.kept_forms.middleware.KeptFormsMiddleware",
    "nps_project.web.just_written.JustWrittenMiddleware",
    "nps_project.error_pages.NotAllowedMiddleware",
]
CUSTOMER_MIDDLEWARE = [
    "nps_project.web.proxies.TrustedProxyMiddleware",
    "nps_project.web.request_ids.RequestIdMiddleware",
    "nps_project.web.redirects.KeepMethodMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "nps_project.web.headers.HeadersMiddleware",
    "nps_project.web.customer_pipeline.CustomerPageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "nps_project.error_pages.NotAllowedMiddleware",
]

ROOT_URLCONF = "nps_project.urls"
WSGI_APPLICATION = "nps_project.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["nps_project.web.compact_templates.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# Databases and broker: one dialect each, embedded in VAR_DIR unless an address is given.
_embedded = embedded.addresses(VAR_DIR)
DATABASE_IS_EMBEDDED = not env.text("DATABASE_URL")
REDIS_IS_EMBEDDED = not env.text("REDIS_URL")
_allowed = "postgresql://user:password@host:5432/name"
DATABASE_IS_POOLED = env.choice("DATABASE_POOLER", "none", ("none", "transaction")) == "transaction"


def _database(name: str, parts: SplitResult | None, otherwise: str = "") -> dict[str, Any]:
    """The database of an address; nothing without one."""
    if parts is None:
        return {}
    try:
        found: dict[str, Any] = dict(environ.Env.db_url_config(env.text(name, otherwise)))
    except (ValueError, environ.ImproperlyConfigured):
        env.refuse(name, "…", _allowed)
    if not (found["NAME"] or "service" in found.get("OPTIONS", {})):
        env.refuse(name, "…", _allowed)
    found["USER"], found["PASSWORD"] = env.credentials(parts)
    kept = {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True, "DISABLE_SERVER_SIDE_CURSORS": DATABASE_IS_POOLED}
    return found | kept


_schemes = ("postgres", "postgresql")
_parts = env.server("DATABASE_URL", _schemes, _allowed, _embedded.database_url)
DATABASES = {"default": _database("DATABASE_URL", _parts, _embedded.database_url)}
# Not one of DATABASES: it stands for the default one while figures are read (nps_project/common/replica.py).
DATABASE_REPLICA = _database("DATABASE_REPLICA_URL", env.server("DATABASE_REPLICA_URL", _schemes, _allowed))
DATABASE_REPLICA_SECONDS = env.integer("DATABASE_REPLICA_SECONDS", 10, 1, 3600)
FIGURES_KEPT_FROM_MS = env.integer("FIGURES_KEPT_FROM_MS", 100, 0, 600_000)
if DATABASE_REPLICA:  # one that is gone is noticed soon
    _options = {"connect_timeout": 2, "tcp_user_timeout": 5000}
    DATABASE_REPLICA["OPTIONS"] = _options | DATABASE_REPLICA.get("OPTIONS", {})
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
_allowed = "redis://host:6379/0, with a password redis://:password@host:6379/0, or unix:///path/of/the/socket?db=0"
_parts = env.server("REDIS_URL", ("redis", "rediss", "unix"), _allowed, _embedded.redis_url)
if not _parts or (not _parts.path if _parts.scheme == "unix" else
                  not (_parts.hostname and re.fullmatch(r"(/\d*)?", _parts.path))):  # fmt: skip
    env.refuse("REDIS_URL", "…", _allowed)
REDIS_URL = env.text("REDIS_URL", _embedded.redis_url)
REDIS_TIMEOUT_S = 0.05  # what a customer's page may wait for a store that is gone

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# Celery: a message names a row that waits; the database is the queue of record.
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=", 1)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_interval": 1,
    "socket_connect_timeout": 2,
    "socket_keepalive": not REDIS_URL.startswith("unix:"),
    "max_retries": 1,
    "queue_order_strategy": "priority",  # in the order of CELERY_TASK_QUEUES
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_QUEUES = [Queue(name, Exchange(name), routing_key=name) for name in queues.QUEUES]
CELERY_TASK_DEFAULT_QUEUE = queues.URGENT
CELERY_TASK_ROUTES = [queues.route]
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TIMEZONE = "UTC"

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_ADAPTER = "nps_project.accounts.signin.second_factor.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/login/"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("nl", "Nederlands"), ("da", "Dansk")]
FORMAT_MODULE_PATH = ["nps_project.formats"]
TIME_ZONE = env.time_zone("TIME_ZONE", company_zone.kept_in(VAR_DIR) or "UTC")
TIME_ZONE_IS_GIVEN = bool(env.text("TIME_ZONE"))  # else an admin may choose it in the browser
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "nps_project.web.static_files.ServedApps",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "nps_project.web.static_files.HashedStaticFiles"},
}
MEDIA_ROOT = VAR_DIR / "media"

# Security: the scheme of SITE_URL decides what only works over TLS.
_https = SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT = _https
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
_hsts = env.choice("HSTS", "host", ("host", "subdomains", "preload"))
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https and _hsts != "host"
SECURE_HSTS_PRELOAD = _https and _hsts == "preload"
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # the other names of that domain are not ours to bind
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_REFERRER_POLICY = "same-origin"
SESSION_ENGINE = "nps_project.accounts.signin.sessions"
SESSION_COOKIE_SECURE = _https
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_SECURE = _https
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "nps_project.error_pages.csrf_failure"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 262_144
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
FILE_UPLOAD_HANDLERS = ["nps_project.web.uploads.Files"]

# Mail: without EMAIL_URL every mail is stored and readable at /desk/outbox/. smtps speaks TLS from the first byte on,
# smtp+tls after STARTTLS. A mail service is spoken to by its API, through django-anymail.
MAIL_PORTS = {"smtp": 25, "smtps": 465, "smtp+tls": 587, "smtp+ssl": 465}
_allowed = "smtp+tls://user:password@host:587, smtps://user:password@host:465 or smtp://host:25"
EMAIL_SERVICE = mail_services.named_in(env.text("EMAIL_URL"))
EMAIL_TIMEOUT = 20
MAIL_CONNECTIONS = env.integer("MAIL_CONNECTIONS", 4, 1, 20)  # at once, for mails to customers
ANYMAIL: dict[str, Any] = {"REQUESTS_TIMEOUT": EMAIL_TIMEOUT}
_parts = None if EMAIL_SERVICE else env.server("EMAIL_URL", tuple(MAIL_PORTS), _allowed)
MAIL_IS_STORED_ONLY = _parts is None and not EMAIL_SERVICE
if EMAIL_SERVICE:
    EMAIL_BACKEND = f"anymail.backends.{EMAIL_SERVICE}.EmailBackend"
    try:
        ANYMAIL |= mail_services.anymail_settings(env.text("EMAIL_URL"))
    except ValueError:
        env.refuse("EMAIL_URL", f"{EMAIL_SERVICE}://…", mail_services.ALLOWED)
if _parts:
    if not _parts.hostname or _parts.path not in ("", "/") or _parts.query:
        env.refuse("EMAIL_URL", f"{_parts.scheme}://…", _allowed)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _parts.hostname, _parts.port or MAIL_PORTS[_parts.scheme]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = env.credentials(_parts)
    EMAIL_USE_TLS = _parts.scheme == "smtp+tls"
    EMAIL_USE_SSL = _parts.scheme in ("smtps", "smtp+ssl")
DEFAULT_FROM_IS_SET = bool(env.text("DEFAULT_FROM_EMAIL"))
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", f"Winback <winback@{urlsplit(SITE_URL).hostname}>")

# Where mails to customers come back to: bounce+<token>@... is their envelope sender. Unset, to DEFAULT_FROM_EMAIL.
BOUNCE_ADDRESS = env.plus_address("BOUNCE_ADDRESS", 42)
# Where customers answer a person's mail: care+<token>@... is its Reply-To. Unset, the ticket's owner's own address.
REPLY_ADDRESS = env.plus_address("REPLY_ADDRESS", 42)

# What comes back: the mailboxes that are read for bounces and replies.
MAILBOXES = []
for _parts in env.servers("MAILBOX_URL", tuple(mailbox_urls.PORTS), mailbox_urls.ALLOWED):
    try:
        MAILBOXES.append(mailbox_urls.mailbox_of(_parts))
    except ValueError:
        env.refuse("MAILBOX_URL", f"{_parts.scheme}://…", mailbox_urls.ALLOWED)

# The mail server whose word about senders is believed: the name with which its Authentication-Results begin.
MAIL_AUTH_SERVER = env.text("MAIL_AUTH_SERVER")
if MAIL_AUTH_SERVER and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}", MAIL_AUTH_SERVER):
    env.refuse("MAIL_AUTH_SERVER", MAIL_AUTH_SERVER, "the name of one mail server, such as mx.example.com")

# The webhooks of mail services at /mail/<service>/tracking/, which exist with a secret alone.
MAIL_WEBHOOK_SECRET = env.text("MAIL_WEBHOOK_SECRET")
if MAIL_WEBHOOK_SECRET and not re.fullmatch(r"[!-9;-~]+:[!-~]{16,}", MAIL_WEBHOOK_SECRET):
    env.refuse(
        "MAIL_WEBHOOK_SECRET", "…", "user:password, the password of 16 characters or more, in ASCII without spaces"
    )

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["nps_project.api.authentication.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["nps_project.api.permissions.ScopePermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["nps_project.api.parsers.StrictJsonParser"],
    "DEFAULT_PAGINATION_CLASS": "nps_project.api.pagination.BirthCursorPagination",
    "DEFAULT_FILTER_BACKENDS": ["nps_project.api.filters.StrictFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "nps_project.api.schema.ApiSchema",
    "EXCEPTION_HANDLER": "nps_project.api.errors.problem_response",
    "UNAUTHENTICATED_USER": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
API_REQUESTS_PER_MINUTE = 600  # of one key; 0: no limit
SPECTACULAR_SETTINGS = {
    "TITLE": "Winback API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "nps_project.api.schema.add_problems",
    ],
    "ENUM_NAME_OVERRIDES": enums.NAMES,
}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "console": {
            "()": "nps_project.operations.logs.ConsoleFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        },
        "json": {"()": "nps_project.operations.logs.JsonFormatter"},
    },
    "filters": {"repeated": {"()": "nps_project.operations.repeated.Repeated"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["repeated"]}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.server": {"level": "WARNING"},
        "django.security.RequestDataTooBig": {"level": "CRITICAL"},  # anybody can send one; they get a 413
        "django.security.DisallowedHost": {"level": "CRITICAL"},  # scanners try names all day; they get a 400
        "celery": {"level": "WARNING"},
        "kombu": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},  # each step of a page
        "fontTools": {"level": "ERROR"},
        "uvicorn": {"level": "ERROR"},  # what is no request gets a 400
    },
}
