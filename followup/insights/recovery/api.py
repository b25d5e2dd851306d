"""GET stats/recovery/: the figures of recovery for programs."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response as ApiResponse

from followup.api.views import id_parameter
from followup.insights.estimates.shares import Estimate, Share
from followup.insights.estimates.survival import Retained
from followup.insights.recovery.facts import surveys_of_second_scores
from followup.insights.recovery.figures import Recovery, Speed
from followup.insights.recovery.narrowed import narrowed
from followup.insights.recovery.query import Selection
from followup.insights.recovery.reading import read
from followup.models import Outcome, RootCause, Ticket
from nps_project.api.errors import BadQuery
from nps_project.api.filters import refuse_unread_filters
from nps_project.api.views import ApiView, period_of
from nps_project.common.replica import read_from_replica
from surveys.api.views import PERIOD, surveys_asked_for

FILTERS = {"survey", "team", "owner", "root_cause", "from", "to"}


class ShareSerializer(serializers.Serializer[Any]):
    """`n` of `of`; the share, 0 to 1, with its 95 % interval; null where `of` is 0."""

    n = serializers.IntegerField()
    of = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


class RecoveredSerializer(ShareSerializer):
    """Of those with a second score; `share_of_all`: as if all others had failed."""

    share_of_all = serializers.FloatField(allow_null=True)


class PairsSerializer(serializers.Serializer[Any]):
    """Mean scores before and after of those with a second score, and the change with its 95 % interval, in points."""

    n = serializers.IntegerField()
    before = serializers.FloatField(allow_null=True)
    after = serializers.FloatField(allow_null=True)
    change = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


class UntouchedSerializer(serializers.Serializer[Any]):
    """Customers with a second score whom nobody tried to contact. All null where they are `hidden`."""

    n = serializers.IntegerField(allow_null=True)
    recovered = serializers.IntegerField(allow_null=True)
    share = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    hidden = serializers.BooleanField()


class DifferenceSerializer(serializers.Serializer[Any]):
    """A difference with its 95 % interval, and how many customers it rests on."""

    n = serializers.IntegerField()
    value = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()


class SpeedSerializer(UntouchedSerializer):
    """Customers with a second score by hours to the first contact; both null: tried, never reached.

    `beyond_drift`: the share less what comes back by itself. `difference`: to the untouched, or the latest, among
    customers of the same score, value and quarter.
    """

    from_h = serializers.IntegerField(allow_null=True)
    to_h = serializers.IntegerField(allow_null=True)
    beyond_drift = serializers.FloatField(allow_null=True)
    difference = DifferenceSerializer(allow_null=True)


class RecoverySerializer(serializers.Serializer[Any]):
    """What calling back is worth. Over detractors' tickets of the period; shares are 0 to 1, times seconds."""

    n = serializers.IntegerField()
    contacted = serializers.IntegerField()
    in_time = serializers.IntegerField()
    in_time_of = serializers.IntegerField()
    in_time_share = serializers.FloatField(allow_null=True)
    median_first_contact_s = serializers.FloatField(allow_null=True)
    p90_first_contact_s = serializers.FloatField(allow_null=True)
    outcomes = serializers.DictField(child=serializers.IntegerField())
    asked_again = serializers.IntegerField()
    answered_again = serializers.IntegerField()
    recovered = RecoveredSerializer()
    became_passive = serializers.IntegerField()
    became_promoter = serializers.IntegerField()
    pairs = PairsSerializer()
    retained = ShareSerializer(allow_null=True)
    speed = SpeedSerializer(many=True)
    untouched = UntouchedSerializer()
    drift = serializers.FloatField()
    drift_share = serializers.FloatField()
    drift_n = serializers.IntegerField()
    beyond_drift = DifferenceSerializer(allow_null=True)


