"""REST API of silent risk: the figures, and the customers."""

from datetime import date, timedelta
from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response as ApiResponse

from followup.api.views import id_parameter
from followup.insights.estimates.shares import Estimate, Share
from followup.insights.estimates.survival import Retained
from followup.insights.figures.periods import Period
from followup.insights.recovery.api import DifferenceSerializer, ShareSerializer
from followup.insights.recovery.facts import surveys_of_second_scores
from followup.insights.recovery.query import Selection
from followup.insights.risk.customers import Counts, counts_of, not_in_hand
from followup.insights.risk.models import SINCE, AtRisk, Reason
from followup.insights.risk.money import gestures, stakes
from followup.insights.risk.money.gestures import Gestures, Group
from followup.insights.risk.money.stakes import Part, Stake
from followup.models import RootCause, Ticket
from nps_project.api.errors import BadQuery
from nps_project.api.filters import refuse_unread_filters
from nps_project.api.serializers import IdField, TimeField
from nps_project.api.views import ApiView, period_of
from nps_project.common.dates import company_day
from nps_project.common.replica import read_from_replica
from surveys.api.views import PERIOD, surveys_asked_for
from surveys.campaigns.first_steps.models import OwnCompany
from surveys.models import Contact

STANDARD_DAYS = 365
GESTURES = ("nothing", "up_to_median", "above_median", "something")


class ReasonSerializer(serializers.Serializer[Any]):
    """Customers at risk for one reason, and what they are worth a year."""

    reason = serializers.ChoiceField(choices=Reason.choices)
    n = serializers.IntegerField()
    value = serializers.CharField()


class StakePartSerializer(serializers.Serializer[Any]):
    """So many customers; `value` is null where so few would be told apart."""

    n = serializers.IntegerField()
    value = serializers.CharField(allow_null=True)


class StakeSerializer(serializers.Serializer[Any]):
    """Unhappy customers of one score or root cause; where `hidden`, too few, and all figures are null.

    `retained`: still customers after 90 days, by Kaplan and Meier.
    """

    hidden = serializers.BooleanField()
    n = serializers.IntegerField(allow_null=True)
    value = serializers.CharField(allow_null=True)
    retained = ShareSerializer(allow_null=True)
    stayed = StakePartSerializer(allow_null=True)
    lost = StakePartSerializer(allow_null=True)
    open = StakePartSerializer(allow_null=True)


class ScoreStakeSerializer(StakeSerializer):
    """Of one score."""

    score = serializers.IntegerField()


class CauseStakeSerializer(StakeSerializer):
    """Of one root cause; null: not named yet."""

    root_cause = serializers.CharField(allow_null=True)


class GestureSerializer(serializers.Serializer[Any]):
    """Customers with a second score who were given as much; figures are null where `hidden`, or where nobody compares.

    `difference`: of the share recovered to alike customers who were given nothing. `per_100`: that for each 100 units
    of money, in customers.
    """

    given = serializers.ChoiceField(choices=GESTURES)
    hidden = serializers.BooleanField()
    mean = serializers.CharField(allow_null=True)
    recovered = ShareSerializer(allow_null=True)
    difference = DifferenceSerializer(allow_null=True)
    per_100 = DifferenceSerializer(allow_null=True)


class CompensationSerializer(serializers.Serializer[Any]):
    """What gestures bought. `left_out`: customers who were given something in another currency, too."""

    currency = serializers.CharField()
    median = serializers.CharField(allow_null=True)
    left_out = serializers.IntegerField()
    groups = GestureSerializer(many=True)


