"""What the wallboard shows, read in one statement."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, Value

from followup.insights.comparing.change import Change, nps_change
from followup.insights.comparing.trend import Point, rolling
from followup.insights.estimates.small_groups import LEAST
from followup.insights.figures.periods import last_days, midnight
from followup.insights.figures.scope import Scope
from followup.insights.overview.days import by_day, rows_of_days
from followup.models import Outcome
from followup.statistics import Promises, ask_promises, promises_of
from nps_project.common.dates import company_day
from nps_project.common.paging import COUNT_LIMIT
from nps_project.common.together import ask, first_of, list_of, number_of
from surveys.scoring import NpsFigures

DAYS = 30  # of the figures
TREND_DAYS = 90  # on which a point each stands for the DAYS that end with it


@dataclass(frozen=True, slots=True)
class Wall:
    """The figures of the last DAYS, and what is open now.

    points: of a trend; days with fewer than LEAST answers behind them are left out. today: answers of this day.
    open, due_soon and overdue are at most COUNT_LIMIT + 1. next_due_at: the nearest deadline of a first contact that
    is still ahead. won_back: tickets resolved so by a person, of `resolved` ones.
    """

    at: datetime
    nps: NpsFigures
    change: Change | None
    points: list[Point]
    today: int
    open: int
    due_soon: int
    overdue: int
    next_due_at: datetime | None
    promises: Promises
    resolved: int
    won_back: int

    @property
    def is_enough(self) -> bool:
        """Whether so many answered that their NPS may be shown."""
        return self.nps.responses >= LEAST


def read(scope: Scope, at: datetime) -> Wall:
    """The figures of a scope's surveys and of its detractors' tickets. One query."""
    today = company_day(at)
    trend, month = last_days(today, TREND_DAYS), last_days(today, DAYS)
    tickets = scope.tickets.of_detractors()
    # Counted by a column of `ticket_resolved`, which is read alone.
    resolved = tickets.filter(resolved_at__gte=midnight(month.first), discarded_at=None).order_by()
    ahead = tickets.uncontacted().filter(first_contact_due_at__gte=at).order_by("first_contact_due_at")
    answers = ask(
        {
            "days": list_of(rows_of_days(scope.surveys, trend.first - timedelta(days=DAYS), today)),
            "open": number_of(tickets.unresolved(), COUNT_LIMIT + 1),
            "due_soon": number_of(tickets.due_soon(at), COUNT_LIMIT + 1),
            "overdue": number_of(tickets.overdue(at), COUNT_LIMIT + 1),
            "next": first_of(ahead.values("first_contact_due_at")),
            "resolved": list_of(
                resolved.values(all=Value(1)).annotate(
                    n=Count("resolved_at"), won_back=Count("resolved_at", filter=Q(outcome=Outcome.RECOVERED))
                )
            ),
            **ask_promises(tickets, at=at, first_day=month.first, last_day=month.last, counts=scope.promises),
        }
    )
    days = by_day(answers["days"])
    points = rolling(days, trend.first, trend.last, DAYS)
    now, before = points[-1].figures, points[-1 - DAYS].figures
    enough = min(now.responses, before.responses) >= LEAST
    return Wall(
        at=at,
        nps=now,
        change=nps_change(before, now) if enough else None,
        points=[point for point in points if point.figures.responses >= LEAST],
        today=sum(days.get(today, (0, 0, 0))),
        open=answers["open"],
        due_soon=answers["due_soon"],
        overdue=answers["overdue"],
        next_due_at=answers["next"],
        promises=promises_of(answers),
        resolved=sum(row["n"] for row in answers["resolved"]),
        won_back=sum(row["won_back"] for row in answers["resolved"]),
    )
