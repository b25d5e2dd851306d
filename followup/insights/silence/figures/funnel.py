"""The way from being asked to being recovered: in all, by channel and by campaign."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Count, Q, QuerySet

from followup.insights.recovery import facts
from followup.insights.silence.figures.asked import ANSWERED, COMMENTED, DELIVERED, MAILED, Scope
from followup.insights.silence.figures.dimensions import channels
from followup.models import Ticket
from nps_project.accounts.models import User
from nps_project.common.together import Question, list_of
from surveys.models import Campaign, InvitationChannel
from surveys.scoring import HIGHEST_DETRACTOR

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
    """What `funnel_of` is made of."""
    rows = scope.asked().order_by().values("campaign", "channel")
    found = rows.annotate(
        asked=Count("pk"),
        mailed=Count("pk", filter=MAILED),
        delivered=Count("pk", filter=DELIVERED),
        answered=Count("pk", filter=ANSWERED),
        commented=Count("pk", filter=ANSWERED & COMMENTED),
    )
    by_ticket = tickets(scope, user).order_by().annotate(second=facts.second_score())
    counted = by_ticket.values("response__invitation__campaign", "response__invitation__channel").annotate(
        tickets=Count("pk"),
        followed_up=Count("pk", filter=Q(first_contact_at__isnull=False)),
        second_n=Count("pk", filter=Q(second__isnull=False)),
        recovered=Count("pk", filter=Q(second__gt=HIGHEST_DETRACTOR)),
    )
    return {"asked": list_of(found), "tickets": list_of(counted)}


def tickets(scope: Scope, user: User) -> QuerySet[Any, Any]:
    """The tickets of unhappy customers among those who were asked, as the recovery's figures choose them."""
    rows: QuerySet[Any, Any] = facts.detractors(Ticket.objects.visible_to(user))
    return rows.filter(response__invitation__in=scope.asked().filter(ANSWERED))


def funnel_of(answers: Mapping[str, Any]) -> Funnel:
    """The funnel, from the answers to `questions`; one query, of the campaigns' names."""
    found: dict[tuple[int | None, str], Steps] = {}
    for row in answers["asked"]:
        counts = {name: row[name] for name in ("asked", "mailed", "delivered", "answered", "commented")}
        found[row["campaign"], row["channel"]] = Steps(**counts)
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
