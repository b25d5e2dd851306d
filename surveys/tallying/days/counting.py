"""Count the days that are over by each division, and those anew that changed since; of today its quarters of an hour.

A trigger marks a day whenever an answer of it that is older than an hour changes, or the customer behind one, in the
same transaction (migrations 0003, 0013). From then on figures read that day from the answers, until it is counted anew
here. Counting and forgetting exclude each other by the rows of the divisions; a change that commits while its day is
counted leaves its mark, so the count is not used.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncDate

from nps_project.background import sweep
from nps_project.common.dates import company_day, day_bounds
from surveys.models import Response, Tally, TallyZone
from surveys.scoring import HIGHEST_DETRACTOR, HIGHEST_PASSIVE
from surveys.tallying.days.asks import counting as asks
from surveys.tallying.days.divisions import Way, all_divisions
from surveys.tallying.models import (
    LONGEST_VALUE,
    AskCount,
    ChangedAskDay,
    ChangedDay,
    CountedDay,
    CountedSoFar,
    DayCount,
    Division,
)

# After its end: what changes of answers younger than an hour is marked by no trigger, and may take a while to commit.
CLOSED_AFTER = timedelta(minutes=90)
QUARTER = 15  # minutes
MOST_A_DAY = 1_000  # values and surveys: of more than that nothing is gained
MOST_CHANGES = 20_000  # at once: an import of many small parts makes one for each part and day
LONGEST_DAY = timedelta(hours=25)  # on which the clocks go back
AT_ONCE = 31  # days, of which as many rows are read
BUDGET_S = 30.0  # for one division before it is another one's turn
GROUPS = {
    "promoters": Count("pk", filter=Q(score__gt=HIGHEST_PASSIVE)),
    "passives": Count("pk", filter=Q(score__gt=HIGHEST_DETRACTOR, score__lte=HIGHEST_PASSIVE)),
    "detractors": Count("pk", filter=Q(score__lte=HIGHEST_DETRACTOR)),
}


def go_on(at: datetime) -> None:
    """The sweep: forget days that changed, then count what is over and not counted."""
    TallyZone.objects.get_or_create(id=1, defaults={"name": settings.TIME_ZONE})  # the triggers read it
    keep_divisions()
    while forget_changed():
        pass
    sweep.run(COUNT, at)


def keep_divisions() -> None:
    """Make the rows of new divisions, and delete those of two traits of which one is marked no longer."""
    wanted = {*all_divisions(), *asks.divisions()}
    known = set(Division.objects.values_list("name", flat=True))
    Division.objects.bulk_create([Division(name=name) for name in sorted(wanted - known)], ignore_conflicts=True)
    if gone := known - wanted:
        Division.objects.filter(name__in=gone).delete()


@transaction.atomic
def forget_changed() -> int:
    """Let the days that changed be counted anew; of those without answers by now nothing stays. Returns: how many
    changes it looked at, MOST_CHANGES at most."""
    divisions = list(Division.objects.select_for_update().order_by("pk"))  # nobody counts meanwhile
    changes = dict(ChangedDay.objects.order_by("pk").values_list("pk", "day")[:MOST_CHANGES])
    days = set(changes.values())
    CountedDay.objects.filter(day__in=days).exclude(division__name__startswith=asks.ALL).delete()
    CountedSoFar.objects.filter(day__in=days).delete()
    empty = days.difference(Tally.objects.filter(day__in=days, count__gt=0).values_list("day", flat=True))
    DayCount.objects.filter(division__in=divisions, day__in=empty).delete()
    ChangedDay.objects.filter(pk__in=changes).delete()
    return max(len(changes), asks.forget_changed(MOST_CHANGES))


def drop_changed_now() -> None:
    """Delete the counts of the days that the caller's transaction changed, with the values that answers had before:
    nobody reads them any more, and they would stay until the days are counted anew."""
    with connection.cursor() as cursor:
        changes = ("daycount", "changedday"), ("countedsofar", "changedday"), ("askcount", "changedaskday")
        for counts, changed in changes:
            cursor.execute(
                f"DELETE FROM tallying_{counts} WHERE division_id IN (SELECT id FROM tallying_division) AND day IN"  # noqa: S608
                f" (SELECT day FROM tallying_{changed} WHERE changed_by = pg_current_xact_id()::text::bigint)"
            )


@transaction.atomic
def forget_all() -> None:
    """Let every day be counted anew."""
    list(Division.objects.select_for_update().order_by("pk"))
    with connection.cursor() as cursor:
        for model in (CountedDay, CountedSoFar, DayCount, ChangedDay, AskCount, ChangedAskDay):
            cursor.execute(f"DELETE FROM {model._meta.db_table}")  # noqa: S608


def _end(at: datetime) -> date:
    """The first day that may not be counted yet."""
    return company_day(at - CLOSED_AFTER)


def _uncounted(at: datetime, division: Any) -> QuerySet[Tally]:
    """The tallies of days that are over and that a division of answers has not counted."""
    counted = CountedDay.objects.filter(division=division, day=OuterRef("day"))
    return Tally.objects.filter(~Exists(counted), count__gt=0, day__lt=_end(at))


def so_far(at: datetime) -> tuple[date, datetime] | None:
    """The day that may not be counted yet, and up to when its answers may, in quarters of an hour; None before the
    first one."""
    day, closed = _end(at), at - CLOSED_AFTER
    until = closed.replace(minute=closed.minute // QUARTER * QUARTER, second=0, microsecond=0)
    return (day, until) if until > day_bounds(day)[0] else None


def _behind(at: datetime) -> Q:
    """The divisions that have not counted as far into the day."""
    if (today := so_far(at)) is None:
        return Q(pk__in=[])
    day, until = today
    known = CountedSoFar.objects.filter(division=OuterRef("pk"), day=day, until__gte=until)
    is_over = CountedDay.objects.filter(division=OuterRef("pk"), day=day)  # by a clock that is ahead
    return Q(~Exists(known), ~Exists(is_over), Exists(Tally.objects.filter(day=day, count__gt=0)))


def _due(at: datetime) -> QuerySet[Division]:
    of_answers = (Exists(_uncounted(at, OuterRef(OuterRef("pk")))) | _behind(at)) & ~Q(name__startswith=asks.ALL)
    return Division.objects.filter(of_answers | asks.due(_end(at))).order_by("looked_at", "pk")


def _act(division_id: int, at: datetime) -> bool:
    ends = time.monotonic() + BUDGET_S
    Division.objects.filter(pk=division_id).update(looked_at=at)
    name = Division.objects.get(pk=division_id).name
    way = all_divisions().get(name)
    count: Callable[[Sequence[date]], None]
    if name in (of_asks := asks.divisions()):
        days, count = asks.uncounted(division_id, _end(at)), partial(asks.count_days, division_id, of_asks[name])
    elif way is not None:
        days = list(_uncounted(at, division_id).order_by("-day").values_list("day", flat=True).distinct())
        count = partial(count_days, division_id, way)
    else:
        return False
    for first in range(0, len(days), AT_ONCE):
        count(days[first : first + AT_ONCE])
        if time.monotonic() >= ends:
            break
    if way is not None and (today := so_far(at)):
        count_so_far(division_id, way, *today)
    return True


COUNT = sweep.add(sweep.Sweep("tallying.days", _due, _act))


@transaction.atomic
def count_days(division_id: int, way: Way, days: Sequence[date]) -> None:
    """Count these days by one division; nothing of those that are counted, or when the division is gone."""
    division = Division.objects.select_for_update().filter(pk=division_id).first()
    if division is None:
        return
    days = sorted(set(days).difference(CountedDay.objects.filter(division=division).values_list("day", flat=True)))
    over = _keep(division, days, counts_of(days, way))
    CountedDay.objects.bulk_create(CountedDay(division=division, day=day, is_over=day in over) for day in days)
    CountedSoFar.objects.filter(division=division, day__in=days).delete()


@transaction.atomic
def count_so_far(division_id: int, way: Way, day: date, until: datetime) -> None:
    """Count the answers of this day before `until`; nothing when so much is counted, or the division is gone."""
    division = Division.objects.select_for_update().filter(pk=division_id).first()
    if division is None or CountedDay.objects.filter(division=division, day=day).exists():
        return
    if CountedSoFar.objects.filter(division=division, day=day, until__gte=until).exists():
        return
    over = _keep(division, [day], counts_of([day], way, until))
    row = CountedSoFar(division=division, day=day, until=until, is_over=bool(over))
    CountedSoFar.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["division"], update_fields=["day", "until", "is_over"]
    )


def _keep(division: Division, days: Sequence[date], counts: QuerySet[Response, dict[str, Any]]) -> set[date]:
    """Keep these counts in place of what is known of the days. Returns: the days with too many values, without any."""
    rows: dict[date, list[dict[str, Any]]] = {day: [] for day in days}
    for row in counts.iterator():
        if len(rows[row["day"]]) <= MOST_A_DAY:
            rows[row["day"]].append(row)
    over = {day for day, known in rows.items() if len(known) > MOST_A_DAY or any(map(_is_too_long, known))}
    DayCount.objects.filter(division=division, day__in=days).delete()
    DayCount.objects.bulk_create(
        DayCount(division=division, day=day, survey_id=row["survey"], value=row["value"],
                 **{group: row[group] for group in GROUPS})
        for day, known in rows.items() if day not in over for row in known
    )  # fmt: skip
    return over


def _is_too_long(row: Mapping[str, Any]) -> bool:
    return len(row["value"]) > LONGEST_VALUE


def counts_of(days: Sequence[date], way: Way, until: datetime | None = None) -> QuerySet[Response, dict[str, Any]]:
    """Rows of survey, day, value and groups of the confirmed answers of these days, or of those before `until`."""
    surveys = list(Tally.objects.filter(day__in=days, count__gt=0).values_list("survey", flat=True).distinct())
    answers = Response.objects.confirmed().filter(in_days(days), survey__in=surveys)
    return _divided(answers if until is None else answers.filter(answered_at__lt=until), way)


def _divided(answers: QuerySet[Response], way: Way) -> QuerySet[Response, dict[str, Any]]:
    divided: QuerySet[Response, Any] = (
        answers.filter(way.of).order_by().values("survey", day=day_of_answer(), value=way.value)
    )
    return divided.annotate(**GROUPS)


def day_of_answer() -> TruncDate:
    """The day of the company's zone on which an answer was given."""
    return TruncDate("answered_at", tzinfo=ZoneInfo(settings.TIME_ZONE))


