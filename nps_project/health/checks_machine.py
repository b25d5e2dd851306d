"""Checks of the machine: disk, clock, addresses, static files."""

import os
import shutil
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

import redis
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import connection
from django.http.request import validate_host
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from nps_project.health.checks import CheckResult, State
from nps_project.health.checks_servers import store

LITTLE_BYTES, LITTLE_SHARE = 1 << 30, 0.05
CLOCKS_APART_S = 2.0
_ONLY_HERE = ("localhost", "127.0.0.1", "::1", "0.0.0.0", "::")  # noqa: S104  addresses that others cannot call


def disk() -> CheckResult:
    """Whether a file can be written to VAR_DIR, and room is left."""
    place: Path = settings.VAR_DIR
    try:
        with tempfile.NamedTemporaryFile(dir=place) as file:
            file.write(os.urandom(4096))
            file.flush()
    except OSError as error:
        hint = _("Nothing can be written to VAR_DIR, %s. Free some space, or give its owner the right.")
        return CheckResult(State.BROKEN, error.strerror or type(error).__name__, hint % place)
    usage = shutil.disk_usage(place)
    message = _("%(free)s of %(total)s GB free") % {
        "free": number_format(usage.free / 1e9, decimal_pos=1),
        "total": number_format(usage.total / 1e9, decimal_pos=1),
    }
    if usage.free < LITTLE_BYTES or usage.free < LITTLE_SHARE * usage.total:
        return CheckResult(State.LOOK, message, _("Little room is left for VAR_DIR, %s.") % place)
    return CheckResult(State.OK, message)


def clock() -> CheckResult:
    """Whether this machine, the database and the broker agree on the time, from which deadlines count."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
        apart = [abs(time.time() - cursor.fetchone()[0])]
    try:
        with store() as client:
            seconds, microseconds = client.time()
            apart.append(abs(time.time() - seconds - microseconds / 1e6))
    except (redis.RedisError, OSError):
        pass  # the broker has a check of its own
    message = _("%(apart)s s apart, days begin in %(zone)s") % {
        "apart": number_format(max(apart), decimal_pos=1),
        "zone": settings.TIME_ZONE,
    }
    if max(apart) > CLOCKS_APART_S:
        return CheckResult(State.BROKEN, message, _("Let one time server set the clocks of all machines (NTP)."))
    return CheckResult(State.OK, message)


def only_here() -> str:
    """What is to be said where only this machine can open the links that are given out; empty where others can."""
    if (urlsplit(settings.SITE_URL).hostname or "") not in _ONLY_HERE:
        return ""
    return _("Only this machine can open it. Set SITE_URL to the address that customers and colleagues use.")


def addresses() -> CheckResult:
    """Whether links in mails lead here, and over https."""
    site = urlsplit(settings.SITE_URL)
    host = site.hostname or ""
    message = settings.SITE_URL
    if not validate_host(f"[{host}]" if ":" in host else host, settings.ALLOWED_HOSTS):
        return CheckResult(
            State.BROKEN, message, _("ALLOWED_HOSTS leaves out the host of SITE_URL, so every link fails.")
        )
    if hint := only_here():
        return CheckResult(State.LOOK, message, hint)
    if site.scheme != "https":
        return CheckResult(
            State.LOOK, message, _("Without https names and passwords travel in the open. Put a proxy in front.")
        )
    if not settings.TRUSTED_PROXIES:
        hint = _("No proxy is named in TRUSTED_PROXIES, so https cannot be seen and each page asks for it again.")
        return CheckResult(State.BROKEN, message, hint)
    return CheckResult(State.OK, message)


def static_files() -> CheckResult:
    """Whether this version has collected its static files."""
    try:
        staticfiles_storage.url("css/tokens.css")
    except ValueError:
        return CheckResult(
            State.BROKEN, _("not collected"), _("Run manage.py collectstatic, then start the web server anew.")
        )
    return CheckResult(State.OK, _("collected"))
