"""Asks the database for everything that the figures of recovery are made of, in one statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Value

from followup.insights.recovery import facts
from followup.models import Outcome
from followup.models.ticket import TicketQuerySet
from followup.statistics import (
    MedianSeconds,
    NinetiethSeconds,
    Promises,
    ask_promises,
    in_period,
    promises_of,
)
from nps_project.common.together import ask, list_of
from surveys.models import Survey
from surveys.statistics import tally


@dataclass(frozen=True, slots=True)
class Selection:
    """What the figures are asked of: tickets that the reader may see, surveys whose scores they are compared with, and
    the days, both included."""

    tickets: TicketQuerySet
    surveys: QuerySet[Survey]
    first_day: date | None
    last_day: date | None
    at: datetime

    def detractors(self) -> TicketQuerySet:
        """Detractors' tickets of the period, whose answers count."""
        return in_period(facts.detractors(self.tickets), self.first_day, self.last_day)


@dataclass(frozen=True, slots=True)
class Cell:
    """So many tickets (`n`) that are alike in all that the figures tell apart."""

    speed: int
    kept: int
    score: int
    second: int | None
    worth: int
    quarter: str
    n: int


@dataclass(frozen=True, slots=True)
class Seen:
    """Customers watched for so many days, by whether they were contacted in time; `left`: they left then."""

    kept: int
    days: int
    left: bool
    n: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What the database knows of a selection. Times in seconds; None without contacts."""

    cells: list[Cell]
    seen: list[Seen]
    counts: Mapping[str, int]
    median_s: float | None
    p90_s: float | None
    promises: Promises
    scores: Mapping[int, int]  # all answers of the period, by score
    records_churn: bool


NO_COUNTS = dict.fromkeys(("n", "contacted", "asked_again", "answered_again", *Outcome.values), 0)


def read(chosen: Selection) -> Facts:
    """The facts of a selection; one query."""
    rows = chosen.detractors()
    found = ask(
        {
            "cells": list_of(_cells(rows)),
            "seen": list_of(_seen(rows, chosen.at)),
            "counts": list_of(_counts(rows)),
            "scores": list_of(tally(chosen.surveys, chosen.first_day, chosen.last_day)),
            **ask_promises(chosen.tickets.of_detractors(), at=chosen.at, first_day=chosen.first_day,
                           last_day=chosen.last_day),
        }
    )  # fmt: skip
    counts = found["counts"][0] if found["counts"] else {}
    return Facts(
        cells=[Cell(**row) for row in found["cells"]],
        seen=[Seen(row["kept"], row["days"], bool(row["left"]), row["n"]) for row in found["seen"]],
        counts=NO_COUNTS | {name: counts[name] for name in NO_COUNTS if name in counts},
        median_s=counts.get("median"),
        p90_s=counts.get("ninetieth"),
        promises=promises_of(found),
        scores={row["score"]: row["answers"] for row in found["scores"]},
        records_churn=bool(found["seen"]),
    )


def _cells(rows: TicketQuerySet) -> QuerySet[Any, Any]:
    alike = facts.with_facts(rows).order_by().values("speed", "kept", "score", "second", "worth", "quarter")
    counted: QuerySet[Any, Any] = alike.annotate(n=Count("pk"))
    return counted


def _seen(rows: TicketQuerySet, at: datetime) -> QuerySet[Any, Any]:
    alike = facts.watched(facts.with_facts(rows), at).order_by().values("kept", "days", "left")
    counted: QuerySet[Any, Any] = alike.annotate(n=Count("pk"))
    return counted


def _counts(rows: TicketQuerySet) -> QuerySet[Any, Any]:
    timed = Q(first_contact_at__isnull=False, first_contact_due_at__isnull=False)
    return (
        rows.order_by()
        .values(all=Value(1))
        .annotate(
            n=Count("pk"),
            contacted=Count("first_contact_at"),
            asked_again=Count("asked_again_at"),
            answered_again=Count("score_after"),
            median=MedianSeconds(F("first_contact_at"), F("clock_from"), filter=timed),
            ninetieth=NinetiethSeconds(F("first_contact_at"), F("clock_from"), filter=timed),
            **{outcome: Count("pk", filter=Q(outcome=outcome)) for outcome in Outcome.values},
        )
    )
