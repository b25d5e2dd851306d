"""The main figures by month, team, owner, survey or root cause: one line each, small groups hidden."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from followup.insights.estimates.shares import Share, wilson
from followup.insights.estimates.small_groups import hidden
from followup.insights.recovery import facts
from followup.insights.recovery.query import Selection
from followup.models import RootCause
from followup.models.ticket import TicketQuerySet
from followup.statistics import KEPT, MedianSeconds, ended_promises
from nps_project.accounts.models import Team, User
from nps_project.common.together import ask, list_of
from surveys.models import Survey
from surveys.scoring import HIGHEST_DETRACTOR

MONTH = "month"
_NAMED: dict[str, Any] = {"team": Team, "owner": User, "survey": Survey, "root_cause": RootCause}


@dataclass(frozen=True, slots=True)
class Line:
    """One group. `key` is what a filter calls it, "" where no filter does; a figure is None where too few are in it."""

    key: str
    name: str
    n: int | None
    in_time: Share | None
    median_first_contact: timedelta | None
    recovered: Share | None


@dataclass(slots=True)
class _Group:
    n: int = 0
    ended: int = 0
    met: int = 0
    second: int = 0
    recovered: int = 0
    median_s: float | None = field(default=None)


def lines(chosen: Selection, by: str) -> Sequence[Line]:
    """The groups of a selection, months in their order, others with the most tickets first; two queries.

    `by`: month, or one of what tickets are filtered by.
    """
    groups = _groups(chosen, by)
    keys = sorted(groups, key=str) if by == MONTH else sorted(groups, key=lambda key: (-groups[key].n, str(key)))
    found = [groups[key] for key in keys]
    too_few = hidden([one.n for one in found])
    no_promise = hidden([one.ended for one in found], also=too_few)
    no_second = hidden([one.second for one in found], also=too_few)
    named = _NAMED[by].objects.in_bulk([key for key in keys if key is not None]) if by in _NAMED else {}
    return [
        Line(
            key=_key(by, key, named),
            name=_name(by, key, named),
            n=None if place in too_few else one.n,
            in_time=None if place in no_promise else wilson(one.met, one.ended),
            median_first_contact=None if place in no_promise else _length(one.median_s),
            recovered=None if place in no_second else wilson(one.recovered, one.second),
        )
        for place, (key, one) in enumerate(zip(keys, found, strict=True))
    ]  # fmt: skip


def _length(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def _groups(chosen: Selection, by: str) -> dict[Any, _Group]:
    rows = _keyed(chosen.detractors(), by).order_by()
    counted = rows.annotate(second=facts.second_score()).values("key", "second")
    timed = Q(first_contact_at__isnull=False, first_contact_due_at__isnull=False)
    found = ask(
        {
            "counts": list_of(
                counted.annotate(
                    n=Count("pk"),
                    ended=Count("pk", filter=ended_promises(chosen.at)),
                    met=Count("pk", filter=KEPT),
                )
            ),
            "medians": list_of(
                rows.values("key").annotate(median=MedianSeconds(F("first_contact_at"), F("clock_from"), filter=timed))
            ),
        }
    )
    groups: dict[Any, _Group] = defaultdict(_Group)
    for row in found["counts"]:
        group = groups[row["key"]]
        group.n += row["n"]
        group.ended += row["ended"]
        group.met += row["met"]
        group.second += row["n"] if row["second"] is not None else 0
        group.recovered += row["n"] if (row["second"] or 0) > HIGHEST_DETRACTOR else 0
    for row in found["medians"]:
        groups[row["key"]].median_s = row["median"]
    return groups


def _keyed(rows: TicketQuerySet, by: str) -> QuerySet[Any, Any]:
    if by == MONTH:
        return rows.annotate(key=TruncMonth("clock_from", tzinfo=ZoneInfo(settings.TIME_ZONE)))
    return rows.annotate(key=F(f"{by}_id"))


def _key(by: str, key: Any, named: dict[Any, Any]) -> str:
    if key is None:
        return ""
    if by == MONTH:
        return str(key)[:7]
    found = named.get(key)
    return str(found.slug if by in ("survey", "root_cause") else found.pk) if found else ""


def _name(by: str, key: Any, named: dict[Any, Any]) -> str:
    if by == MONTH:
        return date_format(date.fromisoformat(f"{str(key)[:7]}-01"), "YEAR_MONTH_FORMAT")
    if key is None:
        return {"owner": _("Nobody"), "team": _("No team")}.get(by, _("Not named yet"))
    found = named.get(key)
    return found.name if by == "survey" and found else str(found)
