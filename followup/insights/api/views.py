"""The figures as an API: trend, two periods side by side, and the NPS by anything."""

from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response as ApiResponse

from followup.insights.api import serializers
from followup.insights.comparing import trend
from followup.insights.comparing.change import nps_change
from followup.insights.figures.periods import PREVIOUS, WITH, Period, last_days
from followup.insights.overview.days import days_with_traits
from followup.insights.segments.dimensions import DIMENSIONS, dimension_of, parts_of
from followup.insights.segments.table import table_of
from nps_project.api.errors import BadQuery
from nps_project.api.filters import refuse_unread_filters
from nps_project.api.views import ApiView, period_of
from nps_project.common.dates import company_day
from nps_project.common.replica import read_from_replica
from surveys.api.views import PERIOD, surveys_asked_for, traits_asked_for
from surveys.contacts.traits import TRAIT_FILTER
from surveys.statistics import nps_figures

DAYS = 30  # of a period that is not given
MOST_POINTS = 1100  # three years of days
OF_FIGURES = {"survey", "from", "to"}


def period_asked_for(request: Request) -> Period:
    """The days ?from= and ?to=; today ends it where `to` is not given, and thirty days are all of it where `from` is
    not. Raises: BadQuery."""
    first, last = period_of(request)
    last = last or company_day(timezone.now())
    found = Period(first, last) if first else last_days(last, DAYS)
    if found.days < 1:
        raise BadQuery({"from": [f"'{first}' is after today, '{last}'; that day or an earlier one is allowed."]})
    if found.days > MOST_POINTS:
        raise BadQuery({"from": [f"'{first}' makes {found.days} days; at most {MOST_POINTS} are allowed."]})
    return found


class TrendView(ApiView):
    """The NPS over time."""

    @extend_schema(
        parameters=[*PERIOD, OpenApiParameter("interval", OpenApiTypes.STR, enum=trend.INTERVALS)],
        responses=serializers.TrendSerializer,
        operation_id="stats_nps_trend",
    )
    @read_from_replica
    def get(self, request: Request) -> ApiResponse:
        """Filters: survey, from, to, and `trait.<name>`. The first and the last period are cut off at from and to."""
        refuse_unread_filters(request, OF_FIGURES | {"interval"}, prefixes=(TRAIT_FILTER,))
        interval = _one_of(request, "interval", trend.INTERVALS, trend.MONTH)
        asked = period_asked_for(request)
        surveys = surveys_asked_for(request, self.caller)
        days = days_with_traits(surveys, asked.first, asked.last, traits_asked_for(request))
        points = trend.by_period(days, asked.first, asked.last, interval)
        return ApiResponse(serializers.TrendSerializer({"interval": interval, "points": points}).data)


class CompareView(ApiView):
    """A period beside the one before it, or the same a year before."""

    @extend_schema(
        parameters=[*PERIOD, OpenApiParameter("with", OpenApiTypes.STR, enum=WITH)],
        responses=serializers.CompareSerializer,
        operation_id="stats_compare",
    )
    @read_from_replica
    def get(self, request: Request) -> ApiResponse:
        """Filters: survey, from, to, and `trait.<name>`; without from and to the last thirty days."""
        refuse_unread_filters(request, OF_FIGURES | {"with"}, prefixes=(TRAIT_FILTER,))
        asked = period_asked_for(request)
        other = asked.compared_with(_one_of(request, "with", WITH, PREVIOUS))
        surveys, traits = surveys_asked_for(request, self.caller), traits_asked_for(request)
        now, before = (
            nps_figures(surveys, first_day=one.first, last_day=one.last, traits=traits) for one in (asked, other)
        )
        change = nps_change(before, now)
        found: dict[str, Any] = dict.fromkeys(("change", "low", "high", "is_noise"))
        if change is not None:
            found = {"change": change.change, "low": change.low, "high": change.high, "is_noise": change.is_noise}
        found |= {"now": now, "before": before, "before_from": other.first, "before_to": other.last}
        return ApiResponse(serializers.CompareSerializer(found).data)


class ByView(ApiView):
    """The NPS by survey, team, language, channel, company, account manager, or `trait.<name>`."""

    @extend_schema(
        parameters=[*PERIOD, OpenApiParameter("dimension", OpenApiTypes.STR, OpenApiParameter.PATH)],
        responses=serializers.PartsSerializer,
        operation_id="stats_by",
    )
    @read_from_replica
    def get(self, request: Request, dimension: str) -> ApiResponse:
        """Filters: survey, from, to, and `trait.<name>`. Parts under ten are hidden, and as many more as it takes."""
        refuse_unread_filters(request, OF_FIGURES, prefixes=(TRAIT_FILTER,))
        if dimension_of(dimension) is None:
            allowed = ", ".join([*DIMENSIONS, f"{TRAIT_FILTER}<name>"])
            raise BadQuery({"dimension": [f"{dimension[:50]!r} is not allowed; allowed: {allowed}."]})
        first_day, last_day = period_of(request)
        parts = parts_of(
            surveys_asked_for(request, self.caller),
            dimension,
            first_day=first_day,
            last_day=last_day,
            traits=traits_asked_for(request),
        )
        table = table_of(parts)
        found = {"results": table.rows, "others": table.others}
        return ApiResponse(serializers.PartsSerializer(found).data)


def _one_of(request: Request, name: str, allowed: tuple[str, ...], otherwise: str) -> str:
    given = request.query_params.get(name, otherwise)
    if given not in allowed:
        raise BadQuery({name: [f"{given[:50]!r} is not allowed; allowed: {', '.join(allowed)}."]})
    return str(given)
