"""Mails of the mailboxes that are left to a person, until somebody ticks them off. In the mailbox they stay unread."""

from datetime import datetime

from django.db.models import QuerySet

from nps_project.deliveries.inbound.models import InboundMail


def left_to_a_person() -> QuerySet[InboundMail]:
    """Those that nobody has ticked off, the newest first."""
    rows = InboundMail.objects.exclude(left_for="").filter(seen_at=None)
    return rows.select_related("source").order_by("-read_at", "-pk")


def tick_off(at: datetime, first: int, last: int) -> int:
    """Take the mails from one id to another off the list. Returns: how many."""
    return left_to_a_person().order_by().filter(pk__range=(first, last)).update(seen_at=at)
