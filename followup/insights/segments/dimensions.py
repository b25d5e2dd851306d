"""What answers can be divided by, and the one query that counts each part."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count, F, QuerySet, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from followup.insights.kept.reading import kept
from surveys.contacts.traits import TRAIT_FILTER, meanings
from surveys.models import Channel, Response, Survey
from surveys.scoring import NpsFigures
from surveys.statistics import GROUP_FILTERS, answers_of, tallies_having
from surveys.tallying.days.divisions import ACCOUNT_MANAGER, CHANNEL, COMPANY, LANGUAGE, OF_ANSWER, as_value, trait_of
from surveys.tallying.days.reading import by_two_traits, days_of, place_in_pair
from surveys.tallying.reading import tallies_by, together

MOST_PARTS = 1_000  # that are read, the largest: a trait such as an order's number has a value for each answer
_MORE = "\0more"  # the value of all others together; no answer has it


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way to divide answers. `by_tally`: the field of a tally that gives it; else `of_answer` of each answer, the
    counts of days of `by_day`, or the tallies of `trait`, where answers are counted by that.

    `names`: what the values are called; a value that is missing there is its own name.
    """

    label: Any
    by_tally: str = ""
    by_day: str = ""
    trait: str = ""
    of_answer: Callable[[], Combinable] | None = None
    names: Callable[[], Mapping[str, str]] = dict


def _surveys() -> dict[str, str]:
    return dict(Survey.objects.values_list("slug", "name"))


def _counted_by_day(label: Any, name: str, names: Callable[[], Mapping[str, str]] = dict) -> Dimension:
    return Dimension(label, by_day=name, of_answer=OF_ANSWER[name], names=names)


DIMENSIONS: dict[str, Dimension] = {
    "survey": Dimension(_("Survey"), by_tally="survey__slug", names=_surveys),
    "team": Dimension(_("Team"), by_tally="survey__team__name"),
    "language": _counted_by_day(_("Language"), LANGUAGE, lambda: dict(settings.LANGUAGES)),
    "channel": _counted_by_day(_("Channel"), CHANNEL, lambda: {way: str(label) for way, label in Channel.choices}),
    "company": _counted_by_day(_("Company"), COMPANY),
    "account_manager": _counted_by_day(_("Account manager"), ACCOUNT_MANAGER),
}