def in_days(days: Sequence[date]) -> Q:
    """Answers of these days, in their order; those that follow each other as one stretch of time."""
    found, stretch = Q(pk__in=[]), None
    for begins, ends in map(day_bounds, days):
        if stretch and begins == stretch[1]:
            stretch = stretch[0], ends
            continue
        if stretch:
            found |= Q(answered_at__gte=stretch[0], answered_at__lt=stretch[1])
        stretch = begins, ends
    return found | Q(answered_at__gte=stretch[0], answered_at__lt=stretch[1]) if stretch else found


_DIFFERING = """
WITH good AS (
    SELECT day FROM {counted} WHERE division_id = %s AND NOT is_over
    AND day NOT IN (SELECT day FROM tallying_changedday)
), kept AS (
    SELECT survey_id, day, value, promoters, passives, detractors FROM tallying_daycount
    WHERE division_id = %s AND day IN (SELECT day FROM good)
), recount AS (
    SELECT survey AS survey_id, day, value, promoters, passives, detractors FROM ({recount}) AS found
    WHERE day IN (SELECT day FROM good)
)
SELECT DISTINCT day FROM (
    (TABLE kept EXCEPT TABLE recount) UNION ALL (TABLE recount EXCEPT TABLE kept)
) AS differing ORDER BY 1
"""


def differing_days() -> list[tuple[str, date]]:
    """Days whose counts are not those of their answers, though no mark says that they changed: none, or a fault. One
    statement for each division, and so of one moment; another for the day that is counted so far."""
    divisions, found = all_divisions(), list[tuple[str, date]]()
    with connection.cursor() as cursor:
        for division in Division.objects.filter(name__in=divisions).order_by("name"):
            until = Subquery(CountedSoFar.objects.filter(division=division).values("until"))
            answers = Response.objects.confirmed()
            early = answers.filter(answered_at__lt=until, answered_at__gt=until - LONGEST_DAY)
            for counted, of_them in ((CountedDay, answers), (CountedSoFar, early)):
                recount, given = _divided(of_them, divisions[division.name]).query.sql_with_params()
                statement = _DIFFERING.format(counted=counted._meta.db_table, recount=recount)
                cursor.execute(statement, [division.pk, division.pk, *given])
                found += [(division.name, day) for (day,) in cursor.fetchall()]
    return found + asks.differing_days()
