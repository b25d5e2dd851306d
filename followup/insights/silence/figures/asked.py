"""Who was asked, and what came of it: the one reading of invitations by all figures about the silent."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from followup.insights.figures.periods import Period
from surveys.models import Campaign, Invitation, Response, ResponseState, Survey
from surveys.tallying.days.asks.states import ANSWERED, ASKED, ASKED_WHEN


@dataclass(frozen=True, slots=True)
class Scope:
    """Which asks are meant: to these surveys, in these days, by this campaign or by any door."""

    surveys: QuerySet[Survey]
    period: Period
    campaign: Campaign | None = None

    def asked(self) -> QuerySet[Invitation]:
        """Everybody who was asked, once for each time."""
        rows = Invitation.objects.alias(asked_when=ASKED_WHEN).filter(
            ASKED,
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
