"""Filters by what came of tickets: the cause, the score afterwards, what the customer says of it, what was given."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Q
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from followup.models import RootCause, Step, StepKind
from surveys.scoring import HIGHEST_DETRACTOR, HIGHEST_PASSIVE

BETTER, NOT_BETTER, GIVEN = "better", "not_better", "any"
ANY_CAUSE = "*"  # no slug is


class _WithAny(ModelChoiceIterator):
    """All, any, and each cause; one query."""

    def __iter__(self) -> Iterator[Any]:
        for number, option in enumerate(super().__iter__()):
            yield option
            if number == 0:
                yield ANY_CAUSE, _("Any")


class CauseFilterField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A root cause, in use or not, by its slug; or ANY_CAUSE."""

    iterator = _WithAny

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=RootCause.objects.all(), to_field_name="slug", required=False, **options)

    def to_python(self, value: Any) -> Any:
        return value if value == ANY_CAUSE else super().to_python(value)


def with_cause(cause: Any) -> Q:
    """Tickets on which this root cause was named, or with ANY_CAUSE any."""
    return Q(root_cause__isnull=False) if cause == ANY_CAUSE else Q(root_cause=cause)


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
