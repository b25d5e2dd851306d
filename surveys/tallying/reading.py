"""Read figures from the tallies by trait: only of traits whose tallies are whole."""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, DecimalField, Q, QuerySet, When
from django.db.models.functions import Cast

from surveys.models import Survey
from surveys.tallying.models import LONGEST_VALUE, MarkedTrait, TraitTally

NONE = "null"  # the value of answers without the trait


def tallies_by(
    name: str,
    surveys: QuerySet[Survey],
    first_day: date | None,
    last_day: date | None,
    meanings: Sequence[str | int | float | bool] | None = None,
) -> QuerySet[TraitTally] | None:
    """The tallies of these surveys by a trait, from first to last day; of those values alone that are one of
    `meanings`. None where they are not whole, or cannot tell; one query."""
    mark = MarkedTrait.objects.ready().filter(name=name).values_list("pk", flat=True).first()
    if mark is None:
        return None
    tallies = TraitTally.objects.filter(trait=mark, survey__in=surveys)
    if first_day:
        tallies = tallies.filter(day__gte=first_day)
    if last_day:
        tallies = tallies.filter(day__lte=last_day)
    return tallies if meanings is None else _having(tallies, meanings)


def _having(tallies: QuerySet[TraitTally], meanings: Sequence[str | int | float | bool]) -> QuerySet[TraitTally] | None:
    """Those with one of these values; None where one was perhaps cut off."""
    found = Q()
    for meaning in meanings:
        text = json.dumps(meaning, ensure_ascii=False)
        if len(text) >= LONGEST_VALUE:
            return None
        if isinstance(meaning, str | bool):
            found |= Q(value=text)
        else:  # 1 and 1.0 are one number
            any_number = Cast("value", DecimalField(max_digits=1000, decimal_places=500))
            tallies = tallies.alias(number=Case(When(value__regex="^[-0-9]", then=any_number), default=None))
            found |= Q(number=Decimal(str(meaning)))
    return tallies.filter(found)


def text_of(value: str) -> str | None:
    """The value of a tally as people read it, "" for none; None where it was cut off."""
    if len(value) >= LONGEST_VALUE:
        return None
    if value == NONE:
        return ""
    return str(json.loads(value)) if value.startswith('"') else value


def together(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]] | None:
    """Sums of tallies by `value`, of which those that read the same are one; None where a value was cut off."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        text = text_of(row["value"])
        if text is None:
            return None
        sums = {name: number for name, number in row.items() if name != "value"}
        if text in found:
            sums = {name: number + found[text][name] for name, number in sums.items()}
        found[text] = sums
    return [{"value": text, **sums} for text, sums in found.items()]
