"""Filters by what came of tickets: the score afterwards, what the customer says of it, and what was given."""

from django.db.models import Q

from followup.models import Step, StepKind
from surveys.scoring import HIGHEST_DETRACTOR, HIGHEST_PASSIVE

BETTER, NOT_BETTER, GIVEN = "better", "not_better", "any"


def with_second_score(wanted: str) -> Q:
    """Tickets by the score afterwards: in a better group than the first, not in one, or whatever it is."""
    if wanted == GIVEN:
        return Q(score_after__isnull=False)
    better = Q(score__lte=HIGHEST_DETRACTOR, score_after__gt=HIGHEST_DETRACTOR)
    better |= Q(score__range=(HIGHEST_DETRACTOR + 1, HIGHEST_PASSIVE), score_after__gt=HIGHEST_PASSIVE)
    return better if wanted == BETTER else Q(score_after__isnull=False) & ~better


def with_word(said: str) -> Q:
    """Tickets of which the customer says on their page that it is fixed, or that it is not."""
    return Q(customer_said=said)


def with_compensation() -> Q:
    """Tickets on which a compensation with its amount was given."""
    steps = Step.objects.filter(kind=StepKind.COMPENSATION, done_at__isnull=False, amount__isnull=False)
    return Q(pk__in=steps.values("ticket"))
