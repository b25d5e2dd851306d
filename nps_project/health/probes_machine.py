"""Disk, clock, addresses, static files: what surrounds the programs."""

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
from django.utils.translation import gettext as _

from nps_project.health.checks import Finding, State
from nps_project.health.probes_servers import store

LITTLE_BYTES, LITTLE_SHARE = 1 << 30, 0.05
CLOCKS_APART_S = 2.0
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def disk() -> Finding:
    """VAR_DIR takes a file, and has room."""
    place: Path = settings.VAR_DIR
    try:
        with tempfile.NamedTemporaryFile(dir=place) as probe:
            probe.write(os.urandom(4096))
            probe.flush()
    except OSError as error:
        advice = _("Nothing can be written to VAR_DIR, %s. Free some space, or give its owner the right.")
        return Finding(State.BROKEN, error.strerror or type(error).__name__, advice % place)
    usage = shutil.disk_usage(place)
    says = _("%(free).1f of %(total).1f GB free") % {"free": usage.free / 1e9, "total": usage.total / 1e9}
    if usage.free < LITTLE_BYTES or usage.free < LITTLE_SHARE * usage.total:
        return Finding(State.LOOK, says, _("Little room is left for VAR_DIR, %s.") % place)
    return Finding(State.OK, says)


def clock() -> Finding:
    """This machine, the database and the broker agree on the time: deadlines count from it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
        apart = [abs(time.time() - cursor.fetchone()[0])]
    try:
        with store() as client:
            seconds, microseconds = client.time()
            apart.append(abs(time.time() - seconds - microseconds / 1e6))
    except (redis.RedisError, OSError):
        pass  # told by the broker's own line
    says = _("%(apart).1f s apart, days begin in %(zone)s") % {"apart": max(apart), "zone": settings.TIME_ZONE}
    if max(apart) > CLOCKS_APART_S:
        return Finding(State.BROKEN, says, _("Let one time server set the clocks of all machines (NTP)."))
    return Finding(State.OK, says)


def addresses() -> Finding:
    """The links in mails lead here, safely."""
    site = urlsplit(settings.SITE_URL)
    host = site.hostname or ""
    says = settings.SITE_URL
    if not validate_host(f"[{host}]" if ":" in host else host, settings.ALLOWED_HOSTS):
        return Finding(State.BROKEN, says, _("ALLOWED_HOSTS leaves out the host of SITE_URL, so every link fails."))
    if host in _LOOPBACK:
        advice = _("Only this machine can open it. Set SITE_URL to the address that customers and colleagues use.")
        return Finding(State.LOOK, says, advice)
    if site.scheme != "https":
        return Finding(
            State.LOOK, says, _("Without https names and passwords travel in the open. Put a proxy in front.")
        )
    if not settings.TRUSTED_PROXIES:
        advice = _("No proxy is named in TRUSTED_PROXIES, so https cannot be seen and each page asks for it again.")
        return Finding(State.BROKEN, says, advice)
    return Finding(State.OK, says)


def static_files() -> Finding:
    """They were collected by this version."""
    try:
        staticfiles_storage.url("css/tokens.css")
    except ValueError:
        return Finding(
            State.BROKEN, _("not collected"), _("Run manage.py collectstatic, then start the web server anew.")
        )
    return Finding(State.OK, _("collected"))
