"""The daily mail of people who chose it, in the morning of their zone; summaries of hours with too many mails."""

from collections import defaultdict
from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from followup.models import DigestItem
from followup.notify.cover import Cover
from followup.notify.mails import ticket_url
from nps_project.accounts.models import TicketMail, User
from nps_project.background import sweep
from nps_project.background.sweep import Sweep
from nps_project.deliveries.queueing import queue_mail

MORNING = time(8)
MOST_LINES = 50


def due_at(person: User, at: datetime) -> datetime:
    """The morning of the person's current day: lines from before it are sent from then on."""
    return datetime.combine(at.astimezone(person.zone).date(), MORNING, tzinfo=person.zone)


def _waiting(at: datetime) -> QuerySet[User]:
    items = DigestItem.objects.filter(person=OuterRef("pk"), sent_at=None, at__lte=at)
    return User.objects.filter(Exists(items)).order_by("pk")


@transaction.atomic
def send(person_id: int, at: datetime) -> bool:
    """Claim the lines that are due for a person, and queue their mail in the same transaction. False when none is due.

    The mail goes to the person; when they are away or have left, to those who stand in for them.
    """
    person = User.objects.get(pk=person_id)
    morning = due_at(person, at)
    due = Q(send_at__lte=at)
    if at >= morning:
        due |= Q(send_at=None, at__lt=morning)
    rows = DigestItem.objects.filter(due, person=person, sent_at=None).order_by("at", "pk")
    claimed = list(rows.select_for_update(skip_locked=True).values_list("pk", flat=True))
    if not claimed:
        return False
    DigestItem.objects.filter(pk__in=claimed).update(sent_at=at)
    cover = Cover(at)
    still_wanted = DigestItem.objects.filter(pk__in=claimed, ticket__discarded_at=None)
    items = still_wanted.select_related("ticket__response__contact", "ticket__team__lead")
    lines: dict[User, list[DigestItem]] = defaultdict(list)
    for item in items.order_by("at", "pk"):
        for reader in cover.answering([person], item.ticket):
            lines[reader].append(item)
    for reader, theirs in lines.items():
        key = f"digest:{person.pk}:{morning.date().isoformat()}:{claimed[0]}"
        _queue(reader, theirs, key if reader == person else f"{key}:{reader.pk}")
    return True


DIGESTS = sweep.add(Sweep("followup.digests", _waiting, send))


def send_due(at: datetime) -> int:
    """Sweep over the people with lines that wait. Returns: the number of people for whom mails were queued."""
    return sweep.run(DIGESTS, at)


def _queue(reader: User, items: list[DigestItem], dedupe_key: str) -> None:
    context: dict[str, Any] = {
        "items": [{"item": item, "url": ticket_url(item.ticket)} for item in items[:MOST_LINES]],
        "count": len(items),
        "more": max(0, len(items) - MOST_LINES),
        "is_daily": reader.mail_about_tickets == TicketMail.DAILY,
    }
    queue_mail(
        template="ticket_digest", to=reader.email, language=reader.language, context=context, dedupe_key=dedupe_key
    )
