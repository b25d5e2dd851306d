"""What the overview shows, read in one statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet, Sum

from followup.insights.comparing.change import Change, nps_change
from followup.insights.comparing.trend import ROLLING, Point, by_period, rolling
from followup.insights.estimates.small_groups import hidden
from followup.insights.events.models import Event
from followup.insights.figures.periods import Period
from followup.insights.figures.scope import Scope
from followup.insights.kept.reading import kept
from followup.insights.overview.days import by_day, days_of_answers, rows_of_days
from followup.insights.overview.forms import days_before
from followup.models import Ticket
from followup.models.ticket import TicketQuerySet
from followup.statistics import Promises, ask_promises, in_period, promises_of
from nps_project.common.paging import COUNT_LIMIT
from nps_project.common.text import in_language
from nps_project.common.together import ask, list_of, number_of
from surveys.models import Invitation, Response
from surveys.scoring import NpsFigures
from surveys.statistics import answers_of, tallies_of

MOST_CAUSES = 5
MOST_EVENTS = 20


@dataclass(frozen=True, slots=True)
class Cause:
    """A root cause and how many tickets of the period have it."""

    slug: str
    name: str
    n: int


@dataclass(frozen=True, slots=True)
class Overview:
    """How the answers of a period are. `following`: those of them that follow a ticket; `step`: what the trend goes by.

    `asked`: mails of the period that left, and `answered` those of them with an answer. `open` and `overdue` are of
    now, at most COUNT_LIMIT + 1. `causes`: the most frequent of `with_cause` tickets; small ones are left out.
    """

    nps: NpsFigures
    before: NpsFigures
    change: Change | None
    by_score: Mapping[int, int]
    without_following: NpsFigures
    following: int
    points: list[Point]
    step: str
    events: list[Event]
    asked: int
    answered: int
    promises: Promises
    open: int
    overdue: int
    causes: list[Cause]
    with_cause: int


def read(scope: Scope, period: Period, *, before: Period, step: str, at: datetime) -> Overview:
    """The figures of the confirmed answers and of the detractors' tickets of a scope.

    Three queries, however many answers there are; the last one reads events. From the tallies, but for some customers
    alone, whose answers of these periods are counted.
    """
    tickets = scope.tickets.of_detractors()
    begin = period.first - timedelta(days=days_before(step))
    answers = _of_period(scope, period, at=at) | ask(
        {
            "now": list_of(_by_score(scope, period.first, period.last)),
            "before": list_of(_by_score(scope, before.first, before.last)),
            "days": list_of(_by_day(scope, begin, period.last)),
            "following": list_of(_following(scope, period)),
            "open": number_of(tickets.unresolved(), COUNT_LIMIT + 1),
            "overdue": number_of(tickets.overdue(at), COUNT_LIMIT + 1),
        }
    )
    by_score = _scores(answers["now"])
    nps, old = NpsFigures.from_counts(by_score), NpsFigures.from_counts(_scores(answers["before"]))
    following = _scores(answers["following"])
    causes = [
        Cause(row["root_cause__slug"], in_language(row["root_cause__names"]) or row["root_cause__slug"], row["n"])
        for row in answers["causes"]
    ]
    away = hidden([cause.n for cause in causes])
    return Overview(
        nps=nps,
        before=old,
        change=nps_change(old, nps),
        by_score=by_score,
        without_following=NpsFigures.from_counts(
            {score: count - following.get(score, 0) for score, count in by_score.items()}
        ),
        following=sum(following.values()),
        points=_points(by_day(answers["days"]), period, step),
        step=step,
        events=list(Event.objects.shown(scope.surveys, period.first, period.last)[:MOST_EVENTS]),
        asked=sum(row["asked"] for row in answers["asks"]),
        answered=sum(row["answered"] for row in answers["asks"]),
        promises=promises_of(answers),
        open=answers["open"],
        overdue=answers["overdue"],
        causes=[cause for place, cause in enumerate(causes) if place not in away][:MOST_CAUSES],
        with_cause=sum(cause.n for cause in causes),
    )


@kept
def _of_period(scope: Scope, period: Period, *, at: datetime) -> dict[str, Any]:
    """What reads the asks and the tickets of the period. What comes from tallies, and what is said of now, is never
    kept: an answer counts in the next request."""
    tickets = scope.tickets.of_detractors()
    return ask(
        {
            "asks": list_of(_asks(scope, period)),
            "causes": list_of(_causes(in_period(tickets, period.first, period.last))),
            **ask_promises(tickets, at=at, first_day=period.first, last_day=period.last, counts=scope.promises),
        }
    )


def _points(days: dict[date, tuple[int, int, int]], period: Period, step: str) -> list[Point]:
    if step in ROLLING:
        return rolling(days, period.first, period.last, ROLLING[step])
    return by_period(days, period.first, period.last, step)


def _scores(rows: list[dict[str, Any]]) -> dict[int, int]:
    return {row["score"]: row["n"] for row in rows}


def _by_score(scope: Scope, first: date, last: date) -> QuerySet[Any, dict[str, Any]]:
    if scope.contacts is None:
        return tallies_of(scope.surveys, first, last).values("score").annotate(n=Sum("count"))
    answers = answers_of(scope.answers(), first_day=first, last_day=last, traits={})
    return answers.order_by().values("score").annotate(n=Count("pk"))


def _by_day(scope: Scope, first: date, last: date) -> QuerySet[Any, dict[str, Any]]:
    if scope.contacts is None:
        return rows_of_days(scope.surveys, first, last)
    return days_of_answers(answers_of(scope.answers(), first_day=first, last_day=last, traits={}).order_by())


def _following(scope: Scope, period: Period) -> QuerySet[Response, dict[str, Any]]:
    answers = scope.answers().filter(follows__isnull=False)
    answers = answers_of(answers, first_day=period.first, last_day=period.last, traits={})
    rows: QuerySet[Response, dict[str, Any]] = answers.values("score").annotate(n=Count("pk"))
    return rows


def _asks(scope: Scope, period: Period) -> QuerySet[Invitation, dict[str, Any]]:
    """A row of `asked` and `answered` for each survey; those who were asked are read once for both."""
    sent = scope.invitations().filter(sent_at__gte=period.begins, sent_at__lt=period.ends).order_by()
    rows: QuerySet[Invitation, dict[str, Any]] = sent.values("survey").annotate(
        asked=Count("pk"), answered=Count("answered_at")
    )
    return rows


def _causes(tickets: TicketQuerySet) -> QuerySet[Ticket, dict[str, Any]]:
    named = tickets.of_real_answers().filter(root_cause__isnull=False).order_by()
    rows: QuerySet[Ticket, dict[str, Any]] = named.values("root_cause__slug", "root_cause__names").annotate(
        n=Count("pk")
    )
    return rows.order_by("-n", "root_cause__slug")
