"""GET stats/silence/: the figures about those who did not answer, for programs."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response as ApiResponse

from followup.insights.api.views import period_asked_for
from followup.insights.recovery.api import DifferenceSerializer, ShareSerializer
from followup.insights.silence.calls.api import CallListSerializer, lists_shown
from followup.insights.silence.figures.asked import Scope
from followup.insights.silence.figures.dimensions import OF_ASKED, OF_CUSTOMERS, SEGMENT, of_asked, of_customers
from followup.insights.silence.figures.funnel import Part, Steps
from followup.insights.silence.figures.rates import Rates
from followup.insights.silence.figures.read import Silence, read
from followup.insights.silence.figures.weighing import Weighed
from followup.insights.silence.models import CallList
from nps_project.api.errors import BadQuery
from nps_project.api.filters import refuse_unread_filters
from nps_project.api.views import ApiView
from nps_project.common.replica import read_from_replica
from surveys.api.serializers import NpsSerializer
from surveys.api.views import PERIOD, surveys_asked_for
from surveys.contacts.traits import TRAIT_FILTER
from surveys.models import Campaign

FILTERS = {"survey", "from", "to", "campaign", "by", "weigh"}
STANDARD = "language"
MOST_LISTS = 20


class StepsSerializer(serializers.Serializer[Any]):
    """How far they came: `delivered` of the `mailed`, `commented` of the `answered`, `followed_up` of the `tickets`,
    `recovered` of those with a `second` score."""

    asked = serializers.IntegerField()
    mailed = serializers.IntegerField()
    delivered = serializers.IntegerField()
    answered = serializers.IntegerField()
    commented = serializers.IntegerField()
    tickets = serializers.IntegerField()
    followed_up = serializers.IntegerField()
    second = serializers.IntegerField()
    recovered = serializers.IntegerField()


class StepsOfChannelSerializer(StepsSerializer):
    """The same of one channel."""

    channel = serializers.CharField()


class StepsOfCampaignSerializer(StepsSerializer):
    """The same of one campaign; null: of none."""

    campaign = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()


class RateSerializer(serializers.Serializer[Any]):
    """One group of those who were asked; `rate` is null where it is `hidden`."""

    value = serializers.CharField()
    name = serializers.CharField()
    rate = ShareSerializer(allow_null=True)
    hidden = serializers.BooleanField()


class WeightedSerializer(serializers.Serializer[Any]):
    """The NPS of the customer base. `plain`: of all answers; `known`: of those by customers of the base; `nps`: these
    weighted by `by`, null where there are too few, or where groups without answers (`empty`) are too much of the base
    (`missing`, 0 to 1)."""

    by = serializers.CharField()
    plain = NpsSerializer()
    known = NpsSerializer()
    nps = DifferenceSerializer(allow_null=True)
    base = serializers.IntegerField()
    empty = serializers.ListField(child=serializers.CharField())
    missing = serializers.FloatField()


class SilenceSerializer(serializers.Serializer[Any]):
    """Who was asked and did not answer."""

    steps = StepsSerializer()
    channels = StepsOfChannelSerializer(many=True)
    campaigns = StepsOfCampaignSerializer(many=True)
    rate = ShareSerializer()
    by = serializers.CharField()
    rates = RateSerializer(many=True)
    weighted = WeightedSerializer()
    call_lists = CallListSerializer(many=True)


class SilenceStatsView(ApiView):
    """Who was asked and did not answer."""

    @extend_schema(
        parameters=[
            *PERIOD,
            OpenApiParameter("campaign", OpenApiTypes.INT),
            OpenApiParameter("by", OpenApiTypes.STR, description="Divides those who were asked."),
            OpenApiParameter("weigh", OpenApiTypes.STR, description="Divides the customer base."),
        ],
        responses=SilenceSerializer,
        operation_id="stats_silence",
    )
    @read_from_replica
    def get(self, request: Request) -> ApiResponse:
        """Filters: survey, campaign, from, to; by and weigh say by what is divided. Small groups are hidden."""
        refuse_unread_filters(request, FILTERS)
        by, weigh = _dimensions(request)
        scope = Scope(surveys_asked_for(request, self.caller), period_asked_for(request), self._campaign(request))
        found = read(scope, self.caller, by=by, weigh=weigh)
        lists = list(CallList.objects.filter(survey__in=scope.surveys).select_related("survey")[:MOST_LISTS])
        return ApiResponse(SilenceSerializer(as_shown(found, by, weigh) | {"call_lists": lists_shown(lists)}).data)

    def _campaign(self, request: Request) -> Campaign | None:
        """Raises: BadQuery for one that the caller does not see."""
        given = request.query_params.get("campaign")
        if given is None:
            return None
        is_number = given.isascii() and given.isdigit() and len(given) < 19
        campaign = Campaign.objects.visible_to(self.caller).filter(pk=int(given)).first() if is_number else None
        if campaign is None:
            raise BadQuery({"campaign": [f"{given[:50]!r} is not the id of a campaign."]})
        return campaign


def _dimensions(request: Request) -> tuple[str, str]:
    by, weigh = (request.query_params.get(name, STANDARD) for name in ("by", "weigh"))
    if by != SEGMENT and of_asked(by) is None:
        allowed = ", ".join([*OF_ASKED, SEGMENT, f"{TRAIT_FILTER}<name>"])
        raise BadQuery({"by": [f"{by[:50]!r} is not allowed; allowed: {allowed}."]})
    if of_customers(weigh) is None:
        allowed = ", ".join([*OF_CUSTOMERS, f"{TRAIT_FILTER}<name>"])
        raise BadQuery({"weigh": [f"{weigh[:50]!r} is not allowed; allowed: {allowed}."]})
    return by, weigh


def as_shown(found: Silence, by: str, weigh: str) -> dict[str, Any]:
    """The figures by the API's names."""
    return {
        "steps": found.funnel.whole,
        "channels": [_part(part) | {"channel": part.key} for part in found.funnel.channels],
        "campaigns": [
            _part(part) | {"campaign": int(part.key) if part.key else None, "name": part.name}
            for part in found.funnel.campaigns
        ],
        "rate": found.rates.whole,
        "by": by,
        "rates": _rates(found.rates),
        "weighted": _weighted(found.weighed, weigh),
    }


def _part(part: Part) -> dict[str, Any]:
    return {name: getattr(part.steps, name) for name in Steps.__dataclass_fields__}


def _rates(found: Rates) -> list[dict[str, Any]]:
    return [{"value": row.value, "name": row.name, "rate": row.rate, "hidden": row.rate is None} for row in found.rows]


def _weighted(found: Weighed, weigh: str) -> dict[str, Any]:
    names = ("plain", "known", "nps", "base", "empty", "missing")
    return {"by": weigh} | {name: getattr(found, name) for name in names}
