"""Count the asks of the days that are over, and those anew that changed since; beside `days/counting.py`, whose sweep
does it, and by the same rules.

Triggers mark a day whenever an ask of it, the answer to one, or the customer behind one changes (migration 0006). Mails
are answered days later, so days of the last weeks are counted again and again; figures read those that are marked from
the asks.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, TruncDate

from nps_project.common.dates import company_day, day_bounds
from surveys.models import Invitation
from surveys.models.invitation import COUNT_AS_ASKED
from surveys.tallying.days.asks.states import ASKED, ASKED_WHEN, STEPS
from surveys.tallying.days.divisions import OF_ASK, as_value
from surveys.tallying.models import LONGEST_VALUE, AskCount, ChangedAskDay, CountedDay, Division

ALL = "asks"  # the division by campaign and channel; how the names of the others begin
MOST_A_DAY = 1_000
COUNTS = {"asked": Count("pk"), **{name: Count("pk", filter=found) for name, found in STEPS.items()}}


def name_of(by: str) -> str:
    """Of the division by language, company or account manager."""
    return f"{ALL} {by}"


def divisions() -> dict[str, Combinable | None]:
    """The name of each division of asks with the value of an ask in it; none by campaign and channel."""
    return {ALL: None, **{name_of(by): as_value(value()) for by, value in OF_ASK.items()}}


def first_asked() -> QuerySet[Invitation, Any]:
    """When the first ask was (`when`): one row, or none; by the index of when they were."""
    asked: QuerySet[Any, Any] = Invitation.objects.filter(status__in=COUNT_AS_ASKED).annotate(when=ASKED_WHEN)
    return asked.order_by("when").values("when")[:1]


def first_day() -> date | None:
    """The day of the first ask."""
    return next((company_day(row["when"]) for row in first_asked()), None)


def due(ends: date) -> Q:
    """The divisions, of which not all days before this one are counted; one query."""
    is_ours, first = Q(name__startswith=ALL), first_day()
    if first is None or first >= ends:
        return is_ours & Q(pk__in=[])
    known = CountedDay.objects.filter(division=OuterRef(OuterRef("pk")), day__gte=first, day__lt=ends)
    n = Subquery(known.order_by().values("division").annotate(n=Count("day")).values("n"), output_field=IntegerField())
    short = Division.objects.annotate(n=Coalesce(n, Value(0))).filter(is_ours, n__lt=(ends - first).days)
    return Q(pk__in=short.values("pk"))


def uncounted(division_id: int, ends: date) -> list[date]:
    """The days before this one that are not counted, the youngest first."""
    first = first_day()
    if first is None:
        return []
    known = set(CountedDay.objects.filter(division=division_id).values_list("day", flat=True))
    every = (ends - timedelta(days=back) for back in range(1, (ends - first).days + 1))
    return [day for day in every if day not in known]


@transaction.atomic
def count_days(division_id: int, value: Combinable | None, days: Sequence[date]) -> None:
    """Count these days by one division; nothing of those that are counted, or when the division is gone."""
    division = Division.objects.select_for_update().filter(pk=division_id).first()
    if division is None or not days:
        return
    days = sorted(set(days).difference(CountedDay.objects.filter(division=division).values_list("day", flat=True)))
    rows: dict[date, list[dict[str, Any]]] = {day: [] for day in days}
    for row in counts_of(in_days(days), value).iterator():
        if len(rows[row["day"]]) <= MOST_A_DAY:
            rows[row["day"]].append(row)
    over = {day for day, found in rows.items() if len(found) > MOST_A_DAY or any(map(_is_too_long, found))}
    AskCount.objects.filter(division=division, day__in=days).delete()
    AskCount.objects.bulk_create(
        AskCount(division=division, survey_id=row["survey"], day=day, campaign=row["of_campaign"], channel=row["way"],
                 value=row["value"], **{name: row[name] for name in COUNTS})
        for day, found in rows.items() if day not in over for row in found
    )  # fmt: skip
    CountedDay.objects.bulk_create(CountedDay(division=division, day=day, is_over=day in over) for day in days)


def _is_too_long(row: Mapping[str, Any]) -> bool:
    return len(row["value"]) > LONGEST_VALUE


def counts_of(which: Q, value: Combinable | None) -> QuerySet[Invitation, Any]:
    """Rows of survey, day, of_campaign, way (the channel), value and COUNTS, of the asks of these days."""
    rows = Invitation.objects.alias(asked_when=ASKED_WHEN).filter(ASKED, which)
    day = TruncDate("asked_when", tzinfo=ZoneInfo(settings.TIME_ZONE))
    by: dict[str, Any] = {"of_campaign": Value(0), "way": Value(""), "value": value}
    if value is None:
        by = {"of_campaign": Coalesce("campaign_id", Value(0)), "way": F("channel"), "value": Value("")}
    divided: QuerySet[Invitation, Any] = rows.order_by().values("survey", day=day, **by).annotate(**COUNTS)
    return divided


def in_days(days: Iterable[date]) -> Q:
    """Asks of these days."""
    found = Q(pk__in=[])
    for begins, ends in map(day_bounds, days):
        found |= Q(asked_when__gte=begins, asked_when__lt=ends)
    return found


def forget_changed(most: int) -> int:
    """Let the days that changed be counted anew, while the caller holds the divisions. Returns: how many changes."""
    changes = dict(ChangedAskDay.objects.order_by("pk").values_list("pk", "day")[:most])
    CountedDay.objects.filter(division__name__startswith=ALL, day__in=set(changes.values())).delete()
    ChangedAskDay.objects.filter(pk__in=changes).delete()
    return len(changes)


_DIFFERING = """
WITH good AS (
    SELECT day FROM tallying_countedday WHERE division_id = %s AND NOT is_over
    AND day NOT IN (SELECT day FROM tallying_changedaskday)
), kept AS (
    SELECT survey_id, day, campaign, channel, value, {counts} FROM tallying_askcount
    WHERE division_id = %s AND day IN (SELECT day FROM good)
), recount AS (
    SELECT survey AS survey_id, day, of_campaign, way, value, {counts} FROM ({recount}) AS found
    WHERE day IN (SELECT day FROM good)
)
SELECT DISTINCT day FROM (
    (TABLE kept EXCEPT TABLE recount) UNION ALL (TABLE recount EXCEPT TABLE kept)
) AS differing ORDER BY 1
"""


def differing_days() -> list[tuple[str, date]]:
    """Days whose counts are not those of their asks, though no mark says that they changed; one statement for each
    division."""
    known, found = divisions(), list[tuple[str, date]]()
    with connection.cursor() as cursor:
        for division in Division.objects.filter(name__in=known).order_by("name"):
            recount, given = counts_of(Q(), known[division.name]).query.sql_with_params()
            statement = _DIFFERING.format(counts=", ".join(COUNTS), recount=recount)
            cursor.execute(statement, [division.pk, division.pk, *given])
            found += [(division.name, day) for (day,) in cursor.fetchall()]
    return found
