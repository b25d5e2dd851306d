"""How far campaigns are, counted from their recipients."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from django.db.models import Count, Q, QuerySet

from nps_project.common.together import ask, list_of
from surveys.models import Campaign, Invitation, InvitationStatus
from surveys.tallying.days.asks.states import ANSWERED, ARRIVED, LEFT, SENT


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


@dataclass(frozen=True, slots=True)
class Briefly:
    """Of the recipients those to whom a mail left (`sent`), and of these those who answered."""

    recipients: int = 0
    sent: int = 0
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


def brief_counts_of(campaigns: Sequence[Campaign]) -> dict[int, Briefly]:
    """What a list tells of each campaign, by its id; one query, which reads nothing but an index of recipients by their
    status, of one campaign after the other."""
    rows = Invitation.objects.order_by()
    by_status = {
        str(campaign.pk): list_of(rows.filter(campaign=campaign).values("status").annotate(n=Count("pk")))
        for campaign in campaigns
    }
    found = {int(pk): {row["status"]: row["n"] for row in counts} for pk, counts in ask(by_status).items()}
    return {
        pk: Briefly(
            recipients=sum(counts.values()),
            sent=sum(counts.get(status, 0) for status in LEFT),
            answered=counts.get(InvitationStatus.ANSWERED, 0),
        )
        for pk, counts in found.items()
    }


def recipients(campaign: Campaign) -> QuerySet[Invitation]:
    """Everybody whom the campaign was to ask, in the order in which they came in."""
    return Invitation.objects.filter(campaign=campaign).select_related("contact").order_by("pk")
