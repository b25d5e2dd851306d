"""How many answers without a chosen cause the words suggest each cause for; never mixed with chosen ones."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet

from followup.insights.estimates.small_groups import hidden
from followup.insights.figures.periods import Period
from followup.insights.themes.models import Suggestion, precision_in_force
from followup.models import Ticket
from surveys.models import ResponseState, Survey


@dataclass(frozen=True, slots=True)
class Tagged:
    """A cause and how many answers suggest it; None where few do."""

    slug: str
    names: Mapping[str, str]
    n: int | None


def tagged(surveys: QuerySet[Survey], period: Period) -> list[Tagged]:
    """The causes that the confirmed answers of a period suggest on which nobody chose one, the most frequent first;
    small ones are hidden. One query."""
    chosen = Ticket.objects.filter(response=OuterRef("response"), root_cause__isnull=False)
    rows = Suggestion.objects.filter(
        response__survey__in=surveys, response__answered_at__gte=period.begins,
        response__answered_at__lt=period.ends, response__state=ResponseState.CONFIRMED,
        confidence__gte=precision_in_force(), cause__is_active=True,
    )  # fmt: skip
    columns = ("cause__slug", "cause__names")
    rows = rows.filter(~Exists(chosen)).order_by().values(*columns).annotate(n=Count("pk"))
    found = list(rows.order_by("-n", "cause__slug").values_list(*columns, "n"))
    away = hidden([n for _slug, _names, n in found])
    return [Tagged(slug, names, None if place in away else n) for place, (slug, names, n) in enumerate(found)]
