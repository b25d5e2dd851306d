"""The company's time zone where TIME_ZONE does not give it: chosen in the browser, and kept in VAR_DIR.

Each process takes a zone that was chosen since over before its next request or task, so nothing has to start again.
"""

import os
import threading
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from nps_project.common.zones import zone_names

FILE = "time-zone"
_seen = 0  # when the file was written that this process took over, in ns


def kept_in(var_dir: Path) -> str:
    """The zone that was chosen; empty when none was."""
    try:
        zone = (var_dir / FILE).read_text().strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return zone if zone in zone_names() else ""


def choose(zone: str) -> None:
    """Keep a zone for every process, and take it over in this one. Raises: ValueError for an unknown zone."""
    if zone not in zone_names():
        raise ValueError(f"zone is {zone!r}; allowed: a zone of the tz database, such as Europe/Copenhagen")
    new = settings.VAR_DIR / f"{FILE}.{os.getpid()}.{threading.get_ident()}"
    new.write_text(f"{zone}\n")
    new.replace(settings.VAR_DIR / FILE)
    take_over()


def take_over(**_kwargs: Any) -> None:
    """Take over a zone that was chosen since; called before each request and task. It costs a look at a file's time."""
    global _seen
    if settings.TIME_ZONE_IS_GIVEN:
        return
    try:
        written = os.stat(settings.VAR_DIR / FILE).st_mtime_ns
    except OSError:
        return
    if written == _seen:
        return
    _seen = written
    zone = kept_in(settings.VAR_DIR)
    if zone and zone != settings.TIME_ZONE:
        settings.TIME_ZONE = zone
        remembered: Any = timezone.get_default_timezone  # the stubs do not know its cache
        remembered.cache_clear()
        os.environ["TZ"] = zone
        time.tzset()
