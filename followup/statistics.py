"""Figures of follow-up, as frozen dataclasses."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Aggregate, Count, F, FloatField, Q, Sum, Value

from followup.models.promise_tally import PromiseCounts
from followup.models.ticket import Outcome, TicketQuerySet
from nps_project.common.together import Question, ask, list_of


class MedianSeconds(Aggregate):
    """The median of the seconds between two times: MedianSeconds(start, end)."""

    template = "percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM %(expressions)s))"
    arg_joiner = " - "
    output_field = FloatField()


LATE = Q(first_contact_at__gt=F("first_contact_due_at"))
KEPT = Q(first_contact_at__lte=F("first_contact_due_at"))
UNMET = Q(first_contact_at=None) & ~Q(outcome=Outcome.NO_ACTION)
ENDED = Q(first_contact_due_at__isnull=False) & (Q(first_contact_at__isnull=False) | Q(resolved_at__isnull=False))
NOT_KEPT = ENDED & (LATE | UNMET)
RUNNING = Q(first_contact_at=None, resolved_at=None, first_contact_due_at__isnull=False)


_PARTS = _PROMISES, _CHANGED, _AHEAD = "promises", "promises_changed", "promises_ahead"


def _overdue(at: datetime) -> Q:
    """Whose promise is broken and still open; TicketQuerySet.overdue without the discarded ones."""
    return Q(first_contact_at=None, resolved_at=None, first_contact_due_at__lt=at)


def ended_promises(at: datetime) -> Q:
    """The tickets whose promise was kept, was not, or is broken and still open: those of `Promises.n`."""
    return KEPT | _overdue(at) | NOT_KEPT


@dataclass(frozen=True, slots=True)
class FollowUpFigures:
    """How first-contact promises are kept. open, due_soon and overdue are of now; met, missed and n of the period.

    `n` counts the promises whose end is known: met, missed, and overdue ones of the period, since a promise is broken
    at its deadline. `met_share` is met / n, 0 to 1; None for n = 0. The median is in seconds from the start of the
    clock to the first contact; None without contacts.
    """

    open: int
    due_soon: int
    overdue: int
    met: int
    missed: int
    met_share: float | None
    n: int
    median_first_contact_s: float | None


@dataclass(frozen=True, slots=True)
class Promises:
    """Counts of first-contact promises that were kept, not kept, or broken and still open."""

    met: int
    missed: int
    overdue: int

    @property
    def n(self) -> int:
        """The number of promises whose end is known."""
        return self.met + self.missed + self.overdue

    @property
    def met_share(self) -> float | None:
        """The share of promises kept, 0 to 1; None for n = 0."""
        return self.met / self.n if self.n else None


def in_period(tickets: TicketQuerySet, first_day: date | None, last_day: date | None) -> TicketQuerySet:
    """The tickets whose clock started from first to last day of the company's zone, both included."""
    if first_day:
        tickets = tickets.filter(clock_from__gte=_start_of(first_day))
    if last_day:
        tickets = tickets.filter(clock_from__lt=_start_of(last_day + timedelta(days=1)))
    return tickets


def _start_of(day: date) -> datetime:
    """Midnight in the company's zone."""
    return datetime.combine(day, time(), ZoneInfo(settings.TIME_ZONE))


def follow_up_figures(
    tickets: TicketQuerySet, *, at: datetime, first_day: date | None = None, last_day: date | None = None
) -> FollowUpFigures:
    """The figures over detractors' tickets that the reader may see, in five queries.

    `n` leaves out tickets without a clock.
    """
    tickets = tickets.of_detractors()
    rows = in_period(tickets, first_day, last_day)
    kept = promises(tickets, at=at, first_day=first_day, last_day=last_day)
    return FollowUpFigures(
        open=tickets.unresolved().count(),
        due_soon=tickets.due_soon(at).count(),
        overdue=tickets.overdue(at).count(),
        met=kept.met,
        missed=kept.missed,
        met_share=kept.met_share,
        n=kept.n,
        median_first_contact_s=_median_first_contact(rows),
    )


def promises(
    tickets: TicketQuerySet, *, at: datetime, first_day: date | None = None, last_day: date | None = None
) -> Promises:
    """How the promises of a period ended; one query. Promises that still run are left out."""
    return promises_of(ask(ask_promises(tickets, at=at, first_day=first_day, last_day=last_day)))


def ask_promises(
    tickets: TicketQuerySet,
    *,
    at: datetime,
    first_day: date | None = None,
    last_day: date | None = None,
    counts: PromiseCounts | None = None,
) -> dict[str, Question]:
    """The questions that `promises_of` is answered by.

    `counts`: those of these tickets, where they are counted by day. Of the tickets those alone are read then whose
    deadline is ahead, since all other promises that run are overdue. Else the tickets of the period are read, and once:
    from the index `ticket_promises` alone, which has no `pk` to be counted.
    """
    rows = in_period(tickets, first_day, last_day)
    if counts is None:
        every = rows.of_real_answers().order_by().values(all=Value(1))
        return {
            _PROMISES: list_of(
                every.annotate(
                    met=Count("first_contact_due_at", filter=KEPT),
                    missed=Count("first_contact_due_at", filter=NOT_KEPT),
                    overdue=Count("first_contact_due_at", filter=_overdue(at)),
                )
            )
        }
    tallies, changes = counts.tallies, counts.changes
    if first_day:
        tallies, changes = tallies.filter(day__gte=first_day), changes.filter(clock_from__gte=_start_of(first_day))
    if last_day:
        after = last_day + timedelta(days=1)
        tallies, changes = tallies.filter(day__lt=after), changes.filter(clock_from__lt=_start_of(after))
    sums = {name: Sum(name, default=0) for name in ("met", "missed")} | {"overdue": Sum("running", default=0)}
    ahead = rows.uncontacted().filter(first_contact_due_at__gte=at).order_by().values(all=Value(1))
    return {
        _PROMISES: list_of(tallies.order_by().values(all=Value(1)).annotate(**sums)),
        _CHANGED: list_of(changes.order_by().values(all=Value(1)).annotate(**sums)),
        _AHEAD: list_of(ahead.annotate(overdue=-Count("first_contact_due_at"))),
    }


def promises_of(answers: Mapping[str, Any]) -> Promises:
    """The promises, from the answers to `ask_promises`."""
    sums = Counter[str]()
    for row in (row for name in _PARTS for row in answers.get(name, ())):
        sums.update({key: row.get(key, 0) for key in ("met", "missed", "overdue")})
    return Promises(met=sums["met"], missed=sums["missed"], overdue=sums["overdue"])


def _median_first_contact(rows: TicketQuerySet) -> float | None:
    contacted = rows.of_real_answers().exclude(first_contact_at=None).exclude(first_contact_due_at=None)
    found = contacted.aggregate(median=MedianSeconds(F("first_contact_at"), F("clock_from")))["median"]
    return float(found) if found is not None else None
