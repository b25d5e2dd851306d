"""What cannot be true of a customer, for the form and the API alike. Pure: no database and no clock.

What is stored already stays allowed, so that a contact with it can be changed otherwise.
"""

from datetime import datetime

MOST_DAYS = 3650


def may_wish(days: int | None, stored: int | None) -> bool:
    """Whether a customer can wish to be asked at most every so many days: 1 to MOST_DAYS, or the company's own rule."""
    return days is None or days == stored or 1 <= days <= MOST_DAYS


def may_have_left(at: datetime | None, stored: datetime | None, now: datetime) -> bool:
    """Whether a customer can have left at this time: not at one to come."""
    return at is None or at == stored or at <= now
