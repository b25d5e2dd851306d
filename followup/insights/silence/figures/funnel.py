"""The way from being asked to being recovered: in all, by channel and by campaign."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from followup.insights.recovery import facts
from followup.insights.silence.figures.asked import Scope
from followup.insights.silence.figures.dimensions import channels
from followup.models import Ticket
from nps_project.accounts.models import User
from nps_project.common.together import Question, list_of
from surveys.models import Campaign, InvitationChannel
from surveys.scoring import HIGHEST_DETRACTOR
from surveys.tallying.days.asks.counting import ALL, COUNTS
from surveys.tallying.days.asks.reading import SUMS, days_of

EARLY = timedelta(days=1)  # nobody answers before they are asked; clocks of machines may differ
MOST_CAMPAIGNS = 20  # that are told apart, those that asked most


@dataclass(frozen=True, slots=True)
class Steps:
    """How far those who were asked came. `delivered` is of the `mailed` ones, `commented` of those that `answered`,
    `followed_up` (contacted) of the `tickets` of unhappy ones, `recovered` of those with a `second` score."""

    asked: int = 0
    mailed: int = 0
    delivered: int = 0
    answered: int = 0
    commented: int = 0
    tickets: int = 0
    followed_up: int = 0
    second: int = 0
    recovered: int = 0

    def __add__(self, other: "Steps") -> "Steps":
        return Steps(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Steps)))

    @property
    def silent(self) -> int:
        return self.asked - self.answered


@dataclass(frozen=True, slots=True)
class Part:
    """The steps of one channel or campaign; `key`: what a filter calls it, "" for asks of no campaign."""

    key: str
    name: str
    steps: Steps


@dataclass(frozen=True, slots=True)
class Funnel:
    """The steps in all, of each channel, and of each campaign."""

    whole: Steps
    channels: list[Part]
    campaigns: list[Part]


def questions(scope: Scope, user: User) -> dict[str, Question]:
    """What `funnel_of` is made of; one query says of which days the asks are counted."""
    asked, counted = scope.asked(), {}
    if days := days_of(ALL, scope.period.first, scope.period.last):
        kept = days.kept(scope.surveys)
        kept = kept.filter(campaign=scope.campaign.pk) if scope.campaign else kept
        counted["asked_before"] = list_of(kept.order_by().values("campaign", "channel").annotate(**SUMS))
        asked = days.fresh(asked)
    counted["asked"] = list_of(asked.order_by().values("campaign", "channel").annotate(**COUNTS))
    second = facts.second_score(facts.surveys_of_second_scores(user))
    by_ticket = tickets(scope, user).order_by().annotate(second=second)
    of_tickets = by_ticket.values("response__invitation__campaign", "response__invitation__channel").annotate(
        tickets=Count("pk"),
        followed_up=Count("pk", filter=Q(first_contact_at__isnull=False)),
        second_n=Count("pk", filter=Q(second__isnull=False)),
        recovered=Count("pk", filter=Q(second__gt=HIGHEST_DETRACTOR)),
    )
    return counted | {"tickets": list_of(of_tickets)}


def tickets(scope: Scope, user: User) -> QuerySet[Any, Any]:
    """The tickets of unhappy customers among those who were asked, as the recovery's figures choose them."""
    rows: QuerySet[Any, Any] = facts.detractors(Ticket.objects.visible_to(user))
    rows = rows.filter(clock_from__gte=scope.period.begins - EARLY)  # true anyway, and what an index can use
    return scope.answered(rows, "response__invitation__")


def funnel_of(answers: Mapping[str, Any]) -> Funnel:
    """The funnel, from the answers to `questions`; one query, of the campaigns' names."""
    found: dict[tuple[int | None, str], Steps] = {}
    for row in [*answers["asked"], *answers.get("asked_before", ())]:
        key = row["campaign"] or None, row["channel"]
        found[key] = found.get(key, Steps()) + Steps(**{name: row[name] for name in COUNTS})
    for row in answers["tickets"]:
        key = row["response__invitation__campaign"], row["response__invitation__channel"]
        more = Steps(tickets=row["tickets"], followed_up=row["followed_up"], second=row["second_n"],
                     recovered=row["recovered"])  # fmt: skip
        found[key] = found.get(key, Steps()) + more
    known, names = _together(found, lambda key: key[0]), channels()
    largest = sorted(known, key=lambda key: (-known[key].asked, -(key or 0)))[: MOST_CAMPAIGNS + 1]
    called = dict(Campaign.objects.filter(pk__in=[key for key in largest if key]).values_list("pk", "name"))
    ways = _together(found, lambda key: key[1])
    return Funnel(
        whole=sum(found.values(), Steps()),
        channels=[Part(way, names[way], ways[way]) for way in InvitationChannel.values if way in ways],
        campaigns=[
            Part(str(key or ""), called.get(key or 0, ""), known[key])
            for key in sorted(largest, key=lambda key: key is None)  # those of none come last
        ],
    )


def _together(found: Mapping[tuple[int | None, str], Steps], by: Callable[[Any], Any]) -> dict[Any, Steps]:
    sums: dict[Any, Steps] = {}
    for key, steps in found.items():
        sums[by(key)] = sums.get(by(key), Steps()) + steps
    return sums


def names() -> Iterable[str]:
    """The names of the steps."""
    return [one.name for one in fields(Steps)]
