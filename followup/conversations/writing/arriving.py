"""A mail that left and did not come back in ARRIVED_AFTER has arrived, where somebody would have seen it come back.

Without a mailbox that is read, or a service that tells, nobody would: then it stays sent.
"""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from followup.conversations.models import Direction, Message, MessageStatus
from nps_project.background import sweep
from nps_project.background.sweep import Sweep
from nps_project.deliveries.inbound.sources import are_bounces_read

ARRIVED_AFTER = timedelta(hours=72)


def _due(at: datetime) -> QuerySet[Message]:
    rows = Message.objects.filter(direction=Direction.OUT, status=MessageStatus.SENT)
    if not are_bounces_read(at):
        return rows.none()
    return rows.filter(sent_at__lte=at - ARRIVED_AFTER).order_by("sent_at", "pk")


def mark(message_id: int, at: datetime) -> bool:
    """Mark one mail delivered; False when it is not sent any more, or not for long enough."""
    return bool(_due(at).order_by().filter(pk=message_id).update(status=MessageStatus.DELIVERED))


MARK = sweep.add(Sweep("conversations.mark_arrived", _due, mark))


def mark_arrived(at: datetime) -> int:
    """One sweep, each hour: it looks through all messages. Returns: how many have arrived."""
    return sweep.run(MARK, at)
