"""The daily mail of those who chose it: what waited for them, once, in the morning of their own zone."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from followup.models import DigestItem
from followup.services.notices import ticket_url
from nps_project.accounts.models import User
from nps_project.background import sweep
from nps_project.background.sweep import Sweep
from nps_project.deliveries.queueing import queue_mail

MORNING = time(8)
MOST_LINES = 50


def due_at(person: User, at: datetime) -> datetime:
    """The morning of the person's day: what waited before it goes out from then on."""
    zone = ZoneInfo(person.time_zone or settings.TIME_ZONE)
    return datetime.combine(at.astimezone(zone).date(), MORNING, tzinfo=zone)


def _waiting(at: datetime) -> QuerySet[User]:
    items = DigestItem.objects.filter(person=OuterRef("pk"), sent_at=None, at__lte=at)
    return User.objects.filter(Exists(items)).order_by("pk")


@transaction.atomic
def send(person_id: int, at: datetime) -> bool:
    """Claim what waited until this person's morning, and queue its mail in the same transaction."""
    person = User.objects.get(pk=person_id)
    morning = due_at(person, at)
    if at < morning:
        return False
    rows = DigestItem.objects.filter(person=person, sent_at=None, at__lt=morning).order_by("at", "pk")
    claimed = list(rows.select_for_update(skip_locked=True).values_list("pk", flat=True))
    if not claimed:
        return False
    DigestItem.objects.filter(pk__in=claimed).update(sent_at=at)
    if person.is_active:
        _queue(person, claimed, morning)
    return True


DIGESTS = sweep.add(Sweep("followup.digests", _waiting, send))


def send_due(at: datetime) -> int:
    """One sweep over the people for whom something waits. Returns: how many mails were queued."""
    return sweep.run(DIGESTS, at)


def _queue(person: User, ids: list[int], morning: datetime) -> None:
    items = DigestItem.objects.filter(pk__in=ids).select_related("ticket__response__contact").order_by("at", "pk")
    context: dict[str, Any] = {
        "items": [{"item": item, "url": ticket_url(item.ticket)} for item in items[:MOST_LINES]],
        "count": len(ids),
        "more": max(0, len(ids) - MOST_LINES),
    }
    queue_mail(
        template="ticket_digest",
        to=person.email,
        language=person.language,
        context=context,
        dedupe_key=f"digest:{person.pk}:{morning.date().isoformat()}:{ids[0]}",
    )
