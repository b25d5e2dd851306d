"""Who was asked, and what came of it: the one reading of invitations by all figures about the silent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from followup.insights.figures.periods import Period
from surveys.models import Campaign, Invitation, Response, ResponseState, Survey
from surveys.tallying.days.asks.states import ANSWERED, ASKED, ASKED_WHEN, ASKED_WHEN_FIELDS


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

    def answered(self, rows: QuerySet[Any, Any], way: str) -> QuerySet[Any, Any]:
        """Those rows whose invitation, by this way, is one of these and was answered; by joins alone, so that the
        database begins with the rows and not with every invitation that has an answer."""
        when = Coalesce(*(f"{way}{name}" for name in ASKED_WHEN_FIELDS))
        found: QuerySet[Any, Any] = rows.alias(asked_when=when)
        found = found.filter(
            through(ASKED & ANSWERED, way),
            asked_when__gte=self.period.begins,
            asked_when__lt=self.period.ends,
            **{f"{way}survey__in": self.surveys},
        )
        return found.filter(**{f"{way}campaign": self.campaign}) if self.campaign else found


def through(condition: Q, way: str) -> Q:
    """The condition, of the row behind a way such as `response__invitation__`."""
    found = Q(_connector=condition.connector, _negated=condition.negated)
    for child in condition.children:
        if isinstance(child, Q):
            found.children.append(through(child, way))
        else:
            name, value = cast(tuple[str, Any], child)
            found.children.append((f"{way}{name}", value))
    return found


def silent(asked: QuerySet[Invitation]) -> QuerySet[Invitation]:
    """Those that were not answered, though their customer may have answered another one."""
    return asked.exclude(ANSWERED)


def said_since(customer: OuterRef, survey_id: int, since: datetime) -> Exists:
    """Whether a customer answered a survey, by any door, from a time on."""
    answers = Response.objects.exclude(state=ResponseState.DISCARDED)
    return Exists(answers.filter(contact=customer, survey=survey_id, answered_at__gte=since))
