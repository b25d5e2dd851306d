"""The state of a clock at a time: plain Python, no Django, the time passed in. Deadlines come from clocks.targets."""

from datetime import datetime

ON_TIME, DUE_SOON, OVERDUE, MET, MISSED = "on_time", "due_soon", "overdue", "met", "missed"
DUE_STATES = (ON_TIME, DUE_SOON, OVERDUE, MET, MISSED)


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
