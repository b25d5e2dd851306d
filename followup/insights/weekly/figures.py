"""The figures of a week, of the surveys and tickets that a reader's mail tells of."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import sqrt
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q, Sum

from followup.insights.figures.scope import Scope
from followup.models import Outcome, RootCause, Ticket
from followup.models.ticket import TicketQuerySet
from followup.statistics import Promises, promises
from nps_project.common.dates import company_day
from surveys.models import Response, ResponseState, Tally
from surveys.scoring import NpsFigures

_DAY = timedelta(days=1)
WEEKS = 4  # that are shown, the one it is about among them
_USUAL_WEEKS = 4  # before it, with which causes are compared
MOST_LATE, MOST_CAUSES = 5, 5
_LEAST_GROWN = 3  # tickets of a cause in the week, below which nothing is said of its growth


@dataclass(frozen=True, slots=True)
class OfWeek:
    """What came in, in the week that begins on that day."""

    first_day: date
    nps: NpsFigures


@dataclass(frozen=True, slots=True)
class CauseOfWeek:
    """How many tickets were resolved with a cause in the week, and in a usual one of the four before."""

    cause: RootCause
    n: int
    usual: float

    @property
    def grows(self) -> bool:
        """Whether the week has clearly more than a usual one: twice what chance moves such a count by."""
        return self.n >= _LEAST_GROWN and self.n - self.usual > 2 * sqrt(max(self.usual, 1))


@dataclass(frozen=True, slots=True)
class Week:
    """A week of seven days of the company, and what is late now.

    weeks: oldest first, the last is this one. late: the first few of `late_count`. recovered: resolved so by a person,
    of `resolved`. better: second scores in a better group, of `answered_again`.
    """

    first_day: date
    last_day: date
    weeks: Sequence[OfWeek]
    kept: Promises
    late_count: int
    late: Sequence[Ticket]
    resolved: int
    recovered: int
    answered_again: int
    better: int
    causes: Sequence[CauseOfWeek]

    @property
    def nps(self) -> NpsFigures:
        return self.weeks[-1].nps

    @property
    def before(self) -> NpsFigures:
        return self.weeks[-2].nps

    @property
    def happened(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.nps.responses or self.late_count or self.resolved or self.answered_again or self.kept.n)

    @property
    def growing(self) -> CauseOfWeek | None:
        """The cause that grows most; None where none clearly does."""
        found = [one for one in self.causes if one.grows]
        return max(found, key=lambda one: one.n - one.usual, default=None)


def week_before(at: datetime, scope: Scope) -> Week:
    """The seven days of the company before the day of `at`; eight queries."""
    last_day = company_day(at) - _DAY
    first_day = last_day - 6 * _DAY
    began, ended = _midnight(first_day), _midnight(last_day + _DAY)
    unhappy = scope.tickets.of_detractors()
    late = unhappy.overdue(at)
    resolved = scope.tickets.filter(resolved_at__gte=began, resolved_at__lt=ended, discarded_at=None).aggregate(
        n=Count("pk"), recovered=Count("pk", filter=Q(outcome=Outcome.RECOVERED))
    )
    second = list(_second_scores(scope, began, ended))
    return Week(
        first_day=first_day,
        last_day=last_day,
        weeks=_weeks(scope, first_day, last_day),
        kept=promises(unhappy, at=at, first_day=first_day, last_day=last_day),
        late_count=late.count(),
        late=list(late.select_related("response__contact", "owner").order_by("score", "deadline", "pk")[:MOST_LATE]),
        resolved=resolved["n"],
        recovered=resolved["recovered"],
        answered_again=len(second),
        better=sum(bool(ticket.recovered) for ticket in second),
        causes=_causes(scope, began, ended),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(settings.TIME_ZONE))


def _weeks(scope: Scope, first_day: date, last_day: date) -> list[OfWeek]:
    since = first_day - (WEEKS - 1) * 7 * _DAY
    rows = Tally.objects.filter(survey__in=scope.surveys, day__gte=since, day__lte=last_day)
    counts: dict[int, Counter[int]] = {number: Counter() for number in range(WEEKS)}
    for day, score, number in rows.order_by().values_list("day", "score").annotate(Sum("count")):
        counts[(day - since).days // 7][score] += number
    return [OfWeek(since + number * 7 * _DAY, NpsFigures.from_counts(scores)) for number, scores in counts.items()]


def _second_scores(scope: Scope, began: datetime, ended: datetime) -> TicketQuerySet:
    """Tickets whose customers, asked again, answered in the week."""
    again = Response.objects.filter(
        follows__isnull=False, state=ResponseState.CONFIRMED, answered_at__gte=began, answered_at__lt=ended
    )
    tickets = scope.tickets.of_real_answers().filter(score_after__isnull=False)
    return tickets.filter(response__in=again.values("follows")).only("score", "score_after")


def _causes(scope: Scope, began: datetime, ended: datetime) -> list[CauseOfWeek]:
    """Of the week the commonest first, with what is usual."""
    rows = scope.tickets.filter(root_cause__isnull=False, discarded_at=None).order_by()
    now = _by_cause(rows.filter(resolved_at__gte=began, resolved_at__lt=ended))
    earlier = _by_cause(rows.filter(resolved_at__gte=began - _USUAL_WEEKS * 7 * _DAY, resolved_at__lt=began))
    causes = RootCause.objects.in_bulk(now)
    found = [CauseOfWeek(causes[pk], n, earlier.get(pk, 0) / _USUAL_WEEKS) for pk, n in now.items()]
    return sorted(found, key=lambda one: (-one.n, one.cause.pk))[:MOST_CAUSES]


def _by_cause(rows: TicketQuerySet) -> Mapping[int, int]:
    return dict(rows.values_list("root_cause").annotate(Count("pk")))
