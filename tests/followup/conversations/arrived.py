"""Mails that left three days ago and did not come back, for the tests of all sweeps."""

from datetime import datetime, timedelta

from django.utils import timezone

from followup.conversations.models import Message
from nps_project.deliveries.inbound import sources
from tests.factories import make_survey, make_ticket


def to_have_arrived() -> tuple[list[int], datetime]:
    ticket, at = make_ticket(make_survey(), 2), timezone.now()
    sources.heard("postmark", at)
    sent = {"ticket": ticket, "direction": "out", "status": "sent", "sent_at": at - timedelta(days=3)}
    return [Message.objects.create(**sent).pk for _number in range(3)], at + timedelta(seconds=10)


def has_arrived(message_id: int) -> bool:
    return Message.objects.filter(pk=message_id, status="delivered").exists()
