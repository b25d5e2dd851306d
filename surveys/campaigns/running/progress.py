"""How far campaigns are, counted from their recipients."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

from django.db.models import Count, Q, QuerySet, Sum

from nps_project.common.together import Question, ask, list_of
from surveys.models import Campaign, Invitation, InvitationStatus, Survey
from surveys.tallying.days.asks.counting import ALL
from surveys.tallying.days.asks.reading import days_of
from surveys.tallying.days.asks.states import ANSWERED, ARRIVED, ASKED_WHEN, LEFT, SENT


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


NOT_LEFT = [status for status in InvitationStatus.values if status not in LEFT]


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
    """What a list tells of each campaign, by its id; at most two queries.

    To whom a mail left, and who answered, comes from the counted days of asks, and from the asks of the other days; the
    rest of the recipients from an index of them by their status, of one campaign after the other.
    """
    ids = [campaign.pk for campaign in campaigns]
    days = days_of(ALL, date.min, date.max) if ids else None
    rows, left = Invitation.objects.order_by(), Q(status__in=LEFT)
    asked: dict[str, Question] = {}
    if days is not None:
        surveys = Survey.objects.filter(pk__in={campaign.survey_id for campaign in campaigns})
        kept = days.kept(surveys).filter(campaign__in=ids).order_by().values("campaign", "channel")
        sums = kept.annotate(sent=Sum("mailed"), answered=Sum("answered"))
        fresh = days.fresh(rows.alias(asked_when=ASKED_WHEN).filter(left, campaign__in=ids)).values("campaign")
        counted = fresh.annotate(sent=Count("pk"), answered=Count("pk", filter=ANSWERED))
        asked, rows = {"kept": list_of(sums), "fresh": list_of(counted)}, rows.filter(status__in=NOT_LEFT)
    for pk in ids:
        asked[str(pk)] = list_of(rows.filter(campaign=pk).values("status").annotate(n=Count("pk")))
    found = ask(asked)
    counts = {pk: {row["status"]: row["n"] for row in found[str(pk)]} for pk in ids}
    sent = {pk: sum(known.get(status, 0) for status in LEFT) for pk, known in counts.items()}
    answered = {pk: known.get(InvitationStatus.ANSWERED, 0) for pk, known in counts.items()}
    for row in [*found.get("kept", ()), *found.get("fresh", ())]:
        sent[row["campaign"]] += row["sent"]
        answered[row["campaign"]] += row["answered"]
    rest = {pk: sum(n for status, n in known.items() if status not in LEFT) for pk, known in counts.items()}
    return {pk: Briefly(rest[pk] + sent[pk], sent[pk], answered[pk]) for pk in ids}


def recipients(campaign: Campaign) -> QuerySet[Invitation]:
    """Everybody whom the campaign was to ask, in the order in which they came in."""
    return Invitation.objects.filter(campaign=campaign).select_related("contact").order_by("pk")
