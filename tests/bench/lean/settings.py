"""As little as Django runs with; database and connections are the product's."""

import os

import environ

SECRET_KEY = os.environ["SECRET_KEY"]
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS: list[str] = []
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "tests.bench.lean.views"
WSGI_APPLICATION = "tests.bench.lean.wsgi.application"
DATABASES = {
    "default": environ.Env.db_url_config(os.environ["DATABASE_URL"])
    | {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": False}
}
USE_TZ = True
TRUSTED_PROXIES: list[str] = []  # the web server asks
