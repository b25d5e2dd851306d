"""GET stats/fair-play/: what the checks found, for programs. It names nobody."""

from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response as ApiResponse

from followup.api.views import id_parameter
from followup.insights.estimates.shares import Estimate, Share
from followup.insights.fairplay import query
from followup.insights.fairplay.checks import Check, Finding, Verdict, assess
from followup.insights.figures.periods import period_of
from followup.insights.recovery.api import DifferenceSerializer, ShareSerializer
from followup.models import Ticket
from nps_project.api.filters import refuse_unread_filters
from nps_project.api.views import ApiView
from nps_project.api.views import period_of as days_of
from nps_project.common.replica import read_from_replica
from surveys.api.views import PERIOD, surveys_asked_for
from surveys.contacts.contact_filter import listed_for
from surveys.models import Survey


class FindingSerializer(serializers.Serializer[Any]):
    """One check. `share`: of what it looks at; `beside`: of the others, or null where `expected` is what chance gives.

    `p`: that chance alone gives as much, with Holm's care for all checks. `verdict` few: too few to say, and all
    figures are null; seen and clean: nothing is compared.
    """

    check = serializers.ChoiceField(choices=[one.value for one in Check])
    verdict = serializers.ChoiceField(choices=[one.value for one in Verdict])
    share = ShareSerializer(allow_null=True)
    beside = ShareSerializer(allow_null=True)
    expected = serializers.FloatField(allow_null=True)
    difference = DifferenceSerializer(allow_null=True)
    p = serializers.FloatField(allow_null=True)


class BeggingSerializer(serializers.Serializer[Any]):
    """Words of a survey, or of its mail, that ask for a high score."""

    survey = serializers.CharField()
    language = serializers.CharField()
    text = serializers.CharField()
    words = serializers.CharField()


class FairPlaySerializer(serializers.Serializer[Any]):
    """What makes an NPS lie."""

    checks = FindingSerializer(many=True)
    begging = BeggingSerializer(many=True)

    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of Python."""
        days = {name: serializers.DateField(read_only=True) for name in ("from", "to")}
        return super().get_fields() | days


class FairPlayView(ApiView):
    """Fair play."""

    @extend_schema(
        parameters=[*PERIOD, OpenApiParameter("team", OpenApiTypes.INT)],
        responses=FairPlaySerializer,
        operation_id="stats_fair_play",
    )
    @read_from_replica
    def get(self, request: Request) -> ApiResponse:
        """Filters: survey, team, from, to; without days the last 90. It names nobody."""
        refuse_unread_filters(request, {"survey", "team", "from", "to"})
        surveys, team = surveys_asked_for(request, self.caller), id_parameter(request, "team")
        tickets = Ticket.objects.visible_to(self.caller)
        if "survey" in request.query_params:
            tickets = tickets.filter(survey__in=surveys)
        if team is not None:
            surveys, tickets = surveys.filter(team=team), tickets.filter(team=team)
        period = period_of(*days_of(request), timezone.now())
        known = Survey.objects.visible_to(self.caller)
        found = query.read(query.Asked(surveys, tickets, listed_for(self.caller), period, known))
        return ApiResponse({
            "from": period.first.isoformat(),
            "to": period.last.isoformat(),
            "checks": [_finding(one) for one in assess(found.counted)],
            "begging": [
                {"survey": one.slug, "language": one.language, "text": one.where, "words": one.words}
                for one in found.begging
            ],
        })  # fmt: skip


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "check": one.check.value, "verdict": one.verdict.value, "share": _share(one.share),
        "beside": _share(one.beside), "expected": one.expected, "difference": _estimate(one.difference), "p": one.p,
    }  # fmt: skip


def _share(found: Share | None) -> dict[str, Any] | None:
    return {name: getattr(found, name) for name in ("n", "of", "share", "low", "high")} if found else None


def _estimate(found: Estimate | None) -> dict[str, Any] | None:
    return {name: getattr(found, name) for name in ("n", "value", "low", "high")} if found else None
