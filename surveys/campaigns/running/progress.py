"""How far campaigns are, counted from their recipients."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from django.db.models import Count, Q, QuerySet

from surveys.models import Campaign, Invitation, InvitationStatus
from surveys.tallying.days.asks.states import ANSWERED, ARRIVED, SENT


@dataclass(frozen=True, slots=True)
class Counts:
    """recipients = waiting + held + skipped + unknown + sent; the last four are of those sent."""

    recipients: int = 0
    waiting: int = 0
    held: int = 0
    skipped: int = 0
    unknown: int = 0
    sent: int = 0
    delivered: int = 0
    bounced: int = 0
    complained: int = 0
    answered: int = 0


COUNTED = {
    "recipients": Q(),
    "waiting": Q(status__in=(InvitationStatus.WAITING, InvitationStatus.CREATED)),
    "held": Q(status=InvitationStatus.HELD),
    "skipped": Q(status__in=(InvitationStatus.SKIPPED, InvitationStatus.REVOKED)),
    "unknown": Q(status=InvitationStatus.UNKNOWN),
    "sent": SENT,
    "delivered": ARRIVED,
    "bounced": Q(status=InvitationStatus.BOUNCED),
    "complained": SENT & Q(complained_at__isnull=False),
    "answered": ANSWERED,
}


def counts_of(campaigns: Sequence[Campaign]) -> dict[int, Counts]:
    """The counts of each campaign, by its id; one query."""
    if not campaigns:
        return {}
    rows = Invitation.objects.filter(campaign__in=[campaign.pk for campaign in campaigns]).order_by()
    counted = {f"n_{name}": Count("pk", filter=condition) for name, condition in COUNTED.items()}
    found = {
        row["campaign"]: Counts(**{field.name: row[f"n_{field.name}"] for field in fields(Counts)})
        for row in rows.values("campaign").annotate(**counted)
    }
    return {campaign.pk: found.get(campaign.pk, Counts()) for campaign in campaigns}


def recipients(campaign: Campaign) -> QuerySet[Invitation]:
    """Everybody whom the campaign was to ask, in the order in which they came in."""
    return Invitation.objects.filter(campaign=campaign).select_related("contact").order_by("pk")
