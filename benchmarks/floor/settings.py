"""A bare Django site. Its own tables live in a schema of their own beside the clinic's."""

import os

import environ
from django.core.management.utils import get_random_secret_key

from benchmarks.floor import SCHEMA

SECRET_KEY = os.environ.get("SECRET_KEY") or get_random_secret_key()
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
ROOT_URLCONF = "benchmarks.floor.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [os.path.join(os.path.dirname(__file__), "templates")],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
            ]
        },
    }
]
# While its tables are made the clinic's are out of sight: both keep a list of migrations under the same name.
_path = SCHEMA if os.environ.get("FLOOR_MIGRATES") else f"{SCHEMA},public"
DATABASES = {"default": {**environ.Env().db_url("FLOOR_DATABASE_URL"), "CONN_MAX_AGE": None}}
DATABASES["default"]["OPTIONS"] = {
    **DATABASES["default"].get("OPTIONS", {}),
    "options": f"-c search_path={_path}",
    "application_name": "zubr-bench",
}
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