class RecoveryStatsView(ApiView):
    """What calling back is worth."""

    @extend_schema(
        parameters=[
            *PERIOD,
            OpenApiParameter("team", OpenApiTypes.INT),
            OpenApiParameter("owner", OpenApiTypes.INT),
            OpenApiParameter("root_cause", OpenApiTypes.STR, description="A slug; a main cause holds its parts."),
        ],
        responses=RecoverySerializer,
        operation_id="stats_recovery",
    )
    @read_from_replica
    def get(self, request: Request) -> ApiResponse:
        """Filters: survey, team, owner, root_cause, from, to. Groups of fewer than 10 are hidden."""
        refuse_unread_filters(request, FILTERS)
        surveys = surveys_asked_for(request, self.caller)
        given: dict[str, Any] = {}
        if "survey" in request.query_params:
            given["survey"] = request.query_params["survey"]
        for name in ("team", "owner"):
            if (wanted := id_parameter(request, name)) is not None:
                given[name] = wanted
        if "root_cause" in request.query_params:
            given["root_cause"] = _cause(request.query_params["root_cause"])
        first_day, last_day = period_of(request)
        rows = narrowed(Ticket.objects.visible_to(self.caller), given)
        seen = surveys_of_second_scores(self.caller)
        found = read(Selection(rows, surveys, first_day, last_day, timezone.now(), seen)).figures
        return ApiResponse(RecoverySerializer(as_shown(found)).data)


def _cause(slug: str) -> str:
    """Raises: BadQuery for a root cause that is not there."""
    if "\0" in slug or not RootCause.objects.filter(slug=slug).exists():
        raise BadQuery({"root_cause": [f"{slug[:50]!r} is not the slug of a root cause."]})
    return slug


def as_shown(found: Recovery) -> dict[str, Any]:
    """The figures by the API's names."""
    return {
        "n": found.n,
        "contacted": found.contacted,
        "in_time": found.promises.met,
        "in_time_of": found.promises.n,
        "in_time_share": found.promises.met_share,
        "median_first_contact_s": _seconds(found.median_first_contact),
        "p90_first_contact_s": _seconds(found.p90_first_contact),
        "outcomes": {outcome: found.outcomes[outcome] for outcome in Outcome.values},
        "asked_again": found.asked_again,
        "answered_again": found.answered_again,
        "recovered": _share(found.recovered) | {"share_of_all": found.of_all.share},
        "became_passive": found.passives,
        "became_promoter": found.promoters,
        "pairs": {name: getattr(found.pairs, name) for name in ("n", "before", "after", "change", "low", "high")},
        "retained": _share(found.retained) if found.retained else None,
        "speed": [_speed(one) for one in found.speeds[:-1]],
        "untouched": _group(found.untouched),
        "drift": found.drift.points,
        "drift_share": found.drift.share,
        "drift_n": found.drift.n,
        "beyond_drift": _estimate(found.beyond),
    }


def _seconds(length: timedelta | None) -> float | None:
    """No time at all is 0: who answers by phone is contacted as they answer."""
    return None if length is None else length.total_seconds()


def _share(found: Share | Retained) -> dict[str, Any]:
    return {name: getattr(found, name) for name in ("n", "of", "share", "low", "high")}


def _estimate(found: Estimate | None) -> dict[str, Any] | None:
    return {name: getattr(found, name) for name in ("n", "value", "low", "high")} if found else None


def _group(one: Speed) -> dict[str, Any]:
    share = one.share
    if share is None:
        return dict.fromkeys(("n", "recovered", "share", "low", "high")) | {"hidden": True}
    shown = {name: getattr(share, name) for name in ("share", "low", "high")}
    return {"n": share.of, "recovered": share.n, **shown, "hidden": False}


def _speed(one: Speed) -> dict[str, Any]:
    return {
        "from_h": one.from_h,
        "to_h": one.to_h,
        **_group(one),
        "beyond_drift": one.beyond,
        "difference": _estimate(one.compared),
    }
