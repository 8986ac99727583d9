"""Settings of the whole system, read from the environment only (see .env.example).

The embedded mode (`make run`) and the container deployment differ in nothing but these variables.
"""

from datetime import time
from pathlib import Path

import environ

from clinic.static_build import mark_of

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = "0.1.0"

env = environ.Env()

VAR_DIR = Path(env.str("ZUBR_VAR", default=str(BASE_DIR / "var")))
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    # Commands that need no secret (checks, message extraction) run without one; nothing is served with it.
    from django.core.management.utils import get_random_secret_key

    SECRET_KEY = get_random_secret_key()
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
DEMO = env.bool("DEMO", default=False)
PDF_ENABLED = env.str("ZUBR_PDF", default="on") != "off"

INSTALLED_APPS = [
    "core",
    "organization",
    "patients",
    "pricelist",
    "schedule",
    "billing",
    "reports",
    "clinic",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "pgtrigger",
    "pghistory",
    "guardian",
    "axes",
    "csp",
    "django_htmx",
    "django_filters",
    "django_tables2",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
]

MIDDLEWARE = [
    "clinic.health.HealthMiddleware",  # first: it answers when what the others need is down
    "clinic.proxy.ClientAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.middleware.PlainTextMiddleware",
    "core.middleware.ModuleStateMiddleware",
    "core.sessions.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "organization.middleware.ActorMiddleware",
    "organization.middleware.IdleLockMiddleware",
    "organization.middleware.DutyMiddleware",
    "core.middleware.AccessMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "clinic.urls"
WSGI_APPLICATION = "clinic.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["core.templatetags.addresses"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "core.context.frame",
                "organization.context.person",
            ],
        },
    },
]

# The owner role migrates; the application role serves. ZUBR_DB_ROLE=owner is set for migrate and demo only.
_database_variable = "DATABASE_OWNER_URL" if env.str("ZUBR_DB_ROLE", default="app") == "owner" else "DATABASE_URL"
DATABASES = {
    "default": {
        **env.db_url(_database_variable, default="postgres:///zubr"),
        "CONN_MAX_AGE": env.int("DATABASE_CONN_MAX_AGE", default=300),
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }
}
DATABASES["default"].setdefault("OPTIONS", {}).update(
    {
        "connect_timeout": 3,
        "application_name": "zubr",
        "prepare_threshold": 2,  # for core.sql alone; behind PgBouncer it needs max_prepared_statements
    }
)
DATABASES["default"]["TEST"] = {"TEMPLATE": "template0", "NAME": env.str("ZUBR_TEST_DB", default="test_zubr")}
APPLICATION_DB_ROLE = env.str("APPLICATION_DB_ROLE", default="zubr_app")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SILENCED_SYSTEM_CHECKS = ["guardian.W001", "fields.W342"]

REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
# Sessions live in PostgreSQL, so that losing Redis logs nobody out.
SESSION_ENGINE = "core.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 14  # a working day with a margin
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.bool("SECURE_COOKIES", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SESSION_COOKIE_SECURE else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 30 if SESSION_COOKIE_SECURE else 0
X_FRAME_OPTIONS = "SAMEORIGIN"  # the print preview is framed by our own page

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'", "'unsafe-inline'"],  # ECharts, Tom Select and Leaflet set inline styles
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'"],
        "frame-src": ["'self'"],
        "frame-ancestors": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
}

AUTH_USER_MODEL = "organization.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "organization.backends.RoleBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "organization.passwords.PasswordAsChosen"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "organization:login"
CSRF_FAILURE_VIEW = "core.error_pages.form_expired"
LOGIN_REDIRECT_URL = "/"
GUARDIAN_MONKEY_PATCH_USER = False
ANONYMOUS_USER_NAME = None
AXES_FAILURE_LIMIT = "organization.security.failure_limit"
AXES_COOLOFF_TIME = "organization.security.cool_off"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "organization.views.locked_out"
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_VERBOSE = False

LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", "Русский"), ("en", "English")]
LOCALE_PATHS = sorted(path for path in (BASE_DIR / "locale").glob("*") if path.is_dir())
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"  # shown in the branch's zone, which the actor middleware activates
USE_THOUSAND_SEPARATOR = False

STATIC_URL = f"/static/{mark_of(BASE_DIR / 'static', version=VERSION)}/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
WHITENOISE_USE_FINDERS = env.bool("WHITENOISE_USE_FINDERS", default=True)
WHITENOISE_MAX_AGE = env.int("WHITENOISE_MAX_AGE", default=0 if DEBUG else 60 * 60 * 24 * 365)
MEDIA_ROOT = VAR_DIR / "files"

# The role that reads everything for backups is known to the worker and to commands, the superuser to `restore` only.
BACKUP_DATABASE_URL = env.str("BACKUP_DATABASE_URL", default="")
DATABASE_ADMIN_URL = env.str("DATABASE_ADMIN_URL", default="")
BACKUP_FOLDER = Path(env.str("BACKUP_FOLDER", default="") or VAR_DIR / "backups")
BACKUP_STATE_FILE = VAR_DIR / "backup_state.json"
_backup_at = env.str("BACKUP_AT", default="03:00")
BACKUP_AT = None if _backup_at == "off" else time.fromisoformat(_backup_at)
BACKUP_KEEP_DAILY = env.int("BACKUP_KEEP_DAILY", default=7)
BACKUP_KEEP_WEEKLY = env.int("BACKUP_KEEP_WEEKLY", default=4)
BACKUP_KEEP_MONTHLY = env.int("BACKUP_KEEP_MONTHLY", default=6)
BACKUP_DRILL_DAYS = env.int("BACKUP_DRILL_DAYS", default=7)
ARCHIVE_FOLDER = env.str("ARCHIVE_FOLDER", default="")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "organization.api_auth.TokenAuthentication",
        "organization.api_auth.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["core.api.ActionAccess"],
    "DEFAULT_PAGINATION_CLASS": "core.api.Pages",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PARSER_CLASSES": ["core.api.SmallJson"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "EXCEPTION_HANDLER": "core.api.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Zubr",
    "DESCRIPTION": "API of a dental clinic's server. Every act obeys the role the session or the token carries.",
    "VERSION": VERSION,
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v[0-9]+",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {"AppointmentStateEnum": "schedule.enums.AppointmentState"},
}

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BEAT_SCHEDULER = "clinic.beat:LivingScheduler"  # the database's schedule, seen by /healthz/
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # Redis may be away for long
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 1, "socket_timeout": 5, "visibility_timeout": 3600}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

DJANGO_TABLES2_TEMPLATE = "core/table.html"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
    "loggers": {"core.chain": {"level": "INFO"}},  # the end of the logs' chain is kept outside the database
}

# History: every change by any path is kept by triggers, with who and why as JSON in the row itself; nothing updates it.
import pghistory  # noqa: E402

PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField()
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(related_name="history")
PGHISTORY_APPEND_ONLY = True
PGHISTORY_DEFAULT_TRACKERS = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
