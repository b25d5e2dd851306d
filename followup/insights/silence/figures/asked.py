"""Who was asked, and what came of it: the one reading of invitations by all figures about the silent."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from followup.insights.figures.periods import Period
from surveys.campaigns.running.progress import COUNTED
from surveys.models import (
    Campaign,
    Invitation,
    InvitationChannel,
    InvitationStatus,
    Response,
    ResponseState,
    Survey,
)
from surveys.models.invitation import COUNT_AS_ASKED

# When a customer was asked: when their mail left, else when they were called, else when their link was made.
# An index of invitations has this, of the states below.
ASKED_WHEN = Coalesce("sent_at", "asked_at", "created_at")
# Mails count as a campaign's page counts them; of a link that was handed over nobody knows whether it arrived.
MAILED = Q(channel=InvitationChannel.EMAIL) & COUNTED["sent"]
DELIVERED = Q(channel=InvitationChannel.EMAIL) & COUNTED["delivered"]
ANSWERED = COUNTED["answered"]
HANDED_OVER = Q(
    channel__in=(InvitationChannel.LINK, InvitationChannel.PHONE),
    status__in=(InvitationStatus.CREATED, InvitationStatus.ANSWERED),
)
COMMENTED = Q(response__state=ResponseState.CONFIRMED, response__comment__gt="")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which asks are meant: to these surveys, in these days, by this campaign or by any door."""

    surveys: QuerySet[Survey]
    period: Period
    campaign: Campaign | None = None

    def asked(self) -> QuerySet[Invitation]:
        """Everybody who was asked, once for each time."""
        rows = Invitation.objects.alias(asked_when=ASKED_WHEN).filter(
            MAILED | HANDED_OVER,
            status__in=COUNT_AS_ASKED,
            survey__in=self.surveys,
            asked_when__gte=self.period.begins,
            asked_when__lt=self.period.ends,
        )
        return rows.filter(campaign=self.campaign) if self.campaign else rows


def silent(asked: QuerySet[Invitation]) -> QuerySet[Invitation]:
    """Those that were not answered, though their customer may have answered another one."""
    return asked.exclude(ANSWERED)


def said_since(customer: OuterRef, survey_id: int, since: datetime) -> Exists:
    """Whether a customer answered a survey, by any door, from a time on."""
    answers = Response.objects.exclude(state=ResponseState.DISCARDED)
    return Exists(answers.filter(contact=customer, survey=survey_id, answered_at__gte=since))
