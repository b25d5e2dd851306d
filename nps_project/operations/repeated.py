"""Log a fault that repeats once a minute with a count, so that a full disk or a lost database does not fill the log."""

import logging
import threading
import time
import traceback
from dataclasses import dataclass

WINDOW_S = 60.0
MOST_KINDS = 500  # that are remembered; then it begins anew


@dataclass(slots=True)
class _Seen:
    """One kind of fault since it was last written."""

    at: float
    more: int = 0


class Repeated(logging.Filter):
    """Lets the first of a kind through in each minute, whole, and adds to the next how many came meanwhile.

    Of a kind are records with the same error from the same line of code, or those whose `extra` names the same
    `repeats`. All others are let through.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._kinds: dict[tuple[str, ...], _Seen] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        kind = _kind(record)
        if kind is None:
            return True
        now = time.monotonic()
        with self._lock:
            seen = self._kinds.get(kind)
            if seen is not None and now - seen.at < WINDOW_S:
                seen.more += 1
                return False
            if len(self._kinds) >= MOST_KINDS:
                self._kinds.clear()
            self._kinds[kind] = _Seen(now)
        if seen is not None and seen.more:
            record.msg = f"{record.getMessage()} (and {seen.more} more like it in the last {now - seen.at:.0f} s)"
            record.args = ()
        return True


def _kind(record: logging.LogRecord) -> tuple[str, ...] | None:
    if repeats := getattr(record, "repeats", ""):
        return record.name, str(repeats)
    if not record.exc_info or record.exc_info[1] is None:
        return None
    error = record.exc_info[1]
    last = traceback.extract_tb(error.__traceback__)[-1:]
    place = f"{last[0].filename}:{last[0].lineno}" if last else ""
    return record.name, type(error).__name__, place, str(error)[:200]
