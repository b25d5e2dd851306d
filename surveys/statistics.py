"""Figures of surveys, as frozen dataclasses."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from nps_project.common.dates import day_bounds
from surveys.contacts.traits import having_trait, meanings, read_pair
from surveys.models import Response, Survey, Tally
from surveys.models.response import ResponseQuerySet
from surveys.scoring import HIGHEST_DETRACTOR, HIGHEST_PASSIVE, NpsFigures
from surveys.tallying.days.divisions import ACCOUNT_MANAGER, COMPANY, OF_ANSWER, as_value
from surveys.tallying.days.reading import by_two_traits
from surveys.tallying.reading import tallies_by

# What finds each group, as a field of NpsFigures, by the score of an answer or of a tally.
GROUP_FILTERS = {
    "promoters": Q(score__gt=HIGHEST_PASSIVE),
    "passives": Q(score__gt=HIGHEST_DETRACTOR, score__lte=HIGHEST_PASSIVE),
    "detractors": Q(score__lte=HIGHEST_DETRACTOR),
}


def nps_figures(
    surveys: QuerySet[Survey],
    *,
    first_day: date | None = None,
    last_day: date | None = None,
    traits: Mapping[str, str] | None = None,
    with_doubtful: bool = False,
) -> NpsFigures:
    """NPS of the confirmed answers to these surveys, from first to last day of the company's zone, both included.

    One query, on the tallies; with traits up to four more, which say whether they can tell, else the answers do.
    `with_doubtful`: as if those that wait for a person's decision counted; one more query.
    """
    figures = _confirmed(surveys, first_day, last_day, traits or {})
    if not with_doubtful:
        return figures
    return figures.plus(doubtful_counts(surveys, first_day=first_day, last_day=last_day, traits=traits))


def doubtful_counts(
    surveys: QuerySet[Survey],
    *,
    first_day: date | None = None,
    last_day: date | None = None,
    traits: Mapping[str, str] | None = None,
) -> dict[int, int]:
    """The number of answers of each score that wait for a person's decision; one query."""
    return _count_answers(Response.objects.doubtful().filter(survey__in=surveys), first_day, last_day, traits or {})


def _confirmed(
    surveys: QuerySet[Survey], first_day: date | None, last_day: date | None, traits: Mapping[str, str]
) -> NpsFigures:
    tallies = tallies_having(surveys, first_day, last_day, traits)
    if tallies is not None:
        rows = tallies.values("score").annotate(answers=Sum("count"))
        return NpsFigures.from_counts({row["score"]: row["answers"] for row in rows})
    days = days_having(surveys, first_day, last_day, traits)
    if days is not None:
        return NpsFigures.of_groups(*(sum(row[group] for row in days) for group in GROUP_FILTERS))
    answers = Response.objects.confirmed().filter(survey__in=surveys)
    return NpsFigures.from_counts(_count_answers(answers, first_day, last_day, traits))


def tally(surveys: QuerySet[Survey], first_day: date | None, last_day: date | None) -> QuerySet[Tally, Any]:
    """The number of confirmed answers (`answers`) of each score, from first to last day."""
    return tallies_of(surveys, first_day, last_day).values("score").annotate(answers=Sum("count"))


def tallies_of(surveys: QuerySet[Survey], first_day: date | None, last_day: date | None) -> QuerySet[Tally]:
    """The tallies of these surveys from first to last day."""
    tallies = Tally.objects.filter(survey__in=surveys)
    if first_day:
        tallies = tallies.filter(day__gte=first_day)
    if last_day:
        tallies = tallies.filter(day__lte=last_day)
    return tallies


def tallies_having(
    surveys: QuerySet[Survey], first_day: date | None, last_day: date | None, traits: Mapping[str, str]
) -> QuerySet[Any] | None:
    """The tallies of the answers with these traits; None where only the answers themselves tell: with two traits, and
    with one that is not counted. One query with a trait."""
    if not traits:
        return tallies_of(surveys, first_day, last_day)
    if len(traits) > 1:
        return None
    [(name, value)] = traits.items()
    return tallies_by(name, surveys, first_day, last_day, meanings(value))


def days_having(
    surveys: QuerySet[Survey], first_day: date | None, last_day: date | None, traits: Mapping[str, str]
) -> list[dict[str, Any]] | None:
    """Rows of day, promoters, passives and detractors, of the answers with these two traits; None where they are not
    two, or not both counted. At most four queries."""
    if len(traits) != 2:
        return None
    wanted = {name: meanings(value) for name, value in traits.items()}
    return by_two_traits(wanted, list(wanted), surveys, first_day, last_day, "day")


def _count_answers(
    answers: ResponseQuerySet, first_day: date | None, last_day: date | None, traits: Mapping[str, str]
) -> dict[int, int]:
    found = answers_of(answers, first_day=first_day, last_day=last_day, traits=traits)
    return dict(found.values_list("score").annotate(Count("pk")))


def answers_of(
    answers: ResponseQuerySet, *, first_day: date | None, last_day: date | None, traits: Mapping[str, str]
) -> ResponseQuerySet:
    """Those answers that were given from first to last day of the company's zone and have these traits."""
    for name, value in traits.items():
        answers = answers.filter(having_trait(name, value))
    if first_day:
        answers = answers.filter(answered_at__gte=day_bounds(first_day)[0])
    if last_day:
        answers = answers.filter(answered_at__lt=day_bounds(last_day)[1])
    return answers


def of_groups(answers: ResponseQuerySet, chosen: Mapping[str, str]) -> ResponseQuerySet:
    """The answers of the groups that are chosen, as figures divide by them: team (the survey's, its name), company,
    account_manager, and trait, as name=value. The company is looked up for each answer."""
    if "team" in chosen:  # its surveys are known beforehand: a team with few answers costs no reading of the period
        answers = answers.filter(survey__in=list(Survey.objects.filter(team__name=chosen["team"]).values_list("pk")))
    if COMPANY in chosen:
        answers = answers.alias(company=as_value(OF_ANSWER[COMPANY]())).filter(company=chosen[COMPANY])
    if ACCOUNT_MANAGER in chosen:
        answers = answers.filter(contact__account_manager=chosen[ACCOUNT_MANAGER])
    if "trait" in chosen:
        pair = read_pair(chosen["trait"])
        answers = answers.filter(having_trait(*pair)) if pair else answers.none()
    return answers