class RiskSerializer(serializers.Serializer[Any]):
    """Who turns away, and what is at stake. `n` and `value`: all customers at risk; `currency`: of the company."""

    looked_at = TimeField(allow_null=True)
    currency = serializers.CharField()
    n = serializers.IntegerField()
    value = serializers.CharField()
    reasons = ReasonSerializer(many=True)
    unhappy = StakeSerializer()
    by_score = ScoreStakeSerializer(many=True)
    by_root_cause = CauseStakeSerializer(many=True)
    unknown_customers = serializers.IntegerField()
    gestures = CompensationSerializer()

    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of Python."""
        return super().get_fields() | {
            "from": serializers.DateField(read_only=True),
            "to": serializers.DateField(read_only=True),
        }


class RiskStatsView(ApiView):
    """Silent risk and money."""

    @extend_schema(
        parameters=[
            *PERIOD,
            OpenApiParameter("team", OpenApiTypes.INT),
            OpenApiParameter("currency", OpenApiTypes.STR, description="Of the compensation, such as EUR."),
        ],
        responses=RiskSerializer,
        operation_id="stats_risk",
    )
    @read_from_replica
    def get(self, request: Request) -> ApiResponse:
        """Filters: survey, team, currency, from, to. Without days: the last 365. Groups of fewer than 10 are hidden."""
        refuse_unread_filters(request, {"survey", "team", "currency", "from", "to"})
        surveys, team = surveys_asked_for(request, self.caller), id_parameter(request, "team")
        risk, tickets = AtRisk.objects.visible_to(self.caller), Ticket.objects.visible_to(self.caller)
        if "survey" in request.query_params:
            risk, tickets = risk.filter(survey__in=surveys), tickets.filter(survey__in=surveys)
        if team is not None:
            risk, tickets = risk.filter(survey__team=team), tickets.filter(team=team)
        at, period = timezone.now(), _period(request)
        chosen = Selection(tickets, surveys, period.first, period.last, at, surveys_of_second_scores(self.caller))
        counts, found = counts_of(not_in_hand(risk)), stakes.stakes_of(stakes.read(chosen))
        bought = gestures.gestures_of(gestures.read(chosen, _currency(request)))
        causes = RootCause.objects.in_bulk([line.key for line in found.by_cause if line.key is not None])
        return ApiResponse({
            "from": period.first.isoformat(),
            "to": period.last.isoformat(),
            "currency": OwnCompany.objects.values_list("currency", flat=True).first() or "",
            **_counts(counts),
            "unhappy": _stake(found.whole),
            "by_score": [{"score": line.key, **_stake(line)} for line in found.by_score],
            "by_root_cause": [
                {"root_cause": causes[line.key].slug if line.key is not None else None, **_stake(line)}
                for line in found.by_cause
            ],
            "unknown_customers": found.strangers,
            "gestures": _gestures(bought),
        })  # fmt: skip


def _period(request: Request) -> Period:
    """Raises: BadQuery."""
    first, last = period_of(request)
    last = last or max(company_day(timezone.now()), first or date.min)
    return Period(first or last - timedelta(days=STANDARD_DAYS - 1), last)


def _currency(request: Request) -> str:
    """Raises: BadQuery."""
    given = request.query_params.get("currency", "")
    if given and not (len(given) == 3 and given.isascii() and given.isalpha() and given.isupper()):
        raise BadQuery({"currency": [f"{given[:50]!r} is not a currency such as EUR, three capital letters."]})
    return given


def _counts(counts: Counts) -> dict[str, Any]:
    return {
        "looked_at": counts.looked_at,
        "n": counts.all.n,
        "value": str(counts.all.value),
        "reasons": [
            {"reason": reason.value, "n": tally.n, "value": str(tally.value)}
            for reason, tally in counts.by_reason.items()
        ],
    }


def _stake(line: Stake) -> dict[str, Any]:
    if line.is_hidden:
        return {"hidden": True, **dict.fromkeys(("n", "value", "retained", "stayed", "lost", "open"))}
    return {
        "hidden": False, "n": line.n, "value": str(line.value), "retained": _share(line.share),
        "stayed": _part(line.stayed), "lost": _part(line.lost), "open": _part(line.open),
    }  # fmt: skip


def _part(part: Part) -> dict[str, Any]:
    return {"n": part.n, "value": None if part.value is None else str(part.value)}


def _share(found: Share | Retained | None) -> dict[str, Any] | None:
    return {name: getattr(found, name) for name in ("n", "of", "share", "low", "high")} if found else None


def _gestures(found: Gestures) -> dict[str, Any]:
    return {
        "currency": found.currency,
        "median": None if found.middle is None else str(found.middle),
        "left_out": found.left_out,
        "groups": [
            _group(name, group) for name, group in zip(GESTURES, (*found.groups, found.any), strict=True)
        ],
    }  # fmt: skip


def _group(name: str, group: Group) -> dict[str, Any]:
    return {
        "given": name, "hidden": group.is_hidden, "mean": None if group.mean is None else f"{group.mean:.2f}",
        "recovered": _share(group.recovered), "difference": _estimate(group.compared),
        "per_100": _estimate(group.per_units),
    }  # fmt: skip


def _estimate(found: Estimate | None) -> dict[str, Any] | None:
    return {name: getattr(found, name) for name in ("n", "value", "low", "high")} if found else None


class CustomerAtRiskSerializer(serializers.ModelSerializer[AtRisk]):
    """One customer at risk. `response`: their last answer, for which POST tickets/ opens a ticket; null: they never
    answered. `since`: of the reason that is oldest."""

    contact = IdField(queryset=Contact.objects.all())
    survey: Any = serializers.SlugRelatedField(slug_field="slug", read_only=True, allow_null=True)
    value = serializers.CharField(read_only=True)
    reasons = serializers.SerializerMethodField()
    since = serializers.SerializerMethodField()
    score = serializers.SerializerMethodField()

    class Meta:
        model = AtRisk
        fields = [
            "contact", "company", "value", "reasons", "since", "asks", "score_before", "score", "response", "survey",
        ]  # fmt: skip
        read_only_fields = fields

    def get_reasons(self, row: AtRisk) -> list[str]:
        """Of silent, bounced, unsubscribed, fell."""
        return [reason.value for reason in row.reasons]

    def get_since(self, row: AtRisk) -> str:
        """When it began."""
        return str(min(getattr(row, SINCE[reason]) for reason in row.reasons).isoformat())

    def get_score(self, row: AtRisk) -> int | None:
        """Of the last answer."""
        return row.response.score if row.response else None


class AtRiskFilter(filters.FilterSet):
    """By reason and survey."""

    reason = filters.ChoiceFilter(choices=Reason.choices, method="of_reason")
    survey = filters.CharFilter(field_name="survey__slug")

    class Meta:
        model = AtRisk
        fields: list[str] = []

    def of_reason(self, rows: Any, _name: str, value: str) -> Any:
        """Those for one reason."""
        return rows.for_reason(value)


class CustomersAtRiskView(ApiView, mixins.ListModelMixin, viewsets.GenericViewSet[AtRisk]):
    """The customers at risk."""

    serializer_class = CustomerAtRiskSerializer
    filterset_class = AtRiskFilter
    queryset = AtRisk.objects.none()

    def get_queryset(self) -> QuerySet[AtRisk]:
        rows = not_in_hand(AtRisk.objects.visible_to(self.caller))
        return rows.select_related("response", "survey").defer("response__search_vector", "response__comment")
