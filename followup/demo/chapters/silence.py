"""Lets some customers of the sample shop fall silent: they answered, were asked again by mail, and never said more."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from followup.insights.risk import looking
from surveys.models import Contact, Invitation, InvitationChannel, InvitationStatus, Survey

_ASKED = (104, 61, 27)  # days ago
_ONE_IN = 6  # of those who answered long enough ago
_MOST = 40


def fall_silent(survey: Survey, contacts: Mapping[int, Contact], now: datetime) -> int:
    """Ask them in vain, then look for all who are at risk. Returns: how many fell silent."""
    first = now - timedelta(days=_ASKED[0])
    quiet = [
        contact for number, contact in sorted(contacts.items())
        if number % _ONE_IN == 1 and contact.last_answered_at is not None and contact.last_answered_at < first
        and not (contact.do_not_contact or contact.unsubscribed_at or contact.bounced_at)
    ][:_MOST]  # fmt: skip
    asked = [
        Invitation(
            survey=survey, contact=contact, channel=InvitationChannel.EMAIL, status=InvitationStatus.DELIVERED,
            created_at=at, asked_at=at, sent_at=at, delivered_at=at + timedelta(minutes=1),
            address=contact.email or "", language=contact.language, time_zone=contact.time_zone,
        )
        for contact in quiet for at in (now - timedelta(days=days, minutes=contact.pk % 300) for days in _ASKED)
    ]  # fmt: skip
    Invitation.objects.bulk_create(asked, batch_size=500)
    for contact in quiet:
        contact.last_asked_at = now - timedelta(days=_ASKED[-1])
    Contact.objects.bulk_update(quiet, ["last_asked_at"], batch_size=500)
    looking.look(now)
    return len(quiet)
