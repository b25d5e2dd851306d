"""REST API of the ranking of root causes."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response as ApiResponse

from followup.insights.causes.ranking import Ranking, Row, rank
from followup.insights.estimates.small_groups import LEAST
from followup.insights.figures.periods import period_of
from followup.insights.themes.tagged import tagged
from followup.models import Ticket
from nps_project.api.errors import BadQuery
from nps_project.api.filters import refuse_unread_filters
from nps_project.api.views import ApiView
from nps_project.api.views import period_of as days_of
from nps_project.common.replica import read_from_replica
from surveys.api.views import PERIOD, surveys_asked_for


class CauseTrendSerializer(serializers.Serializer[Any]):
    """The share against that of the period before, as parts of 1, with its 95 % interval. `n` and `share`: of the
    period before. `is_noise`: the interval has 0 in it."""

    n = serializers.IntegerField()
    share = serializers.FloatField()
    change = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    is_noise = serializers.BooleanField()


class GivenSerializer(serializers.Serializer[Any]):
    """What was given to customers, in one currency."""

    currency = serializers.CharField()
    amount = serializers.CharField()


class CauseRecoveredSerializer(serializers.Serializer[Any]):
    """Of those with a score afterwards, how many are in a better group than before; as a part of 1."""

    n = serializers.IntegerField()
    of = serializers.IntegerField()
    share = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()


class CauseRowSerializer(serializers.Serializer[Any]):
    """One root cause. Where `hidden`, too few tickets named it, and its figures are null; where too few customers did,
    `customers`, `value`, `gestures` and `given` are."""

    root_cause = serializers.CharField()
    hidden = serializers.BooleanField()
    n = serializers.IntegerField(allow_null=True)
    share = serializers.FloatField(allow_null=True)
    value = serializers.CharField(allow_null=True)
    trend = CauseTrendSerializer(allow_null=True)
    customers = serializers.IntegerField(allow_null=True)
    gestures = serializers.IntegerField(allow_null=True)
    given = GivenSerializer(many=True, allow_null=True)
    recovered = CauseRecoveredSerializer(allow_null=True)


class SuggestedSerializer(serializers.Serializer[Any]):
    """A cause, and the answers of the period without a chosen cause whose words suggest it; null where few do."""

    root_cause = serializers.CharField()
    n = serializers.IntegerField(allow_null=True)


class CausesSerializer(serializers.Serializer[Any]):
    """The ranking; it has one page. `n`: tickets of the period that name a cause, null under 10. `suggested`: what the
    words of other answers suggest, counted nowhere else; none with the filters team and owner."""

    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    n = serializers.IntegerField(allow_null=True)
    currency = serializers.CharField()
    results = CauseRowSerializer(many=True)
    suggested = SuggestedSerializer(many=True)

    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of Python."""
        return super().get_fields() | {
            "from": serializers.DateField(read_only=True),
            "to": serializers.DateField(read_only=True),
        }


class CauseStatsView(ApiView):
    """Root causes, ranked."""

    @extend_schema(
        parameters=[*PERIOD, OpenApiParameter("team", OpenApiTypes.INT), OpenApiParameter("owner", OpenApiTypes.INT)],
        responses=CausesSerializer,
        operation_id="stats_causes",
    )
    @read_from_replica
    def get(self, request: Request) -> ApiResponse:
        """Filters: survey, team, owner, from, to. Without days: the last 90."""
        refuse_unread_filters(request, {"survey", "team", "owner", "from", "to"})
        rows = Ticket.objects.visible_to(self.caller)
        if "survey" in request.query_params:
            rows = rows.filter(survey__in=surveys_asked_for(request, self.caller))
        for name in ("team", "owner"):
            if (wanted := _id_parameter(request, name)) is not None:
                rows = rows.filter(**{name: wanted})
        period = period_of(*days_of(request), timezone.now())
        of_answers = not {"team", "owner"} & set(request.query_params)
        suggested = tagged(surveys_asked_for(request, self.caller), period) if of_answers else []
        found = _shown(rank(rows, period)) | {"suggested": [{"root_cause": one.slug, "n": one.n} for one in suggested]}
        return ApiResponse(found)


def _id_parameter(request: Request, name: str) -> int | None:
    given = request.query_params.get(name)
    if given is None:
        return None
    if not (given.isascii() and given.isdigit() and len(given) <= 18):
        raise BadQuery({name: [f"{given[:50]!r} is not an id, a whole number."]})
    return int(given)


def _shown(ranking: Ranking) -> dict[str, Any]:
    return {
        "from": ranking.period.first.isoformat(), "to": ranking.period.last.isoformat(), "next": None,
        "previous": None, "n": ranking.n if ranking.n == 0 or ranking.n >= LEAST else None,
        "currency": ranking.currency,
        "results": [_row(row) for row in (*ranking.shown, *ranking.hidden)],
    }  # fmt: skip


def _row(row: Row) -> dict[str, Any]:
    names = ("n", "share", "value", "trend", "customers", "gestures", "given", "recovered")
    if row.is_hidden:
        return {"root_cause": row.slug, "hidden": True, **dict.fromkeys(names)}
    found = row.recovered
    return {
        "root_cause": row.slug, "hidden": False, "n": row.n, "share": row.share.share,
        "value": _amount(row.value), "trend": _trend(row), "customers": row.customers, "gestures": row.gestures,
        "given": _given(row.sums),
        "recovered": {
            "n": found.n, "of": found.of, "share": found.share, "low": found.low, "high": found.high,
        } if row.is_recovery_known else None,
    }  # fmt: skip


def _given(sums: Sequence[tuple[str, Decimal]] | None) -> list[dict[str, str]] | None:
    return None if sums is None else [{"currency": currency, "amount": str(amount)} for currency, amount in sums]


def _amount(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _trend(row: Row) -> dict[str, Any] | None:
    if row.trend is None:
        return None
    return {
        "n": row.before.n, "share": row.before.share,
        "change": row.trend.value, "low": row.trend.low, "high": row.trend.high, "is_noise": row.trend.is_noise,
    }  # fmt: skip
