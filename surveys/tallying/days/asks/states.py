"""Which invitations are asks, when each was, and how far it came: as conditions, for figures and for counted days."""

from django.db.models import Q
from django.db.models.functions import Coalesce

from surveys.models import InvitationChannel, InvitationStatus, ResponseState
from surveys.models.invitation import COUNT_AS_ASKED

# When a customer was asked: when their mail left, else when they were called, else when their link was made.
# An index of invitations has this, of the states below.
ASKED_WHEN_FIELDS = ("sent_at", "asked_at", "created_at")
ASKED_WHEN = Coalesce(*ASKED_WHEN_FIELDS)
LEFT = (
    InvitationStatus.SENT, InvitationStatus.DELIVERED, InvitationStatus.BOUNCED, InvitationStatus.ANSWERED,
)  # fmt: skip
SENT = Q(status__in=LEFT)
ARRIVED = SENT & (Q(status=InvitationStatus.DELIVERED) | Q(delivered_at__isnull=False))
ANSWERED = Q(status=InvitationStatus.ANSWERED)
# Mails count as a campaign's page counts them; of a link that was handed over nobody knows whether it arrived.
MAILED = Q(channel=InvitationChannel.EMAIL) & SENT
DELIVERED = Q(channel=InvitationChannel.EMAIL) & ARRIVED
HANDED_OVER = Q(
    channel__in=(InvitationChannel.LINK, InvitationChannel.PHONE),
    status__in=(InvitationStatus.CREATED, InvitationStatus.ANSWERED),
)
ASKED = Q(MAILED | HANDED_OVER, status__in=COUNT_AS_ASKED)
COMMENTED = ANSWERED & Q(response__state=ResponseState.CONFIRMED, response__comment__gt="")
STEPS = {"mailed": MAILED, "delivered": DELIVERED, "answered": ANSWERED, "commented": COMMENTED}  # of those asked
