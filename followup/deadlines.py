"""Arithmetic of promises and clocks: plain Python, no Django, the time passed in."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

DEFAULT_WARN_SHARE = 0.25  # the warning comes when this share of the time is left

ON_TIME, DUE_SOON, OVERDUE, MET, MISSED = "on_time", "due_soon", "overdue", "met", "missed"
DUE_STATES = (ON_TIME, DUE_SOON, OVERDUE, MET, MISSED)


def deadline(start: datetime, hours: int) -> datetime:
    """`hours` of elapsed time after `start` (aware), in UTC: 24 h is 24 h through a daylight-saving night."""
    return start.astimezone(UTC) + timedelta(hours=hours)  # in a zone, Python would add 24 hours of the clock's hands


def earliest_deadline(events: Iterable[tuple[datetime, int | None]]) -> datetime | None:
    """The earliest of several promises, each (its start, its hours or None); None when none has hours."""
    return min((deadline(start, hours) for start, hours in events if hours is not None), default=None)


def warning_at(start: datetime, due: datetime, warn_share: float = DEFAULT_WARN_SHARE) -> datetime:
    """When a quarter (or `warn_share`, 0 to 1) of the time between start and due is left; `due` when it has passed."""
    due = due.astimezone(UTC)
    return due - max(due - start.astimezone(UTC), timedelta()) * warn_share


def due_state(
    *,
    at: datetime,
    due_at: datetime | None,
    warn_at: datetime | None,
    contacted_at: datetime | None,
    resolved_at: datetime | None,
) -> str | None:
    """The state of a first-contact clock, from stored times alone.

    Returns: met or missed once the customer was contacted or the ticket resolved; else overdue, due_soon or on_time
    at the time `at`; None without a clock. A contact at the very deadline is met, and a clock at it not yet overdue.
    """
    if due_at is None:
        return None
    if contacted_at is not None:
        return MET if contacted_at <= due_at else MISSED
    if resolved_at is not None:
        return MISSED
    if at > due_at:
        return OVERDUE
    return DUE_SOON if warn_at is not None and at >= warn_at else ON_TIME