def dimension_of(name: str) -> Dimension | None:
    """The dimension of this name, `trait.<name>` for a trait; None for one that there is not."""
    if name.startswith(TRAIT_FILTER):
        trait = name.removeprefix(TRAIT_FILTER)
        is_name = bool(trait) and "\0" not in trait and len(trait) <= 100
        return Dimension(trait, trait=trait, of_answer=lambda: trait_of(trait)) if is_name else None
    return DIMENSIONS.get(name)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the answers: the value that they share ("" where there is none), its name, and the figures."""

    value: str
    name: str
    figures: NpsFigures


def parts_of(
    surveys: QuerySet[Survey],
    name: str,
    *,
    first_day: date | None,
    last_day: date | None,
    traits: Mapping[str, str] | None = None,
) -> list[Part]:
    """The parts of the confirmed answers of a period, the largest first; those beyond MOST_PARTS as one, the last.

    One to four queries; one more where values have names, and one where there are more than MOST_PARTS. Raises:
    KeyError for a dimension that there is not.
    """
    dimension = dimension_of(name)
    if dimension is None:
        raise KeyError(name)
    rows = _tallied(surveys, dimension, first_day, last_day, traits or {})
    if rows is not None:
        return _largest(_parts(rows, dimension))
    return _counted(surveys, name, first_day, last_day, traits or {})


@kept
def _counted(
    surveys: QuerySet[Survey],
    name: str,
    first_day: date | None,
    last_day: date | None,
    traits: Mapping[str, str],
) -> list[Part]:
    """From counts of days, else from the answers. What comes from tallies is never kept: an answer counts at once.

    Raises: KeyError for a dimension that there is not.
    """
    dimension = dimension_of(name)
    if dimension is None:
        raise KeyError(name)
    rows = _by_days(surveys, dimension, first_day, last_day, traits)
    if rows is not None:
        return _largest(_parts(rows, dimension))
    answers = answers_of(
        Response.objects.confirmed().filter(survey__in=surveys),
        first_day=first_day,
        last_day=last_day,
        traits=traits,
    )
    value = dimension.of_answer() if dimension.of_answer else F(dimension.by_tally)
    counts = {group: Count("pk", filter=found) for group, found in GROUP_FILTERS.items()}
    divided = answers.order_by().values(value=as_value(value)).annotate(n=Count("pk"), **counts)
    rows = list(divided.order_by("-n", "value")[: MOST_PARTS + 1])
    if len(rows) <= MOST_PARTS:
        return _parts(rows, dimension)
    known, whole = rows[:MOST_PARTS], answers.aggregate(**counts)
    # An answer may be taken out between the two queries.
    rest = [max(0, whole[group] - sum(row[group] for row in known)) for group in GROUP_FILTERS]
    return [*_parts(known, dimension), Part(_MORE, "", NpsFigures.of_groups(*rest))]


def _parts(rows: Iterable[Mapping[str, Any]], dimension: Dimension) -> list[Part]:
    names = dimension.names()
    parts = [
        Part(
            row["value"] or "",
            names.get(row["value"] or "", row["value"] or ""),
            NpsFigures.of_groups(row["promoters"], row["passives"], row["detractors"]),
        )
        for row in rows
    ]
    some = [part for part in parts if part.figures.responses]  # a tally may be of answers that count no more
    return sorted(some, key=lambda part: (-part.figures.responses, part.name))


def _largest(parts: list[Part]) -> list[Part]:
    """With those beyond MOST_PARTS as one, the last."""
    rest = parts[MOST_PARTS:]
    if not rest:
        return parts
    sums = [sum(getattr(part.figures, group) for part in rest) for group in GROUP_FILTERS]
    return [*parts[:MOST_PARTS], Part(_MORE, "", NpsFigures.of_groups(*sums))]


def _tallied(
    surveys: QuerySet[Survey],
    dimension: Dimension,
    first_day: date | None,
    last_day: date | None,
    traits: Mapping[str, str],
) -> list[dict[str, Any]] | None:
    """The parts from tallies; None where these do not tell."""
    sums = {group: Coalesce(Sum("count", filter=found), 0) for group, found in GROUP_FILTERS.items()}
    if dimension.by_tally:
        tallies = tallies_having(surveys, first_day, last_day, traits)
        rows = None if tallies is None else tallies.values(dimension.by_tally).annotate(**sums)
        return None if rows is None else [{"value": row[dimension.by_tally], **row} for row in rows]
    if dimension.trait and set(traits) <= {dimension.trait}:
        wanted = meanings(traits[dimension.trait]) if traits else None
        by_trait = tallies_by(dimension.trait, surveys, first_day, last_day, wanted)
        return None if by_trait is None else together(by_trait.values("value").annotate(**sums))
    return None


def _by_days(
    surveys: QuerySet[Survey],
    dimension: Dimension,
    first_day: date | None,
    last_day: date | None,
    traits: Mapping[str, str],
) -> list[dict[str, Any]] | None:
    """The parts from counts of days; None where only the answers tell."""
    if dimension.by_day and not traits:
        days = days_of(dimension.by_day, surveys, first_day, last_day)
        return None if days is None else days.sums(as_value(OF_ANSWER[dimension.by_day]()), "value")
    if dimension.trait and len(traits) == 1 and dimension.trait not in traits:
        return _by_both(surveys, dimension.trait, first_day, last_day, traits)
    return None


def _by_both(
    surveys: QuerySet[Survey], trait: str, first_day: date | None, last_day: date | None, traits: Mapping[str, str]
) -> list[dict[str, Any]] | None:
    """The parts by one trait of the answers with another; None where not both are counted."""
    wanted = {name: meanings(text) for name, text in traits.items()}
    names = [trait, *traits]
    rows = by_two_traits(wanted, names, surveys, first_day, last_day, "value")
    if rows is None:
        return None
    place = place_in_pair(names, trait)
    return together(row | {"value": json.dumps(json.loads(row["value"])[place], ensure_ascii=False)} for row in rows)
