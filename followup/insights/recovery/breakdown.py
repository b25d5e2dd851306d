"""The main figures by month, team, owner, survey or root cause: one line each, small groups hidden."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from followup.insights.estimates.shares import Share, wilson
from followup.insights.estimates.small_groups import hidden
from followup.insights.recovery.facts import MONTH
from followup.insights.recovery.query import Group
from followup.models import RootCause
from nps_project.accounts.models import Team, User
from surveys.models import Survey

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


def lines(groups: Sequence[Group], by: str) -> Sequence[Line]:
    """The groups of a selection that was read by one of KEYS, months in their order, others with the most tickets
    first; one query, of their names."""
    found = sorted(groups, key=lambda one: str(one.key) if by == MONTH else (-one.n, str(one.key)))
    keys = [one.key for one in found]
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


def _key(by: str, key: Any, named: dict[Any, Any]) -> str:
    if key is None:
        return ""
    if by == MONTH:
        return str(key)[:7]
    found = named.get(key)
    return str(found.slug if by in ("survey", "root_cause") else found.pk) if found else ""


def _name(by: str, key: Any, named: dict[Any, Any]) -> str:
    if by == MONTH:
        return capfirst(date_format(date.fromisoformat(f"{str(key)[:7]}-01"), "YEAR_MONTH_FORMAT"))
    if key is None:
        return {"owner": _("Nobody"), "team": _("No team")}.get(by, _("Not named yet"))
    found = named.get(key)
    return found.name if by == "survey" and found else str(found)
