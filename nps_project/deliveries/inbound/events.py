"""What became of a mail after it had left, as webhooks and mailboxes tell it.

An event names its mail by `about`, as the delivery does (nps_project/deliveries/models.py). The app that the mail is of
connects to `mail_event`.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.dispatch import Signal

from nps_project.deliveries.inbound.models import TakenEvent
from nps_project.deliveries.refusals import RefusedAs

#: Something became of a mail. Arguments: event. Receivers work inside the transaction that takes the event; when
#: one raises, the event is not taken, and its source tells it again.
mail_event = Signal()


class Outcome(StrEnum):
    """What became of a mail."""

    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"


@dataclass(frozen=True, slots=True)
class MailEvent:
    """One event. `refused_as`: the kind of a bounce; `at`: when it happened, as far as that is known."""

    outcome: Outcome
    about: str
    at: datetime
    refused_as: RefusedAs | None = None


@transaction.atomic
def take(event: MailEvent, *parts: str) -> bool:
    """Tell the receivers of an event, once; False when it was told before. `parts`: what its key is made of.

    Of a delivery, of which there are many and a second one changes nothing, no note is kept.
    """
    if event.outcome != Outcome.DELIVERED:
        digest = hashlib.sha256("\0".join([event.outcome, event.about, *parts]).encode()).hexdigest()
        _row, is_first = TakenEvent.objects.get_or_create(digest=digest)
        if not is_first:
            return False
    mail_event.send(MailEvent, event=event)
    return True
